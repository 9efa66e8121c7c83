#include "sensor/control/feeds/identity_files.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <utility>

#include "sensor/attribute/feeds/document_feeds.h"
#include "sensor/attribute/feeds/ndjson.h"
#include "sensor/report/wording.h"

namespace sensor::control {
namespace {

constexpr std::size_t kMostNotes = 5;  // of one file
constexpr std::size_t kMostDocumentBytes = 256U << 20U;

/// What the directory could not keep, which an operator must know.
void note_losses(const attribute::Directory& directory, IdentityCounts& counts) {
    using attribute::DirectoryCounter;
    const auto note = [&](DirectoryCounter counter, const std::string& what) {
        const std::uint64_t count = directory.counters()[counter];
        if (count != 0) counts.notes.push_back(what + ": " + report::grouped(count));
    };
    note(DirectoryCounter::kDropped, "identity events dropped, oldest first, being too many");
    note(DirectoryCounter::kRefused, "identity events of devices that found no room");
    note(DirectoryCounter::kUnknownGroups,
         "leases of an app group that identity.yaml does not define");
    note(DirectoryCounter::kUnpublished, "leases that found no room in the workers' table");
}

/// What one file held.
struct FileEvents {
    std::string path;
    std::string unit;  // what a rejection counts: "line"
    std::vector<IdentityEvent> events;
    std::vector<std::string> rejections;  // with their places
    std::vector<std::string> unknown;     // ditto
    std::uint64_t rejected = 0;
};

result::Result<FileEvents> read_lines(const std::string& path) {
    auto read = attribute::feeds::read_ndjson_file(path);
    if (!read) return read.error();
    return FileEvents{path,
                      "line",
                      std::move(read->events),
                      std::move(read->rejections),
                      {},
                      read->rejected_lines};
}

/// At most kMostDocumentBytes.
result::Result<std::string> read_whole(const std::string& path) {
    std::ifstream file{path, std::ios::binary};
    if (!file) return result::Error{path + ": " + std::strerror(errno)};
    std::string text;
    std::array<char, 65536> piece{};
    while (file.read(piece.data(), piece.size()) || file.gcount() != 0) {
        text.append(piece.data(), static_cast<std::size_t>(file.gcount()));
        if (text.size() <= kMostDocumentBytes) continue;
        return result::Error{path + ": is larger than " +
                             std::to_string(kMostDocumentBytes >> 20U) +
                             " MiB; give it in several files"};
    }
    if (file.bad()) return result::Error{path + ": cannot be read; it must be a file"};
    return text;
}

result::Result<FileEvents> read_document(const attribute::feeds::DocumentFeed& feed,
                                         const std::string& path) {
    const auto text = read_whole(path);
    if (!text) return text.error();
    constexpr Timestamp kAlways{};  // what an inventory says without a time has been so all along
    auto held = feed.read(*text, kAlways);
    FileEvents file{path,         "event", std::move(held.events), {}, unknown_in(path, held),
                    held.rejected};
    for (const auto& [number, reason] : held.rejections) {
        file.rejections.push_back(path + ":" + (number == 0 ? "" : std::to_string(number) + ":") +
                                  " " + reason);
    }
    if (file.events.empty() && file.rejected != 0) {
        return result::Error{file.rejections.front() + "; it holds no event of " +
                             std::string{feed.name}};
    }
    return file;
}

/// "FILE", of the sensor's own events, or "FEED:FILE".
result::Result<FileEvents> read_one(const std::string& name) {
    const std::string_view feed_name = feed_prefix(name);
    if (feed_name.empty() || feed_name == "ndjson") {
        return read_lines(name.substr(feed_name.empty() ? 0 : feed_name.size() + 1));
    }
    return read_document(*attribute::feeds::find_document_feed(feed_name),
                         name.substr(feed_name.size() + 1));
}

}  // namespace

std::vector<std::string> unknown_in(const std::string& path,
                                    const attribute::feeds::FeedEvents& held) {
    std::vector<std::string> lines;
    for (const auto& [what, first, count] : held.unknown) {
        lines.push_back(path + ":" + std::to_string(first) + ": the sensor knows no " + what +
                        (count == 1 ? "" : "; " + report::grouped(count) + " in all"));
    }
    return lines;
}

std::string_view feed_prefix(std::string_view name) noexcept {
    const std::size_t colon = name.find(':');
    if (colon == std::string_view::npos) return {};
    const std::string_view feed = name.substr(0, colon);
    return attribute::feeds::find_document_feed(feed) == nullptr ? std::string_view{} : feed;
}

result::Result<IdentityCounts> read_identity_files(const std::vector<std::string>& names,
                                                   attribute::Directory& directory) {
    IdentityCounts counts;
    for (const std::string& name : names) {
        auto read = read_one(name);
        if (!read) return read.error();
        for (const IdentityEvent& event : read->events)
            directory.apply(event);
        counts.accepted += read->events.size();
        counts.rejected += read->rejected;
        std::ranges::move(read->unknown, std::back_inserter(counts.notes));
        const std::size_t shown = std::min(kMostNotes, read->rejections.size());
        std::move(read->rejections.begin(),
                  read->rejections.begin() + static_cast<std::ptrdiff_t>(shown),
                  std::back_inserter(counts.notes));
        if (read->rejected > shown) {
            const std::uint64_t more = read->rejected - shown;
            counts.notes.push_back(read->path + ": " + report::counted(more, "more " + read->unit) +
                                   (more == 1 ? " was rejected" : " were rejected"));
        }
    }
    note_losses(directory, counts);
    return counts;
}

}  // namespace sensor::control
