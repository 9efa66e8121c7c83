// Packet time: nanoseconds since the Unix epoch, taken from the packets and never from the wall
// clock.
#pragma once

#include <chrono>
#include <cstdint>

namespace sensor {

using Duration = std::chrono::nanoseconds;
using Timestamp = std::chrono::sys_time<Duration>;

[[nodiscard]] constexpr std::int64_t nanoseconds_of(Timestamp time) noexcept {
    return time.time_since_epoch().count();
}
[[nodiscard]] constexpr Timestamp timestamp_of(std::int64_t nanoseconds) noexcept {
    return Timestamp{Duration{nanoseconds}};
}

}  // namespace sensor
