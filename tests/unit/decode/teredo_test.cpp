#include "sensor/decode/layers/teredo.h"

#include "tests/unit/decode/decoding.h"

namespace sensor::decode {
namespace {

using namespace test;

constexpr auto kOrigin = "0000 d4c9 3ffffded"_hex;
constexpr auto kAuthentication = "0001 00 00 0102030405060708 00"_hex;
constexpr auto kSigned = "0001 04 02 c1c2c3c4 a1a2 0102030405060708 01"_hex;

PacketBuilder outer(std::uint16_t source = 50000, std::uint16_t destination = 3544) {
    return packet()
        .ethernet()
        .ipv4({.source = "192.0.2.10", .destination = "192.0.2.20", .protocol = 17})
        .udp({.source = source, .destination = destination});
}

TEST(Teredo, CarriesIpv6BehindItsIndications) {
    const auto plain = outer().ipv6({}).tcp().text("hello");
    const auto origin = outer().bytes(kOrigin).ipv6({}).tcp().text("hello");
    const auto authenticated = outer().bytes(kAuthentication).ipv6({}).tcp().text("hello");
    const auto both = outer().bytes(kSigned).bytes(kOrigin).ipv6({}).tcp().text("hello");

    for (const auto& builder : {plain, origin, authenticated, both}) {
        const auto found = decoded(builder);
        ASSERT_EQ(found.packet.status, DecodeStatus::kOk);
        EXPECT_EQ(found.payload(), "hello");
        EXPECT_EQ(found.packet.tags.tunnel, TunnelKind::kTeredo);
        EXPECT_EQ(found.packet.source.address, address("2001:db8::14"));
        expect_sound_at_every_cut(builder);
    }
}

TEST(Teredo, IsKnownByItsServersPortInBothDirections) {
    EXPECT_EQ(decoded(outer(3544, 50000).ipv6({}).tcp().text("hello")).payload(), "hello");
    const auto elsewhere = decoded(outer(3545, 50000).ipv6({}).tcp().text("hello"));
    EXPECT_EQ(elsewhere.packet.transport, Transport::kUdp);
}

TEST(Teredo, IsPlainUdpIfItIsABubbleOrNoIpv6) {
    const auto bubble = outer().ipv6({.next = 59});
    const auto four = outer().ipv4({}).tcp().zeros(8);
    const auto longer = outer().ipv6({.payload = std::uint16_t{30}}).tcp().text("hello");
    const auto text = outer().text("nothing that anybody knows, but long enough for a header");

    for (const auto& builder : {bubble, four, longer, text}) {
        const auto found = decoded(builder);
        ASSERT_EQ(found.packet.status, DecodeStatus::kOk);
        EXPECT_EQ(found.packet.transport, Transport::kUdp);
        EXPECT_EQ(found.packet.tags, Tags{});
    }
}

TEST(Teredo, MayHaveATrailer) {
    const auto trailing = outer().ipv6({.payload = std::uint16_t{25}}).tcp().text("hello...");

    EXPECT_EQ(decoded(trailing).payload(), "hello");
}

TEST(Teredo, IsPlainUdpWhereTheDatagramIsTooShortForIt) {
    for (const auto& builder :
         {outer(), outer().bytes("0001 ff ff"_hex), outer().bytes(kOrigin).zeros(30)}) {
        const auto found = decoded(builder);
        ASSERT_EQ(found.packet.status, DecodeStatus::kOk);
        EXPECT_EQ(found.packet.transport, Transport::kUdp);
    }
}

TEST(Teredo, IsTheSameSessionWhateverTheRelay) {
    const auto one = decoded(outer().ipv6({}).tcp());
    const auto other = decoded(outer(3544, 41000).ipv6({}).tcp());

    EXPECT_EQ(one.key(), other.key());
}

}  // namespace
}  // namespace sensor::decode
