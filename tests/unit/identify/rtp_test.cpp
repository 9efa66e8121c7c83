#include "sensor/identify/protocols/rtp.h"

#include <gtest/gtest.h>

#include "tests/support/hex.h"
#include "tests/unit/identify/dialogue.h"

namespace sensor::identify {
namespace {

using namespace test;

// Payload type 0, marked; sequence 059b, then three bytes of sound.
constexpr auto kFirst = "80 80 059b 0002e0c0 f6bf57e2 ffffff"_hex;
// What the other end sends: payload type 102, two contributing sources, padding.
constexpr auto kTheirs = "a2 66 ffff 00001122 11223344 00000001 00000002 abcd 0002"_hex;
// An extension of one word.
constexpr auto kExtended = "90 6f 2360 9fc5594a 78691914 bede 0001 10ff0000 55"_hex;

/// `packet` with the sequence number moved on.
Payload after(bytes::View packet, unsigned steps) {
    const unsigned sequence = packet[2] * 256U + packet[3] + steps;
    return changed(
        packet, 2,
        {static_cast<std::uint8_t>(sequence >> 8U), static_cast<std::uint8_t>(sequence)});
}

/// What `validate` says at the end of a run of datagrams.
Match match_of(std::initializer_list<Payload> run, std::uint32_t token = 0) {
    std::uint32_t earlier = 0;
    Match match = Match::kNo;
    for (const Payload& said : run) {
        Exchange exchange = datagram(said, token);
        exchange.earlier = earlier;
        const Verdict verdict = ask(rtp::validate, exchange);
        match = verdict.match;
        if (match == Match::kYes) return match;
        if (match == Match::kNeedMore) earlier = verdict.token & 0xffffffU;
    }
    return match;
}

TEST(Rtp, RecognisesARunOfThree) {
    for (const bytes::View packet :
         {bytes::View{kFirst}, bytes::View{kTheirs}, bytes::View{kExtended}}) {
        EXPECT_EQ(match_of({after(packet, 0)}), Match::kNeedMore);
        EXPECT_EQ(match_of({after(packet, 0), after(packet, 1)}), Match::kNeedMore);
        EXPECT_EQ(match_of({after(packet, 0), after(packet, 1), after(packet, 2)}), Match::kYes);
    }
    EXPECT_EQ(recognised_as(datagram(kFirst)), "unknown");
}

TEST(Rtp, IsContentWithTwoOnceTheOtherSideHasSpoken) {
    EXPECT_EQ(match_of({after(kFirst, 0)}, 1), Match::kNeedMore);
    EXPECT_EQ(match_of({after(kFirst, 0), after(kFirst, 1)}, 1), Match::kYes);
}

TEST(Rtp, ConfirmsBothDirections) {
    Dialogue dialogue{Transport::kUdp};
    for (unsigned i = 0; i < 3; ++i) {
        dialogue.client(after(kFirst, i)).server(after(kTheirs, i));
    }
    EXPECT_EQ(dialogue.protocol(), "rtp");
    EXPECT_EQ(dialogue.confirmed(), Confirmed::kBoth);
}

TEST(Rtp, ForgivesLossAndDisorder) {
    EXPECT_EQ(match_of({after(kFirst, 0), after(kFirst, 7), after(kFirst, 23)}), Match::kYes);
    EXPECT_EQ(match_of({after(kFirst, 0), after(kFirst, 1), after(kFirst, 1)}), Match::kNeedMore);
    EXPECT_EQ(match_of({after(kFirst, 0), after(kFirst, 3), after(kFirst, 2), after(kFirst, 4)}),
              Match::kYes);
    const Payload other = changed(kFirst, 8, {0x11});
    EXPECT_EQ(match_of({other, after(kFirst, 0), after(kFirst, 1), after(kFirst, 2)}), Match::kYes);
}

TEST(Rtp, BelievesNoRunThatIsNone) {
    const auto third = [](Payload packet) {
        return match_of({after(kFirst, 0), after(kFirst, 1), std::move(packet)});
    };
    EXPECT_EQ(third(changed(after(kFirst, 2), 8, {0xf5})), Match::kNeedMore) << "source";
    EXPECT_EQ(third(changed(after(kFirst, 2), 1, {0x88})), Match::kNeedMore) << "payload type";
    EXPECT_EQ(third(after(kFirst, 18)), Match::kNeedMore) << "too many lost";
    EXPECT_EQ(third(after(kFirst, 900)), Match::kNeedMore) << "goes down";
    EXPECT_EQ(match_of({after(kFirst, 0), after(kFirst, 0), after(kFirst, 0), after(kFirst, 0)}),
              Match::kNeedMore)
        << "stands still";
}

TEST(Rtp, ChecksEveryField) {
    const std::vector<std::pair<const char*, Payload>> near_misses{
        {"version 1", changed(kFirst, 0, {0x40})},
        {"version 3", changed(kFirst, 0, {0xc0})},
        {"reserved payload type", changed(kFirst, 1, {0x13})},
        {"RTCP", changed(kFirst, 1, {0xc8})},
        {"payload type 95", changed(kFirst, 1, {0x5f})},
        {"no source", changed(kFirst, 8, {0, 0, 0, 0})},
        {"more contributing sources than bytes", changed(kFirst, 0, {0x81})},
        {"no padding", changed(kTheirs, 23, {0})},
        {"more padding than payload", changed(kTheirs, 23, {5})},
        {"extension past the end", changed(kExtended, 15, {3})},
    };
    for (const auto& [what, payload] : near_misses) {
        EXPECT_EQ(ask(rtp::validate, datagram(payload)).match, Match::kNo) << what;
    }
    for (std::size_t size = 0; size < 12; ++size) {
        const auto cut = bytes::View{kFirst}.first(size);
        EXPECT_EQ(ask(rtp::validate, datagram(cut)).match, Match::kNo) << size;
    }
}

TEST(Rtp, IsRareInRunsOfNoise) {
    Noise noise{11};
    for (unsigned i = 0; i < 200'000; ++i) {
        ASSERT_NE(match_of({noise.next(20), noise.next(20), noise.next(20), noise.next(20)}),
                  Match::kYes);
    }
}

TEST(Rtp, GivesWayToTheIceThatOpenedTheSession) {
    constexpr auto kBinding = "0001 0000 2112a442 0102030405060708090a0b0c"_hex;
    Dialogue dialogue{Transport::kUdp};
    dialogue.client(kBinding);
    for (unsigned i = 0; i < 4; ++i)
        dialogue.server(after(kTheirs, i));
    EXPECT_EQ(dialogue.protocol(), "stun");
}

}  // namespace
}  // namespace sensor::identify
