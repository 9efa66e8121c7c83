#include "sensor/identify/protocols/snmp.h"

#include <gtest/gtest.h>

#include "tests/support/hex.h"
#include "tests/unit/identify/dialogue.h"

namespace sensor::identify {
namespace {

using namespace test;

// Version 2c, community "public", GetRequest 0x1234 of sysDescr.0.
constexpr auto kGet =
    "30 27 020101 0406 7075626c6963 a0 1a 02021234 020100 020100"
    "30 0e 30 0c 0608 2b06010201010100 0500"_hex;
// Its response: "pump".
constexpr auto kResponse =
    "30 2b 020101 0406 7075626c6963 a2 1e 02021234 020100 020100"
    "30 12 30 10 0608 2b06010201010100 0404 70756d70"_hex;
// Version 1, a coldStart from 192.0.2.1.
constexpr auto kOldTrap =
    "30 26 020100 0406 7075626c6963 a4 19 0606 2b0601040101 4004 c0000201 020100 020100 4301 07"
    "3000"_hex;
// Version 2c, an SNMPv2-Trap of sysUpTime.0.
constexpr auto kTrap =
    "30 27 020101 0406 7075626c6963 a7 1a 020101 020100 020100"
    "30 0f 30 0d 0608 2b06010201010300 4301 07"_hex;
// Version 3, discovery: reportable, engine and user empty, GetRequest without variables.
constexpr auto kDiscovery =
    "30 38 020103 30 0e 02012a 020300ffe3 0401 04 020103"
    "0410 300e 0400 020100 020100 0400 0400 0400"
    "30 11 0400 0400 a0 0b 020107 020100 020100 3000"_hex;
// Version 3, the report that answers it: engine 8000000001, usmStatsUnknownEngineIDs.
constexpr auto kReport =
    "30 51 020103 30 0e 02012a 020300ffe3 0401 00 020103"
    "0415 3013 0405 8000000001 020101 020102 0400 0400 0400"
    "30 25 0405 8000000001 0400 a8 1a 020107 020100 020100 30 0f 30 0d 0608 2b06010603010105 41 01"
    "01"_hex;
// Version 3, private: user "u", 12 bytes of digest, 8 of salt, 8 of ciphertext.
constexpr auto kPrivate =
    "30 49 020103 30 0e 02012b 020300ffe3 0401 07 020103"
    "042a 3028 0405 8000000001 020101 020102 0401 75 040c 000102030405060708090a0b"
    "0408 0001020304050607 0408 0011223344556677"_hex;

TEST(Snmp, RecognisesEveryVersion) {
    const std::array<bytes::View, 5> requests{kGet, kOldTrap, kTrap, kDiscovery, kPrivate};
    for (const bytes::View said : requests) {
        EXPECT_EQ(ask(snmp::validate, datagram(said)).match, Match::kYes);
        EXPECT_EQ(ask(snmp::validate, datagram(said)).role, Role::kClient);
        EXPECT_EQ(recognised_as(datagram(said)), "snmp");
        EXPECT_EQ(recognised_as(stream(said)), "snmp");
    }
    for (const bytes::View said : {bytes::View{kResponse}, bytes::View{kReport}}) {
        EXPECT_EQ(ask(snmp::validate, reply(said)).match, Match::kYes);
        EXPECT_EQ(ask(snmp::validate, reply(said)).role, Role::kServer);
        EXPECT_EQ(recognised_as(reply(said)), "snmp");
    }
}

TEST(Snmp, ConfirmsAResponseWithTheSameNumber) {
    Dialogue community{Transport::kUdp};
    Dialogue user{Transport::kUdp};
    Dialogue other{Transport::kUdp};
    Dialogue echo{Transport::kUdp};
    Dialogue trap_echo{Transport::kUdp};
    trap_echo.client(kTrap).server(kTrap);
    community.client(kGet).server(kResponse);
    user.client(kDiscovery).server(kReport);
    other.client(kGet).server(changed(kResponse, 18, {0x35}));
    echo.client(kGet).server(kGet);

    EXPECT_EQ(community.protocol(), "snmp");
    EXPECT_EQ(community.confirmed(), Confirmed::kBoth);
    EXPECT_EQ(user.confirmed(), Confirmed::kBoth);
    EXPECT_EQ(other.confirmed(), Confirmed::kClient);
    EXPECT_EQ(echo.confirmed(), Confirmed::kClient);
    EXPECT_EQ(trap_echo.confirmed(), Confirmed::kClient);
}

TEST(Snmp, ConfirmsAHiddenResponse) {
    const auto hidden = changed(kPrivate, 17, {0x03});  // not reportable: no request
    Dialogue dialogue{Transport::kUdp};
    dialogue.client(kPrivate).server(hidden);

    EXPECT_EQ(dialogue.confirmed(), Confirmed::kBoth);
    EXPECT_EQ(ask(snmp::validate, datagram(hidden)).role, Role::kEither);
    EXPECT_EQ(ask(snmp::validate, reply(changed(hidden, 9, {1}), 0xb000002b)).match, Match::kNo);
}

TEST(Snmp, TurnsASessionRoundThatBeginsWithTheResponse) {
    Dialogue dialogue{Transport::kUdp, Dialogue::Opening::kMissed};
    dialogue.client(kResponse).server(changed(kGet, 18, {0x77}));

    EXPECT_TRUE(dialogue.is_turned_round());
    EXPECT_EQ(dialogue.confirmed(), Confirmed::kBoth);
}

TEST(Snmp, ReadsLongLengths) {
    constexpr auto kLong =
        "30 82 002e 020101 0482 0006 7075626c6963 a0 81 1e 02021234 020100 020100"
        "30 82 0010 30 82 000c 0608 2b06010201010100 0500"_hex;
    ASSERT_EQ(kLong.size(), 4U + 0x2eU);
    EXPECT_EQ(recognised_as(datagram(kLong)), "snmp");
}

TEST(Snmp, ChecksEveryField) {
    const std::vector<std::pair<const char*, Payload>> near_misses{
        {"a set for a sequence", changed(kGet, 0, {0x31})},
        {"outer length", changed(kGet, 1, {0x26})},
        {"version 2", changed(kGet, 4, {2})},
        {"version of four bytes", changed(kGet, 3, {4})},
        {"community length", changed(kGet, 6, {7})},
        {"no PDU", changed(kGet, 13, {0x30})},
        {"PDU 9", changed(kGet, 13, {0xa9})},
        {"version 1's trap in version 2", changed(kGet, 13, {0xa4})},
        {"version 1 has no bulk", changed(changed(kGet, 4, {0}), 13, {0xa5})},
        {"PDU length", changed(kGet, 14, {0x19})},
        {"request-id of 5 bytes", changed(kGet, 16, {5})},
        {"error 19", changed(kGet, 21, {19})},
        {"negative index", changed(kGet, 24, {0x80})},
        {"list length", changed(kGet, 26, {0x0d})},
        {"binding length", changed(kGet, 28, {0x0b})},
        {"name is no object", changed(kGet, 29, {0x04})},
        {"value of no type", changed(kGet, 39, {0x03})},
        {"NULL with a length", changed(kGet, 40, {1})},
        {"a byte too many", concatenated({kGet, "00"_hex})},
        {"msgID negative", changed(kDiscovery, 9, {0xff})},
        {"a maximum below 484", changed(kDiscovery, 12, {0, 1, 0})},
        {"flags of bit 3", changed(kDiscovery, 17, {0x0c})},
        {"private without authentication", changed(kPrivate, 17, {0x06})},
        {"model 0", changed(kDiscovery, 20, {0})},
        {"security length", changed(kDiscovery, 22, {0x0f})},
        {"trap from five bytes", changed(kOldTrap, 24, {5})},
        {"generic trap 7", changed(kOldTrap, 31, {7})},
    };
    for (const auto& [what, payload] : near_misses) {
        EXPECT_NE(ask(snmp::validate, datagram(payload)).match, Match::kYes) << what;
    }
}

TEST(Snmp, LeavesLdapAlone) {
    // LDAP's message 1: an anonymous bind.
    EXPECT_EQ(ask(snmp::validate, stream("30 0c 020101 60 07 020103 0400 8000"_hex)).match,
              Match::kNo);
}

TEST(Snmp, IsNeverSureOfACutDatagram) {
    const std::array<bytes::View, 7> all{kGet,       kResponse, kOldTrap, kTrap,
                                         kDiscovery, kReport,   kPrivate};
    for (const bytes::View said : all)
        EXPECT_TRUE(accepted_cuts(snmp::validate, datagram(said)).empty());
}

TEST(SnmpOverTcp, WaitsForTheHeader) {
    for (std::size_t size = 0; size < 25; ++size) {
        const auto said = bytes::View{kGet}.first(size);
        EXPECT_EQ(ask(snmp::validate, stream(said)).match, Match::kNeedMore) << size;
    }
    EXPECT_EQ(ask(snmp::validate, stream(bytes::View{kGet}.first(25))).match, Match::kYes);
    EXPECT_EQ(ask(snmp::validate, stream(concatenated({kGet, kGet}))).match, Match::kYes);
    EXPECT_EQ(ask(snmp::validate, stream(concatenated({kGet, "00"_hex}))).match, Match::kNo);
}

}  // namespace
}  // namespace sensor::identify
