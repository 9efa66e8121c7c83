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
    explicit TimerWheel(memory::Region<Session>& pool)
        : pool_{pool}, heads_(kSlots, kNoEntry), lasts_(kSlots, kNoEntry) {}

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
        const std::uint32_t mark = kSlotMark | static_cast<std::uint32_t>(slot);
        Session& session = pool_[entry];
        // Behind those that are there: the first of a slot is its oldest. The two at the ends point
        // at their slot, marked so that it cannot be taken for an entry.
        session.timer_next = mark;
        session.timer_previous = lasts_[slot] == kNoEntry ? mark : lasts_[slot];
        set_next(session.timer_previous, entry);
        lasts_[slot] = entry;
        ++count_;
    }

    void remove(std::uint32_t entry) noexcept {
        const Session& session = pool_[entry];
        const std::uint32_t next = session.timer_next;
        const std::uint32_t previous = session.timer_previous;
        const bool is_last = (next & kSlotMark) != 0;
        const bool is_first = (previous & kSlotMark) != 0;
        set_next(previous, is_first && is_last ? kNoEntry : next);
        if (is_last) {
            lasts_[next & ~kSlotMark] = is_first ? kNoEntry : previous;
        } else {
            pool_[next].timer_previous = previous;
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
            remove(entry);
            prefetch(heads_[slot_of(hand_)]);  // whoever asks will ask again
            return entry;
        }
        return kNoEntry;
    }

    /// The oldest entry of the earliest slot, left in place; kNoEntry if the wheel is empty.
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
    /// `before` is an entry, or the mark of a slot, whose first entry `next` becomes.
    void set_next(std::uint32_t before, std::uint32_t next) noexcept {
        if ((before & kSlotMark) != 0) {
            heads_[before & ~kSlotMark] = next;
        } else {
            pool_[before].timer_next = next;
        }
    }
    void prefetch(std::uint32_t entry) const noexcept {
        const Session* session = &pool_[entry];
        __builtin_prefetch(session, 1);
        __builtin_prefetch(reinterpret_cast<const std::byte*>(session) + 64, 1);
    }
    static std::size_t slot_of(std::int64_t tick) noexcept {
        return static_cast<std::size_t>(tick) & (kSlots - 1);
    }

    memory::Region<Session>& pool_;
    std::vector<std::uint32_t> heads_;  // by slot: its first entry, the oldest
    std::vector<std::uint32_t> lasts_;
    std::int64_t hand_ = 0;  // tick of the earliest slot that may hold anything
    std::size_t count_ = 0;
};

}  // namespace sensor::flow
