#include "sensor/control/feeds/ipfix_listener.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "lib/net/wait.h"
#include "sensor/control/feeds/listen_config.h"

namespace sensor::control {
namespace {

using attribute::feeds::IpfixCounter;
using attribute::feeds::ipfix::Exporter;

constexpr auto kPatience = std::chrono::milliseconds{50};
constexpr unsigned kPerTurn = 256;  // datagrams of one socket before the others get their turn

}  // namespace

IpfixListener::IpfixListener(const IpfixConfig& config, Intake& intake)
    : exporters_{config.exporters}, intake_{intake}, reader_{config.limits} {}

result::Result<std::unique_ptr<IpfixListener>> IpfixListener::start(const IpfixConfig& config,
                                                                    Intake& intake) {
    std::unique_ptr<IpfixListener> listener;
    if (config.udp.empty() && config.tcp.empty()) return listener;
    listener.reset(new IpfixListener{config, intake});
    const auto refusal = [](const result::Error& error) {
        return result::Error{"`feeds.ipfix` in identity.yaml: " + error.message};
    };
    for (const net::Endpoint& endpoint : config.udp) {
        auto socket = net::DatagramSocket::open(endpoint);
        if (!socket) return refusal(socket.error());
        listener->sockets_.push_back(*std::move(socket));
        listener->dropped_.push_back(0);
    }
    for (const net::Endpoint& endpoint : config.tcp) {
        auto stream = net::StreamListener::open(endpoint, {});
        if (!stream) return refusal(stream.error());
        listener->streams_.push_back(*std::move(stream));
    }
    listener->thread_ =
        std::jthread{[all = listener.get()](const std::stop_token& stop) { all->listen(stop); }};
    return listener;
}

void IpfixListener::listen(const std::stop_token& stop) {
    std::vector<int> descriptors;
    while (!stop.stop_requested()) {
        const bool has_room = hand_over();
        descriptors.clear();
        for (const net::DatagramSocket& socket : sockets_)
            descriptors.push_back(socket.number());
        if (has_room) {
            for (const net::StreamListener& stream : streams_)
                stream.add_descriptors(descriptors);
        }
        net::wait_for_input(descriptors, kPatience);
        for (std::size_t i = 0; i < sockets_.size(); ++i) {
            drain(sockets_[i]);
            const std::uint32_t dropped = sockets_[i].dropped();
            counters_.add(Counter::kDropped, dropped - std::exchange(dropped_[i], dropped));
        }
        for (stream_ = 0; has_room && stream_ < streams_.size(); ++stream_)
            streams_[stream_].turn(*this, net::StreamListener::Clock::now());
    }
}

bool IpfixListener::is_allowed(const Address& address) const noexcept {
    return std::ranges::any_of(exporters_,
                               [&](const Prefix& block) { return block.contains(address); });
}

void IpfixListener::drain(net::DatagramSocket& socket) {
    for (unsigned i = 0; i < kPerTurn; ++i) {
        const auto datagram = socket.receive();
        if (!datagram) return;
        const Endpoint from = endpoint_of(datagram->from);
        if (!is_allowed(from.address)) {
            counters_.add(Counter::kUnknownExporter);
            intake_.reject("ipfix");
            continue;
        }
        const std::uint64_t malformed = reader_.counters()[IpfixCounter::kMalformed];
        auto events = reader_.read(datagram->bytes, {.peer = from, .connection = 0},
                                   std::chrono::system_clock::now());
        if (reader_.counters()[IpfixCounter::kMalformed] != malformed) intake_.reject("ipfix");
        if (events.empty() || intake_.accept("ipfix", std::move(events))) continue;
        reader_.undo();
        counters_.add(Counter::kRefused);
    }
}

bool IpfixListener::hand_over() {
    constexpr std::ptrdiff_t kAtOnce = 1000;  // all of these or none
    while (!waiting_.empty()) {
        const auto end =
            waiting_.begin() + std::min(kAtOnce, static_cast<std::ptrdiff_t>(waiting_.size()));
        if (!intake_.accept("ipfix", {waiting_.begin(), end})) return false;
        waiting_.erase(waiting_.begin(), end);
    }
    return true;
}

bool IpfixListener::on_open(std::uint64_t connection, const net::Peer& peer) {
    const Endpoint from = endpoint_of(peer);
    if (!is_allowed(from.address)) {
        counters_.add(Counter::kUnknownExporter);
        intake_.reject("ipfix");
        return false;
    }
    connections_[connection * streams_.size() + stream_] = {.peer = from, .stream = {}};
    return true;
}

bool IpfixListener::on_bytes(std::uint64_t connection, std::span<const std::uint8_t> bytes) {
    const std::uint64_t number = connection * streams_.size() + stream_;
    Connection& one = connections_[number];
    one.stream.add(bytes);
    while (const auto message = one.stream.next()) {
        auto events = reader_.read(*message, {.peer = one.peer, .connection = number},
                                   std::chrono::system_clock::now());
        waiting_.insert(waiting_.end(), std::move_iterator{events.begin()},
                        std::move_iterator{events.end()});
    }
    static_cast<void>(hand_over());  // what finds no room waits
    if (one.stream.is_broken()) intake_.reject("ipfix");
    return !one.stream.is_broken();
}

void IpfixListener::on_close(std::uint64_t connection) {
    const auto found = connections_.find(connection * streams_.size() + stream_);
    if (found == connections_.end()) return;
    reader_.forget(Exporter{.peer = found->second.peer, .connection = found->first});
    connections_.erase(found);
}

void IpfixListener::add_metrics(metrics::Family& events) const {
    const auto add = [&](std::string_view name, std::uint64_t count) {
        events.samples.push_back({{{"event", std::string{name}}}, static_cast<double>(count)});
    };
    for (std::size_t i = 0; i < static_cast<std::size_t>(IpfixCounter::kCount); ++i) {
        const auto counter = static_cast<IpfixCounter>(i);
        add(name_of(counter), reader_.counters()[counter]);
    }
    add("unknown-exporter", counters_[Counter::kUnknownExporter]);
    add("refused", counters_[Counter::kRefused]);
    add("dropped-by-kernel", counters_[Counter::kDropped]);
}

}  // namespace sensor::control
