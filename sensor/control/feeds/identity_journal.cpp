#include "sensor/control/feeds/identity_journal.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
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
        constexpr std::size_t kShown = 80;  // bytes
        if (restored.unreadable++ == 0) restored.first_unreadable = line.substr(0, kShown);
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
                                        const attribute::Directory::Limits& limits,
                                        const std::stop_token& stop) {
    const std::vector<std::string> files = journal_.closed_files();
    attribute::Directory kept{config, limits};
    Restored restored;
    for (const std::string& file : files) {
        const auto visit = [&](std::string_view line) {
            restore_line(line, restored, [&](const IdentityEvent& event) { kept.apply(event); });
        };
        const auto read = journal::read_lines(file, visit, stop);
        if (!read) return read;
    }
    const auto write_kept = [&](const auto& write) {
        constexpr std::size_t kAtOnce = std::size_t{1} << 20U;
        std::string lines;
        kept.each_event([&](const IdentityEvent& event) {
            if (stop.stop_requested()) return;  // nothing of it will be used
            attribute::feeds::append_ndjson(event, lines);
            if (lines.size() < kAtOnce) return;
            write(lines);
            lines.clear();
        });
        write(lines);
    };
    return journal_.replace(files.size(), write_kept, stop);
}

std::string IdentityJournal::objection() const {
    const std::scoped_lock lock{mutex_};
    return objection_;
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
            result::Status done = journal_.sync();
            const std::uint64_t bytes = journal_.closed_bytes();
            if (bytes >= std::max(2 * shortest, shortest + options_.worthwhile_bytes)) {
                auto shortened = shorten(config, limits, stop);
                if (done) done = std::move(shortened);
                shortest = journal_.closed_bytes();
            }
            const std::scoped_lock noting{mutex_};
            objection_ = done ? std::string{} : done.error().message;
        }
    }};
}

}  // namespace sensor::control
