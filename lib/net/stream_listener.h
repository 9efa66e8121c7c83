// A TCP socket that listens, and the connections it has accepted: a bounded number of them, read as
// bytes come, each closed once it is silent for too long. Cold path; one thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <list>
#include <span>
#include <vector>

#include "lib/descriptor/descriptor.h"
#include "lib/net/endpoint.h"
#include "lib/result/result.h"

namespace net {

/// Who is told what happens to the connections of a StreamListener. `connection` is never used
/// twice.
class StreamReader {
  public:
    virtual ~StreamReader() = default;
    /// False if this peer may not speak: the connection is closed, and nothing more told of it.
    [[nodiscard]] virtual bool on_open(std::uint64_t connection, const Peer& peer) = 0;
    /// False if the connection is to be closed.
    [[nodiscard]] virtual bool on_bytes(std::uint64_t connection,
                                        std::span<const std::uint8_t> bytes) = 0;
    virtual void on_close(std::uint64_t connection) = 0;
};

class StreamListener {
  public:
    struct Limits {
        std::size_t connections = 256;  ///< of more, the one silent for longest is closed
        std::chrono::seconds silence{600};
    };
    using Clock = std::chrono::steady_clock;

    /// Port 0 takes a free one. The error is one line that says what to do.
    [[nodiscard]] static result::Result<StreamListener> open(const Endpoint& endpoint,
                                                             const Limits& limits);

    /// Accepts and reads what is there, at most one piece of each connection; never waits.
    void turn(StreamReader& reader, Clock::time_point now);
    /// To wait for.
    void add_descriptors(std::vector<int>& descriptors) const;
    [[nodiscard]] std::uint16_t port() const noexcept;
    [[nodiscard]] std::size_t connections() const noexcept { return connections_.size(); }

  private:
    struct Connection {
        descriptor::Descriptor socket;
        std::uint64_t number = 0;
        Clock::time_point heard;
    };
    StreamListener(descriptor::Descriptor listener, const Limits& limits);
    void accept_all(StreamReader& reader, Clock::time_point now);
    [[nodiscard]] bool read(Connection& connection, StreamReader& reader, Clock::time_point now);

    descriptor::Descriptor listener_;
    Limits limits_;
    std::list<Connection> connections_;
    std::uint64_t accepted_ = 0;
    std::vector<std::uint8_t> buffer_;
};

}  // namespace net
