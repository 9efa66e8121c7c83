// Where identity events go, whatever feed heard them: written ahead, then through a bounded queue
// from the feeds' threads to the one that keeps the directory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lib/journal/journal.h"
#include "lib/result/result.h"
#include "sensor/model/event.h"

namespace sensor::control {

class Intake {
  public:
    /// Holds at most `most_events` that were not taken yet. Without a journal what was accepted is
    /// lost if the process dies. The journal must outlive it.
    explicit Intake(std::size_t most_events, journal::Journal* journal = nullptr)
        : journal_{journal}, most_events_{most_events} {}

    /// Events of one feed that go in together or not at all.
    struct Offer {
        std::string feed;
        std::vector<IdentityEvent> events{};
        journal::Journal::Safety safety = journal::Journal::Safety::kOnDisk;
        std::size_t counted = 0;  ///< of the first events: they have been refused before
    };

    /// What became of the events of one feed. One that is taken after it was refused counts as
    /// both, and however often it is offered, it is refused once.
    struct FeedCounts {
        std::uint64_t accepted = 0;
        std::uint64_t rejected = 0;   ///< that are no events: the source is at fault
        std::uint64_t refused = 0;    ///< for want of room
        std::uint64_t unwritten = 0;  ///< for want of a disk that takes them
    };

    /// All of `events` or none. Once this returns Done they are not lost any more: the feed may
    /// acknowledge them. The error says why none was taken, "10000 events wait already; try again
    /// later". `feed` is its name, such as "radius". Any thread.
    [[nodiscard]] result::Status accept(std::string_view feed, std::vector<IdentityEvent> events) {
        return accept(feed, std::move(events), journal::Journal::Safety::kOnDisk);
    }
    /// The same of events that nobody waits to see acknowledged: within seconds they are not lost
    /// any more. Waits for no disk.
    [[nodiscard]] result::Status accept_unasked(std::string_view feed,
                                                std::vector<IdentityEvent> events) {
        return accept(feed, std::move(events), journal::Journal::Safety::kSoon);
    }
    /// The same of what is offered again when it is refused: the events are gone once they are
    /// taken, and stay until then. More than there is ever room for is taken when nothing waits.
    [[nodiscard]] result::Status accept(Offer& offer);
    /// Counts what a feed was sent that is no event. Any thread.
    void reject(std::string_view feed, std::uint64_t count = 1);
    /// Why the journal did not take the last events that it was to take; empty if it did. Any
    /// thread.
    [[nodiscard]] std::string journal_objection() const;
    /// By feed. Any thread.
    [[nodiscard]] std::map<std::string, FeedCounts, std::less<>> counts() const;

    /// The oldest `most` of what was accepted since the last call, in that order. The directory's
    /// thread.
    [[nodiscard]] std::vector<IdentityEvent> take(std::size_t most = ~std::size_t{0});
    /// Events that wait for take(). Any thread.
    [[nodiscard]] std::size_t waiting() const;

  private:
    [[nodiscard]] result::Status accept(std::string_view feed, std::vector<IdentityEvent> events,
                                        journal::Journal::Safety safety);
    [[nodiscard]] result::Status write_ahead(const Offer& offer);
    [[nodiscard]] FeedCounts& counts_of(std::string_view feed);
    [[nodiscard]] std::optional<result::Error> reserve(Offer& offer);

    journal::Journal* journal_;
    mutable std::mutex mutex_;
    std::map<std::string, FeedCounts, std::less<>> counts_;
    std::deque<IdentityEvent> waiting_;
    std::string journal_objection_;
    std::size_t reserved_ = 0;  // being written ahead: there will be room for them
    std::size_t most_events_;
};

}  // namespace sensor::control
