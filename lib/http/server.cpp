#include "lib/http/server.h"

#include <array>
#include <ctime>
#include <exception>
#include <iomanip>
#include <locale>
#include <sstream>
#include <utility>

#include <civetweb.h>

#include "lib/bytes/letters.h"
#include "lib/gzip/gzip.h"
#include "lib/http/body.h"
#include "lib/http/problem.h"
#include "lib/net/endpoint.h"

namespace http {
namespace {

// civetweb stops reading a request line and its headers at this size.
constexpr const char* kMostRequestBytes = "8192";

std::string_view view_of(const char* text) {
    return text == nullptr ? std::string_view{} : std::string_view{text};
}

bool has_body(const mg_connection* connection, const mg_request_info& info) {
    return info.content_length > 0 || mg_get_header(connection, "Transfer-Encoding") != nullptr;
}

bool answers(Method method, std::string_view word) {
    switch (method) {
        case Method::kGet: return word == "GET" || word == "HEAD";
        case Method::kPost: return word == "POST";
    }
    return false;
}

std::string_view words_of(Method method) {
    switch (method) {
        case Method::kGet: return "GET, HEAD";
        case Method::kPost: return "POST";
    }
    return {};
}

bool leads_to(std::string_view route, std::string_view path) {
    if (!route.ends_with("/*")) return route == path;
    route.remove_suffix(1);
    return path.starts_with(route) && path.size() > route.size() &&
           path.find('/', route.size()) == std::string_view::npos;
}

/// What is sent where no handler speaks: the status in words.
Response bare(mg_connection* connection, int status) {
    return {.status = status,
            .body = std::string{mg_get_response_code_text(connection, status)} + "\n"};
}

void add_header(mg_connection* connection, const char* name, std::string_view value) {
    mg_response_header_add(connection, name, value.data(), static_cast<int>(value.size()));
}

/// RFC 9110, section 5.6.7.
std::string date_of(std::time_t seconds) {
    std::tm utc{};
    ::gmtime_r(&seconds, &utc);
    std::ostringstream text;
    text.imbue(std::locale::classic());
    text << std::put_time(&utc, "%a, %d %b %Y %H:%M:%S GMT");
    return text.str();
}

void send_body(mg_connection* connection, std::string_view body) {
    const mg_request_info* info = mg_get_request_info(connection);
    if (info != nullptr && view_of(info->request_method) == "HEAD") return;
    const int written = mg_write(connection, body.data(), body.size());
    // After half a body no next response could be told from the rest of it.
    if (written < 0 || static_cast<std::size_t>(written) != body.size())
        mg_disable_connection_keep_alive(connection);
}

/// Where civetweb believes that the headers were sent. The connection is closed after it.
void send_after_interim(mg_connection* connection, const Response& response) {
    std::string head = "HTTP/1.1 " + std::to_string(response.status) + " " +
                       mg_get_response_code_text(connection, response.status);
    const auto add = [&](std::string_view name, std::string_view value) {
        head.append("\r\n").append(name).append(": ").append(value);
    };
    add("Content-Type", response.content_type);
    add("Content-Length", std::to_string(response.body.size()));
    for (const auto& [name, value] : response.headers)
        add(name, value);
    add("Date", date_of(std::time(nullptr)));
    add("Connection", "close");
    send_body(connection, head + "\r\n\r\n" + response.body);
}

void send(mg_connection* connection, const Response& response, std::string_view allow = {}) {
    mg_response_header_start(connection, response.status);
    add_header(connection, "Content-Type", response.content_type);
    add_header(connection, "Content-Length", std::to_string(response.body.size()));
    if (!allow.empty()) add_header(connection, "Allow", allow);
    for (const auto& [name, value] : response.headers)
        add_header(connection, name.c_str(), value);
    // civetweb would write it with gmtime(), whose result all threads of the process share.
    add_header(connection, "Date", date_of(std::time(nullptr)));
    mg_response_header_send(connection);
    send_body(connection, response.body);
}

struct Stop {
    void operator()(mg_context* context) const noexcept { mg_stop(context); }
};

}  // namespace

struct Server::State {
    std::vector<Route> routes;
    Options options;
    std::uint16_t port = 0;
    TlsPorts tls_ports;
    std::unique_ptr<mg_context, Stop> context;  // its threads use the above until it stops
    std::optional<TlsFront> front;              // last: its threads use the above, too

