// When to look at a session again: a wheel of lists through the entries themselves.
//
// Lazy: a packet does not move its session. When a slot comes due, each session in it is looked at,
// and goes into a later slot if a packet has come since.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "lib/memory/region.h"
#include "sensor/flow/flow_index.h"
#include "sensor/model/session.h"

namespace sensor::flow {

class TimerWheel {
  public:
    /// Length of a slot: 2^30 ns, about a second, so that a slot's number is a shift.
    static constexpr unsigned kTickShift = 30;
    static constexpr std::size_t kSlots = 4096;  // 73 minutes; later deadlines are looked at twice

    /// Entries live in `pool`, numbered from 1; `timer_next` and `timer_previous` are the wheel's.
    explicit TimerWheel(memory::Region<Session>& pool) : pool_{pool}, heads_(kSlots, kNoEntry) {}

    [[nodiscard]] static std::int64_t tick_of(std::int64_t time_ns) noexcept {
        return time_ns >> kTickShift;
    }

    /// Puts the wheel's hand at `now`; it must be empty.
    void start(std::int64_t now_ns) noexcept { hand_ = tick_of(now_ns); }
    [[nodiscard]] std::int64_t hand() const noexcept { return hand_; }
    [[nodiscard]] bool empty() const noexcept { return count_ == 0; }

    void insert(std::uint32_t entry, std::int64_t deadline_ns) noexcept {
        const std::int64_t tick =
            std::clamp(tick_of(deadline_ns), hand_, hand_ + static_cast<std::int64_t>(kSlots) - 1);
        const std::size_t slot = slot_of(tick);
        Session& session = pool_[entry];
        session.timer_next = heads_[slot];
        // A first entry points back at its slot, marked so that it cannot be taken for an entry.
        session.timer_previous = kSlotMark | static_cast<std::uint32_t>(slot);
        if (heads_[slot] != kNoEntry) pool_[heads_[slot]].timer_previous = entry;
        heads_[slot] = entry;
        ++count_;
    }

    void remove(std::uint32_t entry) noexcept {
        const Session& session = pool_[entry];
        if ((session.timer_previous & kSlotMark) != 0) {
            heads_[session.timer_previous & ~kSlotMark] = session.timer_next;
        } else {
            pool_[session.timer_previous].timer_next = session.timer_next;
        }
        if (session.timer_next != kNoEntry) {
            pool_[session.timer_next].timer_previous = session.timer_previous;
        }
        --count_;
    }

    /// The next entry of a slot that ended before `now`, taken out; kNoEntry if none is due. The
    /// hand follows.
    [[nodiscard]] std::uint32_t take_due(std::int64_t now_ns) noexcept {
        const std::int64_t now = tick_of(now_ns);
        if (count_ == 0) {
            hand_ = std::max(hand_, now);
            return kNoEntry;
        }
        for (; hand_ < now; ++hand_) {
            const std::uint32_t entry = heads_[slot_of(hand_)];
            if (entry == kNoEntry) continue;
            // Whoever asks will ask again.
            const Session* following = &pool_[pool_[entry].timer_next];
            __builtin_prefetch(following, 1);
            __builtin_prefetch(reinterpret_cast<const std::byte*>(following) + 64, 1);
            remove(entry);
            return entry;
        }
        return kNoEntry;
    }

    /// An entry of the earliest slot, left in place; kNoEntry if the wheel is empty.
    [[nodiscard]] std::uint32_t earliest() const noexcept {
        if (count_ == 0) return kNoEntry;
        for (std::size_t ahead = 0; ahead < kSlots; ++ahead) {
            const std::uint32_t head = heads_[slot_of(hand_ + static_cast<std::int64_t>(ahead))];
            if (head != kNoEntry) return head;
        }
        return kNoEntry;
    }

  private:
    static constexpr std::uint32_t kSlotMark = 0x8000'0000U;
    static std::size_t slot_of(std::int64_t tick) noexcept {
        return static_cast<std::size_t>(tick) & (kSlots - 1);
    }

    memory::Region<Session>& pool_;
    std::vector<std::uint32_t> heads_;
    std::int64_t hand_ = 0;  // tick of the earliest slot that may hold anything
    std::size_t count_ = 0;
};

}  // namespace sensor::flow
