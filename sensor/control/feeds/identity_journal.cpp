#include "sensor/control/feeds/identity_journal.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <utility>

#include "lib/journal/file.h"
#include "sensor/attribute/feeds/ndjson.h"
#include "sensor/attribute/feeds/ndjson_writer.h"

namespace sensor::control {
namespace {

using Restored = IdentityJournal::Restored;

/// Counts the line, and passes its event on.
void restore_line(std::string_view line, Restored& restored,
                  const std::function<void(const IdentityEvent&)>& visit) {
    const auto event = attribute::feeds::parse_kept_event(line);
    if (!event) {
        ++restored.unreadable;
        return;
    }
    ++restored.events;
    visit(*event);
}

}  // namespace

result::Result<std::unique_ptr<IdentityJournal>> IdentityJournal::open(const std::string& directory,
                                                                       const Options& options) {
    auto journal = journal::Journal::open(directory, options.files);
    if (!journal) return journal.error();
    return std::unique_ptr<IdentityJournal>{new IdentityJournal{std::move(*journal), options}};
}

result::Result<Restored> IdentityJournal::restore(
    const std::function<void(const IdentityEvent&)>& visit) const {
    Restored restored;
    const auto read =
        journal_.read([&](std::string_view line) { restore_line(line, restored, visit); });
    if (!read) return read.error();
    return restored;
}

result::Status IdentityJournal::shorten(const attribute::IdentityConfig& config,
                                        const attribute::Directory::Limits& limits) {
    const std::vector<std::string> files = journal_.closed_files();
    attribute::Directory kept{config, limits};
    Restored restored;
    for (const std::string& file : files) {
        const auto read = journal::read_lines(file, [&](std::string_view line) {
            restore_line(line, restored, [&](const IdentityEvent& event) { kept.apply(event); });
        });
        if (!read) return read;
    }
    return journal_.replace(files.size(), [&](const auto& write) {
        constexpr std::size_t kAtOnce = std::size_t{1} << 20U;
        std::string lines;
        kept.each_event([&](const IdentityEvent& event) {
            attribute::feeds::append_ndjson(event, lines);
            if (lines.size() < kAtOnce) return;
            write(lines);
            lines.clear();
        });
        write(lines);
    });
}

void IdentityJournal::keep_short(const attribute::IdentityConfig& config,
                                 const attribute::Directory::Limits& limits) {
    shortener_ = std::jthread{[this, &config, limits](const std::stop_token& stop) {
        std::mutex mutex;
        std::condition_variable_any stopped;
        std::uint64_t shortest = 0;
        for (;;) {
            std::unique_lock lock{mutex};
            stopped.wait_for(lock, stop, std::chrono::seconds{10}, [] { return false; });
            if (stop.stop_requested()) return;
            bool is_done = journal_.sync().has_value();
            const std::uint64_t bytes = journal_.closed_bytes();
            if (bytes >= std::max(2 * shortest, shortest + options_.worthwhile_bytes)) {
                is_done = shorten(config, limits).has_value() && is_done;
                shortest = journal_.closed_bytes();
            }
            failed_.store(!is_done, std::memory_order_relaxed);
        }
    }};
}

}  // namespace sensor::control