    /// Whether this client came the way it was to come.
    [[nodiscard]] bool is_expected(const mg_request_info& info) const {
        if (!options.tls) return true;
        // An address of loopback's others may have the same port.
        return std::string_view{info.remote_addr} == "127.0.0.1" &&
               tls_ports.has(static_cast<std::uint16_t>(info.remote_port));
    }
    /// Reads the body and asks the handler.
    [[nodiscard]] Response response_to_post(mg_connection* connection, const Route& route,
                                            Request request, Body& body) const;
    [[nodiscard]] Response response_of(mg_connection* connection, const Route& route,
                                       const Request& request) const;
    void serve(mg_connection* connection, const mg_request_info& info) const;
    void report(std::string_view path, std::string_view what) const noexcept;
    /// Null, and the reason in `why`, if it does not start.
    void listen(const net::Endpoint& endpoint, std::string& why);

    static int on_request(mg_connection* connection) noexcept;
    static int on_error(mg_connection* connection, int status, const char* message) noexcept;
};

void Server::State::report(std::string_view path, std::string_view what) const noexcept {
    try {
        if (options.on_exception) options.on_exception(path, what);
    } catch (...) {  // reporting must not end what it reports on
    }
}

Response Server::State::response_of(mg_connection* connection, const Route& route,
                                    const Request& request) const {
    try {
        return route.handler(request);
    } catch (const std::exception& error) {
        report(request.path, error.what());
    } catch (...) {
        report(request.path, "an exception of unknown type");
    }
    return bare(connection, 500);
}

namespace {

enum class Coding : std::uint8_t { kNone, kGzip };

/// How the body is packed; nothing if in another way.
std::optional<Coding> coding_of(const mg_connection* connection) {
    using bytes::is_same_word;
    const std::string_view coding = view_of(mg_get_header(connection, "Content-Encoding"));
    if (coding.empty() || is_same_word(coding, "identity")) return Coding::kNone;
    if (is_same_word(coding, "gzip") || is_same_word(coding, "x-gzip")) return Coding::kGzip;
    return std::nullopt;
}

/// Why nobody looks at this body; nothing if somebody does.
std::optional<Response> refusal_of(mg_connection* connection, const Route& route) {
    if (route.guard != nullptr) {
        if (!route.guard->knows(view_of(mg_get_header(connection, "Authorization")))) {
            Response refusal = problem(401, "send the token: `Authorization: Bearer TOKEN`");
            refusal.headers.emplace_back("WWW-Authenticate", "Bearer");
            return refusal;
        }
        const auto wait = route.guard->wait_for_turn(Guard::Clock::now());
        if (wait.count() != 0) {
            Response refusal = problem(429, "requests come too fast; send fewer, larger ones");
            refusal.headers.emplace_back("Retry-After", std::to_string(wait.count()));
            return refusal;
        }
    }
    if (coding_of(connection)) return std::nullopt;
    Response refusal = problem(415, "send the body without Content-Encoding, or as gzip");
    refusal.headers.emplace_back("Accept-Encoding", "gzip");  // RFC 9110, section 12.5.3
    return refusal;
}

Response too_large(std::size_t most) {
    return problem(413, "send at most " + std::to_string(most) + " bytes at once");
}

/// Leaves in `body` what it holds once unpacked, or says why nobody looks at it.
std::optional<Response> unpack(Body& body, std::size_t most) {
    std::string text;
    switch (gzip::unpack(body.bytes, most, text)) {
        case gzip::Outcome::kWhole: break;
        case gzip::Outcome::kTooLarge: return too_large(most);
        case gzip::Outcome::kBroken: return problem(400, "the body is no whole gzip");
    }
    body.bytes = std::move(text);
    return std::nullopt;
}

}  // namespace

Response Server::State::response_to_post(mg_connection* connection, const Route& route,
                                         Request request, Body& body) const {
    if (auto refusal = refusal_of(connection, route)) return *std::move(refusal);
    switch (read_body(connection, route.most_body, options.body_timeout, body)) {
        case BodyStatus::kWhole: break;
        case BodyStatus::kTooLarge: return too_large(route.most_body);
        case BodyStatus::kBroken: return problem(400, "the body did not come whole");
    }
    if (coding_of(connection) == Coding::kGzip) {
        if (auto refusal = unpack(body, route.most_body)) return *std::move(refusal);
    }
    request.body = body.bytes;
    return response_of(connection, route, request);
}

void Server::State::serve(mg_connection* connection, const mg_request_info& info) const {
    // Whatever is left of a body, the next request could not be told from it.
    const bool body = has_body(connection, info);
    const auto refuse = [&](int status, std::string_view allow = {}) {
        if (body) mg_disable_connection_keep_alive(connection);
        send(connection, bare(connection, status), allow);
    };
    if (!is_expected(info)) return refuse(403);

    const std::string_view path = view_of(info.local_uri_raw);
    const std::string_view method = view_of(info.request_method);
    const Route* found = nullptr;
    std::string allow;
    for (const Route& route : routes) {
        if (!leads_to(route.path, path)) continue;
        if (found == nullptr && answers(route.method, method)) found = &route;
        allow += allow.empty() ? "" : ", ";
        allow += words_of(route.method);
    }
    if (allow.empty()) return refuse(404);
    if (found == nullptr) return refuse(405, allow);
    const Request request{path, view_of(info.query_string)};
    if (found->method == Method::kPost) {
        Body posted;
        const Response response = response_to_post(connection, *found, request, posted);
        if (body && !posted.is_spent) mg_disable_connection_keep_alive(connection);
        return posted.has_answer_begun ? send_after_interim(connection, response)
                                       : send(connection, response);
    }
    if (body) return refuse(413);
    send(connection, response_of(connection, *found, request));
}

int Server::State::on_request(mg_connection* connection) noexcept {
    constexpr int kHandled = 200;  // for civetweb's access log, which is off
    const mg_request_info* info = mg_get_request_info(connection);
    const auto* state = static_cast<const State*>(info->user_data);
    try {
        state->serve(connection, *info);
    } catch (const std::exception& error) {  // std::bad_alloc: the client sees a closed connection
        state->report(view_of(info->local_uri_raw), error.what());
        mg_disable_connection_keep_alive(connection);
    }
    return kHandled;
}

/// A request that civetweb itself refuses: malformed, too long, too slow.
int Server::State::on_error(mg_connection* connection, int status, const char*) noexcept {
    try {
        mg_disable_connection_keep_alive(connection);
        send(connection, bare(connection, status));
    } catch (const std::exception&) {  // std::bad_alloc: as above
    }
    return 0;
}

void Server::State::listen(const net::Endpoint& endpoint, std::string& why) {
    const std::string address = options.tls ? "127.0.0.1:0" : endpoint.text;
    const std::string threads = std::to_string(options.threads);
    const std::string request_timeout = std::to_string(options.request_timeout.count());
    const std::string keep_alive = std::to_string(options.keep_alive.count());
    // clang-format off
    std::array<const char*, 19> settings{
        "listening_ports", address.c_str(),
        "num_threads", threads.c_str(),
        "request_timeout_ms", request_timeout.c_str(),
        "enable_keep_alive", "yes",
        "keep_alive_timeout_ms", keep_alive.c_str(),
        "max_request_size", kMostRequestBytes,
        "tcp_nodelay", "1",
        "decode_url", "no",                // a path is its bytes: no %00, no second spelling
        "enable_auth_domain_check", "no",  // a request for http://host:port/path is for us
        nullptr};
    // clang-format on

    mg_callbacks callbacks{};
    callbacks.begin_request = on_request;
    callbacks.http_error = on_error;
    callbacks.log_message = [](const mg_connection*, const char*) { return 1; };  // not to stderr
    std::array<char, 256> text{};
    mg_init_data start{&callbacks, this, settings.data()};
    mg_error_data error{nullptr, text.data(), text.size()};
    context.reset(mg_start2(&start, &error));
    why = text.data();
}

result::Result<Server> Server::start(std::string_view address, std::vector<Route> routes,
                                     Options options) {
    [[maybe_unused]] static const unsigned once = mg_init_library(MG_FEATURES_DEFAULT);

    const auto endpoint = net::parse_endpoint(address);
    if (!endpoint) return endpoint.error();
    const auto refusal = [&](const std::string& why) {
        return result::Error{"cannot listen on " + endpoint->text + ": " + why};
    };
    if (endpoint->is_ipv6() && !options.tls && mg_check_feature(MG_FEATURES_IPV6) == 0)
        return refusal("the installed civetweb has no IPv6; choose an IPv4 address");

    auto state = std::make_unique<State>();
    state->routes = std::move(routes);
    state->options = std::move(options);
    std::string why;
    state->listen(*endpoint, why);
    if (state->context == nullptr) {
        // civetweb does not say why a port is refused; the kernel does.
        const std::string objection = net::listening_objection(*endpoint);
        return refusal(objection.empty() ? why : objection);
    }
    mg_server_port listening{};
    mg_get_server_ports(state->context.get(), 1, &listening);
    state->port = static_cast<std::uint16_t>(listening.port);
    if (const auto& files = state->options.tls) {
        auto front = TlsFront::start(*endpoint, *files, state->port, state->tls_ports, {});
        if (!front) return front.error();
        state->front.emplace(std::move(*front));
        state->port = state->front->port();
    }
    return Server{std::move(state)};
}

Server::Server(std::unique_ptr<State> state) noexcept : state_{std::move(state)} {}
Server::Server(Server&&) noexcept = default;
Server& Server::operator=(Server&&) noexcept = default;
Server::~Server() = default;

std::uint16_t Server::port() const noexcept {
    return state_->port;
}

}  // namespace http
