#include "sensor/identify/protocols/ntp.h"

#include <gtest/gtest.h>

#include "tests/support/hex.h"
#include "tests/unit/identify/dialogue.h"

namespace sensor::identify {
namespace {

using namespace test;

// Version 4, mode 3, stratum 2, poll 6, precision -23; asked the last time 64 seconds before.
constexpr auto kClient =
    "23 02 06 e9 00000a00 00001200 c0000235 ec500100 11111111 ec5011c0 22222222"
    "ec5011c0 33333333 ec501200 44444444"_hex;
// Nothing told but a random number for a time.
constexpr auto kMinimalClient =
    "23 00 00 20 00000000 00000000 00000000 0000000000000000 0000000000000000"
    "0000000000000000 5bd1e995c0ffee11"_hex;
constexpr auto kServer =
    "24 01 06 e8 00000000 00000100 47505300 ec5011ff 00000000 ec501200 44444444"
    "ec501200 55555555 ec501200 66666666"_hex;
constexpr auto kBroadcast =
    "25 02 06 e8 00000a00 00000100 c0000235 ec5011ff 00000000 0000000000000000"
    "0000000000000000 ec501200 66666666"_hex;
constexpr auto kRateLimit =
    "e4 00 06 e8 00000000 00000000 52415445 0000000000000000 ec501200 44444444"
    "ec501200 44444444 ec501200 44444444"_hex;
constexpr auto kReadVariables = "16 02 0001 0000 0000 0000 0000"_hex;
constexpr auto kVariables = "16 82 0001 0615 0000 0000 0009 6c6565703d302c200d 000000"_hex;
constexpr auto kMonitorList = "17 00 03 2a 0000 0000"_hex;
constexpr auto kMonitors = "97 00 03 2a 0002 0004 01020304 05060708"_hex;

TEST(Ntp, RecognisesEveryMode) {
    EXPECT_EQ(ask(ntp::validate, datagram(kClient)).role, Role::kClient);
    EXPECT_EQ(ask(ntp::validate, reply(kServer)).role, Role::kServer);
    EXPECT_EQ(recognised_as(datagram(kClient)), "ntp");
    EXPECT_EQ(recognised_as(datagram(kMinimalClient)), "ntp");
    EXPECT_EQ(recognised_as(reply(kServer)), "ntp");
    EXPECT_EQ(recognised_as(reply(kRateLimit)), "ntp");
    EXPECT_EQ(recognised_as(multicast(kBroadcast)), "ntp");
    EXPECT_EQ(recognised_as(datagram(changed(kClient, 0, {0x21}))), "ntp") << "symmetric active";
    EXPECT_EQ(recognised_as(reply(changed(kServer, 0, {0x22}))), "ntp") << "symmetric passive";
    EXPECT_EQ(recognised_as(datagram(changed(kClient, 0, {0x0b}))), "ntp") << "version 1";
    EXPECT_EQ(recognised_as(datagram(kReadVariables)), "ntp");
    EXPECT_EQ(recognised_as(datagram(kMonitorList)), "ntp");
}

TEST(Ntp, ConfirmsAnAnswerWithTheClientsTimestamp) {
    Dialogue right{Transport::kUdp};
    Dialogue wrong{Transport::kUdp};
    right.client(kClient).server(kServer);
    wrong.client(kClient).server(changed(kServer, 28, {0x45}));

    EXPECT_EQ(right.protocol(), "ntp");
    EXPECT_EQ(right.confirmed(), Confirmed::kBoth);
    EXPECT_EQ(wrong.confirmed(), Confirmed::kClient);
}

TEST(Ntp, ConfirmsTheAnswerToAZeroTimestamp) {
    Payload simple(48, 0);
    simple[0] = 0x1b;
    const auto answer = changed(kServer, 24, {0, 0, 0, 0, 0, 0, 0, 0});
    Dialogue dialogue{Transport::kUdp};
    dialogue.client(simple).server(answer);
    EXPECT_EQ(dialogue.confirmed(), Confirmed::kBoth);
}

TEST(Ntp, LetsTwoServersAskEachOtherButNotEcho) {
    Dialogue servers{Transport::kUdp};
    Dialogue echo{Transport::kUdp};
    servers.client(kClient).server(changed(kClient, 47, {0x99}));
    echo.client(kClient).server(kClient);

    EXPECT_EQ(servers.confirmed(), Confirmed::kBoth);
    EXPECT_FALSE(servers.is_turned_round());
    EXPECT_EQ(echo.confirmed(), Confirmed::kClient);
}

TEST(Ntp, TurnsASessionRoundThatBeginsWithTheAnswer) {
    Dialogue dialogue{Transport::kUdp, Dialogue::Opening::kMissed};
    dialogue.client(kServer).server(kClient);

    EXPECT_TRUE(dialogue.is_turned_round());
    EXPECT_EQ(dialogue.confirmed(), Confirmed::kBoth);
}

TEST(Ntp, ConfirmsControlAndPrivateMessages) {
    Dialogue control{Transport::kUdp};
    Dialogue late{Transport::kUdp};
    Dialogue monitor{Transport::kUdp};
    control.client(kReadVariables).server(kVariables);
    late.client(kReadVariables).server(changed(kVariables, 3, {2}));
    monitor.client(kMonitorList).server(kMonitors);

    EXPECT_EQ(control.confirmed(), Confirmed::kBoth);
    EXPECT_EQ(late.confirmed(), Confirmed::kClient);
    EXPECT_EQ(monitor.confirmed(), Confirmed::kBoth);
}

TEST(Ntp, ChecksEveryFieldOfAClient) {
    const std::vector<std::pair<const char*, Payload>> near_misses{
        {"version 0", changed(kClient, 0, {0x03})},
        {"version 5", changed(kClient, 0, {0x2b})},
        {"mode 0", changed(kClient, 0, {0x20})},
        {"stratum 17", changed(kClient, 1, {17})},
        {"poll 18", changed(kClient, 2, {18})},
        {"precision +1", changed(kClient, 3, {1})},
        {"root delay of an hour", changed(kClient, 4, {0x0e})},
        {"root dispersion of an hour", changed(kClient, 8, {0x0e})},
        {"origin years before", changed(kClient, 24, {0xdc})},
        {"receive years after", changed(kClient, 32, {0xfc})},
        {"no transmit time", changed(kClient, 40, {0, 0, 0, 0, 0, 0, 0, 0})},
        {"a byte too many", concatenated({kClient, "00"_hex})},
        {"an extension of 12", concatenated({kClient, "0104000c"_hex, Payload(24, 0)})},
    };
    for (const auto& [what, payload] : near_misses) {
        EXPECT_EQ(ask(ntp::validate, datagram(payload)).match, Match::kNo) << what;
    }
}

TEST(Ntp, ChecksEveryFieldOfAServer) {
    const std::vector<std::pair<const char*, Payload>> near_misses{
        {"received never", changed(kServer, 32, {0, 0, 0, 0, 0, 0, 0, 0})},
        {"received after sending", changed(kServer, 34, {0x13})},
        {"a minute to answer", changed(kServer, 34, {0x11})},
        {"clock set tomorrow", changed(kServer, 16, {0xed})},
        {"clock set last year", changed(kServer, 16, {0xea})},
        {"stratum 0 without a reason",
         changed(kServer, 1, {0, 6, 0xe8, 0, 0, 0, 0, 0, 0, 1, 0, 1})},
    };
    for (const auto& [what, payload] : near_misses) {
        EXPECT_EQ(ask(ntp::validate, reply(payload)).match, Match::kNo) << what;
    }
    EXPECT_EQ(ask(ntp::validate, multicast(changed(kBroadcast, 31, {1}))).match, Match::kNo);
    EXPECT_EQ(ask(ntp::validate, multicast(changed(kBroadcast, 1, {16}))).match, Match::kNo);
}

TEST(Ntp, ChecksControlAndPrivateMessages) {
    EXPECT_EQ(ask(ntp::validate, datagram(changed(kReadVariables, 1, {13}))).match, Match::kNo);
    EXPECT_EQ(ask(ntp::validate, datagram(changed(kReadVariables, 5, {1}))).match, Match::kNo);
    EXPECT_EQ(ask(ntp::validate, datagram(changed(kReadVariables, 9, {1}))).match, Match::kNo);
    EXPECT_EQ(ask(ntp::validate, datagram(changed(kReadVariables, 11, {1}))).match, Match::kNo);
    EXPECT_EQ(ask(ntp::validate, datagram(changed(kMonitorList, 2, {1}))).match, Match::kNo);
    EXPECT_EQ(ask(ntp::validate, datagram(changed(kMonitorList, 5, {1}))).match, Match::kNo);
    EXPECT_EQ(ask(ntp::validate, reply(kMonitors)).match, Match::kNo) << "nobody asked";
}

TEST(Ntp, AcceptsDigestsAndExtensions) {
    const Payload digest(20, 0xab);
    const auto cookie = "0104 0010 0102030405060708090a0b0c"_hex;
    EXPECT_EQ(ask(ntp::validate, datagram(concatenated({kClient, digest}))).match, Match::kYes);
    EXPECT_EQ(ask(ntp::validate, datagram(concatenated({kClient, cookie}))).match, Match::kYes);
    EXPECT_EQ(ask(ntp::validate, datagram(concatenated({kClient, cookie, digest}))).match,
              Match::kYes);
}

TEST(Ntp, IsNeverSureOfACutDatagram) {
    for (const bytes::View message :
         {bytes::View{kClient}, bytes::View{kMinimalClient}, bytes::View{kServer},
          bytes::View{kBroadcast}, bytes::View{kReadVariables}, bytes::View{kMonitorList}}) {
        EXPECT_TRUE(accepted_cuts(ntp::validate, datagram(message)).empty());
    }
}

}  // namespace
}  // namespace sensor::identify
