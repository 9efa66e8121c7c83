// Requests with a body, and who may send them.
#include <optional>

#include <gtest/gtest.h>
#include <zlib.h>

#include "lib/bytes/byte_cursor.h"
#include "lib/http/problem.h"
#include "lib/http/server.h"
#include "tests/support/hex.h"
#include "tests/unit/lib/http_client.h"

namespace http {
namespace {

using namespace std::chrono_literals;
using namespace test;

constexpr std::size_t kMost = 100'000;
constexpr std::string_view kToken = "a-token-of-some-length";

/// Echoes what is posted; shared by the tests of the suite: each stop takes two seconds.
class HttpPost : public testing::Test {
  protected:
    static void SetUpTestSuite() {
        const Handler echo = [](const Request& request) {
            return Response{.status = 202,
                            .body = std::string{request.path} + "|" + std::string{request.body}};
        };
        const auto guard = [](Guard::Options options) { return std::make_shared<Guard>(options); };
        auto server = Server::start(
            "127.0.0.1:0",
            {{Method::kPost, "/events/*", echo, kMost},
             {Method::kPost, "/secret", echo, kMost, guard({.tokens = {std::string{kToken}}})},
             {Method::kPost, "/rare", echo, kMost, guard({.rate = 0.001, .burst = 2})},
             {Method::kGet, "/page", echo}},
            {.request_timeout = 500ms, .body_timeout = 1s});
        ASSERT_TRUE(server.has_value()) << server.error().message;
        server_.emplace(*std::move(server));
    }
    static void TearDownTestSuite() { server_.reset(); }

    /// The answer to a POST with these further headers, each with its end, and this body.
    static std::string post(const std::string& path, const std::string& headers,
                            std::string_view body) {
        return answer_to(server_->port(), "POST " + path +
                                              " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" +
                                              headers + "\r\n" + std::string{body});
    }
    static std::string post(const std::string& path, std::string_view body) {
        return post(path, "Content-Length: " + std::to_string(body.size()) + "\r\n", body);
    }
    static std::string status_of(const std::string& answer) {
        return answer.substr(0, answer.find("\r\n"));
    }

