#include "sensor/identify/protocols/http.h"

#include <gtest/gtest.h>

#include "tests/unit/identify/web_dialogue.h"

namespace {

using namespace test;
using namespace std::string_view_literals;

constexpr const Protocol& kHttp = sensor::identify::http::kProtocol;

constexpr std::string_view kRequest =
    "GET /index.html?q=1 HTTP/1.1\r\n"
    "Host: www.example.com\r\n"
    "User-Agent: curl/8.0\r\n"
    "\r\n";
constexpr std::string_view kResponse = "HTTP/1.1 404 Not Found\r\nServer: demo\r\n\r\n";

Match client(std::string_view text) {
    return client_says(kHttp, bytes_from(text)).match;
}
Match server(std::string_view text) {
    return server_says(kHttp, bytes_from(text)).match;
}

TEST(Http, NamesBothDirections) {
    WebDialogue dialogue{Transport::kTcp};

    EXPECT_EQ(dialogue.client(bytes_from(kRequest)), "http");
    EXPECT_EQ(dialogue.last().role, Role::kClient);
    EXPECT_EQ(dialogue.server(bytes_from(kResponse)), "http");
    EXPECT_EQ(dialogue.last().role, Role::kServer);
}

TEST(Http, NamesEveryMethodInUse) {
    for (const std::string_view method :
         {"GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH",
          "PROPFIND", "MKCALENDAR", "VERSION-CONTROL", "UPDATEREDIRECTREF", "ACL", "QUERY",
          "SUBSCRIBE", "M-SEARCH", "RPC_IN_DATA", "PURGE"}) {
        const std::string target = method == "CONNECT" ? "example.com:443" : "/";
        const std::string text = std::string{method} + " " + target + " HTTP/1.1\r\n\r\n";

        EXPECT_EQ(WebDialogue{Transport::kTcp}.client(bytes_from(text)), "http") << method;
    }
}

TEST(Http, TakesEveryFormOfATarget) {
    EXPECT_EQ(client("OPTIONS * HTTP/1.1\r\n"), Match::kYes);
    EXPECT_EQ(client("GET http://example.com:8080/a HTTP/1.0\r\n"), Match::kYes);
    EXPECT_EQ(client("GET / HTTP/1.1\nHost: a\n\n"), Match::kYes) << "bare LF";
    EXPECT_EQ(client("POST /\xc3\xa9 HTTP/1.1\r\n"), Match::kYes) << "sent, if not legal";
}

TEST(Http, TakesAStatusLineWithoutReason) {
    EXPECT_EQ(server("HTTP/1.1 200 \r\n"), Match::kYes);
    EXPECT_EQ(server("HTTP/1.1 200\r\n"), Match::kYes);
    EXPECT_EQ(server("HTTP/1.0 200\n"), Match::kYes);
}

TEST(Http, TakesMoreSpaceThanOneCharacter) {
    EXPECT_EQ(WebDialogue{Transport::kTcp}.client(bytes_from("POST  / \t HTTP/1.0\r\n"sv)), "http");
    EXPECT_EQ(client("GET\t/ HTTP/1.1 \r\n"), Match::kYes);
    EXPECT_EQ(server("HTTP/1.1  200 OK \r\n"), Match::kYes);
}

TEST(Http, TakesAnEmptyLineBeforeARequest) {
    const Bytes said = bytes_from("\r\nGET /a HTTP/1.1\r\nHost: b\r\n\r\n"sv);

    EXPECT_EQ(WebDialogue{Transport::kTcp}.client(said), "http");
    EXPECT_EQ(facts_of(kHttp, said, Direction::kToServer).find(Fact::kHttpHost), "b");
}

TEST(Http, NotesTheRequest) {
    const Facts facts = facts_of(kHttp, bytes_from(kRequest), Direction::kToServer);

    EXPECT_EQ(facts.find(Fact::kHttpMethod), "GET");
    EXPECT_EQ(facts.find(Fact::kHttpHost), "www.example.com");
    EXPECT_EQ(facts.find(Fact::kHttpUri), "/index.html?q=1");
    EXPECT_EQ(facts.find(Fact::kHttpUserAgent), "curl/8.0");
    EXPECT_EQ(facts.find(Fact::kDestinationRequested), "");
}

TEST(Http, NotesWhereAConnectLeads) {
    const Facts facts = facts_of(
        kHttp, bytes_from("CONNECT mail.example.org:993 HTTP/1.1\r\n\r\n"sv), Direction::kToServer);

    EXPECT_EQ(facts.find(Fact::kDestinationRequested), "mail.example.org:993");
}

TEST(Http, NotesTheStatus) {
    EXPECT_EQ(facts_of(kHttp, bytes_from(kResponse), Direction::kToClient).find(Fact::kHttpStatus),
              "404");
}

TEST(Http, NotesOnlyHeadersThatAreComplete) {
    const Facts facts =
        facts_of(kHttp, bytes_from("GET / HTTP/1.1\r\nHost: a.example\r\nUser-Agent: cu"sv),
                 Direction::kToServer);

    EXPECT_EQ(facts.find(Fact::kHttpHost), "a.example");
    EXPECT_EQ(facts.find(Fact::kHttpUserAgent), "");
}

TEST(Http, WaitsForTheStartLineOnly) {
    const Bytes request = bytes_from(kRequest);
    const Bytes response = bytes_from(kResponse);

    for (std::size_t length = 0; length <= request.size(); ++length) {
        const Match expected = length < kRequest.find('\n') + 1 ? Match::kNeedMore : Match::kYes;
        EXPECT_EQ(ask_cut(kHttp, request, length, Direction::kToServer).match, expected) << length;
    }
    for (std::size_t length = 0; length <= response.size(); ++length) {
        const Match expected = length < kResponse.find('\n') + 1 ? Match::kNeedMore : Match::kYes;
        EXPECT_EQ(ask_cut(kHttp, response, length, Direction::kToClient).match, expected) << length;
    }
    extract_cut_everywhere(kHttp, request, Direction::kToServer);
    extract_cut_everywhere(kHttp, response, Direction::kToClient);
}

TEST(Http, RefusesRelatives) {
    EXPECT_EQ(client("OPTIONS * RTSP/1.0\r\n"), Match::kNo);
    EXPECT_EQ(client("OPTIONS sip:a@example.com SIP/2.0\r\n"), Match::kNo);
    EXPECT_EQ(client("NOTIFY sip:a@example.com SIP/2.0\r\n"), Match::kNo);
    EXPECT_EQ(client("GET /stream ICY/1.0\r\n"), Match::kNo);
    EXPECT_EQ(server("ICY 200 OK\r\n"), Match::kNo);
    EXPECT_EQ(server("RTSP/1.0 200 OK\r\n"), Match::kNo);
    EXPECT_EQ(client("GET / HTTP/2.0\r\n"), Match::kNo);
    EXPECT_EQ(client("PRI * HTTP/2.0\r\n"), Match::kNo);
    EXPECT_EQ(server("HTTP/2.0 200 OK\r\n"), Match::kNo);
}

TEST(Http, RefusesWhatOnlyStartsLikeIt) {
    EXPECT_EQ(client("GET key\r\n"), Match::kNo) << "memcached, Redis";
    EXPECT_EQ(client("GET key HTTP/1.1\r\n"), Match::kNo) << "no form of a target";
    EXPECT_EQ(client("get / HTTP/1.1\r\n"), Match::kNo);
    EXPECT_EQ(client("CONNECT /x HTTP/1.1\r\n"), Match::kNo);
    EXPECT_EQ(client("GET /\x01 HTTP/1.1\r\n"), Match::kNo);
    EXPECT_EQ(client("GET / HTTP/1.1 x\r\n"), Match::kNo);
    EXPECT_EQ(client("G3T / HTTP/1.1\r\n"), Match::kNo);
    EXPECT_EQ(client("-GET / HTTP/1.1\r\n"), Match::kNo);
    EXPECT_EQ(client("\r\n\r\nGET / HTTP/1.1\r\n"), Match::kNo);
    EXPECT_EQ(client(std::string(25, 'A') + " / HTTP/1.1\r\n"), Match::kNo);
    EXPECT_EQ(server("HTTP/1.1200 OK\r\n"), Match::kNo);
    EXPECT_EQ(client("GET / HTTP/1.1\r\n\x01\x02"), Match::kNo);
    EXPECT_EQ(server("HTTP/1.1 2000\r\n"), Match::kNo);
    EXPECT_EQ(server("HTTP/1.1 020 OK\r\n"), Match::kNo);
    EXPECT_EQ(server("HTTP/1.1 20x OK\r\n"), Match::kNo);
    EXPECT_EQ(server("HTTP/1.1 200 \x01\r\n"), Match::kNo);
    EXPECT_EQ(server("HTTP/1.1 200\rX"), Match::kNo);
}

TEST(Http, NeverNamesRandomBytes) {
    EXPECT_EQ(count_recognised(kHttp, "", 1, 300, Direction::kToServer), 0U);
    EXPECT_EQ(count_recognised(kHttp, "GET /", 5, 300, Direction::kToServer), 0U);
    EXPECT_EQ(count_recognised(kHttp, "HTTP/1.1 ", 9, 300, Direction::kToClient), 0U);
}

}  // namespace
