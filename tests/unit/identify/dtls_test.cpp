#include "sensor/identify/protocols/dtls.h"

#include <gtest/gtest.h>

#include "tests/support/hex.h"
#include "tests/unit/identify/dialogue.h"

namespace sensor::identify {
namespace {

using namespace test;

// DTLS 1.2 in a record of 1.0: no session id, no cookie, one suite, SNI a.example.
constexpr auto kClientHello =
    "16 feff 0000 000000000000 004a  01 00003e 0000 000000 00003e"
    "fefd 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f 00 00 0002 c02b 01 00"
    "0012 0000 000e 000c 00 0009 612e6578616d706c65"_hex;
constexpr auto kHelloVerify =
    "16 feff 0000 000000000000 0013  03 000007 0000 000000 000007  feff 04 01020304"_hex;
constexpr auto kServerHello =
    "16 fefd 0000 000000000001 0032  02 000026 0001 000000 000026"
    "fefd 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f 00 c02b 00"_hex;
// supported_versions with 1.3 and 1.2 in place of the server name.
constexpr auto kNewClientHello =
    "16 fefd 0000 000000000000 0041  01 000035 0000 000000 000035"
    "fefd 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f 00 00 0002 1301 01 00"
    "0009 002b 0005 04 fefc fefd"_hex;

TEST(Dtls, RecognisesTheHellos) {
    EXPECT_EQ(ask(dtls::validate, datagram(kClientHello)).role, Role::kClient);
    EXPECT_EQ(ask(dtls::validate, reply(kHelloVerify)).role, Role::kServer);
    EXPECT_EQ(ask(dtls::validate, reply(kServerHello)).role, Role::kServer);
    EXPECT_EQ(recognised_as(datagram(kClientHello)), "dtls");
    EXPECT_EQ(recognised_as(datagram(kNewClientHello)), "dtls");
    EXPECT_EQ(recognised_as(reply(kHelloVerify)), "dtls");
    EXPECT_EQ(recognised_as(reply(kServerHello)), "dtls");
}

TEST(Dtls, ConfirmsAnswersButNoEcho) {
    Dialogue verify{Transport::kUdp};
    Dialogue hello{Transport::kUdp};
    Dialogue echo{Transport::kUdp};
    verify.client(kClientHello).server(kHelloVerify);
    hello.client(kClientHello).server(kServerHello);
    echo.client(kClientHello).server(kClientHello);

    EXPECT_EQ(verify.protocol(), "dtls");
    EXPECT_EQ(verify.confirmed(), Confirmed::kBoth);
    EXPECT_EQ(hello.confirmed(), Confirmed::kBoth);
    EXPECT_EQ(echo.confirmed(), Confirmed::kClient);
}

TEST(Dtls, ReadsRecordsAfterTheHello) {
    const auto alert = "15 fefd 0000 000000000002 0002 0228"_hex;
    EXPECT_EQ(ask(dtls::validate, reply(concatenated({kServerHello, alert}))).match, Match::kYes);
    EXPECT_EQ(ask(dtls::validate, reply(concatenated({kServerHello, "15 fefd"_hex}))).match,
              Match::kNo);
}

TEST(Dtls, AcceptsTheFirstFragment) {
    // The message is 0x013f bytes long, of which 0x3e are here.
    const auto first = changed(kClientHello, 14, {0x00, 0x01, 0x3f});
    EXPECT_EQ(ask(dtls::validate, datagram(first)).match, Match::kYes);
    EXPECT_EQ(ask(dtls::validate, datagram(changed(first, 21, {1}))).match, Match::kNo) << "offset";
}

TEST(Dtls, ChecksEveryField) {
    const std::vector<std::pair<const char*, Payload>> near_misses{
        {"content type", changed(kClientHello, 0, {0x17})},
        {"record version", changed(kClientHello, 2, {0xfe})},
        {"epoch 256", changed(kClientHello, 3, {1})},
        {"record too long", changed(kClientHello, 12, {0x4b})},
        {"record too short", changed(kClientHello, 12, {0x49})},
        {"message type", changed(kClientHello, 13, {5})},
        {"message shorter than its fragment", changed(kClientHello, 16, {0x3d})},
        {"message sequence", changed(kClientHello, 18, {9})},
        {"fragment too long", changed(kClientHello, 24, {0x3f})},
        {"client version", changed(kClientHello, 26, {0xfc})},
        {"session id of 33", changed(kClientHello, 59, {33})},
        {"cookie too long", changed(kClientHello, 60, {0xff})},
        {"no suites", changed(kClientHello, 62, {0})},
        {"half a suite", changed(kClientHello, 62, {1})},
        {"no null compression", changed(kClientHello, 66, {1})},
        {"extensions too long", changed(kClientHello, 68, {0x13})},
        {"extension too long", changed(kClientHello, 72, {0x0f})},
    };
    for (const auto& [what, payload] : near_misses) {
        EXPECT_EQ(ask(dtls::validate, datagram(payload)).match, Match::kNo) << what;
    }
    EXPECT_EQ(ask(dtls::validate, reply(changed(kHelloVerify, 27, {3}))).match, Match::kNo);
}

TEST(Dtls, RecognisesASessionUnderWay) {
    // ServerHelloDone; a change of cipher, then an encrypted Finished; data; a heartbeat.
    constexpr auto kDone = "16 fefd 0000 000000000003 000c 0e 000000 0003 000000 000000"_hex;
    constexpr auto kChange = "14 fefd 0000 000000000004 0001 01"_hex;
    constexpr auto kSecret = "16 fefd 0001 000000000000 0010 a1b2c3d4e5f60718293a4b5c6d7e8f90"_hex;
    const auto match_of = [](bytes::View said) {
        return ask(dtls::validate, datagram(said)).match;
    };
    EXPECT_EQ(recognised_as(datagram(kDone)), "dtls");
    EXPECT_EQ(recognised_as(datagram(kChange)), "dtls");
    EXPECT_EQ(recognised_as(datagram(concatenated({kChange, kSecret}))), "dtls");
    EXPECT_EQ(recognised_as(datagram(changed(kSecret, 0, {0x17}))), "dtls");
    EXPECT_EQ(match_of(changed(kSecret, 0, {0x18})), Match::kYes);
    EXPECT_EQ(match_of(changed(kSecret, 0, {0x19})), Match::kNo) << "type";
    EXPECT_EQ(match_of(changed(kSecret, 2, {0xfc})), Match::kNo) << "version";
    EXPECT_EQ(match_of(changed(kSecret, 3, {0x01})), Match::kNo) << "epoch";
    EXPECT_EQ(match_of(changed(kSecret, 4, {0x00})), Match::kNo) << "not encrypted";
    EXPECT_EQ(match_of(changed(kChange, 13, {0x02})), Match::kNo) << "change to 2";
    EXPECT_EQ(match_of(changed(kDone, 24, {0x01})), Match::kNo) << "fragment past the end";
    EXPECT_TRUE(accepted_cuts(dtls::validate, datagram(kDone)).empty());
    EXPECT_TRUE(accepted_cuts(dtls::validate, datagram(kSecret)).empty());
    EXPECT_EQ(fact_of(dtls::kProtocol, datagram(kSecret), Fact::kTlsVersion), "");
}

TEST(Dtls, IsNeverSureOfACutDatagram) {
    EXPECT_TRUE(accepted_cuts(dtls::validate, datagram(kClientHello)).empty());
    EXPECT_TRUE(accepted_cuts(dtls::validate, reply(kHelloVerify)).empty());
    EXPECT_TRUE(accepted_cuts(dtls::validate, reply(kServerHello)).empty());
}

TEST(Dtls, NotesVersionAndServerName) {
    EXPECT_EQ(fact_of(dtls::kProtocol, datagram(kClientHello), Fact::kTlsSni), "a.example");
    EXPECT_EQ(fact_of(dtls::kProtocol, datagram(kClientHello), Fact::kTlsVersion), "DTLS 1.2");
    EXPECT_EQ(fact_of(dtls::kProtocol, datagram(kNewClientHello), Fact::kTlsVersion), "DTLS 1.3");
    EXPECT_EQ(fact_of(dtls::kProtocol, reply(kHelloVerify), Fact::kTlsVersion), "");
}

}  // namespace
}  // namespace sensor::identify
