#include "sensor/decode/layers/radiotap.h"

#include "tests/unit/decode/decoding.h"

namespace sensor::decode {
namespace {

using namespace test;

constexpr auto kQos = "8801 0000 02005e000001 02005e000002 02005e000003 1000 0500"_hex;
constexpr auto kSnap = "aaaa03 000000 0800"_hex;

PacketBuilder with_frame(std::span<const std::uint8_t> header) {
    return packet().bytes(header).bytes(kQos).bytes(kSnap).ipv4({}).tcp().text("hello");
}
DecodeStatus status_with_frame(std::span<const std::uint8_t> header) {
    return status_of(with_frame(header), LinkType::kRadiotap);
}

TEST(Radiotap, IsSkipped) {
    const auto shortest = with_frame("00 00 0800 00000000"_hex);
    const auto flags = with_frame("00 00 0900 02000000 10"_hex);  // with a check sequence
    const auto timed = with_frame("00 00 1100 03000000 4000000000000000 10"_hex);
    const auto words = with_frame("00 00 1900 03000080 00000020 00000000 4000000000000000 10"_hex);
    const auto three = with_frame("00 00 1900 03000080 00000080 00000000 4000000000000000 10"_hex);

    for (const auto& builder : {shortest, flags, timed, three}) {
        EXPECT_EQ(decoded(builder, LinkType::kRadiotap).payload(), "hello");
        expect_sound_at_every_cut(builder, LinkType::kRadiotap);
    }
    EXPECT_EQ(decoded(words, LinkType::kRadiotap).payload(), "hello");
}

TEST(Radiotap, TellsOfPaddingBehindTheHeaderOfTheFrame) {
    const auto padded = packet()
                            .bytes("00 00 0900 02000000 20"_hex)
                            .bytes(kQos)
                            .zeros(2)
                            .bytes(kSnap)
                            .ipv4({})
                            .tcp()
                            .text("hello");

    EXPECT_EQ(decoded(padded, LinkType::kRadiotap).payload(), "hello");
    expect_sound_at_every_cut(padded, LinkType::kRadiotap);
    EXPECT_EQ(status_with_frame("00 00 0900 02000000 20"_hex), DecodeStatus::kUnknownEtherType);
}

TEST(Radiotap, TellsOfDamagedFrames) {
    EXPECT_EQ(status_with_frame("00 00 0900 02000000 50"_hex), DecodeStatus::kMalformed);
    EXPECT_EQ(status_with_frame("00 00 1100 03000000 0000000000000000 50"_hex),
              DecodeStatus::kMalformed);
    // Alignment: behind two words stand four bytes before the timer.
    EXPECT_EQ(status_with_frame("00 00 1900 03000080 00000000 ffffffff 0000000000000000 40"_hex),
              DecodeStatus::kMalformed);
}

TEST(Radiotap, RefusesWhatContradictsItself) {
    EXPECT_EQ(status_with_frame("01 00 0800 00000000"_hex), DecodeStatus::kUnknownVersion);
    EXPECT_EQ(status_with_frame("00 00 0700 00000000"_hex), DecodeStatus::kMalformed);
    EXPECT_EQ(status_with_frame("00 00 0800 02000000"_hex), DecodeStatus::kMalformed);
    EXPECT_EQ(status_with_frame("00 00 0c00 00000080 00000080"_hex), DecodeStatus::kMalformed);
    PacketBuilder endless = packet().bytes("00 00 4000"_hex);
    for (int word = 0; word < 15; ++word)
        endless.bytes("00000080"_hex);
    EXPECT_EQ(status_of(endless.bytes(kQos).zeros(40), LinkType::kRadiotap),
              DecodeStatus::kMalformed);
}

}  // namespace
}  // namespace sensor::decode
