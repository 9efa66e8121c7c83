// The feeds that come as documents: posted, put into a directory, sent by syslog, or read from a
// file. Cold path.
//
// A new one is <name>.cpp, which defines its DocumentFeed, and its row in document_feeds.cpp.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "sensor/attribute/feeds/feed.h"

namespace sensor::attribute::feeds {

struct DocumentFeed {
    std::string_view name;     ///< as operators write it: /v1/events/NAME
    std::string_view suffix;   ///< of the files it comes in, ".intune.json"
    std::string_view summary;  ///< one line
    /// Reads a whole document. `received` is the time of what has none of its own.
    FeedEvents (*read)(std::string_view document, Timestamp received);
};

/// All, by name.
[[nodiscard]] std::span<const DocumentFeed* const> document_feeds() noexcept;
/// Null if there is none of that name.
[[nodiscard]] const DocumentFeed* find_document_feed(std::string_view name) noexcept;
/// The feed whose suffix the file's name ends with; null if there is none.
[[nodiscard]] const DocumentFeed* feed_of_file(std::string_view file_name) noexcept;
/// "android-management, apple-mdm, ..."
[[nodiscard]] std::string document_feed_names();

}  // namespace sensor::attribute::feeds
