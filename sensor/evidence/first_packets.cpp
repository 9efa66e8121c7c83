#include "sensor/evidence/first_packets.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "sensor/evidence/redaction.h"

namespace sensor::evidence {

FirstPackets::FirstPackets(const Options& options, std::size_t sessions, Channel& channel)
    : options_{options},
      lines_{(sizeof(KeptPacket) + options.snap_bytes + sizeof(Line) - 1) / sizeof(Line)},
      slots_{std::max<std::size_t>(options.memory_bytes / (lines_ * sizeof(Line)),
                                   Options::kMostPackets)},
      ring_{slots_ * lines_},
      places_{sessions + 1},
      channel_{channel} {}

bool FirstPackets::keep(std::uint32_t session, const PacketView& view,
                        const DecodedPacket& decoded) noexcept {
    Place& place = places_[session];
    const bytes::View kept =
        may_be_kept(view, decoded, options_.payload_bytes, options_.snap_bytes);
    KeptPacket& written = slot(next_);
    ++place.count;
    written.time_ns = nanoseconds_of(view.seen);
    written.before = place.last;
    // What a datagram's earlier fragments had is counted with its last, and is not in the frame.
    written.original_bytes =
        decoded.was_fragmented ? static_cast<std::uint32_t>(view.frame.size()) : view.captured;
    written.kept_bytes = static_cast<std::uint32_t>(kept.size());
    written.source = view.source;
    written.index = place.count;
    written.link = view.link;
    written.was_fragmented = decoded.was_fragmented;
    std::memcpy(&written + 1, kept.data(), kept.size());
    place.last = ++newest_;
    if (++next_ == slots_) next_ = 0;
    counters_.add(PacketCounter::kKept);
    return place.count < options_.packets;
}

KeptPacket& FirstPackets::packet(std::uint64_t number) noexcept {
    const std::size_t back = newest_ - number + 1;
    return slot(next_ >= back ? next_ - back : next_ + slots_ - back);
}

void FirstPackets::send(std::uint32_t session, const Addressee& addressee) noexcept {
    Place& place = places_[session];
    const unsigned wanted = place.count - place.sent;
    if (wanted == 0) return;
    place.sent = place.count;
    std::array<std::uint64_t, Options::kMostPackets> there;  // the newest first
    unsigned found = 0;
    for (std::uint64_t number = place.last; found < wanted && is_there(number);
         number = packet(number).before) {
        there[found++] = number;
    }
    counters_.add(PacketCounter::kOverwritten, wanted - found);
    while (found != 0) {
        KeptPacket& next = packet(there[--found]);
        next.flow_id = addressee.flow_id;
        next.order = addressee.order;
        next.is_unapproved = addressee.is_unapproved;
        counters_.add(channel_.send(next) ? PacketCounter::kSent : PacketCounter::kDropped);
    }
}

}  // namespace sensor::evidence
