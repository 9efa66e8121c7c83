// Documents through the feeds' readers, as tests ask for it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "sensor/attribute/feeds/document_feeds.h"
#include "sensor/attribute/rfc3339.h"

namespace sensor::attribute::feeds {

inline const Timestamp kReceived = *parse_rfc3339("2026-09-20T12:00:00Z");

inline Timestamp at(std::string_view text) {
    const auto time = parse_rfc3339(text);
    EXPECT_TRUE(time) << text;
    return time.value_or(Timestamp{});
}

inline FeedEvents read_by(std::string_view feed, std::string_view document) {
    const DocumentFeed* row = find_document_feed(feed);
    EXPECT_NE(row, nullptr) << feed;
    return row == nullptr ? FeedEvents{} : row->read(document, kReceived);
}

/// What `document` says, all of which must be sound.
inline std::vector<IdentityEvent> sound(std::string_view feed, std::string_view document) {
    FeedEvents held = read_by(feed, document);
    EXPECT_EQ(held.rejected, 0U) << document << ": "
                                 << (held.rejections.empty() ? "" : held.rejections[0].reason);
    for (const IdentityEvent& event : held.events)
        EXPECT_EQ(event.source, feed);
    return std::move(held.events);
}

/// "3: expected ..." of the one rejection in `document`.
inline std::string rejection(std::string_view feed, std::string_view document) {
    const FeedEvents held = read_by(feed, document);
    EXPECT_EQ(held.rejected, 1U) << document;
    if (held.rejections.size() != 1) return {};
    return std::to_string(held.rejections[0].number) + ": " + held.rejections[0].reason;
}

template <class Kind>
Kind fact_in(const IdentityEvent& event) {
    const auto* fact = std::get_if<Kind>(&event.fact);
    EXPECT_NE(fact, nullptr) << "another kind: " << event.fact.index();
    return fact == nullptr ? Kind{} : *fact;
}

/// The only fact of `document`.
template <class Kind>
Kind only(std::string_view feed, std::string_view document) {
    const auto events = sound(feed, document);
    EXPECT_EQ(events.size(), 1U) << document;
    return events.size() == 1 ? fact_in<Kind>(events[0]) : Kind{};
}

/// Of a JSON document nothing is taken unless it is whole. Each cut is an allocation of its own, so
/// that the address sanitizer guards its end.
inline void expect_nothing_of_cuts(std::string_view feed, std::string_view document) {
    EXPECT_FALSE(sound(feed, document).empty());
    for (std::size_t length = 0; length < document.size(); ++length) {
        const std::vector<char> cut(document.begin(),
                                    document.begin() + static_cast<std::ptrdiff_t>(length));
        const FeedEvents held = read_by(feed, {cut.data(), cut.size()});
        EXPECT_TRUE(held.events.empty()) << feed << " at byte " << length;
        EXPECT_EQ(held.rejected, 1U) << feed << " at byte " << length;
    }
}

}  // namespace sensor::attribute::feeds
