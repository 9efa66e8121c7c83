// What the server makes of clients that are slow, many or on its port already.
#include <atomic>
#include <barrier>
#include <optional>
#include <thread>

#include <gtest/gtest.h>

#include "lib/http/server.h"
#include "tests/unit/lib/http_client.h"

namespace http {
namespace {

using namespace std::chrono_literals;

Response hello(const Request&) {
    return {.body = "hello\n"};
}

/// A server of little patience, shared by the tests of the suite: each stop takes two seconds.
class HttpClients : public testing::Test {
  protected:
    static void SetUpTestSuite() {
        auto server = Server::start("127.0.0.1:0", routes(), {.request_timeout = 500ms});
        ASSERT_TRUE(server.has_value()) << server.error().message;
        server_.emplace(*std::move(server));
    }
    static void TearDownTestSuite() { server_.reset(); }

    static std::vector<Route> routes() {
        const auto route = [](std::string path, Handler handler) {
            return Route{Method::kGet, std::move(path), std::move(handler)};
        };
        return {
            route("/hello", hello),
            route("/echo",
                  [](const Request& request) {
                      return Response{.body = std::string{request.query}};
                  }),
            route("/long",
                  [](const Request&) { return Response{.body = std::string(kLong, 'x')}; }),
            route("/huge",
                  [](const Request&) { return Response{.body = std::string(kHuge, 'x')}; }),
            route("/meets",
                  [](const Request&) {
                      meeting_.arrive_and_wait();
                      return Response{.body = "met"};
                  }),
        };
    }
    static std::uint16_t port() { return server_->port(); }
    static std::string answer(std::string_view request) { return answer_to(port(), request); }

    static constexpr std::size_t kLong = 2 << 20;   // more than the kernel buffers at once
    static constexpr std::size_t kHuge = 32 << 20;  // more than it buffers at all
    static inline std::optional<Server> server_;
    static inline std::barrier<> meeting_{2};
};

TEST_F(HttpClients, EndsSlowAndSilentClients) {
    Client silent{port()};
    EXPECT_EQ(silent.receive_all(), "");

    Client slow{port()};
    slow.send("GET /hello HTTP/1.0\r\n");
    EXPECT_TRUE(slow.receive_all().starts_with("HTTP/1.0 400 Bad Request\r\n"));
}

TEST_F(HttpClients, EndsAClientThatSendsByteByByte) {
    const auto start = std::chrono::steady_clock::now();
    Client client{port()};
    const std::jthread trickle{[&](const std::stop_token& stop) {
        for (int i = 0; i < 100 && !stop.stop_requested(); ++i) {
            client.send("G");
            std::this_thread::sleep_for(50ms);
        }
    }};

    client.receive_all();

    EXPECT_LT(std::chrono::steady_clock::now() - start, 4s);
}

TEST_F(HttpClients, ServesOthersBesideASlowClient) {
    Client slow{port()};
    slow.send("GET /hel");

    EXPECT_TRUE(answer("GET /hello HTTP/1.0\r\n\r\n").ends_with("hello\n"));
    EXPECT_NE(slow.receive_all(), "");
}

TEST_F(HttpClients, SendsALongBodyWhole) {
    const std::string text = answer("GET /long HTTP/1.0\r\n\r\n");
    EXPECT_TRUE(text.ends_with("\r\n\r\n" + std::string(kLong, 'x'))) << text.size();
}

TEST_F(HttpClients, GetsRidOfClientsThatDoNotRead) {
    Client first{port()};
    Client second{port()};
    first.send("GET /huge HTTP/1.1\r\nHost: x\r\n\r\n");
    second.send("GET /huge HTTP/1.1\r\nHost: x\r\n\r\n");

    EXPECT_TRUE(answer("GET /hello HTTP/1.0\r\n\r\n").ends_with("hello\n"));
}

TEST_F(HttpClients, RunsHandlersOnTwoThreads) {
    Client first{port()};
    first.send("GET /meets HTTP/1.0\r\n\r\n");

    EXPECT_TRUE(answer("GET /meets HTTP/1.0\r\n\r\n").ends_with("met"));
    EXPECT_TRUE(first.receive_all().ends_with("met"));
}

TEST_F(HttpClients, AnswersManyClientsAtOnce) {
    std::atomic<int> right{0};
    {
        std::vector<std::jthread> clients;
        for (int client = 0; client < 8; ++client)
            clients.emplace_back([&, client] {
                for (int i = 0; i < 25; ++i) {
                    const std::string query = std::to_string(client) + "." + std::to_string(i);
                    const std::string text = answer("GET /echo?" + query + " HTTP/1.0\r\n\r\n");
                    right += text.ends_with("\r\n\r\n" + query) ? 1 : 0;
                }
            });
    }
    EXPECT_EQ(right, 8 * 25);
}

TEST_F(HttpClients, RefusesAPortInUse) {
    const std::string address = "127.0.0.1:" + std::to_string(port());

    const auto second = Server::start(address, {});

    ASSERT_FALSE(second.has_value());
    EXPECT_EQ(second.error().message,
              "cannot listen on " + address +
                  ": the port is in use; stop the process that listens there (`ss -ltnp` names it) "
                  "or choose another port");
}

TEST(HttpServerStart, TakesThePortOfAnEarlierServer) {
    auto first = Server::start("127.0.0.1:0", {{Method::kGet, "/hello", hello}});
    ASSERT_TRUE(first.has_value());
    const std::uint16_t port = first->port();
    EXPECT_NE(port, 0);
    Client lingers{port};
    lingers.send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n");
    lingers.receive_through("hello\n");

    { const Server stopped = *std::move(first); }
    const auto second =
        Server::start("127.0.0.1:" + std::to_string(port), {{Method::kGet, "/hello", hello}});

    ASSERT_TRUE(second.has_value()) << second.error().message;
    EXPECT_EQ(second->port(), port);
    EXPECT_TRUE(answer_to(port, "GET /hello HTTP/1.0\r\n\r\n").ends_with("hello\n"));
}

TEST(HttpServerStart, ListensOnIpv6OrSaysThatItCannot) {
    const auto server = Server::start("[::1]:0", {});

    if (server.has_value())
        EXPECT_NE(server->port(), 0);
    else
        EXPECT_EQ(server.error().message,
                  "cannot listen on [::1]:0: the installed civetweb has no IPv6; choose an IPv4 "
                  "address");
}

TEST(HttpServerStart, RefusesNoThreads) {
    const auto server = Server::start("127.0.0.1:0", {}, {.threads = 0});

    ASSERT_FALSE(server.has_value());
    EXPECT_TRUE(server.error().message.starts_with("cannot listen on 127.0.0.1:0: "));
}

}  // namespace
}  // namespace http
