// A small HTTP/1.1 server (RFC 9110, RFC 9112), by civetweb. The only folder that includes
// <civetweb.h>. Cold path.
//
// It serves what its routes compute and nothing else: no file is ever read. A body is refused
// unless its route takes one.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lib/http/guard.h"
#include "lib/http/tls_front.h"
#include "lib/result/result.h"

namespace http {

/// Borrowed: valid until the handler returns.
struct Request {
    std::string_view path;   // as sent, percent-encoding kept
    std::string_view query;  // what follows '?', or nothing
    std::string_view body{};
};

struct Response {
    int status = 200;
    std::string content_type = "text/plain; charset=utf-8";
    std::string body{};
    std::vector<std::pair<std::string, std::string>> headers{};  // further ones
};

enum class Method : std::uint8_t {
    kGet,   // and HEAD, which is the same without the body
    kPost,  // with a body; what is refused is told as Problem Details (RFC 9457)
};

/// Called on the server's threads, possibly on several at once.
using Handler = std::function<Response(const Request&)>;

/// Answers requests whose path is exactly `path`; one that ends in "/*" stands for any one segment
/// there.
struct Route {
    Method method = Method::kGet;
    std::string path;
    Handler handler;
    std::size_t most_body = 0;       // bytes; of more, 413
    std::shared_ptr<Guard> guard{};  // asked before the body is read
};

struct Options {
    /// A thread serves one connection until it ends. Further clients wait.
    unsigned threads = 2;
    /// For a client to send its request whole, and as long again to take the response. One that
    /// takes nothing at all may hold its thread two seconds longer.
    std::chrono::milliseconds request_timeout{5'000};
    /// How long an idle connection may hold its thread. Short, since there are few threads.
    std::chrono::milliseconds keep_alive{500};
    /// For a body, besides.
    std::chrono::milliseconds body_timeout{30'000};
    /// Only TLS is spoken then.
    std::optional<tls::ServerFiles> tls{};
    /// Told of each exception that a handler threw; the client has got a 500. Called on the
    /// server's threads; what it throws is dropped.
    std::function<void(std::string_view path, std::string_view what)> on_exception{};
};

class Server {
  public:
    /// Listens on `address`, "127.0.0.1:9469" or "[::1]:9469", and serves `routes` until destroyed.
    /// Port 0 takes a free one. Other paths get 404, other methods 405. Makes the process ignore
    /// SIGPIPE. The error is one line that says what to do. IPv6 needs a civetweb built with it;
    /// Debian 12's is not.
    [[nodiscard]] static result::Result<Server> start(std::string_view address,
                                                      std::vector<Route> routes,
                                                      Options options = {});
    Server(Server&&) noexcept;
    Server& operator=(Server&&) noexcept;
    /// Waits for the handlers that run, and up to two seconds besides. Clients are cut off.
    ~Server();

    /// Where it listens, also if it was started with port 0.
    [[nodiscard]] std::uint16_t port() const noexcept;

  private:
    struct State;
    explicit Server(std::unique_ptr<State> state) noexcept;
    std::unique_ptr<State> state_;
};

}  // namespace http
