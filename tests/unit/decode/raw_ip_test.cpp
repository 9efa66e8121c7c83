#include "sensor/decode/layers/raw_ip.h"

#include "tests/unit/decode/decoding.h"

namespace sensor::decode {
namespace {

using namespace test;

TEST(RawIp, TellsTheVersionByItsFirstNibble) {
    const auto four = packet().ipv4({}).tcp().text("four");
    const auto six = packet().ipv6({}).tcp().text("six");

    EXPECT_EQ(decoded(four, LinkType::kRawIp).payload(), "four");
    EXPECT_EQ(decoded(six, LinkType::kRawIp).payload(), "six");
    expect_sound_at_every_cut(four, LinkType::kRawIp);
    expect_sound_at_every_cut(six, LinkType::kRawIp);
}

TEST(RawIp, RefusesAnotherVersion) {
    EXPECT_EQ(status_of(packet().bytes("50"_hex).zeros(40), LinkType::kRawIp),
              DecodeStatus::kUnknownVersion);
}

TEST(NullLoopback, IgnoresTheFamilyInEitherByteOrder) {
    const auto little = packet().bytes("02000000"_hex).ipv4({}).tcp().text("hello");
    const auto big = packet().bytes("00000002"_hex).ipv4({}).tcp().text("hello");
    const auto six = packet().bytes("1e000000"_hex).ipv6({}).tcp().text("hello");

    EXPECT_EQ(decoded(little, LinkType::kNullLoop).payload(), "hello");
    EXPECT_EQ(decoded(big, LinkType::kNullLoop).payload(), "hello");
    EXPECT_EQ(decoded(six, LinkType::kNullLoop).payload(), "hello");
    expect_sound_at_every_cut(little, LinkType::kNullLoop);
}

TEST(LinkTypes, ThatDoNotExistAreCounted) {
    EXPECT_EQ(status_of(packet().ipv4({}).tcp(), static_cast<LinkType>(99)),
              DecodeStatus::kUnknownLink);
}

}  // namespace
}  // namespace sensor::decode
