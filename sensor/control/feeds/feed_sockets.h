// The sockets that a feed is heard on, and the thread that reads them: the same for all feeds.
//
// In a turn every socket and every connection gets its share; what came in it is handed on at once.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "lib/bytes/byte_cursor.h"
#include "lib/net/datagram_socket.h"
#include "lib/net/stream_listener.h"
#include "lib/result/result.h"

namespace sensor::control {

/// What a feed makes of datagrams. All of it is called on one thread.
class DatagramReader {
  public:
    virtual ~DatagramReader() = default;
    /// `socket` is where it came from: it outlives the turn.
    virtual void on_datagram(net::DatagramSocket& socket,
                             const net::DatagramSocket::Datagram& datagram) = 0;
    /// Every socket had its turn: what these datagrams told can be handed on together.
    virtual void on_datagrams_read() = 0;
};

/// What a feed makes of connections. All of it is called on one thread, the same.
class ConnectionReader : public net::StreamReader {
  public:
    /// False while what connections told finds no room: then they are not read, which makes their
    /// senders wait.
    [[nodiscard]] virtual bool has_room() = 0;
};

class FeedSockets {
  public:
    /// `key` is where they are configured, for what goes wrong: "feeds.syslog".
    explicit FeedSockets(std::string key) : key_{std::move(key)} {}
    FeedSockets(const FeedSockets&) = delete;
    FeedSockets& operator=(const FeedSockets&) = delete;
    /// Waits for the thread, which looks twenty times a second.
    ~FeedSockets() = default;

    // One line on failure, that says what to do:
    [[nodiscard]] result::Status add_udp(const std::vector<net::Endpoint>& endpoints);
    [[nodiscard]] result::Status add_tcp(const std::vector<net::Endpoint>& endpoints,
                                         const net::Welcome& welcome = net::plain_incoming);
    [[nodiscard]] bool empty() const noexcept { return datagrams_.empty() && streams_.empty(); }

    /// Reads them on a thread of its own. The readers must outlive it; `connections` may be null
    /// if none was added.
    void listen(DatagramReader& datagrams, ConnectionReader* connections);

    // Where it listens, also if it was to take a free port. Numbers are those of the calls above.
    [[nodiscard]] std::uint16_t udp_port(std::size_t number = 0) const noexcept {
        return datagrams_[number].port();
    }
    [[nodiscard]] std::uint16_t tcp_port(std::size_t number = 0) const noexcept {
        return streams_[number].port();
    }
    /// Datagrams that the kernel dropped because nobody took them in time. Any thread.
    [[nodiscard]] std::uint64_t dropped() const noexcept {
        return dropped_.load(std::memory_order_relaxed);
    }

  private:
    void turn_until(const std::stop_token& stop, DatagramReader& datagrams,
                    ConnectionReader* connections);
    void read_datagrams(DatagramReader& reader);
    /// Whether there is more to be read at once.
    [[nodiscard]] bool read_streams(ConnectionReader& reader);

    std::string key_;
    std::vector<net::DatagramSocket> datagrams_;
    std::vector<net::StreamListener> streams_;
    std::atomic<std::uint64_t> dropped_ = 0;
    std::jthread thread_;  // the last: it uses all the others
};

}  // namespace sensor::control
