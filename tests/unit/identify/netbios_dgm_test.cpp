#include "sensor/identify/protocols/netbios_dgm.h"

#include <gtest/gtest.h>

#include "tests/support/hex.h"
#include "tests/unit/identify/dialogue.h"

namespace sensor::identify {
namespace {

using namespace test;

// From "..." to a group, four bytes; an error about it; a question and its answers.
constexpr auto kDatagram =
    "11 02 000c c0a8ef81 008a 0048 0000"
    "20 4648464646454546 4341434143414341 4341434143414341 4341434143414341 00"
    "20 4548454546424341 4341434143414341 4341434143414341 4341434143414341 00 ff534d42"_hex;
constexpr auto kError = "13 02 000c c0a8ef82 008a 82"_hex;
constexpr auto kQuery =
    "14 02 000d c0a8ef81 008a"
    "20 4648464646454546 4341434143414341 4341434143414341 4341434143414341 00"_hex;

Match match_of(bytes::View said) {
    return ask(netbios_dgm::validate, datagram(said)).match;
}

TEST(NetbiosDgm, RecognisesEveryKind) {
    for (const std::uint8_t type : Payload{0x10, 0x11, 0x12}) {
        EXPECT_EQ(recognised_as(datagram(changed(kDatagram, 0, {type}))), "netbios-dgm");
        EXPECT_EQ(recognised_as(multicast(changed(kDatagram, 0, {type}))), "netbios-dgm");
    }
    for (const std::uint8_t type : Payload{0x14, 0x15, 0x16}) {
        EXPECT_EQ(recognised_as(datagram(changed(kQuery, 0, {type}))), "netbios-dgm");
    }
}

TEST(NetbiosDgm, BelievesAnErrorOnlyAfterItsDatagram) {
    Dialogue dialogue{Transport::kUdp};
    Dialogue other{Transport::kUdp};
    dialogue.client(kDatagram).server(kError);
    other.client(kDatagram).server(changed(kError, 3, {0x0d}));

    EXPECT_EQ(dialogue.protocol(), "netbios-dgm");
    EXPECT_EQ(dialogue.confirmed(), Confirmed::kBoth);
    EXPECT_EQ(other.confirmed(), Confirmed::kClient);
    EXPECT_EQ(match_of(kError), Match::kNeedMore);
}

TEST(NetbiosDgm, ConfirmsDatagramsBothWays) {
    Dialogue dialogue{Transport::kUdp};
    dialogue.client(kDatagram).server(changed(kDatagram, 2, {0x77}));
    EXPECT_EQ(dialogue.confirmed(), Confirmed::kBoth);
}

TEST(NetbiosDgm, ChecksEveryField) {
    const std::vector<std::pair<const char*, Payload>> near_misses{
        {"type", changed(kDatagram, 0, {0x17})},
        {"length too short", changed(kDatagram, 11, {0x47})},
        {"length too long", changed(kDatagram, 11, {0x49})},
        {"name of 31 letters", changed(kDatagram, 14, {0x1f})},
        {"letter past P", changed(kDatagram, 15, {'Q'})},
        {"second name", changed(kDatagram, 48, {0x21})},
        {"unknown error", changed(kError, 10, {0x81})},
        {"reserved flag of an error", changed(kError, 1, {0x12})},
        {"more than an error", concatenated({kError, "00"_hex})},
        {"more than a question", concatenated({kQuery, "00"_hex})},
    };
    for (const auto& [what, payload] : near_misses) {
        EXPECT_EQ(match_of(payload), Match::kNo) << what;
    }
    EXPECT_TRUE(accepted_cuts(netbios_dgm::validate, datagram(kDatagram)).empty());
    EXPECT_TRUE(accepted_cuts(netbios_dgm::validate, datagram(kQuery)).empty());
}

}  // namespace
}  // namespace sensor::identify
