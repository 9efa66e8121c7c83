#include "sensor/identify/protocols/dns.h"

#include <gtest/gtest.h>

#include "tests/support/hex.h"
#include "tests/unit/identify/dialogue.h"

namespace sensor::identify {
namespace {

using namespace test;

// id 1234, recursion desired, www.example.org A IN, EDNS of 1232 bytes.
constexpr auto kQuery =
    "1234 0120 0001 0000 0000 0001 03 777777 07 6578616d706c65 03 6f7267 00 0001 0001"
    "00 0029 04d0 00000000 0000"_hex;
// Its answer: a CNAME to a.example.org, whose address is 192.0.2.1.
constexpr auto kAnswer =
    "1234 8180 0001 0002 0000 0000 03 777777 07 6578616d706c65 03 6f7267 00 0001 0001"
    "c00c 0005 0001 0000003c 0004 01 61 c010"
    "c02d 0001 0001 0000003c 0004 c0000201"_hex;

TEST(Dns, RecognisesAQuery) {
    const Verdict verdict = ask(dns::validate, datagram(kQuery));

    EXPECT_EQ(verdict.match, Match::kYes);
    EXPECT_EQ(verdict.role, Role::kClient);
    EXPECT_EQ(recognised_as(datagram(kQuery)), "dns");
}

TEST(Dns, ConfirmsAnAnswerWithTheSameId) {
    Dialogue dialogue{Transport::kUdp};
    dialogue.client(kQuery).server(kAnswer);

    EXPECT_EQ(dialogue.protocol(), "dns");
    EXPECT_EQ(dialogue.confirmed(), Confirmed::kBoth);
}

TEST(Dns, DoesNotConfirmAnAnswerWithAnotherId) {
    Dialogue dialogue{Transport::kUdp};
    dialogue.client(kQuery).server(changed(kAnswer, 0, {0x12, 0x35}));
    EXPECT_EQ(dialogue.confirmed(), Confirmed::kClient);
}

TEST(Dns, DoesNotConfirmAnEcho) {
    Dialogue dialogue{Transport::kUdp};
    dialogue.client(kQuery).server(kQuery);
    EXPECT_EQ(dialogue.confirmed(), Confirmed::kClient);
}

TEST(Dns, TurnsASessionRoundThatBeginsWithTheAnswer) {
    Dialogue dialogue{Transport::kUdp, Dialogue::Opening::kMissed};
    dialogue.client(kAnswer).server(changed(kQuery, 0, {0x56, 0x78}));

    EXPECT_TRUE(dialogue.is_turned_round());
    EXPECT_EQ(dialogue.confirmed(), Confirmed::kBoth);
}

TEST(Dns, NotesNameAndType) {
    EXPECT_EQ(fact_of(dns::kProtocol, datagram(kQuery), Fact::kDnsName), "www.example.org");
    EXPECT_EQ(fact_of(dns::kProtocol, datagram(kQuery), Fact::kDnsType), "A");
    const auto https = changed(kQuery, 30, {65});
    EXPECT_EQ(fact_of(dns::kProtocol, datagram(https), Fact::kDnsType), "HTTPS");
    const auto unnamed = changed(kQuery, 29, {0xff, 0x00});
    EXPECT_EQ(fact_of(dns::kProtocol, datagram(unnamed), Fact::kDnsType), "TYPE65280");
}

TEST(Dns, EscapesWhatIsNoLetterInAName) {
    constexpr auto kOdd = "0001 0000 0001 0000 0000 0000 05 61 2e 5c 20 ff 00 0001 0001"_hex;
    constexpr auto kRoot = "0001 0000 0001 0000 0000 0000 00 0002 0001"_hex;

    EXPECT_EQ(fact_of(dns::kProtocol, datagram(kOdd), Fact::kDnsName), R"(a\.\\\032\255)");
    EXPECT_EQ(fact_of(dns::kProtocol, datagram(kRoot), Fact::kDnsName), ".");
}

TEST(Dns, ChecksEveryField) {
    const std::vector<std::pair<const char*, Payload>> near_misses{
        {"opcode 2", changed(kQuery, 2, {0x11})},
        {"opcode 3", changed(kQuery, 2, {0x19})},
        {"Z set", changed(kQuery, 3, {0x60})},
        {"rcode in a query", changed(kQuery, 3, {0x03})},
        {"no question", changed(kQuery, 5, {0})},
        {"one question too many", changed(kQuery, 5, {2})},
        {"an answer in a query", changed(kQuery, 7, {1})},
        {"a record too few", changed(kQuery, 11, {0})},
        {"a record too many", changed(kQuery, 11, {2})},
        {"a label of 01 type", changed(kQuery, 12, {0x43})},
        {"a label past the end", changed(kQuery, 12, {0x3f})},
        {"type 0", changed(kQuery, 30, {0})},
        {"class 2", changed(kQuery, 32, {2})},
        {"OPT with a name", changed(kQuery, 33, {1})},
        {"data too long", changed(kQuery, 43, {1})},
        {"a byte too many", concatenated({kQuery, "00"_hex})},
    };
    for (const auto& [what, payload] : near_misses) {
        EXPECT_EQ(ask(dns::validate, datagram(payload)).match, Match::kNo) << what;
    }
}

TEST(Dns, ChecksEveryFieldOfAnAnswer) {
    const std::vector<std::pair<const char*, Payload>> near_misses{
        {"rcode 12", changed(kAnswer, 3, {0x8c})},
        {"a pointer to itself", changed(kAnswer, 34, {33})},
        {"a pointer forwards", changed(kAnswer, 34, {45})},
        {"a pointer into the header", changed(kAnswer, 34, {11})},
        {"a name shorter than its data", changed(kAnswer, 44, {5})},
        {"an address of three bytes", changed(kAnswer, 60, {3})},
        {"class 0", changed(kAnswer, 38, {0})},
    };
    ASSERT_EQ(ask(dns::validate, reply(kAnswer)).match, Match::kYes);
    for (const auto& [what, payload] : near_misses) {
        EXPECT_EQ(ask(dns::validate, reply(payload)).match, Match::kNo) << what;
    }
}

TEST(Dns, BelievesABareRefusalOnlyAfterItsQuestion) {
    constexpr auto kRefusal = "1234 8105 0000 0000 0000 0000"_hex;

    EXPECT_EQ(ask(dns::validate, reply(kRefusal)).match, Match::kNo);
    EXPECT_EQ(ask(dns::validate, reply(kRefusal, 0x11234)).match, Match::kYes);
    EXPECT_EQ(ask(dns::validate, reply(kRefusal, 0x11235)).match, Match::kNo);
}

TEST(Dns, RecognisesUpdateAndNotify) {
    constexpr auto kUpdate =
        "0007 2800 0001 0000 0001 0000 03 6f7267 00 0006 0001  c00c 0001 00ff 00000000 0000"_hex;
    constexpr auto kNotify = "0008 2400 0001 0000 0000 0000 03 6f7267 00 0006 0001"_hex;

    EXPECT_EQ(ask(dns::validate, datagram(kUpdate)).match, Match::kYes);
    EXPECT_EQ(ask(dns::validate, datagram(changed(kUpdate, 18, {1}))).match, Match::kNo);
    EXPECT_EQ(ask(dns::validate, datagram(kNotify)).match, Match::kYes);
}

TEST(Dns, RecognisesTransfersAndWhatIsBesideTheQuestion) {
    constexpr auto kStart = "00 00 00000001 00000002 00000003 00000004 00000005"_hex;  // an SOA's
    const auto with_start = [&](bytes::View head) { return concatenated({head, kStart}); };
    const std::vector<std::pair<const char*, Payload>> requests{
        {"IXFR from a serial", with_start("0009 0000 0001 0000 0001 0000 03 6f7267 00 00fb 0001"
                                          "c00c 0006 0001 00000000 0016"_hex)},
        {"NOTIFY with the new SOA",
         with_start("0008 2400 0001 0001 0000 0000 03 6f7267 00 0006 0001"
                    "c00c 0006 0001 00000000 0016"_hex)},
        {"a cookie", concatenated({"1234 0100 0001 0000 0000 0001 03 6f7267 00 0006 0001"
                                   "00 0029 04d0 00000000 000c 000a 0008 0102030405060708"_hex})},
        {"UPDATE that needs a name and deletes a set",
         concatenated({"0007 2800 0001 0001 0001 0000 03 6f7267 00 0006 0001"
                       "c00c 00ff 00ff 00000000 0000 c00c 0001 00ff 00000000 0000"_hex})},
    };
    for (const auto& [what, payload] : requests) {
        EXPECT_EQ(recognised_as(datagram(payload)), "dns") << what;
    }
    constexpr auto kUpdated = "0007 a800 0000 0000 0000 0000"_hex;
    EXPECT_EQ(ask(dns::validate, reply(kUpdated, 0x10007)).match, Match::kYes);
    EXPECT_EQ(ask(dns::validate, reply(kUpdated)).match, Match::kNo);
}

TEST(Dns, LeavesNetbiosNamesAlone) {
    constexpr auto kNodeStatus =
        "0001 0000 0001 0000 0000 0000 20"
        "434b4141414141414141414141414141 41414141414141414141414141414141 00 0021 0001"_hex;
    EXPECT_EQ(ask(dns::validate, datagram(kNodeStatus)).match, Match::kNo);
}

TEST(Dns, IsNeverSureOfACutDatagram) {
    EXPECT_TRUE(accepted_cuts(dns::validate, datagram(kQuery)).empty());
    EXPECT_TRUE(accepted_cuts(dns::validate, reply(kAnswer)).empty());
}

TEST(Dns, SurvivesAChainOfPointers) {
    // A thousand pointers, each to the one before.
    Payload chain{0, 1, 0x81, 0x80, 0, 1, 0, 0, 0, 0, 0, 0, 0xc0, 0x0c};
    for (unsigned at = 12; at < 2000; at += 2) {
        chain.push_back(static_cast<std::uint8_t>(0xc0U | at >> 8U));
        chain.push_back(static_cast<std::uint8_t>(at));
    }
    EXPECT_EQ(ask(dns::validate, datagram(chain)).match, Match::kNo);
}

TEST(DnsOverTcp, WaitsForTheWholeMessage) {
    const auto framed = concatenated({"002c"_hex, kQuery});
    ASSERT_EQ(kQuery.size(), 0x2cU);
    for (std::size_t size = 0; size < framed.size(); ++size) {
        const auto said = bytes::View{framed}.first(size);
        EXPECT_EQ(ask(dns::validate, stream(said)).match, Match::kNeedMore) << size;
    }
    EXPECT_EQ(ask(dns::validate, stream(framed)).match, Match::kYes);
    EXPECT_EQ(ask(dns::validate, stream(changed(framed, 1, {0x2d}))).match, Match::kNo);
    EXPECT_EQ(ask(dns::validate, stream(changed(framed, 1, {0x2b}))).match, Match::kNo);
}

TEST(DnsOverTcp, ConfirmsInSegments) {
    const auto query = concatenated({"002c"_hex, kQuery});
    const auto answer = concatenated({"0041"_hex, kAnswer});
    ASSERT_EQ(kAnswer.size(), 0x41U);
    Dialogue dialogue{Transport::kTcp};
    dialogue.client(bytes::View{query}.first(2)).client(bytes::View{query}.subspan(2));
    dialogue.server(bytes::View{answer}.first(30)).server(bytes::View{answer}.subspan(30));

    EXPECT_EQ(dialogue.protocol(), "dns");
    EXPECT_EQ(dialogue.confirmed(), Confirmed::kBoth);
}

TEST(DnsOverTcp, IsConvincedByTheStartOfAZoneTransfer) {
    // 300 addresses of 16 bytes each, of which the first 150 are here.
    Payload zone =
        concatenated({"12d1"_hex, "1234 8400 0001 012c 0000 0000 03 6f7267 00 00fc 0001"_hex});
    for (unsigned record = 0; record < 150; ++record) {
        const auto bytes = "c00c 0001 0001 0000003c 0004 c0000201"_hex;
        zone.insert(zone.end(), bytes.begin(), bytes.end());
    }
    EXPECT_EQ(ask(dns::validate, stream_back(zone)).match, Match::kYes);
    zone.resize(1000);
    EXPECT_EQ(ask(dns::validate, stream_back(zone)).match, Match::kNeedMore);
}

}  // namespace
}  // namespace sensor::identify
