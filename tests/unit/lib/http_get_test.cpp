#include <chrono>
#include <string>
#include <thread>

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "lib/descriptor/descriptor.h"
#include "lib/http/client.h"
#include "lib/http/server.h"

namespace http {
namespace {

std::string objection_to(std::string_view answer) {
    const auto parsed = parse_answer(answer);
    return parsed ? "" : parsed.error().message;
}

TEST(Url, TellsHostPortAndPath) {
    const auto url = parse_url("http://127.0.0.1:9469/metrics?a=b#c");
    ASSERT_TRUE(url);
    EXPECT_FALSE(url->has_tls);
    EXPECT_EQ(url->host, "127.0.0.1");
    EXPECT_EQ(url->port, 9469);
    EXPECT_EQ(url->path, "/metrics?a=b");
    EXPECT_EQ(url->authority(), "127.0.0.1:9469");
}

TEST(Url, HasTheUsualPortsAndTheRootAsPath) {
    EXPECT_EQ(parse_url("http://sensor.example.org")->authority(), "sensor.example.org:80");
    EXPECT_EQ(parse_url("https://sensor.example.org")->authority(), "sensor.example.org:443");
    EXPECT_TRUE(parse_url("https://a")->has_tls);
    EXPECT_EQ(parse_url("http://a")->path, "/");
    EXPECT_EQ(parse_url("http://[2001:db8::1]:1/")->authority(), "[2001:db8::1]:1");
    EXPECT_EQ(parse_url("http://[::1]")->host, "::1");
}

TEST(Url, RefusesWhatItDoesNotKnow) {
    for (const char* text :
         {"", "127.0.0.1:9469", "ftp://a", "http://", "http://:1", "http://a:", "http://a:0",
          "http://a:65536", "http://a:1x", "http://[::1", "http://[]", "http://[::1]1",
          "http://user@a", "http://a b", "http://a/\r\nX: y", "http://::1"}) {
        const auto url = parse_url(text);
        ASSERT_FALSE(url) << text;
        EXPECT_EQ(url.error().message,
                  "expected a URL such as http://127.0.0.1:9469, got '" + std::string{text} + "'");
    }
}

TEST(Answer, HasAStatusAndABody) {
    const auto answer = parse_answer("HTTP/1.1 200 OK\r\nX: y\r\ncontent-LENGTH:\t3 \r\n\r\na\r\n");
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 200);
    EXPECT_EQ(answer->body, "a\r\n");
    EXPECT_TRUE(answer->has_length);
    EXPECT_FALSE(parse_answer("HTTP/1.0 404 \r\n\r\n")->has_length);
    EXPECT_EQ(parse_answer("HTTP/1.0 404 \r\n\r\n")->status, 404);
    EXPECT_EQ(parse_answer("HTTP/1.0 503\r\n\r\nto the end")->body, "to the end");
}

TEST(Answer, IsRefusedIfAnythingIsWrongWithIt) {
    EXPECT_EQ(objection_to("SSH-2.0-OpenSSH\r\n\r\n"), "the answer is not HTTP");
    EXPECT_EQ(objection_to("HTTP/2.0 200 OK\r\n\r\n"), "the answer is not HTTP");
    EXPECT_EQ(objection_to("HTTP/1.1 2000 OK\r\n\r\n"), "the answer is not HTTP");
    EXPECT_EQ(objection_to("HTTP/1.1 20\r\n\r\n"), "the answer is not HTTP");
    EXPECT_EQ(objection_to("HTTP/1.1 099 OK\r\n\r\n"), "the answer is not HTTP");
    EXPECT_EQ(objection_to("HTTP/1.1 -20 OK\r\n\r\n"), "the answer is not HTTP");
    EXPECT_EQ(objection_to("HTTP/1.1 200 OK\r\n: a\r\n\r\n"),
              "the answer has a header without a name");
    EXPECT_EQ(objection_to("HTTP/1.1 200 OK\r\nnothing\r\n\r\n"),
              "the answer has a header without a name");
    EXPECT_EQ(objection_to("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
              "the answer is in a transfer coding that was not asked for");
    EXPECT_EQ(objection_to("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n"),
              "the answer's Content-Length cannot be");
    EXPECT_EQ(objection_to("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"),
              "the answer's Content-Length cannot be");
    EXPECT_EQ(objection_to("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nab"),
              "the answer has 2 bytes where 1 were announced");
}

TEST(Answer, IsRefusedWhereverItIsCut) {
    const std::string whole = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody";
    ASSERT_TRUE(parse_answer(whole));
    for (std::size_t length = 0; length < whole.size(); ++length)
        EXPECT_FALSE(parse_answer(whole.substr(0, length))) << length;
}

TEST(Get, BringsWhatTheServerHas) {
    const std::string page(300'000, 'x');
    const auto server = Server::start(
        "127.0.0.1:0", {{.path = "/page", .handler = [&](const Request& request) {
                             return Response{.body = page + std::string{request.query}};
                         }}});
    ASSERT_TRUE(server);
    const std::string origin = "http://localhost:" + std::to_string(server->port());

    const auto answer = get(*parse_url(origin + "/page?q"), {});
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->status, 200);
    EXPECT_EQ(answer->body, page + "q");
    EXPECT_EQ(get(*parse_url(origin), {})->status, 404);
    const auto bounded = get(*parse_url(origin + "/page"), {.most_bytes = 1000});
    ASSERT_FALSE(bounded);
    EXPECT_NE(bounded.error().message.find("longer than 1000 bytes"), std::string::npos);
}

/// Somebody listens; whether he accepts, and what he says, is the test's.
struct Listener {
    descriptor::Descriptor socket{::socket(AF_INET, SOCK_STREAM, 0)};
    std::string url;

    Listener() {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        auto* to = reinterpret_cast<sockaddr*>(&address);
        socklen_t size = sizeof address;
        EXPECT_EQ(::bind(socket.number(), to, size), 0);
        EXPECT_EQ(::listen(socket.number(), 1), 0);
        EXPECT_EQ(::getsockname(socket.number(), to, &size), 0);
        url = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port));
    }
    /// Says `answer` to the first request, and what that was.
    std::string serve(std::string_view answer) const {
        const descriptor::Descriptor client{::accept(socket.number(), nullptr, nullptr)};
        std::string request;
        while (!request.ends_with("\r\n\r\n")) {
            char c = 0;
            if (::recv(client.number(), &c, 1, 0) != 1) break;
            request += c;
        }
        EXPECT_EQ(::send(client.number(), answer.data(), answer.size(), MSG_NOSIGNAL),
                  static_cast<ssize_t>(answer.size()));
        return request;
    }
};

