// The unit of work: packets that cross the stages together, one column per stage.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "sensor/model/following.h"
#include "sensor/model/packet.h"
#include "sensor/model/session.h"

namespace sensor {

/// What flow hands to identify for one packet: who speaks is told by endpoint, because a session
/// may turn round while its burst is looked at.
struct Speech {
    bytes::View said;         ///< first bytes of this direction so far; empty if nothing is new
    bytes::View heard;        ///< those of the other direction, if they are kept and still matter
    bool from_low = false;    ///< sent by the flow key's low endpoint
    bool unfinished = false;  ///< written by identify: keep `said`, a datagram, for the next one
    bytes::View before = {};  ///< the datagrams kept so, each behind its length in two bytes
    /// Of a session that has a first-bytes buffer; else null.
    Following* following = nullptr;
};

/// What identify recognised in one packet's session just now, for facts to be taken from. A
/// direction's first payload that is not recognised is there as unknown.
struct Recognised {
    struct Bytes {
        bytes::View said;
        ProtocolId protocol{};
        Direction direction{};
    };
    std::array<Bytes, 4> parts;  ///< both directions, outer and inner; `count` are set
    std::size_t count = 0;
    /// Both directions of a session that was upgraded just now, each from its start.
    bool is_upgraded = false;
    bytes::View client;
    bytes::View server;

    void clear() noexcept {
        count = 0;
        is_upgraded = false;
    }
    void add(bytes::View said, ProtocolId protocol, Direction direction) noexcept {
        if (count != parts.size()) parts[count++] = {said, protocol, direction};
    }
    [[nodiscard]] auto begin() const noexcept { return parts.begin(); }
    [[nodiscard]] auto end() const noexcept {
        return parts.begin() + static_cast<std::ptrdiff_t>(count);
    }
};

struct Burst {
    static constexpr std::size_t kCapacity = 64;            // frames
    static constexpr std::size_t kPackets = 2 * kCapacity;  // each frame's may have a carrier

    std::size_t size = 0;
    /// The packets that the stages after decode look at now, [round_begin, round_end). A round ends
    /// before a second packet of a session that still waits for a verdict on the first, so that
    /// what is decided never depends on how packets fell into bursts.
    std::size_t round_begin = 0;
    std::size_t round_end = 0;
    /// Those packets of the round that more than counting is to be done for, in their order;
    /// written by flow. The columns of the stages behind it hold something for these only.
    [[nodiscard]] std::span<const std::uint8_t> due() const noexcept {
        return {due_packets.data(), due_count};
    }
    void begin_round() noexcept {
        round_begin = round_end;
        due_count = 0;
    }
    void add_due(std::size_t packet) noexcept {
        due_packets[due_count++] = static_cast<std::uint8_t>(packet);
    }
    std::size_t due_count = 0;
    std::array<std::uint8_t, kPackets> due_packets;
    std::array<PacketView, kPackets> views;       ///< written by capture, one a frame
    std::array<DecodedPacket, kPackets> packets;  ///< written by decode
    std::array<Session*, kPackets> sessions;      ///< written by flow, for those due
    std::array<Speech, kPackets> speech;          ///< ditto
    std::array<Recognised, kPackets> recognised;  ///< written by identify, for those due
};

}  // namespace sensor
