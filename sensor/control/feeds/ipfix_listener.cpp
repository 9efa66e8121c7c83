#include "sensor/control/feeds/ipfix_listener.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

#include "sensor/control/feeds/listen_config.h"

namespace sensor::control {

using attribute::feeds::IpfixCounter;
using attribute::feeds::ipfix::Exporter;

IpfixListener::IpfixListener(const IpfixConfig& config, Intake& intake)
    : exporters_{config.exporters}, intake_{intake}, reader_{config.limits}, backlog_{intake} {}

result::Result<std::unique_ptr<IpfixListener>> IpfixListener::start(const IpfixConfig& config,
                                                                    Intake& intake) {
    std::unique_ptr<IpfixListener> listener;
    if (config.udp.empty() && config.tcp.empty()) return listener;
    listener.reset(new IpfixListener{config, intake});
    FeedSockets& sockets = listener->sockets_;
    if (auto opened = sockets.add_udp(config.udp); !opened) return opened.error();
    if (auto opened = sockets.add_tcp(config.tcp); !opened) return opened.error();
    sockets.listen(*listener, listener.get());
    return listener;
}

bool IpfixListener::may_speak(const Endpoint& peer) {
    const bool is_known = std::ranges::any_of(
        exporters_, [&](const Prefix& block) { return block.contains(peer.address); });
    if (is_known) return true;
    counters_.add(Counter::kUnknownExporter);
    intake_.reject("ipfix");
    return false;
}

void IpfixListener::on_datagram(net::DatagramSocket&,
                                const net::DatagramSocket::Datagram& datagram) {
    const Endpoint from = endpoint_of(datagram.from);
    if (!may_speak(from)) return;
    const std::uint64_t malformed = reader_.counters()[IpfixCounter::kMalformed];
    auto events = reader_.read(datagram.bytes, {.peer = from, .connection = 0},
                               std::chrono::system_clock::now());
    if (reader_.counters()[IpfixCounter::kMalformed] != malformed) intake_.reject("ipfix");
    if (!events.empty()) ++tellers_;
    std::ranges::move(events, std::back_inserter(events_));
}

/// Nobody waits for an answer, so that nobody need wait for the disk.
void IpfixListener::on_datagrams_read() {
    if (events_.empty()) return;
    const std::uint64_t tellers = std::exchange(tellers_, 0);
    if (intake_.accept_unasked("ipfix", std::exchange(events_, {}))) return reader_.keep();
    reader_.undo();
    counters_.add(Counter::kRefused, tellers);
}

bool IpfixListener::on_open(std::uint64_t connection, const net::Peer& peer) {
    const Endpoint from = endpoint_of(peer);
    if (!may_speak(from)) return false;
    connections_[connection] = {.peer = from, .stream = {}};
    return true;
}

bool IpfixListener::on_bytes(std::uint64_t connection, std::span<const std::uint8_t> bytes) {
    Connection& one = connections_[connection];
    one.stream.add(bytes);
    while (const auto message = one.stream.next()) {
        backlog_.add("ipfix", reader_.read(*message, {.peer = one.peer, .connection = connection},
                                           std::chrono::system_clock::now()));
    }
    reader_.keep();
    if (one.stream.is_broken()) intake_.reject("ipfix");
    return !one.stream.is_broken();
}

void IpfixListener::on_close(std::uint64_t connection, std::string_view) {
    const auto found = connections_.find(connection);
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
    add("dropped-by-kernel", sockets_.dropped());
}

}  // namespace sensor::control
