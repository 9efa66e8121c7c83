#include "sensor/identify/protocols/websocket.h"

#include <gtest/gtest.h>

#include "tests/unit/identify/web_dialogue.h"

namespace {

using namespace test;
using namespace std::string_view_literals;

constexpr const Protocol& kWebSocket = sensor::identify::websocket::kProtocol;

// The handshake of RFC 6455 §1.2.
constexpr std::string_view kRequest =
    "GET /chat HTTP/1.1\r\n"
    "Host: server.example.com\r\n"
    "Upgrade: websocket\r\n"
    "Connection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    "Origin: http://example.com\r\n"
    "Sec-WebSocket-Protocol: chat, superchat\r\n"
    "Sec-WebSocket-Version: 13\r\n"
    "\r\n";
constexpr std::string_view kAnswer =
    "HTTP/1.1 101 Switching Protocols\r\n"
    "Upgrade: websocket\r\n"
    "Connection: Upgrade\r\n"
    "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
    "Sec-WebSocket-Protocol: chat\r\n"
    "\r\n";
constexpr std::string_view kPlainGet = "GET / HTTP/1.1\r\nHost: a.example\r\n\r\n";

Bytes replaced(std::string_view text, std::string_view from, std::string_view to) {
    std::string changed{text};
    changed.replace(changed.find(from), from.size(), to);
    return bytes_from(changed);
}

TEST(WebSocket, IsMeantWhereHttpValidatesToo) {
    WebDialogue dialogue{Transport::kTcp};

    EXPECT_EQ(dialogue.client(bytes_from(kRequest)), "websocket");
    EXPECT_EQ(dialogue.last().role, Role::kClient);
    EXPECT_EQ(dialogue.server(bytes_from(kAnswer)), "websocket");
    EXPECT_EQ(dialogue.last().role, Role::kServer);
}

TEST(WebSocket, IsUndecidedUntilTheHeadersEnd) {
    const Bytes request = bytes_from(kRequest);
    const Bytes answer = bytes_from(kAnswer);

    for (std::size_t length = 0; length < request.size(); ++length) {
        EXPECT_EQ(ask_cut(kWebSocket, request, length, Direction::kToServer).match,
                  Match::kNeedMore);
    }
    for (std::size_t length = 0; length < answer.size(); ++length) {
        EXPECT_EQ(ask_cut(kWebSocket, answer, length, Direction::kToClient).match,
                  Match::kNeedMore);
    }
    EXPECT_EQ(WebDialogue{Transport::kTcp}.client(bytes_from(kRequest.substr(0, 60))), "")
        << "what may still become one is not named http";
    extract_cut_everywhere(kWebSocket, request, Direction::kToServer);
}

TEST(WebSocket, LeavesOrdinaryHttpAlone) {
    EXPECT_EQ(client_says(kWebSocket, bytes_from(kPlainGet)).match, Match::kNo);
    EXPECT_EQ(client_says(kWebSocket, bytes_from("POST / HTTP/1.1\r\n"sv)).match, Match::kNo);
    EXPECT_EQ(server_says(kWebSocket, bytes_from("HTTP/1.1 200 OK\r\n"sv)).match, Match::kNo);
    EXPECT_EQ(WebDialogue{Transport::kTcp}.client(bytes_from(kPlainGet)), "http");
    EXPECT_EQ(WebDialogue{Transport::kTcp}.client(bytes_from("POST / HTTP/1.1\r\n"sv)), "http");
}

TEST(WebSocket, GivesUpOnHeadersLongerThanTheWindow) {
    std::string text = "GET / HTTP/1.1\r\nCookie: ";
    text.resize(4096, 'a');

    EXPECT_EQ(client_says(kWebSocket, bytes_from(text)).match, Match::kNo);
    EXPECT_EQ(WebDialogue{Transport::kTcp}.client(bytes_from(text)), "http");
}

TEST(WebSocket, ReadsHeadersInAnyCaseAndLists) {
    const Bytes request = replaced(kRequest, "Upgrade: websocket\r\nConnection: Upgrade",
                                   "UPGRADE:WebSocket\r\nconnection: keep-alive, upgrade");

    EXPECT_EQ(client_says(kWebSocket, request).match, Match::kYes);
}

TEST(WebSocket, TakesAKeyOfTwoBytesMore) {
    EXPECT_EQ(client_says(kWebSocket, replaced(kRequest, "jZQ==", "jZQaa")).match, Match::kYes);
    EXPECT_EQ(client_says(kWebSocket, replaced(kRequest, "jZQ==", "j====")).match, Match::kNo);
}

TEST(WebSocket, RefusesAHandshakeThatLacksAPart) {
    EXPECT_EQ(client_says(kWebSocket, replaced(kRequest, "websocket", "h2c")).match, Match::kNo);
    EXPECT_EQ(
        client_says(kWebSocket, replaced(kRequest, "Connection: Upgrade", "Connection: close"))
            .match,
        Match::kNo);
    EXPECT_EQ(client_says(kWebSocket, replaced(kRequest, "dGhl", "dGh")).match, Match::kNo);
    EXPECT_EQ(client_says(kWebSocket, replaced(kRequest, "dGhl", "dGh!")).match, Match::kNo);
    EXPECT_EQ(client_says(kWebSocket, replaced(kRequest, "HTTP/1.1", "HTTP/1.0")).match,
              Match::kNo);
    EXPECT_EQ(server_says(kWebSocket, replaced(kAnswer, "Sec-WebSocket-Accept", "X")).match,
              Match::kNo);
    EXPECT_EQ(server_says(kWebSocket, replaced(kAnswer, "101", "200")).match, Match::kNo);
}

TEST(WebSocket, RefusesAnAnswerToAnotherKey) {
    const std::uint32_t token = client_says(kWebSocket, bytes_from(kRequest)).token;

    EXPECT_EQ(server_says(kWebSocket, bytes_from(kAnswer), token).match, Match::kYes);
    EXPECT_EQ(server_says(kWebSocket, replaced(kAnswer, "s3pP", "t3pP"), token).match, Match::kNo);

    WebDialogue dialogue{Transport::kTcp};
    EXPECT_EQ(dialogue.client(bytes_from(kRequest)), "websocket");
    EXPECT_EQ(dialogue.server(replaced(kAnswer, "s3pP", "t3pP")), "http");
}

TEST(WebSocket, NeverNamesRandomBytes) {
    EXPECT_EQ(count_recognised(kWebSocket, "GET / HTTP/1.1\r\n", 16, 300, Direction::kToServer),
              0U);
    EXPECT_EQ(count_recognised(kWebSocket, "", 1, 300, Direction::kToClient), 0U);
}

}  // namespace
