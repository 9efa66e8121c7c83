#include "sensor/identify/protocols/teamviewer.h"

#include <gtest/gtest.h>

#include "tests/support/hex.h"
#include "tests/unit/identify/dialogue.h"

namespace sensor::identify {
namespace {

using namespace test;

constexpr auto kIdentify =
    "1724 0a 2000 0000000000000000 0000000000000000 1111111111111111 2222222222222222"_hex;
constexpr auto kKeepAlive = "1724 28 0400 00000080"_hex;
constexpr auto kNew = "1130 36 00 04000000 01000000 00000000 1b000000 18000000 8c0067fc"_hex;
// Over UDP: an acknowledgement of four bytes.
constexpr auto kDatagram = "00000000 01000000 4426 03 1724 73 0400 00000000"_hex;

Match says(bytes::View said) {
    return ask(teamviewer::validate, stream(said)).match;
}

TEST(Teamviewer, NamesStreams) {
    const auto two = concatenated({kIdentify, kKeepAlive});
    for (const bytes::View said :
         {bytes::View{kIdentify}, bytes::View{kKeepAlive}, bytes::View{kNew}, bytes::View{two}}) {
        EXPECT_EQ(recognised_as(stream(said)), "teamviewer");
        EXPECT_EQ(recognised_as(stream_back(said)), "teamviewer");
    }
    EXPECT_TRUE(accepted_cuts(teamviewer::validate, stream(kIdentify)).empty());
    for (std::size_t size = 0; size < 24; ++size)
        EXPECT_EQ(says(bytes::View{kNew}.first(size)), Match::kNeedMore) << size;
    EXPECT_EQ(says(bytes::View{kNew}.first(24)), Match::kYes) << "before the body ends";
}

TEST(Teamviewer, NamesDatagrams) {
    EXPECT_EQ(recognised_as(datagram(kDatagram)), "teamviewer");
    EXPECT_EQ(recognised_as(reply(kDatagram)), "teamviewer");
    EXPECT_TRUE(accepted_cuts(teamviewer::validate, datagram(kDatagram)).empty());
    EXPECT_EQ(recognised_as(datagram(kIdentify)), "unknown") << "as over TCP";
    EXPECT_EQ(recognised_as(stream(kDatagram)), "unknown") << "as over UDP";
}

TEST(Teamviewer, ChecksEveryField) {
    const std::vector<std::pair<const char*, Payload>> near_misses{
        {"magic", changed(kIdentify, 1, {0x25})},
        {"code", changed(kIdentify, 2, {0x09})},
        {"no body", changed(kIdentify, 3, {0})},
        {"a body shorter than what is there", changed(kIdentify, 3, {0x10})},
        {"what follows", concatenated({kKeepAlive, Payload(8, 0x17)})},
        {"new: code", changed(kNew, 2, {0x80})},
        {"new: zero", changed(kNew, 3, {1})},
        {"new: too long", changed(kNew, 7, {1})},
        {"new: header's size", changed(kNew, 20, {0x19})},
        {"new: shorter than what is there", changed(concatenated({kNew, kNew}), 4, {3})},
    };
    for (const auto& [what, said] : near_misses)
        EXPECT_EQ(says(said), Match::kNo) << what;
    const std::vector<std::pair<const char*, Payload>> datagrams{
        {"kind", changed(kDatagram, 10, {0x10})},
        {"magic", changed(kDatagram, 11, {0x11, 0x30})},
        {"code", changed(kDatagram, 13, {0x09})},
        {"length", changed(kDatagram, 14, {0x05})},
        {"more than it tells", concatenated({kDatagram, "00"_hex})},
    };
    for (const auto& [what, said] : datagrams)
        EXPECT_EQ(ask(teamviewer::validate, datagram(said)).match, Match::kNo) << what;
}

TEST(Teamviewer, ConfirmsBothSides) {
    Dialogue dialogue{Transport::kTcp};
    dialogue.client(kIdentify).server(kNew);
    EXPECT_EQ(dialogue.protocol(), "teamviewer");
    EXPECT_EQ(dialogue.confirmed(), Confirmed::kBoth);
}

}  // namespace
}  // namespace sensor::identify
