#include "sensor/control/feeds/syslog_listener.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <iterator>
#include <utility>

#include "lib/tls/server.h"
#include "sensor/control/feeds/listen_config.h"

namespace sensor::control {

using attribute::feeds::DocumentFeed;
using attribute::feeds::SyslogFrames;
using attribute::feeds::SyslogFraming;

result::Result<std::unique_ptr<SyslogListener>> SyslogListener::start(const SyslogConfig& config,
                                                                      Intake& intake) {
    std::unique_ptr<SyslogListener> listener;
    if (config.udp.empty() && config.tcp.empty() && config.tls.empty()) return listener;
    listener.reset(new SyslogListener{config, intake});
    FeedSockets& sockets = listener->sockets_;
    if (auto opened = sockets.add_udp(config.udp); !opened) return opened.error();
    if (auto opened = sockets.add_tcp(config.tcp); !opened) return opened.error();
    if (!config.tls.empty()) {
        const auto welcome = tls::welcome_of(config.tls_files);
        if (!welcome)
            return result::Error{"`feeds.syslog.tls` in identity.yaml: " + welcome.error().message};
        if (auto opened = sockets.add_tcp(config.tls, *welcome); !opened) return opened.error();
    }
    sockets.listen(*listener, listener.get());
    return listener;
}

void SyslogListener::reject(Counter kind) {
    counters_.add(kind);
    intake_.reject("syslog");
}

bool SyslogListener::may_speak(const net::Peer& peer) {
    const Address address = endpoint_of(peer).address;
    const bool is_known =
        config_.senders.empty() || std::ranges::any_of(config_.senders, [&](const Prefix& block) {
            return block.contains(address);
        });
    if (!is_known) reject(Counter::kUnknownSender);
    return is_known;
}

const DocumentFeed* SyslogListener::read(std::string_view message,
                                         std::vector<IdentityEvent>& events) {
    counters_.add(Counter::kMessages);
    const auto parsed = attribute::feeds::parse_syslog(message);
    if (!parsed) return reject(Counter::kMalformed), nullptr;
    const auto named = config_.app_names.find(parsed->app_name);
    const auto* feed = named == config_.app_names.end() ? config_.feed : named->second;
    if (feed == nullptr) return reject(Counter::kOfNoFeed), nullptr;
    const Timestamp received = std::chrono::system_clock::now();
    auto held = feed->read(parsed->text, parsed->time.value_or(received));
    if (held.rejected != 0) {
        intake_.reject(feed->name, held.rejected);
        return nullptr;
    }
    events = std::move(held.events);
    return feed;
}

void SyslogListener::on_datagram(net::DatagramSocket&,
                                 const net::DatagramSocket::Datagram& datagram) {
    if (!may_speak(datagram.from)) return;
    std::vector<IdentityEvent> events;
    const auto* feed = read(bytes::text_of(datagram.bytes), events);
    if (feed != nullptr) std::ranges::move(events, std::back_inserter(events_[feed->name]));
}

/// By UDP nobody waits for an answer, so that nobody need wait for the disk.
void SyslogListener::on_datagrams_read() {
    for (auto& [feed, events] : events_) {
        if (events.empty()) continue;
        // What is refused is lost, and counted there.
        static_cast<void>(intake_.accept_unasked(feed, std::exchange(events, {})));
    }
}

/// The listeners of TLS come after those of plain TCP.
bool SyslogListener::has_tls(std::uint64_t connection) const noexcept {
    return connection % (config_.tcp.size() + config_.tls.size()) >= config_.tcp.size();
}

bool SyslogListener::on_open(std::uint64_t connection, const net::Peer& peer) {
    if (!may_speak(peer)) return false;
    connections_.try_emplace(connection, config_.most_bytes,
                             has_tls(connection) ? SyslogFraming::kCounted : SyslogFraming::kAny);
    return true;
}

bool SyslogListener::on_bytes(std::uint64_t connection, std::span<const std::uint8_t> bytes) {
    const auto found = connections_.find(connection);
    if (found == connections_.end()) return false;
    SyslogFrames& frames = found->second;
    frames.add(bytes::text_of(bytes));
    while (const auto message = frames.next()) {
        std::vector<IdentityEvent> events;
        const auto* feed = read(*message, events);
        if (feed != nullptr) backlog_.add(feed->name, std::move(events));
    }
    if (frames.error().empty()) return true;
    reject(Counter::kBrokenStreams);
    return false;
}

void SyslogListener::on_close(std::uint64_t connection, std::string_view failure) {
    const auto found = connections_.find(connection);
    if (found == connections_.end()) return;
    const SyslogFrames& frames = found->second;
    const bool is_cut = frames.holds_part() || !failure.empty();
    if (is_cut && frames.error().empty()) reject(Counter::kBrokenStreams);  // or counted already
    connections_.erase(found);
}

void SyslogListener::add_metrics(metrics::Family& messages) const {
    const auto add = [&](std::string_view name, std::uint64_t count) {
        messages.samples.push_back({{{"event", std::string{name}}}, static_cast<double>(count)});
    };
    constexpr std::array<std::string_view, static_cast<std::size_t>(Counter::kCount)> kNames{
        "message", "malformed", "of-no-feed", "unknown-sender", "broken-stream"};
    for (std::size_t i = 0; i < kNames.size(); ++i)
        add(kNames[i], counters_[static_cast<Counter>(i)]);
    add("dropped-by-kernel", sockets_.dropped());
}

}  // namespace sensor::control
