// Hears syslog by UDP, TCP and TLS, on a thread of its own: the text of each message is a document
// of the feed that its APP-NAME stands for.
//
// While the Intake has no room, connections are not read, which makes their senders wait; what came
// by UDP is lost then, and counted.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string_view>

#include "lib/metrics/counter_block.h"
#include "lib/metrics/family.h"
#include "lib/result/result.h"
#include "sensor/attribute/feeds/syslog_message.h"
#include "sensor/control/feeds/backlog.h"
#include "sensor/control/feeds/feed_sockets.h"
#include "sensor/control/feeds/intake.h"
#include "sensor/control/feeds/syslog_config.h"

namespace sensor::control {

class SyslogListener : private DatagramReader, private ConnectionReader {
  public:
    /// Null if it has nothing to listen on. `intake` must outlive it. The error is one line that
    /// says what to do.
    [[nodiscard]] static result::Result<std::unique_ptr<SyslogListener>> start(
        const SyslogConfig& config, Intake& intake);

    SyslogListener(const SyslogListener&) = delete;
    SyslogListener& operator=(const SyslogListener&) = delete;
    ~SyslogListener() override = default;

    // The first of its ports, also if it was started with port 0.
    [[nodiscard]] std::uint16_t udp_port() const noexcept { return sockets_.udp_port(); }
    [[nodiscard]] std::uint16_t tcp_port() const noexcept { return sockets_.tcp_port(); }
    [[nodiscard]] std::uint16_t tls_port() const noexcept {
        return sockets_.tcp_port(config_.tcp.size());
    }
    /// Adds one sample for each thing that may happen. Any thread.
    void add_metrics(metrics::Family& messages) const;

  private:
    enum class Counter : std::uint8_t {
        kMessages,
        kMalformed,
        kOfNoFeed,
        kUnknownSender,
        kBrokenStreams,
        kCount
    };

    SyslogListener(const SyslogConfig& config, Intake& intake)
        : config_{config}, intake_{intake}, backlog_{intake} {}
    /// Counts who may not.
    [[nodiscard]] bool may_speak(const net::Peer& peer);
    /// What is no event of any feed: counted once in all, and by its kind.
    void reject(Counter kind);
    /// Of the feed that the message is of; null if it tells nothing.
    const attribute::feeds::DocumentFeed* read(std::string_view message,
                                               std::vector<IdentityEvent>& events);

    void on_datagram(net::DatagramSocket& socket,
                     const net::DatagramSocket::Datagram& datagram) override;
    void on_datagrams_read() override;
    [[nodiscard]] bool has_room() override { return backlog_.hand_over(); }
    [[nodiscard]] bool on_open(std::uint64_t connection, const net::Peer& peer) override;
    [[nodiscard]] bool on_bytes(std::uint64_t connection,
                                std::span<const std::uint8_t> bytes) override;
    void on_close(std::uint64_t connection, std::string_view failure) override;
    [[nodiscard]] bool has_tls(std::uint64_t connection) const noexcept;

    SyslogConfig config_;
    Intake& intake_;
    metrics::CounterBlock<Counter> counters_;
    std::map<std::uint64_t, attribute::feeds::SyslogFrames> connections_;
    std::map<std::string_view, std::vector<IdentityEvent>> events_;  // this turn's, by UDP, by feed
    Backlog backlog_;                                                // from connections
    FeedSockets sockets_{"feeds.syslog"};  // the last: its thread uses all the others
};

}  // namespace sensor::control