TEST(Get, AsksInOnePieceAndShowsItsToken) {
    const Listener listener;
    std::string request;
    std::thread server{[&] { request = listener.serve("HTTP/1.0 401 \r\n\r\n"); }};

    const auto answer = get(*parse_url(listener.url + "/metrics"), {.token = "secret"});
    server.join();

    EXPECT_EQ(answer->status, 401);
    EXPECT_EQ(request, "GET /metrics HTTP/1.0\r\nHost: " + listener.url.substr(7) +
                           "\r\nAccept: text/plain\r\nConnection: close\r\n"
                           "Authorization: Bearer secret\r\n\r\n");
}

TEST(Get, WaitsNoLongerThanItsPatience) {
    const Listener silent;
    const auto before = std::chrono::steady_clock::now();
    const auto answer = get(*parse_url(silent.url), {.patience = std::chrono::milliseconds{200}});
    const auto took = std::chrono::steady_clock::now() - before;

    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().message, silent.url.substr(7) + ": no whole answer came in time");
    EXPECT_GE(took, std::chrono::milliseconds{190});
    EXPECT_LT(took, std::chrono::seconds{10});
}

TEST(Get, SaysWhomItCannotReach) {
    std::string url;
    {
        const Listener gone;
        url = gone.url;
    }
    EXPECT_EQ(get(*parse_url(url), {}).error().message,
              "cannot connect to " + url.substr(7) + ": Connection refused");
}

}  // namespace
}  // namespace http
