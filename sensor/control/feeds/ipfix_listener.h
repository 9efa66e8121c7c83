// Hears IPFIX on UDP sockets and TCP connections, on a thread of its own.
//
// While the Intake has no room, TCP connections are not read, which makes their senders wait; what
// came by UDP is lost then, and counted.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "lib/metrics/counter_block.h"
#include "lib/metrics/family.h"
#include "lib/result/result.h"
#include "sensor/attribute/feeds/ipfix.h"
#include "sensor/control/feeds/backlog.h"
#include "sensor/control/feeds/feed_sockets.h"
#include "sensor/control/feeds/intake.h"
#include "sensor/control/feeds/ipfix_config.h"

namespace sensor::control {

class IpfixListener : private DatagramReader, private ConnectionReader {
  public:
    /// Null if it has nothing to listen on. `intake` must outlive it. The error is one line that
    /// says what to do.
    [[nodiscard]] static result::Result<std::unique_ptr<IpfixListener>> start(
        const IpfixConfig& config, Intake& intake);

    IpfixListener(const IpfixListener&) = delete;
    IpfixListener& operator=(const IpfixListener&) = delete;
    ~IpfixListener() override = default;

    // The first of its ports, also if it was started with port 0.
    [[nodiscard]] std::uint16_t udp_port() const noexcept { return sockets_.udp_port(); }
    [[nodiscard]] std::uint16_t tcp_port() const noexcept { return sockets_.tcp_port(); }
    /// Adds one sample for each thing that may happen. Any thread.
    void add_metrics(metrics::Family& events) const;

  private:
    enum class Counter : std::uint8_t { kUnknownExporter, kRefused, kCount };
    struct Connection {
        Endpoint peer;
        attribute::feeds::IpfixStream stream;
    };

    IpfixListener(const IpfixConfig& config, Intake& intake);
    /// Counts who may not.
    [[nodiscard]] bool may_speak(const Endpoint& peer);

    void on_datagram(net::DatagramSocket& socket,
                     const net::DatagramSocket::Datagram& datagram) override;
    void on_datagrams_read() override;
    [[nodiscard]] bool has_room() override { return backlog_.hand_over(); }
    [[nodiscard]] bool on_open(std::uint64_t connection, const net::Peer& peer) override;
    [[nodiscard]] bool on_bytes(std::uint64_t connection,
                                std::span<const std::uint8_t> bytes) override;
    void on_close(std::uint64_t connection, std::string_view failure) override;

    std::vector<Prefix> exporters_;
    Intake& intake_;
    attribute::feeds::IpfixReader reader_;
    metrics::CounterBlock<Counter> counters_;
    std::map<std::uint64_t, Connection> connections_;
    std::vector<IdentityEvent> events_;   // of this turn's datagrams
    std::uint64_t tellers_ = 0;           // datagrams that they are from
    Backlog backlog_;                     // from TCP
    FeedSockets sockets_{"feeds.ipfix"};  // the last: its thread uses all the others
};

}  // namespace sensor::control
