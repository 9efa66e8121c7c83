// Frames put through the whole decoder, as a worker would.
#pragma once

#include <algorithm>
#include <utility>

#include <gtest/gtest.h>

#include "sensor/decode/decoder.h"
#include "sensor/model/flow_key.h"
#include "tests/support/hex.h"
#include "tests/support/packet_builder.h"

namespace test {

using sensor::DecodedPacket;
using sensor::DecodeStatus;
using sensor::LinkType;
using sensor::PortNumber;
using sensor::Transport;
using sensor::TunnelKind;
using sensor::Vni;

/// A decoded frame together with the bytes its views borrow.
struct Decoded {
    Frame frame;
    DecodedPacket packet;

    [[nodiscard]] std::string_view payload() const { return bytes::text_of(packet.payload); }
    [[nodiscard]] sensor::FlowKey key() const {
        return sensor::FlowKey::between(packet.source, packet.destination, packet.transport,
                                        packet.scope);
    }
};

inline Decoded decoded(Frame frame, LinkType link = LinkType::kEthernet,
                       const sensor::decode::Options& options = {}) {
    Decoded result{.frame = std::move(frame), .packet = {}};
    sensor::decode::decode(result.frame, link, options, result.packet);
    return result;
}
inline Decoded decoded(const PacketBuilder& builder, LinkType link = LinkType::kEthernet,
                       const sensor::decode::Options& options = {}) {
    return decoded(builder.frame(), link, options);
}
inline DecodeStatus status_of(const PacketBuilder& builder, LinkType link = LinkType::kEthernet) {
    return decoded(builder, link).packet.status;
}

/// Cuts the frame at every byte: in its headers that is kTruncated, in its payload the packet stays
/// what it was, with fewer bytes captured.
inline void expect_sound_at_every_cut(const PacketBuilder& builder,
                                      LinkType link = LinkType::kEthernet) {
    const Decoded whole = decoded(builder, link);
    ASSERT_EQ(whole.packet.status, DecodeStatus::kOk);
    const std::size_t headers = whole.frame.size() - whole.packet.payload.size();
    for (std::size_t length = 0; length < whole.frame.size(); ++length) {
        const Decoded part = decoded(cut(whole.frame, length), link);
        if (length < headers) {
            EXPECT_EQ(part.packet.status, DecodeStatus::kTruncated) << "at byte " << length;
            continue;
        }
        EXPECT_EQ(part.packet.status, DecodeStatus::kOk) << "at byte " << length;
        EXPECT_EQ(part.key(), whole.key());
        EXPECT_EQ(part.packet.flow_hash, whole.packet.flow_hash);
        EXPECT_EQ(part.packet.tags, whole.packet.tags);
        EXPECT_EQ(part.packet.payload_length, whole.packet.payload_length);
        EXPECT_EQ(part.payload(), whole.payload().substr(0, length - headers));
    }
}

}  // namespace test
