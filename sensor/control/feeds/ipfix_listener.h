// Hears IPFIX on UDP sockets and TCP connections, on a thread of its own.
//
// While the Intake has no room, TCP connections are not read, which makes their senders wait; what
// came by UDP is lost then, and counted.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "lib/metrics/counter_block.h"
#include "lib/metrics/family.h"
#include "lib/net/datagram_socket.h"
#include "lib/net/stream_listener.h"
#include "lib/result/result.h"
#include "sensor/attribute/feeds/ipfix.h"
#include "sensor/control/feeds/intake.h"
#include "sensor/control/feeds/ipfix_config.h"

namespace sensor::control {

class IpfixListener : private net::StreamReader {
  public:
    /// Null if it has nothing to listen on. `intake` must outlive it. The error is one line that
    /// says what to do.
    [[nodiscard]] static result::Result<std::unique_ptr<IpfixListener>> start(
        const IpfixConfig& config, Intake& intake);

    IpfixListener(const IpfixListener&) = delete;
    IpfixListener& operator=(const IpfixListener&) = delete;
    /// Waits for the thread, which looks twice in a tenth of a second.
    ~IpfixListener() override = default;

    /// The first of its TCP ports, also if it was started with port 0.
    [[nodiscard]] std::uint16_t tcp_port() const noexcept { return streams_.front().port(); }
    /// Adds one sample for each thing that may happen. Any thread.
    void add_metrics(metrics::Family& events) const;

  private:
    enum class Counter : std::uint8_t { kUnknownExporter, kRefused, kDropped, kCount };
    struct Connection {
        Endpoint peer;
        attribute::feeds::IpfixStream stream;
    };

    IpfixListener(const IpfixConfig& config, Intake& intake);
    void listen(const std::stop_token& stop);
    void drain(net::DatagramSocket& socket);
    [[nodiscard]] bool is_allowed(const Address& address) const noexcept;
    /// What waits goes to the Intake. False if it has no room still.
    [[nodiscard]] bool hand_over();

    [[nodiscard]] bool on_open(std::uint64_t connection, const net::Peer& peer) override;
    [[nodiscard]] bool on_bytes(std::uint64_t connection,
                                std::span<const std::uint8_t> bytes) override;
    void on_close(std::uint64_t connection) override;

    std::vector<Prefix> exporters_;
    Intake& intake_;
    attribute::feeds::IpfixReader reader_;
    metrics::CounterBlock<Counter> counters_;
    std::vector<net::DatagramSocket> sockets_;
    std::vector<std::uint32_t> dropped_;  // of each socket, as it was counted last
    std::vector<net::StreamListener> streams_;
    std::map<std::uint64_t, Connection> connections_;
    std::uint64_t stream_ = 0;            // whose turn it is: numbers of streams_ do not clash
    std::vector<IdentityEvent> waiting_;  // from TCP, that the Intake had no room for
    std::jthread thread_;                 // the last: it uses all the others
};

}  // namespace sensor::control
