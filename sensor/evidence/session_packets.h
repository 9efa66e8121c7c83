// The kept packets that crossed to the cold side, by session, until somebody asks for them or
// others need their room. Cold path.
//
// Packets are taken up in the order of the records they were sent for, so that what is there when a
// record is judged does not depend on how far the workers have come meanwhile.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <queue>
#include <unordered_map>
#include <vector>

#include "lib/dpdk/message_ring.h"
#include "sensor/evidence/channel.h"
#include "sensor/evidence/options.h"
#include "sensor/evidence/packet.h"

namespace sensor::evidence {

class SessionPackets {
  public:
    /// `channels` must outlive it.
    SessionPackets(const Options& options, const std::vector<Channel*>& channels);

    /// Empties the channels.
    void gather();
    /// The next packet that was sent for a record no later than `order`, the caller's; the caller
    /// then calls add() or not. False if there is none.
    [[nodiscard]] bool next_until(const RecordOrder& order, Packet& packet);
    /// Keeps it with its session's others.
    void add(Packet packet);
    /// Those of a session, oldest first; null if there are none.
    [[nodiscard]] const std::vector<Packet>* of(std::uint64_t flow_id) const;
    /// Forgets all sessions: the clock starts anew.
    void clear();

    struct Counts {
        std::uint64_t overwritten = 0;  ///< packets whose room others needed
        std::uint64_t dropped = 0;      ///< packets that came faster than they could be taken up
    };
    [[nodiscard]] const Counts& counts() const noexcept { return counts_; }

  private:
    /// By flow id, oldest first.
    using Queue = std::list<std::uint64_t>;
    struct Kept {
        std::vector<Packet> packets;
        Queue* queue = nullptr;  // where it waits to be forgotten
        Queue::iterator place;
    };
    struct Later {
        [[nodiscard]] bool operator()(const Packet& a, const Packet& b) const noexcept;
    };
    void make_room();

    std::size_t most_bytes_;
    std::vector<dpdk::MessageReader> readers_;
    std::priority_queue<Packet, std::vector<Packet>, Later> waiting_;
    std::size_t waiting_bytes_ = 0;
    std::unordered_map<std::uint64_t, Kept> sessions_;
    std::size_t bytes_ = 0;  // of them
    // What plainly is approved makes room before what is not: hardly anybody will ask for it.
    Queue approved_;
    Queue unapproved_;
    Counts counts_;
};

}  // namespace sensor::evidence
