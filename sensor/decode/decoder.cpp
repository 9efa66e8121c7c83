#include "sensor/decode/decoder.h"

#include <algorithm>
#include <array>
#include <utility>

#include "sensor/decode/layers.h"
#include "sensor/decode/plain.h"
#include "sensor/model/flow_hash.h"

namespace sensor::decode {
namespace {

/// Headers in one packet; more than the deepest legal nesting, so that a loop ends.
constexpr std::size_t kMaxHeaders = 24;

constexpr std::uint32_t key_of(Selector selector) noexcept {
    return (static_cast<std::uint32_t>(selector.space) << 16U) | selector.number;
}

/// Whether the row reads what has the key `next`, which it then does.
template <std::size_t Row>
[[gnu::always_inline]] inline bool step_by(Walk& walk, DecodeStatus& status,
                                           std::uint32_t next) noexcept {
    constexpr std::uint32_t kKey = key_of(kLayers[Row].selector);
    constexpr auto kDecode = kLayers[Row].decode;
    if (next != kKey) return false;
    status = kDecode(walk);
    return true;
}

/// The row that reads `walk.next`, inlined: the table is known at compile time, and what it is
/// compared with is in the instructions.
template <std::size_t... Row>
[[gnu::always_inline]] inline bool step(Walk& walk, DecodeStatus& status,
                                        std::index_sequence<Row...>) noexcept {
    const std::uint32_t next = key_of(walk.next);
    return (step_by<Row>(walk, status, next) || ...);
}

DecodeStatus status_of_unknown(Space space) noexcept {
    switch (space) {
        case Space::kLink: return DecodeStatus::kUnknownLink;
        case Space::kEtherType: return DecodeStatus::kUnknownEtherType;
        default: return DecodeStatus::kUnknownTransport;
    }
}

/// The ports of those UDP tunnels that `is_wanted`.
template <class Predicate>
consteval auto ports_of(Predicate is_wanted) {
    constexpr auto kCount = std::ranges::count_if(kLayers, Predicate{});
    std::array<std::uint16_t, kCount> ports{};
    std::size_t next = 0;
    for (const Layer& layer : kLayers) {
        if (is_wanted(layer)) ports[next++] = layer.selector.number;
    }
    return ports;
}
constexpr auto kTunnelPorts =
    ports_of([](const Layer& layer) { return layer.selector.space == Space::kUdpPort; });
constexpr auto kServerPorts = ports_of([](const Layer& layer) { return layer.has_server; });

/// Whether a datagram may be a tunnel's, by its destination port, or else by its server's.
bool may_be_tunnel(Walk& walk) noexcept {
    if (std::ranges::count(kTunnelPorts, walk.next.number) != 0) return true;
    const auto source = static_cast<std::uint16_t>(walk.packet.source.port);
    if (std::ranges::count(kServerPorts, source) == 0) return false;
    walk.next = udp_port(source);
    return true;
}

/// What follows from what was read.
void complete(DecodedPacket& packet) noexcept {
    packet.flow_hash =
        symmetric_hash(packet.source, packet.destination, packet.transport, packet.scope);
    packet.source_is_low = packet.source.is_not_after(packet.destination);
}

/// Enters a UDP tunnel if its header is what the port promises; otherwise the packet is plain UDP.
DecodeStatus enter_tunnel(Walk& walk) noexcept {
    DecodedPacket& packet = walk.packet;
    const auto plain = walk.in;
    if (packet.tags.depth == kMaxTunnels) return DecodeStatus::kTooDeep;

    const bool is_asked_for = walk.carrier != nullptr && !walk.carrier->is_carrier;
    if (is_asked_for) *walk.carrier = packet;
    DecodeStatus status = DecodeStatus::kOk;
    step(walk, status, std::make_index_sequence<kLayers.size()>{});
    const bool was_cut = plain.rest().size() < walk.length;
    if (status == DecodeStatus::kTruncated && was_cut) return status;
    const bool is_tunnel = status == DecodeStatus::kOk || status == DecodeStatus::kFragment ||
                           status == DecodeStatus::kEncrypted;
    if (!is_tunnel) {
        walk.in = plain;
        walk.next = kPayload;
        return DecodeStatus::kOk;
    }
    if (is_asked_for) {
        walk.carrier->is_carrier = true;
        walk.carrier->has_tags = walk.carrier->tags != Tags{};
        complete(*walk.carrier);
    }
    if (status == DecodeStatus::kEncrypted) return status;
    const DecodeStatus entered = walk.enter_tunnel();
    const bool is_part = entered == DecodeStatus::kOk && status == DecodeStatus::kFragment;
    return is_part ? walk.stop_at(walk.fragment) : entered;
}

DecodeStatus walk_headers(Walk& walk) noexcept {
    for (std::size_t headers = 0; headers < kMaxHeaders; ++headers) {
        DecodeStatus status = DecodeStatus::kOk;
        if (walk.next.space == Space::kUdpPort) {
            if (!may_be_tunnel(walk)) return DecodeStatus::kOk;
            status = enter_tunnel(walk);
        } else if (!step(walk, status, std::make_index_sequence<kLayers.size()>{})) {
            return status_of_unknown(walk.next.space);
        }
        if (status != DecodeStatus::kOk) return status;
        if (walk.next == kPayload) return DecodeStatus::kOk;
    }
    return DecodeStatus::kTooDeep;
}

Walk begin(bytes::View frame, LinkType link_type, const Options& options,
           DecodedPacket& packet) noexcept {
    packet = DecodedPacket{};
    return {.in = bytes::ByteCursor{frame},
            .packet = packet,
            .next = link(link_type),
            .length = static_cast<std::uint32_t>(frame.size()),
            .vlan_in_scope = options.vlan_in_scope};
}

void finish(Walk& walk) noexcept {
    DecodedPacket& packet = walk.packet;
    packet.status = walk_headers(walk);
    packet.has_tags = packet.tags != Tags{};
    if (packet.status == DecodeStatus::kOk) complete(packet);
}

bool decode_plain(bytes::View frame, LinkType link, const Options& options,
                  DecodedPacket& packet) noexcept {
    if (!read_plain(frame, link, options.vlan_in_scope, packet)) return false;
    complete(packet);
    return true;
}

/// Goes on behind the fragments' headers if this one makes their datagram whole; which may be a
/// tunnel's, with a fragment in it again.
void put_together(Walk& walk, PacketView& view, Reassembler& reassembler) noexcept {
    DecodedPacket& packet = walk.packet;
    while (packet.status == DecodeStatus::kFragment) {
        const Reassembled whole = reassembler.add(packet, walk.fragment, view);
        packet.status = whole.status;
        if (packet.status != DecodeStatus::kOk) return;
        view.captured += whole.captured;
        packet.was_fragmented = true;
        packet.ip_length += whole.length - packet.payload_length;
        packet.payload = {};
        packet.payload_length = 0;
        walk.in = bytes::ByteCursor{whole.payload};
        walk.length = whole.length;
        walk.next = walk.fragment.next;
        finish(walk);
    }
}

}  // namespace

void decode(bytes::View frame, LinkType link_type, const Options& options,
            DecodedPacket& packet) noexcept {
    if (!decode_plain(frame, link_type, options, packet)) {
        decode_by_walk(frame, link_type, options, packet);
    }
}

void decode_by_walk(bytes::View frame, LinkType link_type, const Options& options,
                    DecodedPacket& packet) noexcept {
    Walk walk = begin(frame, link_type, options, packet);
    finish(walk);
}

namespace {

void decode_one(PacketView& view, const Options& options, Reassembler& reassembler,
                DecodedPacket& packet, DecodedPacket* carrier) noexcept {
    Walk walk = begin(view.frame, view.link, options, packet);
    walk.carrier = carrier;
    finish(walk);
    if (packet.status == DecodeStatus::kFragment) [[unlikely]] {
        put_together(walk, view, reassembler);
    }
}

/// From frame `first` on: the views move to the end of their column, and back to where their
/// packets are. What is written never overtakes what is read, because a frame has two packets at
/// most.
void decode_with_carriers(Burst& burst, std::size_t first, const Options& options,
                          Reassembler& reassembler) noexcept {
    const std::size_t frames = burst.size;
    std::copy_backward(burst.views.begin() + static_cast<std::ptrdiff_t>(first),
                       burst.views.begin() + static_cast<std::ptrdiff_t>(frames),
                       burst.views.end());
    burst.size = first;
    for (std::size_t i = first; i < frames; ++i) {
        const std::size_t at = burst.size++;
        PacketView view = burst.views[Burst::kPackets - frames + i];
        if (decode_plain(view.frame, view.link, options, burst.packets[at])) {
            burst.views[at] = view;
            continue;
        }
        const std::uint32_t own_length = view.captured;
        DecodedPacket& carrier = burst.packets[at + 1];
        carrier.is_carrier = false;
        decode_one(view, options, reassembler, burst.packets[at], &carrier);
        burst.views[at] = view;
        if (!carrier.is_carrier) continue;
        // Fragments that came before count for the datagram that they are of.
        if (!carrier.was_fragmented) view.captured = own_length;
        burst.views[burst.size++] = view;
    }
}

}  // namespace

void run(Burst& burst, const Options& options, Reassembler& reassembler) noexcept {
    reassembler.begin_burst();
    for (std::size_t i = 0; i < burst.size; ++i) {
        const PacketView& view = burst.views[i];
        if (decode_plain(view.frame, view.link, options, burst.packets[i])) [[likely]]
            continue;
        if (options.carriers) return decode_with_carriers(burst, i, options, reassembler);
        decode_one(burst.views[i], options, reassembler, burst.packets[i], nullptr);
    }
}

}  // namespace sensor::decode
