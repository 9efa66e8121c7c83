// Sessions of which more may be learnt: what an app's or a device's source tells later bears on
// them. A ring of fixed size, the oldest making room. Cold path.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <unordered_map>

#include "sensor/model/fact_list.h"
#include "sensor/model/observation.h"
#include "sensor/model/record.h"

namespace sensor::control {

class SessionLog {
  public:
    struct Entry {
        SessionRecord record;
        FactList facts;
        std::uint64_t light = 0;  ///< see light_of(), when it was last judged
        std::string finding;      ///< id of the finding it belongs to; empty if to none
        std::string beyond;       ///< ditto as seen beyond its proxy
    };

    /// `capacity` is at least 1.
    explicit SessionLog(std::size_t capacity);

    /// Takes note of a session, or of what became of one that is still open. Borrowed until the
    /// next call.
    Entry& note(const SessionRecord& record);

    /// Calls visit(Entry&) for sessions of this client's address that began from `from` to `to`,
    /// oldest first.
    template <class Visit>
    void each_of(const Address& client, Timestamp from, Timestamp to, Visit&& visit) {
        const auto found = by_client_.find(client);
        if (found == by_client_.end()) return;
        for (std::uint32_t at = found->second.first; at != kNone; at = slots_[at].next) {
            const Timestamp start = timestamp_of(slots_[at].entry.record.session.start_ns);
            if (start >= from && start <= to) visit(slots_[at].entry);
        }
    }
    [[nodiscard]] std::size_t size() const noexcept { return slots_.size(); }

  private:
    static constexpr std::uint32_t kNone = ~0U;

    struct Slot {
        Entry entry;
        std::uint32_t next = kNone;  // of the same client's, in the order they were noted
    };
    struct Chain {
        std::uint32_t first = kNone;
        std::uint32_t last = kNone;
    };
    struct Hash {
        std::size_t operator()(const Address& address) const noexcept;
    };

    [[nodiscard]] std::uint32_t free_slot();
    void forget_oldest();

    std::size_t capacity_;
    std::deque<Slot> slots_;    // grows without moving what is there
    std::uint32_t oldest_ = 0;  // once all are in use
    std::unordered_map<Address, Chain, Hash> by_client_;
    std::unordered_map<std::uint64_t, std::uint32_t> open_;  // by flow id
};

/// Differs, but for a chance of two to the 64th, where who opened the session, or in what state,
/// is known to be different.
[[nodiscard]] std::uint64_t light_of(const Observation& session);

}  // namespace sensor::control
