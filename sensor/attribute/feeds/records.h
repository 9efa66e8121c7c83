// JSON documents of one record or many. Cold path.
#pragma once

#include <string_view>

#include "lib/json/json.h"
#include "sensor/attribute/feeds/feed_output.h"

namespace sensor::attribute::feeds {

/// Calls `read` for each record of `document`: one value, a list of values, or one value a line.
/// `read` says where an event begins.
void read_records(std::string_view document, FeedOutput& output,
                  void (*read)(const json::Value& record, FeedOutput& output));

}  // namespace sensor::attribute::feeds
