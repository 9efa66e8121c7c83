#include <mutex>
#include <optional>
#include <regex>
#include <stdexcept>

#include <gtest/gtest.h>

#include "lib/http/server.h"
#include "tests/unit/lib/http_client.h"

namespace http {
namespace {

using namespace std::chrono_literals;

Response hello(const Request&) {
    return {.body = "hello\n"};
}

/// A server on a free port, shared by the tests of the suite: each stop takes two seconds.
class HttpServer : public testing::Test {
  protected:
    static void SetUpTestSuite() {
        Options options;
        options.keep_alive = 200ms;
        options.on_exception = [](std::string_view path, std::string_view what) {
            const std::lock_guard lock{mutex_};
            exceptions_.push_back(std::string{path} + ": " + std::string{what});
            throw std::runtime_error{"reporting fails too"};
        };
        auto server = Server::start("127.0.0.1:0", routes(), std::move(options));
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
            route("/json",
                  [](const Request&) {
                      return Response{503, "application/json", "{}"};
                  }),
            route("/echo",
                  [](const Request& request) {
                      return Response{.body = std::string{request.path} + "|" +
                                              std::string{request.query}};
                  }),
            route("/throws",
                  [](const Request&) -> Response { throw std::runtime_error{"out of luck"}; }),
            route("/throws-a-number", [](const Request&) -> Response { throw 7; }),
        };
    }
    static std::uint16_t port() { return server_->port(); }
    static std::string answer(std::string_view request) { return answer_to(port(), request); }
    /// The status line of the answer to `request`.
    static std::string status(std::string_view request) {
        const std::string text = answer(request);
        return text.substr(0, text.find("\r\n"));
    }
    static std::vector<std::string> take_exceptions() {
        const std::lock_guard lock{mutex_};
        return std::exchange(exceptions_, {});
    }

