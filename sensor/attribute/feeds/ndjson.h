// Identity events as lines of JSON: the sensor's own, vendor-neutral contract. Cold path.
//
// One object a line. Every event has "v":1, "ts" (RFC 3339), "device_id" and "kind"; the rest
// depends on the kind. Fields the sensor does not know are ignored, so that a feed may say more;
// a field that is null counts as absent.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

#include "lib/result/result.h"
#include "sensor/model/event.h"

namespace sensor::attribute::feeds {

inline constexpr std::size_t kMaxLine = 65536;  ///< bytes, without the line's end
/// Where reading stops, so that a device or a pipe that never ends is not read for ever: a line of
/// this many bytes, or this many lines before the first event.
inline constexpr std::size_t kForeignLine = 16U << 20U;
inline constexpr std::uint64_t kForeignLines = 100'000;

/// What a feed held.
struct NdjsonEvents {
    static constexpr std::size_t kMaxRejections = 100;

    std::vector<IdentityEvent> events;
    /// "events.ndjson:12: expected ...", of the first kMaxRejections lines that are no events.
    std::vector<std::string> rejections;
    std::uint64_t rejected_lines = 0;  ///< all of them
    /// Why reading stopped early, with its place: these are no identity events. Mostly empty.
    std::string foreign;
};

/// One line of a feed, whose events are of the source "ndjson". The error says what was expected.
[[nodiscard]] result::Result<IdentityEvent> parse_ndjson_event(std::string_view line);
/// One line that append_ndjson() wrote, whose source is believed.
[[nodiscard]] result::Result<IdentityEvent> parse_kept_event(std::string_view line);

/// Reads to the end; blank lines are passed over. `name` stands for the file in messages.
[[nodiscard]] NdjsonEvents read_ndjson(std::istream& in, const std::string& name);
/// A file that cannot be read is an error, and so is one of lines none of which is an event.
[[nodiscard]] result::Result<NdjsonEvents> read_ndjson_file(const std::string& path);

}  // namespace sensor::attribute::feeds
