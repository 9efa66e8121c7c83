#include "sensor/decode/reassembly.h"

#include <algorithm>

namespace sensor::decode {
namespace {

constexpr std::uint32_t kUnit = 8;  // bytes
constexpr std::uint32_t kLongest = 65535;
constexpr std::uint32_t kWordBits = 64;

constexpr std::uint32_t units_of(std::uint32_t bytes) noexcept {
    return (bytes + kUnit - 1) / kUnit;
}
/// Those of a fragment's bytes that lie in the part of a datagram that is kept.
bytes::View kept_of(bytes::View bytes, std::uint32_t offset) noexcept {
    const std::size_t room =
        offset < Reassembler::kKeptBytes ? Reassembler::kKeptBytes - offset : 0;
    return bytes.first(std::min(bytes.size(), room));
}

}  // namespace

Reassembler::Reassembler(const ReassemblyLimits& limits)
    : timeout_ns_{limits.timeout.count()},
      datagrams_{limits.datagrams},
      contents_{limits.datagrams} {}

void Reassembler::begin_burst() noexcept {
    for (std::size_t i = 0; whole_ != 0; ++i) {
        if (datagrams_[i].state != State::kWhole) continue;
        datagrams_[i].state = State::kFree;
        --whole_;
    }
}

void Reassembler::drop(Datagram& datagram, ReassemblyCounter reason) noexcept {
    if (datagram.state == State::kIncomplete) {
        counters_.add(reason, datagram.fragments);
        held_ -= datagram.fragments;
    }
    datagram.state = State::kFree;
}

/// Keeps the place, so that what is yet to come of it is known.
void Reassembler::refuse(Datagram& datagram) noexcept {
    drop(datagram, ReassemblyCounter::kContradictory);
    datagram.state = State::kRefused;
    counters_.add(ReassemblyCounter::kContradictory);
}

void Reassembler::begin(Datagram& datagram, const Key& key, std::int64_t now_ns) noexcept {
    datagram.state = State::kIncomplete;
    datagram.key = key;
    datagram.first_seen_ns = now_ns;
    datagram.fragments = datagram.units = datagram.length = datagram.reach = 0;
    datagram.captured = 0;
    datagram.kept = kKeptBytes;
    content_of(datagram).seen.fill(0);
}

/// The datagram's place, or a new one: a free one, else that of the oldest.
Reassembler::Datagram* Reassembler::find_or_begin(const Key& key, std::int64_t now_ns) noexcept {
    // A clock that goes back is another trace's: nothing of it belongs to what was before.
    const bool is_new_clock = now_ns < now_ns_;
    now_ns_ = now_ns;
    Datagram* place = nullptr;
    Datagram* oldest = nullptr;
    for (std::size_t i = 0; i < used_; ++i) {
        Datagram& datagram = datagrams_[i];
        const bool is_pending =
            datagram.state == State::kIncomplete || datagram.state == State::kRefused;
        if (is_pending && (is_new_clock || now_ns - datagram.first_seen_ns >= timeout_ns_)) {
            drop(datagram, ReassemblyCounter::kTimedOut);
        } else if (is_pending) {
            if (datagram.key == key) return &datagram;
            if (oldest == nullptr || datagram.first_seen_ns < oldest->first_seen_ns) {
                oldest = &datagram;
            }
        }
        if (place == nullptr && datagram.state == State::kFree) place = &datagram;
    }
    if (place == nullptr && used_ < datagrams_.size()) place = &datagrams_[used_++];
    if (place == nullptr) place = oldest;
    if (place == nullptr) return nullptr;
    drop(*place, ReassemblyCounter::kEvicted);
    begin(*place, key, now_ns);
    return place;
}

Reassembler::Fit Reassembler::fit(const Datagram& datagram, const DecodedPacket& packet,
                                  const Fragment& part) noexcept {
    if (datagram.state == State::kRefused) return Fit::kContradictory;
    const std::uint32_t end = part.offset + packet.payload_length;
    if (datagram.length != 0) {
        if (part.more ? end > datagram.length : end != datagram.length) return Fit::kContradictory;
    } else if (!part.more && end < datagram.reach) {
        return Fit::kContradictory;
    }
    const Content& content = content_of(datagram);
    const std::uint32_t first_unit = part.offset / kUnit;
    const std::uint32_t end_unit = units_of(end);
    std::uint64_t seen = 0;
    for (std::uint32_t unit = first_unit; unit < end_unit; ++unit)
        seen += content.seen[unit / kWordBits] >> (unit % kWordBits) & 1U;
    if (seen == 0) return Fit::kNew;
    const bytes::View kept = kept_of(packet.payload, part.offset);
    const auto* const before = content.bytes.data() + (kept.empty() ? 0 : part.offset);
    const bool is_same =
        seen == end_unit - first_unit && std::equal(kept.begin(), kept.end(), before);
    return is_same ? Fit::kRepeated : Fit::kContradictory;
}

void Reassembler::insert(Datagram& datagram, const DecodedPacket& packet,
                         const Fragment& part) noexcept {
    Content& content = content_of(datagram);
    const std::uint32_t end = part.offset + packet.payload_length;
    const std::uint32_t end_unit = units_of(end);
    for (std::uint32_t unit = part.offset / kUnit; unit < end_unit; ++unit)
        content.seen[unit / kWordBits] |= std::uint64_t{1} << (unit % kWordBits);
    datagram.units += end_unit - part.offset / kUnit;
    datagram.reach = std::max(datagram.reach, end);
    if (!part.more) datagram.length = end;
    const bytes::View kept = kept_of(packet.payload, part.offset);
    if (!kept.empty()) std::copy(kept.begin(), kept.end(), content.bytes.data() + part.offset);
    if (packet.payload.size() < packet.payload_length) {  // the mirror cut it
        const auto captured = static_cast<std::uint32_t>(packet.payload.size());
        datagram.kept = std::min(datagram.kept, part.offset + captured);
    }
}

Reassembled Reassembler::add(const DecodedPacket& packet, const Fragment& part,
                             const PacketView& view) noexcept {
    const std::uint32_t end = part.offset + packet.payload_length;
    const bool is_whole_units = packet.payload_length % kUnit == 0;
    if (packet.payload_length == 0 || end > kLongest || (part.more && !is_whole_units)) {
        counters_.add(ReassemblyCounter::kMalformed);
        return {};
    }
    const Key key{.scope = packet.scope,
                  .source = packet.source.address,
                  .destination = packet.destination.address,
                  .datagram = part.datagram,
                  .next = part.next};
    Datagram* const datagram = find_or_begin(key, nanoseconds_of(view.seen));
    if (datagram == nullptr) {
        counters_.add(ReassemblyCounter::kNoRoom);
        return {};
    }
    switch (fit(*datagram, packet, part)) {
        case Fit::kNew: break;
        case Fit::kRepeated: counters_.add(ReassemblyCounter::kRepeated); return {};
        case Fit::kContradictory: refuse(*datagram); return {};
    }
    insert(*datagram, packet, part);
    if (datagram->length == 0 || datagram->units != units_of(datagram->length)) {
        ++datagram->fragments;
        ++held_;
        datagram->captured += view.captured;
        return {.status = DecodeStatus::kFragmentHeld, .payload = {}};
    }
    counters_.add(ReassemblyCounter::kDatagrams);
    counters_.add(ReassemblyCounter::kJoined, datagram->fragments);
    held_ -= datagram->fragments;
    datagram->state = State::kWhole;
    ++whole_;
    return {.status = DecodeStatus::kOk,
            .payload = bytes::View{content_of(*datagram).bytes}.first(
                std::min(datagram->kept, datagram->length)),
            .length = datagram->length,
            .captured = datagram->captured};
}

}  // namespace sensor::decode
