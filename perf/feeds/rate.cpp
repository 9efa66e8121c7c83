// How many identity events a second each feed takes: from its socket, through the journal, to the
// thread that keeps the directory, which here only counts them.
//
// Usage: feeds-rate [DIRECTORY [SECONDS]]     the journal's directory; of each feed
#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <thread>

#include <poll.h>
#include <sys/socket.h>

#include "lib/descriptor/descriptor.h"
#include "sensor/control/feeds/http_intake.h"
#include "sensor/control/feeds/identity_journal.h"
#include "sensor/control/feeds/ipfix_listener.h"
#include "sensor/control/feeds/radius_listener.h"
#include "sensor/control/feeds/syslog_listener.h"
#include "tests/support/hex.h"
#include "tests/unit/attribute/ipfix_messages.h"
#include "tests/unit/attribute/radius_requests.h"

namespace {

using namespace sensor;
using namespace test;
using Clock = std::chrono::steady_clock;
using descriptor::Descriptor;

constexpr std::size_t kRoom = 262'144;     // events that wait, as the daemon has it
constexpr std::size_t kOutstanding = 200;  // RADIUS requests of one gateway, unanswered
constexpr std::size_t kFlows = 10;         // in an IPFIX message
constexpr std::size_t kPosted = 1000;      // events in a document
const std::string kHere = "127.0.0.1:";

Descriptor connected(int type, const std::string& port) {
    Descriptor socket{::socket(AF_INET, type | SOCK_CLOEXEC, 0)};
    const auto to = *net::parse_endpoint(kHere + port);
    if (::connect(socket.number(), reinterpret_cast<const sockaddr*>(&to.address), to.size) != 0)
        std::perror("connect");
    return socket;
}
void say(const Descriptor& socket, bytes::View what) {
    while (!what.empty()) {
        const ssize_t sent = ::send(socket.number(), what.data(), what.size(), MSG_NOSIGNAL);
        if (sent <= 0) return std::perror("send");
        what = what.subspan(static_cast<std::size_t>(sent));
    }
}

/// Where the events go, and whoever takes them.
struct Sink {
    explicit Sink(const std::string& directory) {
        auto opened = control::IdentityJournal::open(directory, {});
        if (!opened) {
            std::fprintf(stderr, "%s\n", opened.error().message.c_str());
            std::exit(1);
        }
        journal = std::move(*opened);
        intake = std::make_unique<control::Intake>(kRoom, &journal->journal());
        journal->keep_short(config, {});
        taker = std::jthread{[this](const std::stop_token& stop) {
            while (!stop.stop_requested()) {
                taken += intake->take(4096).size();
                if (intake->waiting() == 0)
                    std::this_thread::sleep_for(std::chrono::milliseconds{2});
            }
        }};
    }
    attribute::IdentityConfig config;
    std::unique_ptr<control::IdentityJournal> journal;
    std::unique_ptr<control::Intake> intake;
    std::atomic<std::size_t> taken = 0;
    std::jthread taker;  // last: it uses the others
};

/// Sends for so long, waits until nothing more arrives, and prints.
void measure(const char* what, Sink& sink, std::chrono::seconds duration,
             const std::function<std::size_t()>& send) {
    const std::size_t before = sink.taken;
    const auto begun = Clock::now();
    std::size_t sent = 0;
    while (Clock::now() < begun + duration)
        sent += send();
    std::size_t seen = 0;
    auto last = Clock::now();
    for (auto now = last; now - last < std::chrono::milliseconds{500}; now = Clock::now()) {
        if (const std::size_t taken = sink.taken - before; taken != seen) {
            seen = taken;
            last = now;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds{1});
    }
    const std::chrono::duration<double> took = last - begun;
    std::printf("%-28s %9.0f events/s   sent %9zu   taken %9zu\n", what,
                static_cast<double>(seen) / took.count(), sent, seen);
    std::fflush(stdout);
}

void radius(Sink& sink, std::chrono::seconds duration) {
    control::RadiusConfig config;
    config.listen = {*net::parse_endpoint(kHere + "21813")};
    config.clients = {{*parse_prefix("127.0.0.1"), std::string{kSecret}}};
    const auto listener = control::RadiusListener::start(config, {}, *sink.intake);
    const Descriptor client = connected(SOCK_DGRAM, "21813");
    std::uint32_t number = 0;
    std::size_t waiting = 0;
    measure("RADIUS, UDP, answered", sink, duration, [&] {
        for (; waiting < kOutstanding; ++waiting, ++number) {
            say(client, request({kStart, tlv(44, number), kNas, tlv(8, 0x0a000000U + number),
                                 tlv(31, "A1-B2-C3-D4-E5-F6")},
                                static_cast<std::uint8_t>(number)));
        }
        std::array<char, 64> answer{};
        pollfd one{.fd = client.number(), .events = POLLIN, .revents = 0};
        if (::poll(&one, 1, 1000) == 0) return waiting = 0;  // lost: a gateway would send again
        std::size_t answered = 0;
        while (::recv(client.number(), answer.data(), answer.size(), MSG_DONTWAIT) > 0)
            ++answered;
        waiting -= answered;
        return answered;
    });
}

/// protocol, source and destination with their ports, ProcessName
constexpr auto kLayout =
    "0100 0006 0004 0001 0008 0004 0007 0002 000c 0004 000b 0002 b034 0005 00000009"_hex;
constexpr auto kRecord = "06 0a14010e 9c41 c6336407 1ec6 636f6d2e78"_hex;

void ipfix(Sink& sink, std::chrono::seconds duration) {
    control::IpfixConfig config;
    config.udp = {*net::parse_endpoint(kHere + "22055")};
    config.tcp = {*net::parse_endpoint(kHere + "24739")};
    config.exporters = {*parse_prefix("127.0.0.1")};
    const auto listener = control::IpfixListener::start(config, *sink.intake);
    Bytes records;
    for (std::size_t i = 0; i < kFlows; ++i)
        records.insert(records.end(), kRecord.begin(), kRecord.end());
    const Bytes flows = ipfix_message({ipfix_set(256, records)});
    for (const auto& [name, type, port] : {std::tuple{"IPFIX, UDP", SOCK_DGRAM, "22055"},
                                           std::tuple{"IPFIX, TCP", SOCK_STREAM, "24739"}}) {
        const Descriptor client = connected(type, port);
        say(client, ipfix_message({ipfix_set(2, kLayout)}));
        measure(name, sink, duration, [&] { return say(client, flows), kFlows; });
    }
}

std::string usage_event(std::size_t number) {
    return R"({"v":1,"ts":"2026-09-21T07:02:11Z","device_id":"serial:R5CT)" +
           std::to_string(number % 10'000) +
           R"(","kind":"connect","app":"com.x","destination":"198.51.100.20","port":8088,)"
           R"("transport":"tcp"})";
}

