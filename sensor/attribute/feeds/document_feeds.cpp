#include "sensor/attribute/feeds/document_feeds.h"

#include <array>

namespace sensor::attribute::feeds {

extern const DocumentFeed kAndroidManagement;
extern const DocumentFeed kAppleMdm;
extern const DocumentFeed kCloudConnexa;
extern const DocumentFeed kCsv;
extern const DocumentFeed kIntune;
extern const DocumentFeed kIvantiSentry;
extern const DocumentFeed kNdjson;
extern const DocumentFeed kSamsungNpa;
extern const DocumentFeed kWorkspaceOne;

namespace {

constexpr std::array kFeeds{
    &kAndroidManagement, &kAppleMdm, &kCloudConnexa, &kCsv,         &kIntune,
    &kIvantiSentry,      &kNdjson,   &kSamsungNpa,   &kWorkspaceOne};

}  // namespace

std::span<const DocumentFeed* const> document_feeds() noexcept {
    return kFeeds;
}

const DocumentFeed* find_document_feed(std::string_view name) noexcept {
    for (const DocumentFeed* feed : kFeeds)
        if (feed->name == name) return feed;
    return nullptr;
}

const DocumentFeed* feed_of_file(std::string_view file_name) noexcept {
    for (const DocumentFeed* feed : kFeeds)
        if (file_name.ends_with(feed->suffix)) return feed;
    return nullptr;
}

std::string document_feed_names() {
    std::string names;
    for (const DocumentFeed* feed : kFeeds)
        names += (names.empty() ? "" : ", ") + std::string{feed->name};
    return names;
}

}  // namespace sensor::attribute::feeds
