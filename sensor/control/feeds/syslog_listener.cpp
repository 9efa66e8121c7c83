#include "sensor/control/feeds/syslog_listener.h"

#include <algorithm>
#include <utility>

#include "lib/net/wait.h"
#include "sensor/control/feeds/listen_config.h"

namespace sensor::control {
namespace {

constexpr auto kPatience = std::chrono::milliseconds{50};
constexpr unsigned kPerTurn = 256;  // datagrams of one socket before the others get their turn
constexpr std::string_view kNobodys = "syslog";  // counts what is of no feed

std::string_view text_of(std::span<const std::uint8_t> bytes) noexcept {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

bool SyslogReceiver::may_speak(const net::Peer& peer) const {
    const Address address = endpoint_of(peer).address;
    return config_.senders.empty() ||
           std::ranges::any_of(config_.senders,
                               [&](const Prefix& block) { return block.contains(address); });
}

bool SyslogReceiver::take(std::string_view message) {
    const auto parsed = attribute::feeds::parse_syslog(message);
    if (!parsed) {
        intake_.reject(kNobodys);
        return true;
    }
    const auto named = config_.app_names.find(parsed->app_name);
    const auto* feed = named == config_.app_names.end() ? config_.feed : named->second;
    if (feed == nullptr) {
        intake_.reject(kNobodys);
        return true;
    }
    const Timestamp received = std::chrono::system_clock::now();
    auto held = feed->read(parsed->text, parsed->time.value_or(received));
    if (held.rejected != 0) {
        intake_.reject(feed->name, held.rejected);
        return true;
    }
    return intake_.accept(feed->name, std::move(held.events)).has_value();
}

void SyslogReceiver::on_datagram(const net::DatagramSocket::Datagram& datagram) {
    if (!may_speak(datagram.from)) return intake_.reject(kNobodys);
    (void)take(text_of(datagram.bytes));  // by UDP nobody can be told; the Intake counts it
}

bool SyslogReceiver::on_open(std::uint64_t connection, const net::Peer& peer) {
    if (!may_speak(peer)) {
        intake_.reject(kNobodys);
        return false;
    }
    connections_.try_emplace(connection, config_.most_bytes);
    return true;
}

/// A connection that the Intake has no room for is closed: its sender keeps what is left.
bool SyslogReceiver::on_bytes(std::uint64_t connection, std::span<const std::uint8_t> bytes) {
    const auto found = connections_.find(connection);
    if (found == connections_.end()) return false;
    attribute::feeds::SyslogFrames& frames = found->second;
    frames.add(text_of(bytes));
    while (const auto message = frames.next())
        if (!take(*message)) return false;
    if (frames.error().empty()) return true;
    intake_.reject(kNobodys);
    return false;
}

void SyslogReceiver::on_close(std::uint64_t connection) {
    connections_.erase(connection);
}

result::Result<std::unique_ptr<SyslogListener>> SyslogListener::start(const SyslogConfig& config,
                                                                      Intake& intake) {
    std::unique_ptr<SyslogListener> listener;
    if (config.udp.empty() && config.tcp.empty()) return listener;
    const auto refusal = [](const result::Error& error) {
        return result::Error{"`feeds.syslog` in identity.yaml: " + error.message};
    };
    listener.reset(new SyslogListener{config, intake});
    for (const net::Endpoint& endpoint : config.udp) {
        auto socket = net::DatagramSocket::open(endpoint);
        if (!socket) return refusal(socket.error());
        listener->sockets_.push_back(*std::move(socket));
    }
    for (const net::Endpoint& endpoint : config.tcp) {
        auto listening = net::StreamListener::open(endpoint, {});
        if (!listening) return refusal(listening.error());
        listener->streams_.push_back(
            {*std::move(listening), SyslogReceiver{listener->config_, intake}});
    }
    listener->thread_ =
        std::jthread{[all = listener.get()](const std::stop_token& stop) { all->listen(stop); }};
    return listener;
}

void SyslogListener::listen(const std::stop_token& stop) {
    std::vector<int> descriptors;
    while (!stop.stop_requested()) {
        descriptors.clear();
        for (const net::DatagramSocket& socket : sockets_)
            descriptors.push_back(socket.number());
        for (const Stream& stream : streams_)
            stream.listener.add_descriptors(descriptors);
        net::wait_for_input(descriptors, kPatience);
        for (net::DatagramSocket& socket : sockets_) {
            for (unsigned i = 0; i < kPerTurn; ++i) {
                const auto datagram = socket.receive();
                if (!datagram) break;
                datagrams_.on_datagram(*datagram);
            }
        }
        for (Stream& stream : streams_)
            stream.listener.turn(stream.receiver, net::StreamListener::Clock::now());
    }
}

}  // namespace sensor::control
