// Writes a trace of many short sessions that are all open at once, for measuring replay speed and
// memory per session: half TLS, a quarter HTTP, a quarter DNS, each with real first payloads.
// Usage: make-sessions SESSIONS FILE
#include <charconv>
#include <cstdio>
#include <string_view>

#include "tests/support/traffic/conversation.h"
#include "tests/support/traffic/messages/dns.h"
#include "tests/support/traffic/messages/http.h"
#include "tests/support/traffic/messages/tls.h"

namespace {

using namespace std::chrono_literals;
constexpr sensor::Timestamp kStart = sensor::timestamp_of(1'790'000'000'000'000'000);

/// First payloads, the same for all sessions: what differs is who talks.
struct Messages {
    traffic::Bytes hello = traffic::tls::client_hello({.server_name = "www.example.org"});
    traffic::Bytes server_hello = traffic::tls::server_hello(1);
    std::string request = traffic::http::request("GET", "www.example.org", "/");
    std::string response = traffic::http::response("200 OK", {}, "ok");
    traffic::Bytes query = traffic::dns::query({.id = 7, .name = "www.example.org"});
    traffic::Bytes answer = traffic::dns::address_response({.id = 7, .name = "www.example.org"},
                                                           {sensor::ipv4_address(0xc6336401)});
};

void add_session(traffic::Trace& trace, std::uint32_t number, const Messages& messages) {
    constexpr std::uint32_t kClients = 0x0a000000;  // 10.0.0.0/8
    constexpr std::uint32_t kServer = 0xc6336401;   // 198.51.100.1
    const auto port = [](unsigned value) { return static_cast<sensor::PortNumber>(value); };
    const unsigned kind = number % 4;
    const unsigned server_port = kind < 2 ? 443 : kind == 2 ? 80 : 53;
    const traffic::Path path{
        .client = {sensor::ipv4_address(kClients + number), port(40000 + number % 20000)},
        .server = {sensor::ipv4_address(kServer), port(server_port)}};
    // Spread over ten seconds, in which no session times out.
    const auto start = kStart + std::chrono::microseconds{(number * 7919ULL) % 10'000'000ULL};
    if (kind == 3) {
        traffic::UdpExchange{trace, path, start}.client(messages.query).server(messages.answer);
        return;
    }
    traffic::TcpConversation conversation{trace, path, start};
    conversation.open();
    if (kind == 2) {
        conversation.client(messages.request).server(messages.response);
    } else {
        conversation.client(messages.hello).server(messages.server_hello);
    }
}

}  // namespace

int main(int argc, char** argv) {
    std::uint32_t sessions = 0;
    const std::string_view count{argc == 3 ? argv[1] : ""};
    const auto [end, error] = std::from_chars(count.begin(), count.end(), sessions);
    if (argc != 3 || error != std::errc{} || end != count.end() || sessions > 0xffffff) {
        std::fputs("usage: make-sessions SESSIONS FILE (at most 16777215 sessions)\n", stderr);
        return 2;
    }
    traffic::Trace trace;
    const Messages messages;
    for (std::uint32_t number = 0; number < sessions; ++number) {
        add_session(trace, number, messages);
    }
    const auto status = traffic::write_file(argv[2], trace.file());
    if (!status) {
        std::fprintf(stderr, "make-sessions: %s\n", status.error().message.c_str());
        return 1;
    }
    std::printf("%s: %zu packets\n", argv[2], trace.size());
    return 0;
}
