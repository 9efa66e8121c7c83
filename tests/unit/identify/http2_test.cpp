#include "sensor/identify/protocols/http2.h"

#include <gtest/gtest.h>

#include "tests/support/hex.h"
#include "tests/unit/identify/web_dialogue.h"

namespace {

using namespace test;
using namespace std::string_view_literals;

constexpr const Protocol& kHttp2 = sensor::identify::http2::kProtocol;

constexpr auto kPreface = "505249202a20485454502f322e300d0a0d0a534d0d0a0d0a"_hex;
/// ENABLE_PUSH 0, INITIAL_WINDOW_SIZE 65535, MAX_FRAME_SIZE 16384.
constexpr auto kSettings = "000012 04 00 00000000 0002 00000000 0004 0000ffff 0005 00004000"_hex;
constexpr auto kEmptySettings = "000000 04 00 00000000"_hex;
constexpr auto kAcknowledgement = "000000 04 01 00000000"_hex;
constexpr auto kWindowUpdate = "000004 08 00 00000000 000f0001"_hex;

Bytes opening() {
    return bytes_from(kPreface) + bytes_from(kSettings);
}

TEST(Http2, NamesBothDirections) {
    Dialogue dialogue{Transport::kTcp};

    EXPECT_EQ(dialogue.client(opening() + bytes_from(kWindowUpdate)), "http2");
    EXPECT_EQ(dialogue.last().role, Role::kClient);
    EXPECT_EQ(dialogue.server(bytes_from(kEmptySettings)), "http2");
    EXPECT_EQ(dialogue.last().role, Role::kServer);
}

TEST(Http2, WaitsForTheClientsSettings) {
    const Bytes said = opening();

    for (std::size_t length = 0; length < said.size(); ++length) {
        EXPECT_EQ(ask_cut(kHttp2, said, length, Direction::kToServer).match, Match::kNeedMore);
    }
    EXPECT_EQ(client_says(kHttp2, said).match, Match::kYes);
}

TEST(Http2, WantsMoreFromAServerThatWasHeardFirst) {
    const Bytes settings = bytes_from(kSettings);

    EXPECT_EQ(server_says(kHttp2, settings).match, Match::kNeedMore);
    EXPECT_EQ(server_says(kHttp2, settings + bytes_from(kAcknowledgement)).match, Match::kYes);
    EXPECT_EQ(server_says(kHttp2, settings + bytes_from(kWindowUpdate)).match, Match::kYes);
    EXPECT_EQ(server_says(kHttp2, settings + bytes_from(kSettings)).match, Match::kNo);
    for (std::size_t length = 0; length < settings.size(); ++length) {
        EXPECT_EQ(ask_cut(kHttp2, settings, length, Direction::kToClient, 1).match,
                  Match::kNeedMore);
    }
}

TEST(Http2, RefusesAnotherFirstFrame) {
    const Bytes preface = bytes_from(kPreface);
    const auto after_preface = [&](const auto& frame) {
        return client_says(kHttp2, preface + bytes_from(frame)).match;
    };

    EXPECT_EQ(after_preface(kAcknowledgement), Match::kNo);
    EXPECT_EQ(after_preface(kWindowUpdate), Match::kNo);
    EXPECT_EQ(after_preface("000006 04 00 00000001 000200000000"_hex), Match::kNo) << "stream 1";
    EXPECT_EQ(after_preface("000005 04 00 00000000 0002000000"_hex), Match::kNo) << "length";
    EXPECT_EQ(after_preface("000006 04 00 00000000 000200000002"_hex), Match::kNo) << "push 2";
    EXPECT_EQ(after_preface("000006 04 00 00000000 000480000000"_hex), Match::kNo) << "window";
    EXPECT_EQ(after_preface("000006 04 00 00000000 000500000001"_hex), Match::kNo) << "frame size";
    EXPECT_EQ(after_preface("000006 04 00 00000000 6a6a00000001"_hex), Match::kYes) << "unknown";
}

TEST(Http2, RefusesWhatOnlyStartsLikeIt) {
    EXPECT_EQ(client_says(kHttp2, bytes_from("PRI * HTTP/1.1\r\n\r\n"sv)).match, Match::kNo);
    EXPECT_EQ(client_says(kHttp2, bytes_from("PRI * HTTP/2.0\r\n\r\nSM\r\n\n\n"sv)).match,
              Match::kNo);
}

TEST(Http2, NeverNamesRandomBytes) {
    EXPECT_EQ(count_recognised(kHttp2, "", 1, 300, Direction::kToServer), 0U);
    EXPECT_EQ(count_recognised(kHttp2, "\0\0\x06\x04\0\0\0\0\0"sv, 20, 300, Direction::kToClient),
              0U);
    EXPECT_EQ(count_recognised(kHttp2, "", 1, 300, Direction::kToClient, 1), 0U);
}

}  // namespace
