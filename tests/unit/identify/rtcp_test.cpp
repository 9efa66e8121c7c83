#include "sensor/identify/protocols/rtcp.h"

#include <gtest/gtest.h>

#include "tests/support/hex.h"
#include "tests/unit/identify/dialogue.h"

namespace sensor::identify {
namespace {

using namespace test;

constexpr auto kSenderReport =
    "80 c8 0006 f6bf57e2 e1e2e3e4e5e6e7e8 0002e0c0 00000010 00000200"_hex;
constexpr auto kReceiverReport =
    "81 c9 0007 11223344 f6bf57e2 00000001 0000059b 00000003 00000000 00000000"_hex;
// CNAME "a@b", padded with one to four zeros.
constexpr auto kDescription = "81 ca 0003 f6bf57e2 01 03 614062 000000"_hex;
constexpr auto kGoodbye = "81 cb 0002 f6bf57e2 03 627965"_hex;
constexpr auto kApplication = "80 cc 0003 f6bf57e2 61626364 01020304"_hex;
constexpr auto kPictureLoss = "81 ce 0002 f6bf57e2 11223344"_hex;
constexpr auto kNack = "81 cd 0003 f6bf57e2 11223344 059b0000"_hex;
constexpr auto kExtended = "80 cf 0004 f6bf57e2 04 00 0002 e1e2e3e4e5e6e7e8"_hex;
// An empty receiver report; all behind its source is secret or a tag.
constexpr auto kSecure = "80 c9 0001 734e7b28 80000005 1150ddd7bafeb9cbd7ce"_hex;

Match match_of(bytes::View said, std::uint32_t token = 0, std::uint32_t earlier = 0) {
    Exchange exchange = datagram(said, token);
    exchange.earlier = earlier;
    return ask(rtcp::validate, exchange).match;
}

TEST(Rtcp, RecognisesCompoundPackets) {
    const std::vector<Payload> compounds{
        concatenated({kSenderReport}),
        concatenated({kReceiverReport}),
        concatenated({kSenderReport, kDescription}),
        concatenated({kReceiverReport, kDescription, kGoodbye}),
        concatenated({kSenderReport, kDescription, kApplication, kNack, kPictureLoss}),
        concatenated({"80 c9 0001 11223344"_hex, kDescription, kExtended}),
        concatenated({"80 c9 0002 11223344 abcdef01"_hex, kDescription}),     // extended
        concatenated({kReceiverReport, "a1 cb 0002 f6bf57e2 00000004"_hex}),  // padded
    };
    for (const Payload& said : compounds) {
        EXPECT_EQ(match_of(said), Match::kYes);
        EXPECT_EQ(recognised_as(datagram(said)), "rtcp");
    }
}

TEST(Rtcp, RecognisesReducedSize) {
    for (const bytes::View said : {bytes::View{kNack}, bytes::View{kPictureLoss},
                                   bytes::View{kApplication}, bytes::View{kExtended}}) {
        EXPECT_EQ(match_of(said), Match::kYes);
    }
    EXPECT_EQ(match_of(kDescription), Match::kNo);
    EXPECT_EQ(match_of(kGoodbye), Match::kNo);
}

TEST(Rtcp, NeedsTwoSecureOnesOfASource) {
    const Verdict first = ask(rtcp::validate, datagram(kSecure));
    EXPECT_EQ(first.match, Match::kNeedMore);
    EXPECT_EQ(match_of(kSecure, 0, first.token), Match::kYes);
    EXPECT_EQ(match_of(kSecure, 1), Match::kYes) << "the other side has spoken";
    EXPECT_EQ(match_of(changed(kSecure, 7, {0x29}), 0, first.token), Match::kNeedMore);
    const auto feedback = concatenated({kNack, "80000001 1150ddd7bafeb9cbd7ce"_hex});
    EXPECT_EQ(match_of(feedback), Match::kNeedMore);
}

TEST(Rtcp, ConfirmsBothDirections) {
    Dialogue plain{Transport::kUdp};
    plain.client(kSenderReport).server(kReceiverReport);
    EXPECT_EQ(plain.protocol(), "rtcp");
    EXPECT_EQ(plain.confirmed(), Confirmed::kBoth);

    Dialogue secure{Transport::kUdp};
    secure.client(kSecure).client(kSecure).server(changed(kSecure, 4, {0x55}));
    EXPECT_EQ(secure.confirmed(), Confirmed::kBoth);
}

TEST(Rtcp, IsRtpWhereTheyShareAPort) {
    constexpr auto kSound = "80 00 0001 0002e0c0 f6bf57e2 ffffff"_hex;
    Dialogue dialogue{Transport::kUdp};
    dialogue.client(kSound).client(changed(kSound, 3, {2})).client(changed(kSound, 3, {3}));
    dialogue.server(kReceiverReport);
    EXPECT_EQ(dialogue.protocol(), "rtp");
    EXPECT_EQ(dialogue.confirmed(), Confirmed::kBoth);
}

TEST(Rtcp, ChecksEveryField) {
    const auto described = concatenated({kSenderReport, kDescription});
    const std::vector<std::pair<const char*, Payload>> near_misses{
        {"version 1", changed(kSenderReport, 0, {0x40})},
        {"type 199", changed(kSenderReport, 1, {0xc7})},
        {"type 212", changed(described, 29, {0xd4})},
        {"a report more than there is", changed(kSenderReport, 0, {0x81})},
        {"length too short", changed(kSenderReport, 3, {5})},
        {"length too long", changed(kSenderReport, 3, {7})},
        {"no source", changed(kReceiverReport, 4, {0, 0, 0, 0})},
        {"padding in the first of two", changed(described, 0, {0xa0})},
        {"padding of 3 bytes", concatenated({kReceiverReport, "a1cb0002 f6bf57e2 00000003"_hex})},
        {"two chunks", changed(described, 28, {0x82})},
        {"no chunk", changed(described, 28, {0x80})},
        {"item 16", changed(described, 36, {0x10})},
        {"item too long", changed(described, 37, {0x07})},
        {"no zeros after the items", changed(described, 42, {1})},
        {"version of the second", changed(described, 28, {0x41})},
        {"three bytes more", concatenated({kReceiverReport, "000000"_hex})},
        {"reason too long", concatenated({kReceiverReport, changed(kGoodbye, 8, {4})})},
        {"reason too short",
         concatenated({kReceiverReport, "81cb0003 f6bf57e2 0162796500000000"_hex})},
        {"application's name", changed(kApplication, 8, {0x07})},
        {"picture loss with more", changed(kNack, 1, {0xce})},
        {"feedback without", changed(kPictureLoss, 1, {0xcd})},
        {"feedback of format 0", changed(kNack, 0, {0x80})},
        {"feedback of format 12", changed(kNack, 0, {0x8c})},
        {"block past the end", changed(kExtended, 11, {3})},
        {"block of type 0", changed(kExtended, 8, {0})},
        {"secure, tag too short", concatenated({bytes::View{kSecure}.first(20)})},
    };
    // What is not plain may still be secure.
    for (const auto& [what, payload] : near_misses)
        EXPECT_NE(match_of(payload), Match::kYes) << what;
}

TEST(Rtcp, IsNeverSureOfACutDatagram) {
    EXPECT_TRUE(accepted_cuts(rtcp::validate, datagram(kSenderReport)).empty());
    const auto whole = concatenated({kReceiverReport, kDescription});
    EXPECT_EQ(accepted_cuts(rtcp::validate, datagram(whole)),
              std::vector<std::size_t>{kReceiverReport.size()});
}

}  // namespace
}  // namespace sensor::identify
