// What the feeds told, on disk: read again at a restart, and kept as short as the directory that it
// makes.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>

#include "lib/journal/journal.h"
#include "lib/result/result.h"
#include "sensor/attribute/directory.h"

namespace sensor::control {

class IdentityJournal {
  public:
    struct Options {
        journal::Options files;
        /// Closed files are made shorter once they have grown by this, and to twice what they were.
        std::uint64_t worthwhile_bytes = std::uint64_t{256} << 20U;
    };
    /// In `directory`, which is made if need be. One line on failure.
    [[nodiscard]] static result::Result<std::unique_ptr<IdentityJournal>> open(
        const std::string& directory, const Options& options);

    IdentityJournal(const IdentityJournal&) = delete;
    IdentityJournal& operator=(const IdentityJournal&) = delete;
    ~IdentityJournal() = default;

    [[nodiscard]] journal::Journal& journal() noexcept { return journal_; }
    [[nodiscard]] const journal::Journal& journal() const noexcept { return journal_; }

    struct Restored {
        std::uint64_t events = 0;
        std::uint64_t unreadable = 0;  ///< lines that are no events: the disk, or somebody, changed
        std::string first_unreadable;  ///< the beginning of the first of them
    };
    /// Calls visit(event) for all that was accepted before this process, in that order.
    [[nodiscard]] result::Result<Restored> restore(
        const std::function<void(const IdentityEvent&)>& visit) const;

    /// From now on a thread of its own sees to it every ten seconds that what nobody waited for is
    /// on the disk, and makes the journal shorter, as worthwhile: it reads closed files into a
    /// directory of its own and writes what that holds. `config` must outlive it.
    void keep_short(const attribute::IdentityConfig& config,
                    const attribute::Directory::Limits& limits);
    /// Done at once, if there is anything closed; not at all if it is asked to stop meanwhile. For
    /// tests, and keep_short().
    [[nodiscard]] result::Status shorten(const attribute::IdentityConfig& config,
                                         const attribute::Directory::Limits& limits,
                                         const std::stop_token& stop = {});
    /// Why that thread could not do its work the last time; empty if it could. Any thread.
    [[nodiscard]] std::string objection() const;

  private:
    IdentityJournal(journal::Journal journal, const Options& options) noexcept
        : options_{options}, journal_{std::move(journal)} {}

    Options options_;
    journal::Journal journal_;
    mutable std::mutex mutex_;
    std::string objection_;
    std::jthread shortener_;  // last: it uses the others
};

}  // namespace sensor::control
