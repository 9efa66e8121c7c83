// Whether the journal would give an event back.
#pragma once

#include <string>

#include "sensor/attribute/feeds/ndjson.h"
#include "sensor/attribute/feeds/ndjson_writer.h"

namespace test {

/// Whether `event`, written as a line and read again, is the same.
[[nodiscard]] inline bool reads_back(const sensor::IdentityEvent& event) {
    std::string line;
    sensor::attribute::feeds::append_ndjson(event, line);
    if (line.find('\n') != line.size() - 1) return false;
    const auto read = sensor::attribute::feeds::parse_kept_event(line);
    return read.has_value() && read->time == event.time && read->device == event.device &&
           read->source == event.source && read->fact == event.fact;
}

}  // namespace test
