// Whether somebody was using the app when a session began, and how often nobody was. Cold path.
#pragma once

#include <cstdint>

#include "sensor/judge/policy.h"
#include "sensor/model/observation.h"

namespace sensor::control {

enum class Attendance : std::uint8_t {
    kUnknown,     ///< no feed tells of the app's or the device's state
    kAttended,    ///< what is known speaks of somebody who uses it
    kUnattended,  ///< in the background, on a locked device, or untouched for long
};

/// As of the session's start. One thing that speaks against somebody outweighs all others.
[[nodiscard]] Attendance attendance_of(const judge::Policy& policy,
                                       const Observation& session) noexcept;

/// Sessions of which it is known; those of which it is not count neither way.
struct Attendances {
    std::uint64_t attended = 0;
    std::uint64_t unattended = 0;

    void add(Attendance attendance) noexcept {
        if (attendance == Attendance::kAttended) ++attended;
        if (attendance == Attendance::kUnattended) ++unattended;
    }
    /// At least `minimum` sessions, and half of all, began while nobody used the app. Whether they
    /// keep time is no matter: a beacon may jitter, and have many destinations.
    [[nodiscard]] bool recur_unattended(std::uint64_t minimum) const noexcept {
        return unattended >= minimum && unattended >= attended;
    }
};

}  // namespace sensor::control
