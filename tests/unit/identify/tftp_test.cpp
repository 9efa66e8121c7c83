#include "sensor/identify/protocols/tftp.h"

#include <gtest/gtest.h>

#include "tests/support/hex.h"
#include "tests/unit/identify/dialogue.h"

namespace sensor::identify {
namespace {

using namespace test;

// RRQ "boot.img" in mode octet; WRQ "a" in mode netAscii with blksize 1428.
constexpr auto kRead = "0001 626f6f742e696d67 00 6f63746574 00"_hex;
constexpr auto kWrite = "0002 61 00 6e65744173636969 00 626c6b73697a65 00 31343238 00"_hex;
constexpr auto kOptions = "0006 626c6b73697a65 00 31343238 00"_hex;

TEST(Tftp, RecognisesRequests) {
    EXPECT_EQ(ask(tftp::validate, datagram(kRead)).role, Role::kClient);
    EXPECT_EQ(recognised_as(datagram(kRead)), "tftp");
    EXPECT_EQ(recognised_as(datagram(kWrite)), "tftp");
}

TEST(Tftp, TurnsTheSessionOfAnOptionAcknowledgementRound) {
    Dialogue dialogue{Transport::kUdp};
    dialogue.client(kOptions);

    EXPECT_EQ(dialogue.protocol(), "tftp");
    EXPECT_TRUE(dialogue.is_turned_round());
}

TEST(Tftp, ChecksEveryField) {
    const std::vector<std::pair<const char*, Payload>> near_misses{
        {"opcode 3", changed(kRead, 1, {3})},
        {"no file name", changed(kRead, 2, {0})},
        {"a control character", changed(kRead, 3, {7})},
        {"mode", changed(kRead, 11, {'a'})},
        {"no NUL at the end", changed(kRead, 16, {'s'})},
        {"an option without value", concatenated({kRead, "626c6b73697a65 00"_hex})},
        {"unknown options only", concatenated({kRead, "61 00 62 00"_hex})},
        {"options nobody knows", changed(kOptions, 2, {'x'})},
    };
    for (const auto& [what, payload] : near_misses) {
        EXPECT_EQ(ask(tftp::validate, datagram(payload)).match, Match::kNo) << what;
    }
}

TEST(Tftp, IsNeverSureOfACutDatagram) {
    EXPECT_TRUE(accepted_cuts(tftp::validate, datagram(kRead)).empty());
    EXPECT_TRUE(accepted_cuts(tftp::validate, datagram(kOptions)).empty());
    // Without its options the request is whole.
    EXPECT_EQ(accepted_cuts(tftp::validate, datagram(kWrite)), std::vector<std::size_t>{13});
}

}  // namespace
}  // namespace sensor::identify
