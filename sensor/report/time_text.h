// Times and durations as people and EVE consumers read them. Everything is UTC. Cold path.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "lib/bytes/short_text.h"
#include "sensor/model/timestamp.h"

namespace sensor::report {

/// "2026-09-21T07:02:11.420000+0000": EVE's form, microseconds, what is below them cut off.
using EveTimeText = bytes::ShortText<31>;
[[nodiscard]] EveTimeText eve_time_text(Timestamp time) noexcept;
/// The time that such a text tells; nothing if it is not of that form, offset included.
[[nodiscard]] std::optional<Timestamp> read_eve_time(std::string_view text) noexcept;
/// "2026-09-21T07:02:11.420000Z": RFC 3339 §5.6, microseconds, what is below them cut off.
using Rfc3339Text = bytes::ShortText<27>;
[[nodiscard]] Rfc3339Text rfc3339_text(Timestamp time) noexcept;
/// "2026-09-21"
[[nodiscard]] std::string date_text(Timestamp time);
/// "07:02:11Z", fractions of a second cut off.
[[nodiscard]] std::string clock_text(Timestamp time);
/// "2026-09-21 07:02:11Z"
[[nodiscard]] std::string date_clock_text(Timestamp time);
/// "07:02:11 to 07:37:11Z"; with dates if the two are of different days.
[[nodiscard]] std::string span_text(Timestamp from, Timestamp to);
/// "2026-09-21 07:02:11 to 07:37:11Z"; with both dates if they differ.
[[nodiscard]] std::string date_span_text(Timestamp from, Timestamp to);

/// The two largest units that matter: "420 ms", "12 s", "4 min 10 s", "2 h 5 min", "3 d 4 h".
[[nodiscard]] std::string duration_text(Duration duration);
/// Rounded, and in seconds as long as they can be compared at a glance: "0.4 s", "300 s", "15 min".
/// In the unit of a larger one that it stands beside.
[[nodiscard]] std::string interval_text(Duration interval, Duration beside = Duration::zero());

/// Seconds rounded to the millisecond, for JSON numbers.
[[nodiscard]] double seconds_of(Duration duration) noexcept;

}  // namespace sensor::report
