#include "sensor/decode/layers/ieee80211.h"

#include "tests/unit/decode/decoding.h"

namespace sensor::decode {
namespace {

using namespace test;

// Frame control, duration, three addresses, sequence control: 24 bytes.
constexpr auto kToAp = "0801 0000 02005e000001 02005e000002 02005e000003 1000"_hex;
constexpr auto kFromAp = "0802 0000 02005e000002 02005e000001 02005e000003 1000"_hex;
constexpr auto kBetweenAps =
    "0803 0000 02005e000001 02005e000002 02005e000003 1000 02005e000004"_hex;
constexpr auto kDirect = "0800 0000 02005e000001 02005e000002 02005e000003 1000"_hex;
constexpr auto kQos = "8801 0000 02005e000001 02005e000002 02005e000003 1000 0500"_hex;
constexpr auto kQosBetweenAps =
    "8803 0000 02005e000001 02005e000002 02005e000003 1000 02005e000004 0500"_hex;
constexpr auto kQosWithHt =
    "8881 0000 02005e000001 02005e000002 02005e000003 1000 0500 01020304"_hex;
/// In a frame without QoS control the bit says something of its order.
constexpr auto kOrdered = "0881 0000 02005e000001 02005e000002 02005e000003 1000"_hex;
constexpr auto kRetried = "0839 0000 02005e000001 02005e000002 02005e000003 1000"_hex;
constexpr auto kSnap = "aaaa03 000000 0800"_hex;

PacketBuilder frame_of(std::span<const std::uint8_t> header) {
    return packet().bytes(header).bytes(kSnap).ipv4({}).tcp().text("hello");
}
DecodeStatus status_of_frame(std::span<const std::uint8_t> header) {
    return status_of(frame_of(header), LinkType::kIeee80211);
}

TEST(Ieee80211, CarriesIpInDataFramesOfAllKinds) {
    const std::array<bytes::View, 9> headers{kToAp,          kFromAp,    kBetweenAps, kDirect, kQos,
                                             kQosBetweenAps, kQosWithHt, kOrdered,    kRetried};
    for (const auto header : headers) {
        const auto builder = frame_of(header);
        const auto found = decoded(builder, LinkType::kIeee80211);
        ASSERT_EQ(found.packet.status, DecodeStatus::kOk);
        EXPECT_EQ(found.payload(), "hello");
        EXPECT_EQ(found.packet.tags, Tags{});
        expect_sound_at_every_cut(builder, LinkType::kIeee80211);
    }
    const auto six = packet().bytes(kQos).bytes("aaaa03 000000 86dd"_hex).ipv6({}).tcp();
    EXPECT_EQ(status_of(six, LinkType::kIeee80211), DecodeStatus::kOk);
}

TEST(Ieee80211, IsTheSameSessionAsOnEthernet) {
    EXPECT_EQ(decoded(frame_of(kToAp), LinkType::kIeee80211).key(),
              decoded(packet().ethernet().ipv4({}).tcp()).key());
}

TEST(Ieee80211, IgnoresAFrameCheckSequence) {
    const auto checked = frame_of(kQos).bytes("01020304"_hex).frame();
    auto frame = checked;
    frame[kQos.size() + kSnap.size() + 3] = 45;  // the builder counted the check into the length

    EXPECT_EQ(decoded(frame, LinkType::kIeee80211).payload(), "hello");
}

TEST(Ieee80211, CountsWhatIsProtected) {
    constexpr auto kProtected = "0841 0000 02005e000001 02005e000002 02005e000003 1000"_hex;

    EXPECT_EQ(status_of_frame(kProtected), DecodeStatus::kEncrypted);
}

TEST(Ieee80211, CountsFragments) {
    constexpr auto kFirst = "0805 0000 02005e000001 02005e000002 02005e000003 1000"_hex;
    constexpr auto kLast = "0801 0000 02005e000001 02005e000002 02005e000003 1100"_hex;

    EXPECT_EQ(status_of_frame(kFirst), DecodeStatus::kWirelessFragment);
    EXPECT_EQ(status_of_frame(kLast), DecodeStatus::kWirelessFragment);
}

TEST(Ieee80211, LeavesEverythingElseAlone) {
    constexpr auto kBeacon = "8000 0000 ffffffffffff 02005e000002 02005e000003 1000"_hex;
    constexpr auto kBlockAck = "9400 0000 02005e000001 02005e000002 02005e000003 1000"_hex;
    constexpr auto kNull = "4801 0000 02005e000001 02005e000002 02005e000003 1000"_hex;
    constexpr auto kQosNull = "c801 0000 02005e000001 02005e000002 02005e000003 1000 0500"_hex;
    constexpr auto kOtherVersion = "0901 0000 02005e000001 02005e000002 02005e000003 1000"_hex;

    EXPECT_EQ(status_of_frame(kBeacon), DecodeStatus::kUnknownEtherType);
    EXPECT_EQ(status_of_frame(kBlockAck), DecodeStatus::kUnknownEtherType);
    EXPECT_EQ(status_of_frame(kNull), DecodeStatus::kUnknownEtherType);
    EXPECT_EQ(status_of_frame(kQosNull), DecodeStatus::kUnknownEtherType);
    EXPECT_EQ(status_of_frame(kOtherVersion), DecodeStatus::kUnknownVersion);
    const auto tree = packet().bytes(kToAp).bytes("424203"_hex).zeros(40);
    EXPECT_EQ(status_of(tree, LinkType::kIeee80211), DecodeStatus::kUnknownEtherType);
}

TEST(Ieee80211, IsNotReadTheWrongWayRoundByItself) {
    constexpr auto kSwapped = "0108 0000 02005e000001 02005e000002 02005e000003 1000"_hex;

    EXPECT_EQ(status_of_frame(kSwapped), DecodeStatus::kUnknownVersion);
}

// An A-MSDU: bit 7 of QoS control.
constexpr auto kAggregate = "8801 0000 02005e000001 02005e000002 02005e000003 1000 8500"_hex;
PacketBuilder subframe(PacketBuilder before, std::uint16_t length) {
    return before.bytes("02005e000001 02005e000002"_hex)
        .be(length)
        .bytes(kSnap)
        .ipv4({.total = 45})
        .tcp()
        .text("hello");
}

TEST(Ieee80211, TakesAnAggregateOfOneForAPacket) {
    const auto one = subframe(packet().bytes(kAggregate), 53);

    EXPECT_EQ(decoded(one, LinkType::kIeee80211).payload(), "hello");
    expect_sound_at_every_cut(one, LinkType::kIeee80211);
    const auto padded_and_checked = PacketBuilder{one}.zeros(1 + 4);
    EXPECT_EQ(decoded(padded_and_checked, LinkType::kIeee80211).payload(), "hello");
}

TEST(Ieee80211, CountsAggregatesOfSeveral) {
    const auto two = subframe(subframe(packet().bytes(kAggregate), 53).zeros(1), 53);

    EXPECT_EQ(status_of(two, LinkType::kIeee80211), DecodeStatus::kWirelessAggregate);
}

TEST(Ieee80211, RefusesAnAggregateWithoutRoomForAPacket) {
    EXPECT_EQ(status_of(subframe(packet().bytes(kAggregate), 7), LinkType::kIeee80211),
              DecodeStatus::kMalformed);
}

}  // namespace
}  // namespace sensor::decode
