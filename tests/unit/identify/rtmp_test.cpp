#include "sensor/identify/protocols/rtmp.h"

#include <gtest/gtest.h>

#include "tests/support/hex.h"
#include "tests/unit/identify/dialogue.h"

namespace sensor::identify {
namespace {

using namespace test;

constexpr auto kVersion = "03"_hex;
// AMF0 "connect", then a number and the start of an object.
constexpr auto kConnect =
    "03 000000 0000ee 14 00000000 02 0007 636f6e6e656374 00 3ff0000000000000 03"_hex;
constexpr auto kWindowSize = "02 000000 000004 05 00000000 004c4b40"_hex;
constexpr std::size_t kBlock = 1536;  // bytes

/// C1 or S1: a time, zeros, and bytes that are the same on every run.
Payload hello(std::uint8_t time) {
    Noise noise{time};
    return concatenated({Payload{0, 0, 0, time, 0, 0, 0, 0}, noise.next(kBlock - 8)});
}
/// C2 or S2: the other's block with a time of its own.
Payload echo_of(const Payload& block) {
    return changed(block, 4, {0, 0, 1, 0});
}
Payload client_stream(bytes::View chunk) {
    return concatenated({kVersion, hello(7), echo_of(hello(9)), chunk});
}
Payload server_stream(bytes::View chunk) {
    return concatenated({kVersion, hello(9), echo_of(hello(7)), chunk});
}
Match match_of(bytes::View said) {
    return ask(rtmp::validate, stream(said)).match;
}

TEST(Rtmp, RecognisesWhatFollowsTheHandshake) {
    const std::vector<Payload> chunks{
        concatenated({kConnect}),
        concatenated({kWindowSize}),
        changed(kWindowSize, 7, {1}),                        // set chunk size
        concatenated({"02 000000 000005 06 00000000"_hex}),  // set peer bandwidth
        concatenated({"02 000000 000006 04 00000000"_hex}),  // stream begin
        concatenated({"03 ffffff 000020 11 00000000 01234567 00 02 0004 63616c6c"_hex}),
        concatenated({"00 05 000000 000020 14 00000000 02 0007 5f726573756c74"_hex}),
    };
    for (const Payload& chunk : chunks) {
        EXPECT_EQ(match_of(client_stream(chunk)), Match::kYes);
        EXPECT_EQ(recognised_as(stream_back(server_stream(chunk))), "rtmp");
    }
}

TEST(Rtmp, ConfirmsBothDirections) {
    Dialogue dialogue{Transport::kTcp};
    dialogue.client(concatenated({kVersion, hello(7)}));
    dialogue.server(server_stream({}));
    EXPECT_EQ(dialogue.protocol(), "unknown");
    dialogue.client(concatenated({echo_of(hello(9)), kConnect}));
    EXPECT_EQ(dialogue.protocol(), "rtmp");
    EXPECT_EQ(dialogue.confirmed(), Confirmed::kBoth) << "S2 echoes C1";
}

TEST(Rtmp, ConfirmsAHandshakeWithDigestsByItsChunks) {
    Dialogue dialogue{Transport::kTcp};
    dialogue.client(client_stream(kConnect));
    dialogue.server(concatenated({kVersion, hello(9), hello(11)}));
    EXPECT_EQ(dialogue.confirmed(), Confirmed::kClient);
    dialogue.server(kWindowSize);
    EXPECT_EQ(dialogue.confirmed(), Confirmed::kBoth);
}

TEST(Rtmp, NeedsMoreUntilTheChunkIsThere) {
    const Payload said = client_stream(kConnect);
    const std::size_t enough = 1 + 2 * kBlock + 12 + 3 + 7;
    for (std::size_t size = 1; size < said.size(); ++size) {
        const Match expected = size < enough ? Match::kNeedMore : Match::kYes;
        ASSERT_EQ(match_of(bytes::View{said}.first(size)), expected) << size;
    }
}

TEST(Rtmp, ChecksEveryField) {
    const std::vector<std::pair<const char*, Payload>> near_misses{
        {"chunk format 1", changed(kConnect, 0, {0x43})},
        {"message type 7", changed(kConnect, 7, {7})},
        {"not a string", changed(kConnect, 12, {3})},
        {"name too short", changed(kConnect, 14, {3})},
        {"name too long", changed(kConnect, 14, {33})},
        {"name longer than the message", changed(kConnect, 6, {9})},
        {"a digit in the name", changed(kConnect, 15, {'1'})},
        {"an outsized message", changed(kConnect, 4, {1, 0, 1})},
        {"control elsewhere", changed(kWindowSize, 0, {3})},
        {"control of a stream", changed(kWindowSize, 8, {1})},
        {"window size of 5 bytes", changed(kWindowSize, 6, {5})},
        {"bandwidth of 4 bytes", changed(kWindowSize, 7, {6})},
        {"user control of 4 bytes", changed(kWindowSize, 7, {4})},
        {"AMF3 alone", changed(kConnect, 7, {0x11})},
    };
    for (const auto& [what, chunk] : near_misses) {
        EXPECT_EQ(match_of(client_stream(concatenated({chunk, Payload(8, 0)}))), Match::kNo)
            << what;
    }
    EXPECT_EQ(match_of(changed(client_stream(kConnect), 0, {6})), Match::kNo) << "version 6";
}

}  // namespace
}  // namespace sensor::identify
