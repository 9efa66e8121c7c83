// A hello that comes in several datagrams, and connections whose hello was not seen.
#include "tests/unit/identify/quic_split_hello.h"

#include <gtest/gtest.h>

#include "sensor/identify/protocols/quic.h"
#include "sensor/identify/quic_version.h"
#include "tests/unit/identify/dialogue.h"
#include "tests/unit/identify/quic_datagrams.h"

namespace {

using namespace test;

constexpr const Protocol& kQuic = quic::kProtocol;
constexpr std::string_view kWholeJa4 = "q13d0309h3_55b375c5d22e_1126e365b4e9";

/// What flow keeps of unfinished datagrams.
Payload kept(std::initializer_list<bytes::View> datagrams) {
    Payload before;
    for (const bytes::View datagram : datagrams) {
        before.push_back(static_cast<std::uint8_t>(datagram.size() >> 8U));
        before.push_back(static_cast<std::uint8_t>(datagram.size() & 0xffU));
        before.insert(before.end(), datagram.begin(), datagram.end());
    }
    return before;
}
Exchange after(bytes::View before, bytes::View said) {
    Exchange exchange = datagram(said);
    exchange.before = before;
    return exchange;
}
Exchange unseen(bytes::View said, std::uint32_t earlier = 0) {
    Exchange exchange = datagram(said);
    exchange.direction_known = false;
    exchange.earlier = earlier;
    return exchange;
}
/// A long header packet of mvfst to 4002475601cf787b, sealed with keys that nobody knows.
Payload sealed(std::uint8_t first, std::uint8_t size) {
    Payload packet = concatenated({Payload{first}, "faceb001 08 4002475601cf787b 00"_hex});
    if ((first & 0x30U) == 0) packet.push_back(0);  // no token in an Initial
    packet.push_back(size);
    packet.resize(packet.size() + size, 0xa5);
    return packet;
}

TEST(QuicSplitHello, IsNamedByItsFirstDatagram) {
    const Verdict verdict = ask(kQuic.validate, datagram(kSplitHelloFirst));

    EXPECT_EQ(verdict.match, Match::kYes);
    EXPECT_EQ(verdict.role, Role::kClient);
    EXPECT_TRUE(verdict.unfinished);
    EXPECT_EQ(fact_of(kQuic, datagram(kSplitHelloFirst), Fact::kQuicVersion), "v1");
    EXPECT_EQ(fact_of(kQuic, datagram(kSplitHelloFirst), Fact::kJa4), "");
}

TEST(QuicSplitHello, IsReadWholeWithItsSecond) {
    const Payload before = kept({kSplitHelloFirst});
    for (const auto* second : {&kSplitHelloSecond, &kSplitHelloMoved}) {
        const Exchange both = after(before, *second);
        const Verdict verdict = ask(kQuic.validate, both);

        EXPECT_EQ(verdict.match, Match::kYes);
        EXPECT_FALSE(verdict.unfinished);
        EXPECT_EQ(fact_of(kQuic, both, Fact::kTlsSni), "split.example");
        EXPECT_EQ(fact_of(kQuic, both, Fact::kTlsEch), "outer");
        EXPECT_EQ(fact_of(kQuic, both, Fact::kTlsAlpn), "h3");
        EXPECT_EQ(fact_of(kQuic, both, Fact::kTlsVersion), "TLS 1.3");
        EXPECT_EQ(fact_of(kQuic, both, Fact::kJa4), kWholeJa4);
    }
}

TEST(QuicSplitHello, IsReadInEitherOrder) {
    const Verdict verdict = ask(kQuic.validate, datagram(kSplitHelloSecond));
    const Payload before = kept({kSplitHelloSecond});

    EXPECT_EQ(verdict.match, Match::kYes);
    EXPECT_TRUE(verdict.unfinished);
    EXPECT_EQ(fact_of(kQuic, after(before, kSplitHelloFirst), Fact::kJa4), kWholeJa4);
}

/// The identifier names the session at once, and tells it again with what came since.
TEST(QuicSplitHello, IsToldAgainOnceItIsWhole) {
    Identifier identifier{catalog_signatures()};
    Session session{};
    session.key.transport = Transport::kUdp;
    session.set(kClientIsLow);
    const auto burst = std::make_unique<Burst>();
    burst->size = burst->round_end = 1;
    burst->sessions[0] = &session;
    burst->add_due(0);
    const auto hear = [&](bytes::View before, bytes::View said) {
        session.count_attempt(Direction::kToServer);
        burst->speech[0] = {.said = said, .heard = {}, .from_low = true, .before = before};
        identifier.run(*burst);
        const Recognised& recognised = burst->recognised[0];
        return recognised.count == 0 ? 0 : recognised.parts[0].said.size();
    };

    EXPECT_EQ(hear({}, kSplitHelloFirst), kSplitHelloFirst.size());
    EXPECT_EQ(catalog_signatures().name_of(session.protocol), "quic");
    EXPECT_TRUE(burst->speech[0].unfinished);
    const Payload before = kept({kSplitHelloFirst});
    constexpr auto kEarlyData = "d1 00000001 08 8394c8f03e515708 03 c0ffee 14"_hex;
    EXPECT_EQ(hear(before, concatenated({kEarlyData, Payload(20, 0xa5)})), 0U);
    EXPECT_TRUE(burst->speech[0].unfinished) << "not what it waits for";
    EXPECT_EQ(hear(before, kSplitHelloSecond), kSplitHelloSecond.size());
    EXPECT_FALSE(burst->speech[0].unfinished);
    EXPECT_EQ(hear(before, kSplitHelloFirst), kSplitHelloFirst.size());
    EXPECT_FALSE(burst->speech[0].unfinished) << "four datagrams are enough";
}

TEST(QuicSplitHello, IsNotJoinedWithWhatIsNoPartOfIt) {
    const Payload twice = kept({kSplitHelloFirst});
    EXPECT_TRUE(ask(kQuic.validate, after(twice, kSplitHelloFirst)).unfinished) << "repeated";

    const Payload stranger = kept({kDraft29Initial});
    EXPECT_NE(ask(kQuic.validate, after(stranger, kSplitHelloMoved)).match, Match::kYes)
        << "sealed for another connection";
    EXPECT_NE(ask(kQuic.validate, datagram(kSplitHelloMoved)).match, Match::kYes) << "alone";

    Payload torn = kept({kSplitHelloFirst});
    torn.resize(torn.size() - 1);
    EXPECT_TRUE(ask(kQuic.validate, after(torn, kSplitHelloSecond)).unfinished);
}

TEST(QuicSplitHello, MayShareItsDatagramWithEarlyData) {
    EXPECT_EQ(recognised_as(datagram(kZeroRttFirst)), "quic");
    EXPECT_EQ(fact_of(kQuic, datagram(kZeroRttFirst), Fact::kTlsSni), "split.example");
    EXPECT_EQ(fact_of(kQuic, datagram(kZeroRttFirst), Fact::kJa4),
              "q13d0307h3_55b375c5d22e_474a68c68140");
}

TEST(QuicSplitHello, OfGooglesLastVersionsIsTls) {
    EXPECT_EQ(recognised_as(datagram(kGoogleTls50Initial)), "quic");
    EXPECT_EQ(fact_of(kQuic, datagram(kGoogleTls50Initial), Fact::kQuicVersion), "T050");
    EXPECT_EQ(fact_of(kQuic, datagram(kGoogleTls50Initial), Fact::kTlsSni), "split.example");
}

TEST(QuicRun, IsNamedByTheSecondDatagramOfAConnection) {
    const Payload initial = sealed(0xc3, 60);
    const Payload handshake = sealed(0xe6, 50);
    const Verdict first = ask(kQuic.validate, unseen(initial));

    ASSERT_EQ(first.match, Match::kNeedMore);
    ASSERT_NE(first.token, 0U);
    EXPECT_EQ(ask(kQuic.validate, unseen(handshake, first.token)).match, Match::kYes);
    EXPECT_EQ(ask(kQuic.validate, unseen(handshake, first.token ^ 1U)).match, Match::kNeedMore);
    Dialogue dialogue{Transport::kUdp, Dialogue::Opening::kMissed};
    EXPECT_EQ(dialogue.client(initial).protocol(), "unknown");
    EXPECT_EQ(dialogue.client(handshake).protocol(), "quic");
}

TEST(QuicRun, WantsLengthsThatFillTheDatagram) {
    const std::uint32_t earlier = ask(kQuic.validate, unseen(sealed(0xe6, 50))).token;
    const auto match = [&](const Payload& said) {
        return ask(kQuic.validate, unseen(said, earlier)).match;
    };
    const Payload packet = sealed(0xe6, 50);
    const Payload short_header = concatenated({"4f 4002475601cf787b"_hex, Payload(30, 0x5a)});

    EXPECT_EQ(match(packet), Match::kYes);
    EXPECT_EQ(match(concatenated({packet, packet})), Match::kYes);
    EXPECT_EQ(match(concatenated({packet, short_header})), Match::kYes);
    EXPECT_EQ(match(concatenated({packet, Payload(1, 0x00)})), Match::kNo) << "a byte more";
    EXPECT_EQ(match(concatenated({packet, changed(short_header, 3, {0})})), Match::kNo);
    EXPECT_EQ(match(changed(packet, 0, {0xa6})), Match::kNo) << "fixed bit";
    EXPECT_EQ(match(changed(packet, 1, {0xfb})), Match::kNo) << "version";
    EXPECT_EQ(match(changed(packet, 13, {0x00})), Match::kNeedMore) << "another connection";
    EXPECT_TRUE(accepted_cuts(kQuic.validate, unseen(packet, earlier)).empty());
}

TEST(QuicNegotiation, AloneNamesVersionsThatExist) {
    constexpr auto kList =
        "8a 00000000 00 08 8394c8f03e515708 1a2a3a4a 00000001 ff00001d 51303436"_hex;

    EXPECT_EQ(recognised_as(reply(kList)), "quic");
    EXPECT_EQ(ask(kQuic.validate, reply(kList)).role, Role::kServer);
    EXPECT_EQ(recognised_as(reply(changed(kList, 19, {1}))), "unknown") << "no version 01000001";
    EXPECT_EQ(recognised_as(reply(bytes::View{kList}.first(19))), "unknown") << "reserved only";
    EXPECT_EQ(recognised_as(reply(bytes::View{kList}.first(15))), "unknown") << "empty";
    EXPECT_EQ(accepted_cuts(kQuic.validate, reply(kList)), (std::vector<std::size_t>{23, 27}));
}

TEST(QuicVersion, KnowsWhichAreSpoken) {
    EXPECT_TRUE(is_reserved_quic(0x1a2a3a4a));
    EXPECT_FALSE(is_reserved_quic(0x1a2a3a4b));
    EXPECT_EQ(quic_salt_of(0xfaceb003), quic_salt_of(kQuicVersion1)) << "mvfst's name for it";
    EXPECT_EQ(quic_salt_of(0xff000020), quic_salt_of(0xff00001d));
    EXPECT_EQ(quic_salt_of(0xff000021), quic_salt_of(kQuicVersion1));
    EXPECT_EQ(quic_salt_of(0xff00001c), quic_salt_of(0xff000017));
    EXPECT_EQ(quic_salt_of(0xff000023), nullptr);
    EXPECT_EQ(quic_salt_of(0x1a2a3a4a), nullptr);
}

}  // namespace
