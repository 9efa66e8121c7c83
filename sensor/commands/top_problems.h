// offport top: what is wrong with a daemon, the worst first. Pure values.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sensor/commands/top_view.h"

namespace sensor::commands {

/// From bad to worse.
enum class Grade : std::uint8_t {
    kStrained,  ///< nothing is lost yet, or only what a source sent wrong
    kFailing,   ///< something does not work, and waits
    kLosing,    ///< something is gone for good, now
    kBlind,     ///< a port sees nothing
};
[[nodiscard]] std::string_view name_of(Grade grade) noexcept;

struct Problem {
    Grade grade = Grade::kStrained;
    std::string text;       ///< "LOSING packets on port eth1: 120/s dropped by the card"
    double per_second = 0;  ///< of equal grades the higher comes first
};

/// What goes wrong now; what was lost earlier and is not any more is no problem of now. The texts
/// are as names came: printable() is for who shows them.
[[nodiscard]] std::vector<Problem> problems_of(const View& view);

}  // namespace sensor::commands
