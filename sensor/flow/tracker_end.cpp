// How sessions end: by their timeouts, or all of them with the trace.
#include <algorithm>
#include <array>
#include <functional>
#include <span>

#include "sensor/flow/tracker.h"
#include "sensor/model/flow_hash.h"

namespace sensor::flow {

void Tracker::end(std::uint32_t entry, EndReason reason, std::int64_t time_ns,
                  std::uint64_t packet) noexcept {
    Session& session = pool_[entry];
    wheel_of(session).remove(entry);
    index_.erase(symmetric_hash(session.key), entry);
    listener_.forget(session);
    ended_.push_back({session, tags_of(session), entry, reason, time_ns, packet});
    session.key.transport = Transport::kNone;
    free_.push_back(entry);
    live_.store(session_count() - 1, std::memory_order_relaxed);
}

/// A few at a time, so that what each touches is on its way while the others are looked at.
void Tracker::expire(TimerWheel& wheel, std::int64_t now_ns, unsigned& budget) noexcept {
    std::array<std::uint32_t, 16> due{};
    while (budget != 0) {
        std::size_t count = 0;
        while (count < due.size() && budget != 0) {
            due[count] = wheel.take_due(now_ns);
            if (due[count] == kNoEntry) break;
            index_.prefetch(symmetric_hash(pool_[due[count]].key));
            ++count;
            --budget;
        }
        for (const std::uint32_t entry : std::span{due}.first(count)) {
            const Session& session = pool_[entry];
            const std::int64_t deadline = deadline_of(session);
            wheel.insert(entry, deadline);
            if (deadline <= now_ns) end(entry, reason_of(session), deadline, 0);
        }
        if (count < due.size()) return;
    }
}

void Tracker::expire(Timestamp now, unsigned budget) noexcept {
    expire(undecided_, nanoseconds_of(now), budget);
    expire(decided_, nanoseconds_of(now), budget);
}

void Tracker::begin_end(EndReason reason, Timestamp now) noexcept {
    endings_.reserve(session_count());
    for (std::uint32_t entry = 1; entry < unused_; ++entry) {
        const Session& session = pool_[entry];
        if (session.key.transport == Transport::kNone) continue;  // given back
        const EndReason own = reason_of(session);
        const std::int64_t deadline = deadline_of(session);
        if (deadline <= nanoseconds_of(now)) {
            endings_.push_back({deadline, 0, flow_id_of(session), entry, own});
        } else {
            endings_.push_back({nanoseconds_of(now), RecordOrder::kAfterPackets,
                                flow_id_of(session), entry,
                                own == EndReason::kTimeout ? reason : own});
        }
    }
    std::ranges::sort(endings_, std::greater{});
}

bool Tracker::end_some(unsigned budget) noexcept {
    if (endings_.empty()) {
        endings_ = {};  // its memory is not needed until the next trace ends
        return false;
    }
    for (; budget != 0 && !endings_.empty(); --budget) {
        const Ending& next = endings_.back();
        end(next.entry, next.reason, next.time_ns, next.packet);
        endings_.pop_back();
    }
    return true;
}

std::int64_t Tracker::settled_until_ns() const noexcept {
    return std::min(undecided_.hand(), decided_.hand()) << TimerWheel::kTickShift;
}

}  // namespace sensor::flow
