#include <gtest/gtest.h>

#include "sensor/identify/protocols/http.h"
#include "tests/unit/identify/upgrade_check.h"
#include "tests/unit/identify/web_dialogue.h"

namespace {

using namespace test;
using namespace std::string_view_literals;

constexpr const Protocol& kHttp = sensor::identify::http::kProtocol;

constexpr std::string_view kConnect =
    "CONNECT mail.example.org:993 HTTP/1.1\r\nHost: mail.example.org:993\r\n\r\n";
constexpr std::string_view kRefused =
    "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 5\r\n\r\nlogin";
constexpr std::string_view kToH2c =
    "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
    "HTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n";
constexpr std::string_view kSwitching =
    "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n";

std::uint16_t port_of(std::string_view client) {
    return ask_upgrade(kHttp, client, "HTTP/1.1 200 OK\r\n\r\n").requested_port;
}
std::string destination_of(std::string_view client, std::string_view server) {
    Facts facts;
    kHttp.extract_upgrade(bytes::view_of(client), bytes::view_of(server), facts);
    return std::string{facts.find(Fact::kDestinationRequested)};
}

TEST(HttpUpgrade, ConnectIsAnsweredByAny2xx) {
    expect_upgrade(kHttp, kConnect, "HTTP/1.1 200 Connection established\r\n\r\n");
    expect_upgrade(kHttp, "CONNECT a:1 HTTP/1.0\n\n", "HTTP/1.0 299\nVia: b\n\n");
    expect_upgrade(kHttp, kConnect, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n");
    expect_upgrade(kHttp, kConnect, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    expect_upgrade(kHttp, kConnect, "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 OK\r\n\r\n");
}

TEST(HttpUpgrade, ConnectMayBeRepeatedAfterARefusal) {
    const std::string twice = std::string{kConnect} + std::string{kConnect};

    expect_upgrade(kHttp, twice, std::string{kRefused} + "HTTP/1.1 200 OK\r\n\r\n");
    expect_upgrade(kHttp, twice,
                   "HTTP/1.1 407 No\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"
                   "4;a=b\r\nHTTP\r\nA\r\n/1.1 200 O\r\n0\r\nTrailer: t\r\n\r\n"
                   "HTTP/1.1 200 OK\r\n\r\n");
}

TEST(HttpUpgrade, TellsThePortAsked) {
    EXPECT_EQ(port_of(kConnect), 993);
    EXPECT_EQ(port_of("CONNECT [2001:db8::1]:22 HTTP/1.1\r\n\r\n"), 22);
    EXPECT_EQ(port_of("CONNECT a:65535 HTTP/1.1\r\n\r\n"), 65535);
    EXPECT_EQ(port_of("CONNECT a:65536 HTTP/1.1\r\n\r\n"), 0);
    EXPECT_EQ(port_of("CONNECT a:x HTTP/1.1\r\n\r\n"), 0);
    EXPECT_EQ(port_of("CONNECT a: HTTP/1.1\r\n\r\n"), 0);
}

TEST(HttpUpgrade, NotesTheDestinationThatWasGranted) {
    EXPECT_EQ(destination_of(kConnect, "HTTP/1.1 200 OK\r\n\r\n"), "mail.example.org:993");
    EXPECT_EQ(destination_of(kConnect, kRefused), "");
    EXPECT_EQ(destination_of(kToH2c, kSwitching), "");
}

TEST(HttpUpgrade, SwitchesToWhatWasOffered) {
    expect_upgrade(kHttp, kToH2c, kSwitching);
    expect_upgrade(kHttp,
                   "POST /a HTTP/1.1\r\nUpgrade: websocket, h2c\r\nContent-Length: 3\r\n\r\nabc",
                   "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 101 S\r\nUpgrade: H2C\r\n\r\n");
    expect_upgrade(kHttp, "OPTIONS * HTTP/1.1\r\nUpgrade: TLS/1.0\r\n\r\n",
                   "HTTP/1.1 101 S\r\nUpgrade: TLS/1.0, HTTP/1.1\r\n\r\n");
    EXPECT_EQ(ask_upgrade(kHttp, kToH2c, kSwitching).requested_port, 0);
}

TEST(HttpUpgrade, OfferMayBeDeclinedAndRepeated) {
    expect_upgrade(kHttp, std::string{kToH2c} + "\r\n" + std::string{kToH2c},
                   "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok" + std::string{kSwitching});
    EXPECT_EQ(state_of(kHttp, kToH2c, "HTTP/1.1 304 Same\r\n\r\n"), State::kPending);
    EXPECT_EQ(state_of(kHttp, kToH2c, "HTTP/1.1 200 OK\r\n\r\nuntil it closes"), State::kNever);
}

TEST(HttpUpgrade, WhatLeadsNowhere) {
    EXPECT_EQ(state_of(kHttp, "GET / HTTP/1.1\r\nHost: a\r\n\r\n", ""), State::kNever);
    EXPECT_EQ(state_of(kHttp, kToH2c, "HTTP/1.1 101 S\r\nUpgrade: irc\r\n\r\n"), State::kNever);
    EXPECT_EQ(state_of(kHttp, kToH2c, "HTTP/1.1 101 S\r\n\r\n"), State::kNever);
    EXPECT_EQ(state_of(kHttp, kConnect, "HTTP/1.1 101 S\r\nUpgrade: h2c\r\n\r\n"), State::kNever);
    EXPECT_EQ(state_of(kHttp, "GET / HTTP/1.1\r\nUpgrade: websocket\r\n\r\n",
                       "HTTP/1.1 101 S\r\nUpgrade: websocket\r\n\r\n"),
              State::kNever);
    EXPECT_EQ(state_of(kHttp, kConnect, "SSH-2.0-x\r\n"), State::kNever);
    EXPECT_EQ(state_of(kHttp, kConnect, "HTTP/1.1 502 Bad\r\n\r\n"), State::kNever);
    EXPECT_EQ(state_of(kHttp, std::string{kConnect} + "\x16\x03\x01", kRefused), State::kNever);
    EXPECT_EQ(
        state_of(kHttp, kConnect, "HTTP/1.1 407 No\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n"),
        State::kNever);
}

TEST(HttpUpgrade, FullWindowIsNotWaitedFor) {
    const std::string large = "HTTP/1.1 407 No\r\nContent-Length: 9000\r\n\r\n";

    EXPECT_EQ(state_of(kHttp, kConnect, large), State::kPending);
    EXPECT_EQ(state_of(kHttp, kConnect, large + std::string(4096, 'x')), State::kNever);
    EXPECT_EQ(state_of(kHttp, "CONNECT a:1 HTTP/1.1\r\nA: " + std::string(4096, 'x'), ""),
              State::kNever);
}

}  // namespace
