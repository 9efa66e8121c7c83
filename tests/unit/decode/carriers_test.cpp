// The datagrams of UDP tunnels, told of besides what is in them.
#include <memory>

#include "sensor/model/flow_hash.h"
#include "tests/unit/decode/decoding.h"

namespace sensor::decode {
namespace {

using namespace test;

PacketBuilder plain() {
    return packet().ethernet().ipv4({.protocol = 17}).udp({.source = 5000}).text("plain");
}
PacketBuilder& enter_vxlan(PacketBuilder& builder, std::string_view source) {
    return builder.ipv4({.source = source, .destination = "192.0.2.20", .protocol = 17})
        .udp({.source = 51820, .destination = 4789})
        .vxlan({.vni = 5010})
        .ethernet();
}
PacketBuilder tunnelled() {
    PacketBuilder builder = packet().ethernet(0x8100).vlan(110);
    return enter_vxlan(builder, "192.0.2.10").ipv4({}).tcp().text("hello");
}

std::unique_ptr<Burst> decoded_with_carriers(const std::vector<Frame>& frames) {
    auto burst = std::make_unique<Burst>();
    for (const Frame& frame : frames) {
        burst->views[burst->size] = {.frame = frame, .number = burst->size + 1};
        ++burst->size;
    }
    Reassembler reassembler{{}};
    run(*burst, Options{.carriers = true}, reassembler);
    return burst;
}

TEST(Carriers, FollowWhatTheyCarry) {
    const std::vector<Frame> frames{plain().frame(), tunnelled().frame(), plain().frame()};
    const auto burst = decoded_with_carriers(frames);

    ASSERT_EQ(burst->size, 4U);
    EXPECT_EQ(burst->views[1].number, 2U);
    EXPECT_EQ(burst->views[2].number, 2U);
    EXPECT_EQ(burst->views[3].number, 3U);
    EXPECT_EQ(bytes::text_of(burst->packets[1].payload), "hello");
    EXPECT_FALSE(burst->packets[1].is_carrier);
    const DecodedPacket& carrier = burst->packets[2];
    EXPECT_TRUE(carrier.is_carrier);
    EXPECT_EQ(carrier.status, DecodeStatus::kOk);
    EXPECT_EQ(carrier.transport, Transport::kUdp);
    EXPECT_EQ(carrier.source.address, address("192.0.2.10"));
    EXPECT_EQ(carrier.destination.port, PortNumber{4789});
    EXPECT_EQ(carrier.payload.size(), 8U + 14 + 20 + 20 + 5);
    EXPECT_EQ(carrier.payload_length, carrier.payload.size());
    EXPECT_EQ(carrier.tags.depth, 0);
    EXPECT_EQ(carrier.tags.vlans[0], 110);
    EXPECT_EQ(carrier.flow_hash, symmetric_hash(carrier.source, carrier.destination,
                                                carrier.transport, carrier.scope));
    EXPECT_NE(carrier.scope, burst->packets[1].scope);
    EXPECT_EQ(bytes::text_of(burst->packets[3].payload), "plain");
}

TEST(Carriers, AreTheOutermostAlone) {
    PacketBuilder builder = packet().ethernet();
    enter_vxlan(enter_vxlan(builder, "192.0.2.10"), "192.0.2.11").ipv4({}).tcp();
    const auto burst = decoded_with_carriers({builder.frame()});

    ASSERT_EQ(burst->size, 2U);
    EXPECT_EQ(burst->packets[0].tags.depth, 2);
    EXPECT_EQ(burst->packets[1].source.address, address("192.0.2.10"));
}

TEST(Carriers, AreThereWhateverIsInThem) {
    PacketBuilder builder = packet().ethernet();
    builder.ipv4({.protocol = 17}).udp({.destination = 4789}).vxlan({}).ethernet(0x0806).zeros(28);
    const std::vector<Frame> frames{builder.frame()};
    const auto burst = decoded_with_carriers(frames);

    ASSERT_EQ(burst->size, 2U);
    EXPECT_EQ(burst->packets[0].status, DecodeStatus::kUnknownEtherType);
    EXPECT_TRUE(burst->packets[1].is_carrier);
}

TEST(Carriers, AreNotDatagramsOnATunnelsPortThatAreNone) {
    const std::vector<Frame> frames{
        packet().ethernet().ipv4({.protocol = 17}).udp({.destination = 4789}).text("x").frame()};
    const auto burst = decoded_with_carriers(frames);

    ASSERT_EQ(burst->size, 1U);
    EXPECT_FALSE(burst->packets[0].is_carrier);
}

TEST(Carriers, FitEvenIfEveryFrameHasOne) {
    const std::vector<Frame> frames(Burst::kCapacity, tunnelled().frame());
    const auto burst = decoded_with_carriers(frames);

    ASSERT_EQ(burst->size, Burst::kPackets);
    for (std::size_t i = 0; i < burst->size; ++i) {
        EXPECT_EQ(burst->packets[i].status, DecodeStatus::kOk);
        EXPECT_EQ(burst->packets[i].is_carrier, i % 2 == 1);
        EXPECT_EQ(burst->views[i].number, i / 2 + 1);
    }
}

TEST(Carriers, AreNotToldOfUnlessAskedFor) {
    const auto frame = tunnelled().frame();
    auto burst = std::make_unique<Burst>();
    burst->size = 1;
    burst->views[0] = {.frame = frame};
    Reassembler reassembler{{}};
    run(*burst, Options{}, reassembler);

    EXPECT_EQ(burst->size, 1U);
}

}  // namespace
}  // namespace sensor::decode