    static inline std::optional<Server> server_;
};

TEST_F(HttpPost, GivesTheBodyToTheHandler) {
    const std::string answer = post("/events/csv", "a,b\n");
    EXPECT_EQ(status_of(answer), "HTTP/1.1 202 Accepted");
    EXPECT_TRUE(answer.ends_with("\r\n\r\n/events/csv|a,b\n")) << answer;
    EXPECT_TRUE(post("/events/csv", "").ends_with("/events/csv|"));
    EXPECT_TRUE(post("/events/csv", "\r\n", "").ends_with("/events/csv|"));  // no length, no body
}

TEST_F(HttpPost, ReadsALongBodyWholeAndNoLongerOne) {
    const std::string longest(kMost, 'x');
    EXPECT_TRUE(post("/events/csv", longest).ends_with("|" + longest));

    const std::string answer = post("/events/csv", longest + "x");
    EXPECT_EQ(status_of(answer), "HTTP/1.1 413 Request Entity Too Large");
    EXPECT_NE(answer.find("Content-Type: application/problem+json\r\n"), std::string::npos);
    EXPECT_TRUE(answer.ends_with(R"({"type":"about:blank","title":"Content Too Large",)"
                                 R"("status":413,"detail":"send at most 100000 bytes at once"})"
                                 "\n"))
        << answer;
}

TEST_F(HttpPost, ReadsChunks) {
    const std::string chunked = "Transfer-Encoding: chunked\r\n";
    EXPECT_TRUE(post("/events/csv", chunked, "3\r\nabc\r\nA\r\n0123456789\r\n0\r\n\r\n")
                    .ends_with("|abc0123456789"));
    EXPECT_TRUE(post("/events/csv", chunked, "0\r\n\r\n").ends_with("|"));
    const std::string piece = "8000\r\n" + std::string(0x8000, 'x') + "\r\n";
    EXPECT_TRUE(post("/events/csv", chunked, piece + piece + "0\r\n\r\n")
                    .ends_with("|" + std::string(0x10000, 'x')));
    EXPECT_TRUE(status_of(post("/events/csv", chunked, piece + piece + piece + piece + "0\r\n\r\n"))
                    .starts_with("HTTP/1.1 413 "));
}

TEST_F(HttpPost, TakesNoPartOfABody) {
    Client cut{server_->port()};
    cut.send("POST /events/csv HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nabc");
    EXPECT_TRUE(cut.receive_all().starts_with("HTTP/1.1 400 Bad Request\r\n"));
    for (const std::string body :
         {"3\r\nabc", "3\r\nabc\r\n", "x\r\nabc\r\n0\r\n\r\n", "3\r\nabcd\r\n0\r\n\r\n"}) {
        Client client{server_->port()};
        client.send("POST /events/csv HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" +
                    body);
        const std::string answer = client.receive_all();
        EXPECT_TRUE(answer.starts_with("HTTP/1.1 400 Bad Request\r\n")) << body << answer;
    }
}

TEST_F(HttpPost, TellsAClientThatWaitsToGoOn) {
    Client client{server_->port()};
    client.send(
        "POST /events/csv HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 3\r\n"
        "Expect: 100-continue\r\n\r\n");
    EXPECT_EQ(client.receive_through("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
    client.send("abc");
    EXPECT_EQ(dateless(client.receive_all()),
              "HTTP/1.1 202 Accepted\r\n"
              "Content-Type: text/plain; charset=utf-8\r\n"
              "Content-Length: 15\r\n"
              "Date: DATE\r\n"
              "Connection: close\r\n"
              "\r\n"
              "/events/csv|abc");

    Client refused{server_->port()};
    refused.send(
        "POST /events/csv HTTP/1.1\r\nHost: x\r\nContent-Length: 100001\r\n"
        "Expect: 100-continue\r\n\r\n");
    EXPECT_TRUE(refused.receive_all().starts_with("HTTP/1.1 413 "));
}

TEST_F(HttpPost, KnowsTheWordOfAClientThatWaitsInAnyCase) {
    Client client{server_->port()};
    client.send(
        "POST /events/csv HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n"
        "expect: 100-Continue\r\n\r\n");
    EXPECT_EQ(client.receive_through("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
    client.send("abc");
    EXPECT_TRUE(client.receive_all().ends_with("|abc"));
}

TEST_F(HttpPost, AnswersOnePostAfterAnotherOnAConnection) {
    Client client{server_->port()};
    const auto send = [&](std::string_view body) {
        client.send("POST /events/csv HTTP/1.1\r\nHost: x\r\nContent-Length: " +
                    std::to_string(body.size()) + "\r\n\r\n" + std::string{body});
    };
    send("abc");
    const std::string first = client.receive_through("|abc");
    EXPECT_TRUE(first.starts_with("HTTP/1.1 202 ")) << first;
    EXPECT_EQ(first.find("Connection: close"), std::string::npos) << first;
    send(std::string(50'000, 'x'));  // comes in many pieces
    const std::string second = client.receive_through("|" + std::string(50'000, 'x'));
    EXPECT_TRUE(second.starts_with("HTTP/1.1 202 ")) << second.substr(0, 200);
    send("def");
    EXPECT_TRUE(client.receive_through("|def").starts_with("HTTP/1.1 202 "));
    send("");
    EXPECT_TRUE(client.receive_through("csv|").starts_with("HTTP/1.1 202 "));
    // Both at once: the second one is not taken for the first one's body.
    send("ghi");
    send("jkl");
    const std::string both = client.receive_through("|jkl");
    EXPECT_NE(both.find("|ghi"), std::string::npos) << both;
}

TEST_F(HttpPost, KeepsNoConnectionOfWhichABodyMayBeLeft) {
    Client refused{server_->port()};
    refused.send(
        "POST /nowhere HTTP/1.1\r\nHost: x\r\nContent-Length: 60\r\n\r\n"
        "POST /events/csv HTTP/1.1\r\nContent-Length: 1\r\n\r\nx");
    const std::string answer = refused.receive_all();
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 404 ")) << answer;
    EXPECT_EQ(answer.find("HTTP/1.1 202"), std::string::npos) << answer;

    Client chunked{server_->port()};
    chunked.send(
        "POST /events/csv HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
        "3\r\nabc\r\n0\r\n\r\n");
    EXPECT_TRUE(chunked.receive_all().ends_with("|abc"));
}

TEST_F(HttpPost, UnpacksABody) {
    const auto packed = [](const std::string& path, std::string_view body,
                           const std::string& coding = "gzip") {
        return post(path,
                    "Content-Encoding: " + coding +
                        "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n",
                    body);
    };
    constexpr auto kHello = "1f8b0800000000000203cb48cdc9c9d751c840a2009fa1ca0913000000"_hex;
    const std::string_view hello = bytes::text_of(kHello);
    EXPECT_TRUE(packed("/events/csv", hello).ends_with("|hello, hello, hello"));
    EXPECT_TRUE(packed("/events/csv", hello, "GZip").ends_with("|hello, hello, hello"));
    for (const std::string_view broken : {hello.substr(0, 20), std::string_view{"x"}}) {
        const std::string answer = packed("/events/csv", broken);
        EXPECT_TRUE(answer.starts_with("HTTP/1.1 400 ")) << answer;
        EXPECT_NE(answer.find("the body is no whole gzip"), std::string::npos) << answer;
    }
}

/// Zeros as gzip packs them: 1000 to one.
std::string bomb() {
    const std::string zeros(4 << 20, '\0');
    z_stream stream{};
    EXPECT_EQ(deflateInit2(&stream, 9, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    std::string packed(100'000, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(zeros.data()));
    stream.avail_in = static_cast<uInt>(zeros.size());
    stream.next_out = reinterpret_cast<Bytef*>(packed.data());
    stream.avail_out = static_cast<uInt>(packed.size());
    EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
    packed.resize(stream.total_out);
    deflateEnd(&stream);
    return packed;
}

TEST_F(HttpPost, RefusesABomb) {
    const std::string packed = bomb();
    ASSERT_LT(packed.size(), kMost);
    const std::string answer =
        post("/events/csv",
             "Content-Encoding: gzip\r\nContent-Length: " + std::to_string(packed.size()) + "\r\n",
             packed);
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 413 ")) << answer;
    EXPECT_NE(answer.find("Content-Type: application/problem+json\r\n"), std::string::npos);
    EXPECT_NE(answer.find("send at most 100000 bytes at once"), std::string::npos) << answer;
}

TEST_F(HttpPost, RefusesABodyOfAnotherCoding) {
    const std::string answer =
        post("/events/csv", "Content-Encoding: br\r\nContent-Length: 1\r\n", "x");
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 415 ")) << answer;
    EXPECT_NE(answer.find("\r\nAccept-Encoding: gzip\r\n"), std::string::npos) << answer;
    EXPECT_TRUE(post("/events/csv", "Content-Encoding: identity\r\nContent-Length: 1\r\n", "x")
                    .ends_with("|x"));
}

TEST_F(HttpPost, KnowsOneSegmentAndOneMethod) {
    for (const std::string path : {"/events/", "/events", "/events/a/b", "/eventsx", "/"})
        EXPECT_EQ(status_of(post(path, "x")), "HTTP/1.1 404 Not Found") << path;
    EXPECT_TRUE(status_of(post("/page", "x")).starts_with("HTTP/1.1 405 "));
    const std::string got = answer_to(
        server_->port(), "GET /events/csv HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    EXPECT_TRUE(got.starts_with("HTTP/1.1 405 ")) << got;
    EXPECT_NE(got.find("\r\nAllow: POST\r\n"), std::string::npos) << got;
}

TEST_F(HttpPost, AsksForTheToken) {
    const auto with = [](const std::string& value) {
        return post("/secret", "Content-Length: 1\r\n" + value, "x");
    };
    EXPECT_TRUE(with("Authorization: Bearer " + std::string{kToken} + "\r\n").ends_with("|x"));
    EXPECT_TRUE(with("authorization: bearer  " + std::string{kToken} + "\r\n").ends_with("|x"));
    for (const std::string value :
         {"", "Authorization: Bearer a-token-of-some-lengt\r\n",
          "Authorization: Bearer a-token-of-some-length2\r\n", "Authorization: Bearer \r\n",
          "Authorization: Bearer\r\n", "Authorization: Basic a-token-of-some-length\r\n",
          "Authorization: a-token-of-some-length\r\n"}) {
        const std::string answer = with(value);
        EXPECT_TRUE(answer.starts_with("HTTP/1.1 401 Unauthorized\r\n")) << value << answer;
        EXPECT_NE(answer.find("\r\nWWW-Authenticate: Bearer\r\n"), std::string::npos) << answer;
        EXPECT_NE(answer.find("\"status\":401"), std::string::npos) << answer;
    }
}

TEST_F(HttpPost, SaysWhenToComeBack) {
    EXPECT_TRUE(post("/rare", "x").ends_with("|x"));
    EXPECT_TRUE(post("/rare", "x").ends_with("|x"));
    const std::string answer = post("/rare", "x");
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 429 Too Many Requests\r\n")) << answer;
    EXPECT_NE(answer.find("\r\nRetry-After: "), std::string::npos) << answer;
}

TEST(HttpGuard, FillsItsBucketAsTimePasses) {
    const Guard::Clock::time_point start{1h};
    Guard guard{{.rate = 2, .burst = 3}};
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(guard.wait_for_turn(start), 0s);
    EXPECT_EQ(guard.wait_for_turn(start), 1s);
    EXPECT_EQ(guard.wait_for_turn(start + 400ms), 1s);
    EXPECT_EQ(guard.wait_for_turn(start + 500ms), 0s);
    EXPECT_EQ(guard.wait_for_turn(start + 400ms), 1s);  // a clock does not run back
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(guard.wait_for_turn(start + 1h), 0s);
    EXPECT_NE(guard.wait_for_turn(start + 1h), 0s);
    Guard slow{{.rate = 0.0001, .burst = 1}};
    EXPECT_EQ(slow.wait_for_turn(start), 0s);
    EXPECT_EQ(slow.wait_for_turn(start), 3600s);
    Guard none{{}};
    for (int i = 0; i < 1000; ++i)
        EXPECT_EQ(none.wait_for_turn(start), 0s);
}

TEST(HttpGuard, KnowsEachOfItsTokens) {
    const Guard guard{{.tokens = {"first", "second"}}};
    EXPECT_TRUE(guard.knows("Bearer first"));
    EXPECT_TRUE(guard.knows("Bearer second"));
    EXPECT_FALSE(guard.knows("Bearer third"));
    EXPECT_FALSE(guard.knows(""));
    EXPECT_TRUE(Guard{{}}.knows(""));
}

TEST(HttpTlsFiles, AreNamedIfWrong) {
    const auto refusal = [](tls::ServerFiles files) {
        Options options;
        options.tls = std::move(files);
        const auto server = Server::start("127.0.0.1:0", {}, options);
        return server ? std::string{} : server.error().message;
    };
    EXPECT_EQ(refusal({.certificate = "/nowhere/c.pem", .key = "/nowhere/k.pem"}),
              "/nowhere/c.pem: No such file or directory; it must be a certificate in PEM");
    EXPECT_TRUE(refusal({.certificate = "/dev/null", .key = "/dev/null"})
                    .ends_with("; it must be a certificate in PEM"));
}

}  // namespace
}  // namespace http
