// What must hold for a role or an exception besides who connects and where to. Cold path.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sensor/model/observation.h"

namespace sensor::judge {

struct Question;

/// A stretch of every day; past midnight if it ends before it begins.
struct Hours {
    std::string text;             ///< as written: "22:00-06:00+02:00"
    std::chrono::minutes from{};  ///< since midnight of its own zone
    std::chrono::minutes until{};
    std::chrono::minutes offset{};  ///< of its zone, east of UTC

    [[nodiscard]] bool contain(Timestamp time) const noexcept;
};

/// All that are given must hold; an empty list holds always.
struct Conditions {
    std::vector<std::string> signers;  ///< SHA-256 of certificates, lower-case hexadecimal
    std::vector<Platform> platforms;
    std::vector<Hours> hours;         ///< in which the session begins
    std::optional<bool> app_managed;  ///< whether the MDM manages the app

    [[nodiscard]] bool empty() const noexcept {
        return signers.empty() && platforms.empty() && hours.empty() && !app_managed;
    }
    /// The first that does not hold, for people; empty if all do. What is not known does not hold.
    [[nodiscard]] std::string mismatch(const Question& question) const;
    /// Whether all hold wherever all of `other` do.
    [[nodiscard]] bool cover(const Conditions& other) const;
};

}  // namespace sensor::judge