    static inline std::optional<Server> server_;
    static inline std::mutex mutex_;
    static inline std::vector<std::string> exceptions_;
};

TEST_F(HttpServer, AnswersGet) {
    EXPECT_EQ(answer("GET /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
              "HTTP/1.1 200 OK\r\n"
              "Content-Type: text/plain; charset=utf-8\r\n"
              "Content-Length: 6\r\n"
              "Date: DATE\r\n"
              "Connection: close\r\n"
              "\r\n"
              "hello\n");
}

TEST_F(HttpServer, AnswersHeadWithoutTheBody) {
    EXPECT_EQ(answer("HEAD /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
              "HTTP/1.1 200 OK\r\n"
              "Content-Type: text/plain; charset=utf-8\r\n"
              "Content-Length: 6\r\n"
              "Date: DATE\r\n"
              "Connection: close\r\n"
              "\r\n");
}

TEST_F(HttpServer, DatesItsAnswers) {
    Client client{port()};
    client.send("GET /hello HTTP/1.0\r\n\r\n");

    const std::string text = client.receive_all();

    // As in "Sun, 06 Nov 1994 08:49:37 GMT".
    const std::regex date{
        R"(\r\nDate: [A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT\r\n)"};
    EXPECT_TRUE(std::regex_search(text, date)) << text;
}

TEST_F(HttpServer, SendsTheStatusAndTypeOfTheHandler) {
    EXPECT_EQ(answer("GET /json HTTP/1.0\r\n\r\n"),
              "HTTP/1.0 503 Service Unavailable\r\n"
              "Content-Type: application/json\r\n"
              "Content-Length: 2\r\n"
              "Date: DATE\r\n"
              "Connection: close\r\n"
              "\r\n"
              "{}");
}

TEST_F(HttpServer, TellsTheHandlerPathAndQuery) {
    const std::string absolute = "http://127.0.0.1:" + std::to_string(port()) + "/echo";

    for (const auto& [target, body] : {std::pair<std::string, std::string>{"/echo", "/echo|"},
                                       {"/echo?", "/echo|"},
                                       {"/echo?a=%20&b=?", "/echo|a=%20&b=?"},
                                       {absolute, "/echo|"}}) {
        const std::string text = answer("GET " + target + " HTTP/1.0\r\n\r\n");
        EXPECT_TRUE(text.ends_with("\r\n\r\n" + body)) << target << " " << text;
    }
}

TEST_F(HttpServer, KeepsTheConnectionForTheNextRequest) {
    Client client{port()};
    for (int i = 0; i < 3; ++i) {
        client.send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n");
        EXPECT_EQ(dateless(client.receive_through("hello\n")),
                  "HTTP/1.1 200 OK\r\n"
                  "Content-Type: text/plain; charset=utf-8\r\n"
                  "Content-Length: 6\r\n"
                  "Date: DATE\r\n"
                  "Connection: keep-alive\r\n"
                  "\r\n"
                  "hello\n");
    }
    EXPECT_EQ(client.receive_all(), "");  // and ends it when none comes
}

TEST_F(HttpServer, AnswersRequestsThatComeTogether) {
    const std::string text = answer(
        "HEAD /hello HTTP/1.1\r\nHost: x\r\n\r\n"
        "GET /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

    EXPECT_EQ(text.find("HTTP/1.1 200 OK\r\n"), 0U);
    EXPECT_NE(text.find("\r\n\r\nHTTP/1.1 200 OK\r\n"), std::string::npos) << text;
    EXPECT_TRUE(text.ends_with("\r\n\r\nhello\n")) << text;
}

TEST_F(HttpServer, KnowsNoOtherPath) {
    EXPECT_EQ(answer("GET /other HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
              "HTTP/1.1 404 Not Found\r\n"
              "Content-Type: text/plain; charset=utf-8\r\n"
              "Content-Length: 10\r\n"
              "Date: DATE\r\n"
              "Connection: close\r\n"
              "\r\n"
              "Not Found\n");
    for (const std::string target :
         {"/", "/hello/", "//hello", "/hell", "/hello2", "/HELLO", "/%68ello", "/hello%00",
          "/hello%2F", "/a/../hello", "/hello;x", "/hello#x", "/../../etc/passwd", "/?/hello"})
        EXPECT_EQ(status("GET " + target + " HTTP/1.0\r\n\r\n"), "HTTP/1.0 404 Not Found")
            << target;
}

TEST_F(HttpServer, TellsOtherMethodsWhichAreAllowed) {
    EXPECT_EQ(answer("POST /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
              "HTTP/1.1 405 Method Not Allowed\r\n"
              "Content-Type: text/plain; charset=utf-8\r\n"
              "Content-Length: 19\r\n"
              "Allow: GET, HEAD\r\n"
              "Date: DATE\r\n"
              "Connection: close\r\n"
              "\r\n"
              "Method Not Allowed\n");
    for (const std::string method : {"PUT", "DELETE", "OPTIONS", "PATCH", "CONNECT", "PROPFIND"})
        EXPECT_EQ(status(method + " /hello HTTP/1.0\r\n\r\n"), "HTTP/1.0 405 Method Not Allowed")
            << method;
    EXPECT_EQ(status("POST /other HTTP/1.0\r\n\r\n"), "HTTP/1.0 404 Not Found");
}

TEST_F(HttpServer, RefusesABody) {
    for (const std::string rest :
         {"Content-Length: 5\r\n\r\nhello", "Content-Length: 5\r\nExpect: 100-continue\r\n\r\n",
          "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"}) {
        EXPECT_EQ(answer("GET /hello HTTP/1.1\r\nHost: x\r\n" + rest),
                  "HTTP/1.1 413 Request Entity Too Large\r\n"
                  "Content-Type: text/plain; charset=utf-8\r\n"
                  "Content-Length: 25\r\n"
                  "Date: DATE\r\n"
                  "Connection: close\r\n"
                  "\r\n"
                  "Request Entity Too Large\n");
    }
    EXPECT_EQ(status("GET /hello HTTP/1.0\r\nContent-Length: 0\r\n\r\n"), "HTTP/1.0 200 OK");
}

TEST_F(HttpServer, TakesNoBodyForTheNextRequest) {
    const std::string text = answer(
        "POST /hello HTTP/1.1\r\nHost: x\r\nContent-Length: 30\r\n\r\n"
        "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n");

    EXPECT_TRUE(text.starts_with("HTTP/1.1 405 ")) << text;
    EXPECT_TRUE(text.ends_with("Method Not Allowed\n")) << text;
}

TEST_F(HttpServer, RefusesWhatIsNoRequest) {
    for (const std::string request :
         {"hello\r\n\r\n", "\x16\x03\x01 TLS\r\n\r\n", "GET\r\n\r\n", "GET hello HTTP/1.0\r\n\r\n",
          "get /hello HTTP/1.0\r\n\r\n", "BREW /hello HTTP/1.0\r\n\r\n"}) {
        const std::string line = status(request);
        EXPECT_TRUE(line.ends_with(" 400 Bad Request")) << request << line;
    }
    EXPECT_EQ(status("GET /hello HTTP/1.0\r\n\r\n"), "HTTP/1.0 200 OK");
}

TEST_F(HttpServer, RefusesAHugeRequestLine) {
    const std::string fits(7'000, 'a');
    EXPECT_EQ(status("GET /" + fits + " HTTP/1.0\r\n\r\n"), "HTTP/1.0 404 Not Found");

    // The rest of what is sent may meet a closed connection, and then the answer is lost.
    Client client{port()};
    client.send("GET /" + std::string(8'192, 'a'));
    EXPECT_TRUE(client.receive_all().starts_with("HTTP/1.0 400 Bad Request\r\n"));
    answer("GET /" + std::string(1'000'000, 'a') + " HTTP/1.0\r\n\r\n");
    EXPECT_EQ(status("GET /hello HTTP/1.0\r\n\r\n"), "HTTP/1.0 200 OK");
}

TEST_F(HttpServer, SurvivesWhatAHandlerThrows) {
    EXPECT_EQ(answer("GET /throws HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
              "HTTP/1.1 500 Internal Server Error\r\n"
              "Content-Type: text/plain; charset=utf-8\r\n"
              "Content-Length: 22\r\n"
              "Date: DATE\r\n"
              "Connection: close\r\n"
              "\r\n"
              "Internal Server Error\n");
    EXPECT_EQ(status("GET /throws-a-number HTTP/1.0\r\n\r\n"),
              "HTTP/1.0 500 Internal Server Error");
    EXPECT_EQ(take_exceptions(),
              (std::vector<std::string>{"/throws: out of luck",
                                        "/throws-a-number: an exception of unknown type"}));
    EXPECT_EQ(status("GET /hello HTTP/1.0\r\n\r\n"), "HTTP/1.0 200 OK");
}

}  // namespace
}  // namespace http
