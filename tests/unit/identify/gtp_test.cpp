#include "sensor/identify/protocols/gtp.h"

#include <gtest/gtest.h>

#include "tests/unit/identify/inner_packets.h"

namespace sensor::identify {
namespace {

using namespace test;

/// User data for tunnel 0x000209e5; `optional` follows the header as `flags` say.
Payload user_data(std::uint8_t flags, bytes::View optional, bytes::View packet) {
    const auto length = static_cast<std::uint8_t>(optional.size() + packet.size());
    return concatenated({Payload{flags, 0xff, 0, length}, "000209e5"_hex, optional, packet});
}
constexpr auto kEcho = "32 01 0004 00000000 0007 00 00"_hex;
constexpr auto kEchoed = "32 02 0006 00000000 0007 00 00 0e 05"_hex;
constexpr auto kError = "32 1a 0010 00000000 0000 00 00 10 000209e5 85 0004 0a000001"_hex;
constexpr auto kEndMarker = "30 fe 0000 000209e5"_hex;
// Create PDP Context: IMSI, recovery, selection mode, TEIDs, NSAPI, an access point name.
constexpr auto kCreate1 =
    "32 10 0024 00000000 0009 00 00 02 4201000000000010 0e 01 0f fc 10 00000001 11 00000002"
    "14 05 83 0004 03646e73"_hex;
// Create Session of version 2: IMSI, an access point name.
constexpr auto kCreate2 =
    "48 20 001d 00000000 4b5462 00 01 0008 00 8967451122334400 47 0005 00 0469702e61"_hex;
constexpr auto kEcho2 = "40 01 0009 000001 00 03 0001 00 05"_hex;
// GTP': one data record; its answer; an echo.
constexpr auto kRecord = "2e f0 000b 047e 7e 01 fc 0006 01 01 1c06 00e9"_hex;
constexpr auto kRecorded = "2e f1 0007 047e 01 80 fd 0002 047e"_hex;
constexpr auto kAlive = "2e 01 0000 0012"_hex;

TEST(Gtp, RecognisesUserDataOfEitherIpVersion) {
    const std::vector<Payload> messages{
        user_data(0x30, {}, kIpv4Packet),
        user_data(0x30, {}, kIpv6Packet),
        user_data(0x32, "000100 00"_hex, kIpv4Packet),
        user_data(0x31, "000001 00"_hex, kIpv4Packet),
        // A PDU session container, then one of eight bytes.
        user_data(0x34, "0000 00 85 01 0009 c0 02 000000000000 00"_hex, kIpv4Packet),
    };
    for (const Payload& payload : messages) {
        EXPECT_EQ(recognised_as(datagram(payload)), "gtp") << payload.size();
        EXPECT_EQ(recognised_as(reply(payload)), "gtp") << payload.size();
        EXPECT_TRUE(accepted_cuts(gtp::validate, datagram(payload)).empty());
    }
}

TEST(Gtp, RecognisesControlOfEveryVersion) {
    const std::vector<bytes::View> messages{kEcho,    kEchoed, kError,  kCreate1,
                                            kCreate2, kEcho2,  kRecord, kRecorded};
    for (const bytes::View payload : messages) {
        EXPECT_EQ(recognised_as(datagram(payload)), "gtp") << payload.size();
        EXPECT_TRUE(accepted_cuts(gtp::validate, datagram(payload)).empty()) << payload.size();
    }
}

TEST(Gtp, RecognisesAMessageThatRidesOnAnother) {
    const auto both = concatenated({changed(kCreate2, 0, {0x58}), kEcho2});
    EXPECT_EQ(recognised_as(datagram(both)), "gtp");
    EXPECT_EQ(ask(gtp::validate, datagram(changed(kCreate2, 0, {0x58}))).match, Match::kNo);
    EXPECT_EQ(ask(gtp::validate, datagram(concatenated({kCreate2, kEcho2}))).match, Match::kNo);
    const auto third =
        concatenated({changed(kCreate2, 0, {0x58}), changed(kEcho2, 0, {0x50}), kEcho2});
    EXPECT_EQ(ask(gtp::validate, datagram(third)).match, Match::kNo);
}

TEST(Gtp, BelievesABareHeaderOnlyAsAnAnswer) {
    constexpr std::uint32_t kTwelve = 0x80000012;
    EXPECT_EQ(ask(gtp::validate, datagram(kAlive)).match, Match::kNeedMore);
    EXPECT_EQ(ask(gtp::validate, datagram(kEndMarker)).match, Match::kNeedMore);
    EXPECT_EQ(ask(gtp::validate, reply(changed(kAlive, 1, {2}), kTwelve)).match, Match::kYes);
    EXPECT_EQ(ask(gtp::validate, reply(changed(kAlive, 1, {2}), kTwelve + 1)).match, Match::kNo);
}

TEST(Gtp, ConfirmsBothWays) {
    Dialogue echo{Transport::kUdp};
    echo.client(kEcho).server(kEchoed);
    EXPECT_EQ(echo.confirmed(), Confirmed::kBoth);
    Dialogue data{Transport::kUdp};
    data.client(user_data(0x30, {}, kIpv4Packet)).server(user_data(0x30, {}, kIpv6Packet));
    EXPECT_EQ(data.confirmed(), Confirmed::kBoth);
}

TEST(Gtp, ChecksEveryField) {
    const Payload data = user_data(0x30, {}, kIpv4Packet);
    const Payload extended = user_data(0x34, "0000 00 85 01 0009 00"_hex, kIpv4Packet);
    const std::vector<std::pair<const char*, Payload>> near_misses{
        {"a spare bit", changed(data, 0, {0x38})},
        {"version 3", changed(data, 0, {0x70})},
        {"length", changed(data, 3, {0x21})},
        {"optional fields left out", changed(data, 0, {0x37})},
        {"an inner packet past the end", changed(data, 11, {0x21})},
        {"an inner packet that ends early", changed(data, 11, {0x1f})},
        {"inner version 5", changed(data, 8, {0x55})},
        {"an extension of no length", changed(extended, 12, {0})},
        {"an extension past the end", changed(extended, 12, {0x40})},
        {"an echo for a tunnel", changed(kEcho, 7, {1})},
        {"an echo without a number", changed(kEcho, 0, {0x31})},
        {"an end marker of no tunnel", changed(kEndMarker, 4, {0, 0, 0, 0})},
        {"type 8", changed(kCreate1, 1, {8})},
        {"type 200", changed(kCreate1, 1, {200})},
        {"an element that is none", changed(kCreate1, 12, {0x7d})},
        {"an element past the end", changed(kCreate1, 39, {5})},
        {"spare bits of version 2", changed(kCreate2, 0, {0x4a})},
        {"a session without a tunnel", changed(kCreate2, 0, {0x40})},
        {"an echo in a tunnel", changed(kEcho2, 0, {0x48})},
        {"type 50 of version 2", changed(kCreate2, 1, {50})},
        {"a spare byte of version 2", changed(kCreate2, 11, {0x10})},
        {"spare bits of an element", changed(kCreate2, 15, {0x10})},
        {"an element of version 2 past the end", changed(kCreate2, 14, {0x07})},
        {"charging without its spare bits", changed(kRecord, 0, {0x2c})},
        {"charging's length", changed(kRecord, 3, {0x0c})},
        {"charging, type 8", changed(kRecord, 1, {8})},
        {"transfer command 5", changed(kRecord, 7, {5})},
        {"records that are none", changed(kRecord, 6, {0x0e})},
    };
    for (const auto& [what, payload] : near_misses) {
        EXPECT_EQ(ask(gtp::validate, datagram(payload)).match, Match::kNo) << what;
    }
}

/// Bytes that begin like user data and go on at random.
TEST(Gtp, IsRareBehindAnHonestHeader) {
    Noise noise{11};
    for (unsigned i = 0; i < 200'000; ++i) {
        const Payload payload = user_data(0x30, {}, noise.next(20 + i % 200));
        ASSERT_NE(gtp::validate(datagram(payload)).match, Match::kYes) << i;
    }
}

}  // namespace
}  // namespace sensor::identify
