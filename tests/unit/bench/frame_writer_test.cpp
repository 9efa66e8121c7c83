// What the benchmark plays is what it says it is: the decoder agrees.
#include "sensor/bench/frame_writer.h"

#include <cstring>

#include <gtest/gtest.h>

#include "sensor/bench/bare_loop.h"
#include "sensor/bench/traffic.h"
#include "sensor/decode/decoder.h"

namespace sensor::bench {
namespace {

constexpr std::array kTunnels{Tunnel::kNone, Tunnel::kVxlan, Tunnel::kGeneve, Tunnel::kGre};
constexpr std::uint16_t kPort443 = 0xbb01;  // in network byte order

Frame frame_of(const PacketShape& shape, Tunnel tunnel, const Endpoints& endpoints) {
    Frame frame = write_frame(shape, tunnel, 0);
    std::memcpy(frame.bytes.data() + frame.endpoints_at, &endpoints, sizeof endpoints);
    return frame;
}

DecodedPacket decoded(const Frame& frame) {
    DecodedPacket packet;
    decode::decode(frame.bytes, LinkType::kEthernet, {}, packet);
    return packet;
}

TEST(FrameWriter, SteadyFramesAreAsLongAsTheyAreCalled) {
    constexpr std::size_t kFcs = 4;
    for (std::size_t number = 0; number < 12; ++number) {
        const std::size_t wanted = frame_bytes(Frames::kImix, number);
        EXPECT_EQ(write_frame(steady_shape(wanted, true), Tunnel::kNone, 0).bytes.size(), wanted);
    }
    EXPECT_EQ(frame_bytes(Frames::k64, 0) + kFcs, 64U);
    EXPECT_EQ(frame_bytes(Frames::k1500, 0) + kFcs, 1518U);
}

TEST(FrameWriter, TheDecoderFindsTheInnerPacketInEveryTunnel) {
    const Endpoints endpoints = endpoints_of(7, kPort443, true);
    for (const Tunnel tunnel : kTunnels) {
        for (const Frames size : kAllFrames) {
            const Frame frame =
                frame_of(steady_shape(frame_bytes(size, 0), true), tunnel, endpoints);
            const DecodedPacket packet = decoded(frame);

            EXPECT_EQ(packet.status, DecodeStatus::kOk) << name_of(tunnel);
            EXPECT_EQ(packet.source.address, ipv4_address(0x0a000007)) << name_of(tunnel);
            EXPECT_EQ(packet.destination.port, PortNumber{443}) << name_of(tunnel);
            EXPECT_EQ(packet.payload.size(), packet.payload_length) << name_of(tunnel);
            EXPECT_EQ(packet.tags.depth, tunnel == Tunnel::kNone ? 0 : 1) << name_of(tunnel);
        }
    }
}

TEST(FrameWriter, TheBareLoopSeesTheSameSessions) {
    constexpr std::size_t kSessions = 8;
    for (const Tunnel tunnel : kTunnels) {
        BareLoop bare{kSessions, write_frame({}, tunnel, 0).ip_at};
        auto burst = std::make_unique<Burst>();
        std::vector<Frame> frames;
        for (std::size_t i = 0; i < 2 * kSessions; ++i) {
            frames.push_back(frame_of(steady_shape(60, true), tunnel,
                                      endpoints_of(i % kSessions, kPort443, i < kSessions)));
        }
        for (const Frame& frame : frames)
            burst->views[burst->size++].frame = frame.bytes;
        bare.run(*burst);

        EXPECT_EQ(bare.counts().packets, 2 * kSessions) << name_of(tunnel);
        EXPECT_EQ(bare.counts().sessions, kSessions) << name_of(tunnel);
        EXPECT_EQ(bare.counts().rejected, 0U) << name_of(tunnel);
    }
}

TEST(Traffic, SessionsDifferByTheirClients) {
    const Endpoints one = endpoints_of(1, kPort443, true);
    const Endpoints later = endpoints_of(1 + (1U << 24U), kPort443, true);

    EXPECT_EQ(one.source, later.source);
    EXPECT_NE(one.source_port, later.source_port);
    EXPECT_EQ(endpoints_of(1, kPort443, false).destination, one.source);
}

}  // namespace
}  // namespace sensor::bench
