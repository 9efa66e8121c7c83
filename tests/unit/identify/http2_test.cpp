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
    WebDialogue dialogue{Transport::kTcp};

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

TEST(Http2, TakesAClientThatDoesNotSetFirst) {
    const Bytes preface = bytes_from(kPreface);

    EXPECT_EQ(client_says(kHttp2, preface + bytes_from(kAcknowledgement)).match, Match::kYes);
    EXPECT_EQ(client_says(kHttp2, preface + bytes_from(kWindowUpdate)).match, Match::kYes);
}

TEST(Http2, RefusesAnotherFirstFrame) {
    const Bytes preface = bytes_from(kPreface);
    const auto after_preface = [&](const auto& frame) {
        return client_says(kHttp2, preface + bytes_from(frame)).match;
    };

    EXPECT_EQ(after_preface("000004 00 00 00000001 61626364"_hex), Match::kNo) << "DATA";
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

/// HEADERS: GET http://www.example.com/, RFC 7541 §C.4.1.
constexpr auto kHeaders = "000011 01 05 00000001 828684418cf1e3c2e5f23a6ba0ab90f4ff"_hex;

TEST(Http2, NotesTheFirstRequest) {
    // PADDED and PRIORITY: a byte, five bytes, the block, and two of padding.
    const Bytes headers = bytes_from(
                              "000022 01 2d 00000001 02 0000000010 "
                              "828684418cf1e3c2e5f23a6ba0ab90f4ff 0f2b 0663 75726c2f38"_hex) +
                          Bytes{0, 0};
    const Facts facts =
        facts_of(kHttp2, opening() + bytes_from(kWindowUpdate) + headers, Direction::kToServer);

    EXPECT_EQ(facts.find(Fact::kHttpMethod), "GET");
    EXPECT_EQ(facts.find(Fact::kHttpHost), "www.example.com");
    EXPECT_EQ(facts.find(Fact::kHttpUri), "/");
    EXPECT_EQ(facts.find(Fact::kHttpUserAgent), "curl/8");
}

TEST(Http2, NotesTheStatusAndNothingOfOtherFrames) {
    const Bytes answer = bytes_from(kEmptySettings) + bytes_from("000001 01 05 00000001 8d"_hex);

    EXPECT_EQ(facts_of(kHttp2, answer, Direction::kToClient).find(Fact::kHttpStatus), "404");
    EXPECT_TRUE(facts_of(kHttp2, opening(), Direction::kToServer).empty());
    extract_cut_everywhere(kHttp2, opening() + bytes_from(kHeaders), Direction::kToServer);
}

TEST(Http2, NeverNamesRandomBytes) {
    EXPECT_EQ(count_recognised(kHttp2, "", 1, 300, Direction::kToServer), 0U);
    EXPECT_EQ(count_recognised(kHttp2, "\0\0\x06\x04\0\0\0\0\0"sv, 20, 300, Direction::kToClient),
              0U);
    EXPECT_EQ(count_recognised(kHttp2, "", 1, 300, Direction::kToClient, 1), 0U);
}

}  // namespace
