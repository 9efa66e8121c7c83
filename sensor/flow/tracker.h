// flow: inner packets -> sessions. One tracker a worker, so every table has one writer and no lock.
//
// Full table: the oldest session still without a verdict makes room; if there is none, the newcomer
// goes untracked. Sessions that are identified are never evicted. Both are counted.
#pragma once

#include <atomic>
#include <cstdint>
#include <span>
#include <vector>

#include "lib/memory/region.h"
#include "sensor/flow/counters.h"
#include "sensor/flow/flow_index.h"
#include "sensor/flow/listener.h"
#include "sensor/flow/tags_table.h"
#include "sensor/flow/timer_wheel.h"
#include "sensor/model/burst.h"
#include "sensor/model/record.h"

namespace sensor::flow {

/// How long a session may be silent. All at least 2 s: a burst spans less.
struct Timeouts {
    Duration tcp_handshake = std::chrono::seconds{30};  ///< until payload is seen
    Duration tcp_open = std::chrono::hours{1};       ///< push channels are silent for half an hour
    Duration tcp_closed = std::chrono::seconds{10};  ///< lets late segments find their session
    Duration udp_one_way = std::chrono::seconds{30};
    Duration udp_both_ways = std::chrono::minutes{3};
};

struct Limits {
    std::size_t sessions = 1U << 20U;     ///< at once
    std::size_t first_bytes = 1U << 13U;  ///< sessions with buffered first bytes at once
};

/// A session that is over, and its place in the order of records.
struct Ended {
    Session session;
    Tags tags;
    std::uint32_t entry = 0;  ///< was its, and may be another's by now
    EndReason reason{};
    std::int64_t time_ns = 0;  ///< packet time at which it ended
    std::uint64_t packet = 0;  ///< as in RecordOrder
};

class Tracker {
  public:
    /// A session that the cold side watches gets a round of its own once it has lived for
    /// `persistence`.
    Tracker(const Timeouts& timeouts, const Limits& limits, Duration persistence);

    /// Begins the next round of the burst: fills the `sessions` and `speech` columns of packets
    /// [round_begin, round_end), where round_begin is the last round's end. The burst must span
    /// less than a second.
    void run(Burst& burst) noexcept;
    /// After identify has looked at the round: keeps the payloads it wants to see again, lets go of
    /// the others.
    void settle(Burst& burst) noexcept;
    /// Ends up to `budget` sessions whose time is over at `now`.
    void expire(Timestamp now, unsigned budget) noexcept;
    /// Plans the end of all sessions at a trace's end, `now`, in the order of their records.
    void begin_end(EndReason reason, Timestamp now) noexcept;
    /// Ends up to `budget` of them; false if none was left. Until then no packet may come.
    [[nodiscard]] bool end_some(unsigned budget) noexcept;

    /// Sessions that ended since the last clear_ended(); bounded by the budgets and the burst.
    [[nodiscard]] std::span<const Ended> ended() const noexcept { return ended_; }
    void clear_ended() noexcept { ended_.clear(); }

    /// No session will end with an earlier time than this: every timeout before it is known.
    [[nodiscard]] std::int64_t settled_until_ns() const noexcept;

    /// Sets of tags that found no room: their sessions have none. Read when the worker is done.
    [[nodiscard]] std::uint64_t refused_tags() const noexcept { return tags_.refused(); }
    /// The number of the session's place in the table, from 1 to Limits::sessions; nobody else's
    /// while it lives.
    [[nodiscard]] std::uint32_t entry_of(const Session& session) const noexcept;
    [[nodiscard]] const Tags& tags_of(const Session& session) const noexcept {
        return tags_[session.tags];
    }
    [[nodiscard]] const metrics::CounterBlock<FlowCounter>& counters() const noexcept {
        return counters_;
    }
    /// How many sessions there is room for.
    [[nodiscard]] std::size_t capacity() const noexcept { return pool_.size() - 1; }
    /// Any thread.
    [[nodiscard]] std::size_t session_count() const noexcept {
        return live_.load(std::memory_order_relaxed);
    }
    /// Mapped bytes of index and entries, per session that has room.
    [[nodiscard]] double bytes_per_session() const noexcept;

  private:
    void prefetch(const Burst& burst) noexcept;
    /// The entry of the packet's session, if it has one already.
    [[nodiscard]] std::uint32_t find(const DecodedPacket& packet) const noexcept;
    /// True if the round must end before this packet.
    [[nodiscard]] bool must_wait(std::uint32_t entry, const DecodedPacket& packet) const noexcept;
    /// Whether nothing is left to do for the packet but to count it.
    [[nodiscard]] bool is_steady(const Session& session, const PacketView& view,
                                 const DecodedPacket& packet) const noexcept;
    static void count_steady(Session& session, const PacketView& view,
                             const DecodedPacket& packet) noexcept;
    /// Any other packet. False if the round must end before it.
    [[nodiscard]] bool take(Burst& burst, std::size_t packet, std::uint32_t entry) noexcept;
    Session* track(std::uint32_t entry, const PacketView& view,
                   const DecodedPacket& packet) noexcept;
    std::uint32_t create(const PacketView& view, const DecodedPacket& packet) noexcept;
    void count(Session& session, Direction direction, const PacketView& view,
               const DecodedPacket& packet) noexcept;
    void update_tcp(Session& session, Direction direction, const DecodedPacket& packet) noexcept;
    void update_timer(Session& session) noexcept;
    void end(std::uint32_t entry, EndReason reason, std::int64_t time_ns,
             std::uint64_t packet) noexcept;
    [[nodiscard]] bool make_room(const PacketView& view) noexcept;
    [[nodiscard]] std::int64_t deadline_of(const Session& session) const noexcept;
    [[nodiscard]] TimerWheel& wheel_of(const Session& session) noexcept;
    [[nodiscard]] EndReason reason_of(const Session& session) const noexcept;
    void expire(TimerWheel& wheel, std::int64_t now_ns, unsigned& budget) noexcept;

    std::array<std::int64_t, 5> timeouts_ns_;  // by timer class
    std::int64_t persistence_ns_;
    memory::Region<Session> pool_;  // entry numbers count from 1
    FlowIndex index_;
    TimerWheel undecided_;
    TimerWheel decided_;
    TagsTable tags_;
    std::vector<std::uint32_t> free_;   // entries given back; reserved at start
    std::uint32_t unused_ = 1;          // entries from here on were never used
    std::atomic<std::size_t> live_{0};  // written by its worker alone, without a locked instruction
    std::int64_t burst_start_ns_ = 0;
    std::vector<Ended> ended_;  // reserved at start
    struct Ending {
        std::int64_t time_ns;
        std::uint64_t packet;  // as in RecordOrder
        std::uint64_t flow_id;
        std::uint32_t entry;
        EndReason reason;
        friend auto operator<=>(const Ending&, const Ending&) = default;
    };
    std::vector<Ending> endings_;  // last first
    metrics::CounterBlock<FlowCounter> counters_;
    Listener listener_;
};

}  // namespace sensor::flow
