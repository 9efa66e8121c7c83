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

/// What a feed held.
struct NdjsonEvents {
    static constexpr std::size_t kMaxRejections = 100;

    std::vector<IdentityEvent> events;
    /// "events.ndjson:12: expected ...", of the first kMaxRejections lines that are no events.
    std::vector<std::string> rejections;
    std::uint64_t rejected_lines = 0;  ///< all of them
};

/// One line. The error says what was expected.
[[nodiscard]] result::Result<IdentityEvent> parse_ndjson_event(std::string_view line);

/// Reads to the end; blank lines are passed over. `name` stands for the file in messages.
[[nodiscard]] NdjsonEvents read_ndjson(std::istream& in, const std::string& name);
/// Only a file that cannot be read is an error; lines that are no events are in the result.
[[nodiscard]] result::Result<NdjsonEvents> read_ndjson_file(const std::string& path);

}  // namespace sensor::attribute::feeds