void syslog(Sink& sink, std::chrono::seconds duration) {
    control::SyslogConfig config;
    config.udp = {*net::parse_endpoint(kHere + "25514")};
    config.tcp = {*net::parse_endpoint(kHere + "25514")};
    config.feed = attribute::feeds::find_document_feed("ndjson");
    const auto listener = control::SyslogListener::start(config, *sink.intake);
    std::size_t number = 0;
    for (const auto& [name, type] :
         {std::pair{"syslog, UDP", SOCK_DGRAM}, std::pair{"syslog, TCP", SOCK_STREAM}}) {
        const Descriptor client = connected(type, "25514");
        measure(name, sink, duration, [&] {
            const std::string text = "<134>1 - gateway - - - - " + usage_event(number++) + "\n";
            return say(client, bytes::view_of(text)), 1;
        });
    }
}

std::string management_event(std::size_t number) {
    return R"({"eventId":")" + std::to_string(number) +
           R"(","eventTime":"2026-09-21T07:02:11Z","eventType":"CONNECT","connectEvent":)"
           R"({"destinationIpAddress":"198.51.100.20","destinationPort":8088,)"
           R"("packageName":"com.x"}})";
}

void http_posts(Sink& sink, std::chrono::seconds duration) {
    control::HttpFeedConfig config;
    config.rate = 1e6;
    auto routes = control::intake_routes(config, *sink.intake);
    const auto server = http::Server::start(kHere + "29470", std::move(*routes), {.threads = 4});
    std::string lines;
    std::string logged;
    for (std::size_t i = 0; i < kPosted; ++i) {
        lines += usage_event(i) + "\n";
        logged += (i == 0 ? "" : ",") + management_event(i);
    }
    std::string batch = R"({"device":"enterprises/a/devices/b","usageLogEvents":[)" + logged + "]}";
    for (const auto& [name, feed, body] :
         {std::tuple{"HTTP, NDJSON", "ndjson", &lines},
          std::tuple{"HTTP, Android Management", "android-management", &batch}}) {
        const std::string request = std::string{"POST /v1/events/"} + feed +
                                    " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                                    "Content-Length: " +
                                    std::to_string(body->size()) + "\r\n\r\n" + *body;
        measure(name, sink, duration, [&]() -> std::size_t {
            const Descriptor client = connected(SOCK_STREAM, "29470");
            say(client, bytes::view_of(request));
            std::string answer(4096, '\0');
            const ssize_t size = ::recv(client.number(), answer.data(), answer.size(), 0);
            answer.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
            if (answer.find(" 202 ") != std::string::npos) return kPosted;
            std::fprintf(stderr, "%s\n", answer.c_str());
            std::exit(1);
        });
    }
}

}  // namespace

int main(int count, char** words) {
    const std::string directory = count > 1 ? words[1] : "/tmp/feeds-rate";
    const std::chrono::seconds duration{count > 2 ? std::atoi(words[2]) : 5};
    Sink sink{directory};
    radius(sink, duration);
    ipfix(sink, duration);
    syslog(sink, duration);
    http_posts(sink, duration);
    return 0;
}
