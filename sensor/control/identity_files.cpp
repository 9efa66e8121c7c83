#include "sensor/control/identity_files.h"

#include "sensor/attribute/feeds/ndjson.h"
#include "sensor/report/wording.h"

namespace sensor::control {
namespace {

constexpr std::size_t kMostNotes = 5;  // of one file

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
            const std::uint64_t more = read->rejected_lines - shown;
            counts.notes.push_back(path + ": " + report::counted(more, "more line") +
                                   (more == 1 ? " was rejected" : " were rejected"));
        }
    }
    note_losses(directory, counts);
    return counts;
}

}  // namespace sensor::control
