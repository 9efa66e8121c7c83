#include "sensor/decode/layers/nsh.h"

#include "tests/unit/decode/decoding.h"

namespace sensor::decode {
namespace {

using namespace test;

PacketBuilder chained(std::span<const std::uint8_t> header) {
    return packet().ethernet(0x894f).bytes(header);
}
PacketBuilder with_ipv4(std::span<const std::uint8_t> header) {
    return chained(header).ipv4({}).tcp().text("four");
}
// TTL 63; path 1, index 255; 16 bytes of metadata.
constexpr auto kFixed = "0fc6 01 01 000001 ff 00000000 00000000 00000000 00000000"_hex;
constexpr auto kNone = "0fc2 02 01 000001 ff"_hex;
constexpr auto kVariable = "0fc4 02 01 000001 ff 0001 01 04 01020304"_hex;

TEST(Nsh, CarriesWhatItSaysBehindItsMetadata) {
    EXPECT_EQ(decoded(with_ipv4(kFixed)).payload(), "four");
    EXPECT_EQ(decoded(with_ipv4(kNone)).payload(), "four");
    EXPECT_EQ(decoded(with_ipv4(kVariable)).payload(), "four");
    EXPECT_EQ(decoded(chained("0fc2 02 02 000001 ff"_hex).ipv6({}).tcp().text("six")).payload(),
              "six");
    const auto frame = chained("0fc2 02 03 000001 ff"_hex).ethernet().ipv4({}).tcp().text("frame");
    EXPECT_EQ(decoded(frame).payload(), "frame");
    const auto nested = chained("0fc2 02 04 000001 ff"_hex).bytes(kNone).ipv4({}).tcp().text("two");
    EXPECT_EQ(decoded(nested).payload(), "two");
}

TEST(Nsh, StandsInVxlanGpe) {
    const auto builder = packet()
                             .ethernet()
                             .ipv4({.protocol = 17})
                             .udp({.destination = 4790})
                             .bytes("0c 0000 04 001392 00"_hex)
                             .bytes(kFixed)
                             .ipv4({})
                             .tcp()
                             .text("hello");

    EXPECT_EQ(decoded(builder).payload(), "hello");
    expect_sound_at_every_cut(builder);
}

TEST(Nsh, IsTheSameSessionOnEveryPath) {
    EXPECT_EQ(decoded(with_ipv4(kNone)).key(),
              decoded(with_ipv4("0fc2 02 01 000002 fe"_hex)).key());
}

TEST(Nsh, YieldsPathAndFirstContextWord) {
    const Tags fixed =
        decoded(with_ipv4("0fc6 01 01 abcdef ff 01020304 05060708 00000000 00000000"_hex))
            .packet.tags;
    const Tags none = decoded(with_ipv4(kNone)).packet.tags;
    const Tags variable = decoded(with_ipv4(kVariable)).packet.tags;

    EXPECT_EQ(fixed.nsh_path, 0xabcdefU);
    EXPECT_EQ(fixed.nsh_context, 0x01020304U);
    EXPECT_EQ(fixed.has, kHasNshPath | kHasNshContext);
    EXPECT_EQ(none.nsh_path, 1U);
    EXPECT_EQ(none.has, kHasNshPath) << "no metadata";
    EXPECT_EQ(variable, none) << "metadata of variable length has no such word";
    EXPECT_EQ(decoded(with_ipv4(kFixed)).packet.tags.has, kHasNshPath | kHasNshContext)
        << "zero is a value";
}

TEST(Nsh, YieldsThoseOfTheInnermostChain) {
    const auto found =
        decoded(chained("0fc6 01 04 000007 ff 01020304 00000000 00000000 00000000"_hex)
                    .bytes(kNone)
                    .ipv4({})
                    .tcp());

    EXPECT_EQ(found.packet.tags.nsh_path, 1U);
    EXPECT_EQ(found.packet.tags.nsh_context, 0U);
    EXPECT_EQ(found.packet.tags.has, kHasNshPath);
}

TEST(Nsh, RefusesWhatContradictsItself) {
    EXPECT_EQ(status_of(with_ipv4("4fc2 02 01 000001 ff"_hex)), DecodeStatus::kUnknownVersion);
    EXPECT_EQ(status_of(with_ipv4("0fc1 02 01 000001 ff"_hex)), DecodeStatus::kMalformed);
    EXPECT_EQ(status_of(with_ipv4("0fc2 01 01 000001 ff"_hex)), DecodeStatus::kMalformed);
    EXPECT_EQ(status_of(with_ipv4("0fc2 02 00 000001 ff"_hex)), DecodeStatus::kUnknownEtherType);
}

TEST(Nsh, IsTruncatedAnywhereBeforeThePayload) {
    expect_sound_at_every_cut(with_ipv4(kFixed));
    expect_sound_at_every_cut(with_ipv4(kVariable));
}

}  // namespace
}  // namespace sensor::decode
