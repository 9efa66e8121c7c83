#include "sensor/control/identity_files.h"

#include "sensor/attribute/feeds/ndjson.h"

namespace sensor::control {
namespace {

constexpr std::size_t kMostNotes = 5;  // of one file

/// What the directory could not keep, which an operator must know.
void note_losses(const attribute::Directory& directory, IdentityCounts& counts) {
    using attribute::DirectoryCounter;
    const auto note = [&](DirectoryCounter counter, const char* what) {
        const std::uint64_t count = directory.counters()[counter];
        if (count != 0) counts.notes.push_back(std::to_string(count) + what);
    };
    note(DirectoryCounter::kDropped, " identity events were too many and dropped, oldest first");
    note(DirectoryCounter::kRefused, " identity events are of devices there was no room for");
    note(DirectoryCounter::kUnknownGroups,
         " leases name an app group that identity.yaml does not define");
    note(DirectoryCounter::kUnpublished, " leases found no room in the workers' table");
}

}  // namespace

result::Result<IdentityCounts> read_identity_files(const std::vector<std::string>& paths,
                                                   attribute::Directory& directory) {
    IdentityCounts counts;
    for (const std::string& path : paths) {
        const auto read = attribute::feeds::read_ndjson_file(path);
        if (!read) return read.error();
        for (const IdentityEvent& event : read->events)
            directory.apply(event);
        counts.accepted += read->events.size();
        counts.rejected += read->rejected_lines;
        const std::size_t shown = std::min(kMostNotes, read->rejections.size());
        counts.notes.insert(counts.notes.end(), read->rejections.begin(),
                            read->rejections.begin() + static_cast<std::ptrdiff_t>(shown));
        if (read->rejected_lines > shown) {
            counts.notes.push_back(path + ": " + std::to_string(read->rejected_lines - shown) +
                                   " more lines were rejected");
        }
    }
    note_losses(directory, counts);
    return counts;
}

}  // namespace sensor::control
