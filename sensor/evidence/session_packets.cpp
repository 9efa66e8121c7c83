#include "sensor/evidence/session_packets.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <tuple>
#include <utility>

namespace sensor::evidence {
namespace {

/// Besides memory_bytes, for packets whose record waits for other workers'. A replay never comes
/// near it.
constexpr std::size_t kMostWaiting = std::size_t{128} << 20U;

}  // namespace

SessionPackets::SessionPackets(const Options& options, const std::vector<Channel*>& channels)
    : most_bytes_{options.memory_bytes} {
    for (Channel* channel : channels)
        readers_.emplace_back(channel->ring(), sizeof(KeptPacket) + options.snap_bytes);
}

bool SessionPackets::Later::operator()(const Packet& a, const Packet& b) const noexcept {
    return std::tie(a.about.order, a.about.index) > std::tie(b.about.order, b.about.index);
}

void SessionPackets::gather() {
    for (dpdk::MessageReader& reader : readers_) {
        // What is there now, and no more, as it is with records.
        for (std::size_t units = reader.units_waiting(); units != 0;) {
            const dpdk::MessageHeader* message = reader.next();
            units -= message->units;
            const auto& kept = *reinterpret_cast<const KeptPacket*>(message);
            const bytes::View bytes = kept.bytes();
            Packet packet{.about = kept, .bytes = {bytes.begin(), bytes.end()}};
            if (waiting_bytes_ + packet.cost() > kMostWaiting + most_bytes_) {
                ++counts_.dropped;
                continue;
            }
            waiting_bytes_ += packet.cost();
            waiting_.push(std::move(packet));
        }
    }
}

bool SessionPackets::next_until(const RecordOrder& order, Packet& packet) {
    if (waiting_.empty() || waiting_.top().about.order > order) return false;
    packet = waiting_.top();
    waiting_bytes_ -= packet.cost();
    waiting_.pop();
    return true;
}

void SessionPackets::add(Packet packet) {
    Queue& queue = packet.about.is_unapproved ? unapproved_ : approved_;
    Kept& kept = sessions_[packet.about.flow_id];
    if (kept.queue == nullptr) {
        kept.queue = &queue;
        kept.place = queue.insert(queue.end(), packet.about.flow_id);
    }
    bytes_ += packet.cost();
    kept.packets.push_back(std::move(packet));
    if (bytes_ > most_bytes_) make_room();
}

void SessionPackets::make_room() {
    while (bytes_ > most_bytes_) {
        Queue& queue = approved_.empty() ? unapproved_ : approved_;
        const auto oldest = sessions_.find(queue.front());
        for (const Packet& packet : oldest->second.packets)
            bytes_ -= packet.cost();
        counts_.overwritten += oldest->second.packets.size();
        sessions_.erase(oldest);
        queue.pop_front();
    }
}

const std::vector<Packet>* SessionPackets::of(std::uint64_t flow_id) const {
    const auto found = sessions_.find(flow_id);
    return found == sessions_.end() ? nullptr : &found->second.packets;
}

void SessionPackets::clear() {
    sessions_.clear();
    approved_.clear();
    unapproved_.clear();
    bytes_ = 0;
}

}  // namespace sensor::evidence
