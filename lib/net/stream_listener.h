// A TCP socket that listens, and the connections it has accepted: a bounded number of them, read as
// bytes come, each closed once it is silent for too long. Cold path; one thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <list>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "lib/descriptor/descriptor.h"
#include "lib/net/endpoint.h"
#include "lib/net/incoming.h"
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
    /// `failure` says what went wrong with it; empty if it was closed in order, or by this side.
    virtual void on_close(std::uint64_t connection, std::string_view failure) = 0;
};

class StreamListener {
  public:
    struct Limits {
        std::size_t connections = 256;  ///< of more, the one silent for longest is closed
        std::chrono::seconds silence{600};
    };
    using Clock = std::chrono::steady_clock;

    /// Port 0 takes a free one. `welcome` makes connections of what it accepts. The error is one
    /// line that says what to do.
    [[nodiscard]] static result::Result<StreamListener> open(
        const Endpoint& endpoint, const Limits& limits, const Welcome& welcome = plain_incoming);

    /// Accepts and reads what is there, at most one piece of each connection; never waits. True if
    /// there is more, of which no descriptor may tell.
    bool turn(StreamReader& reader, Clock::time_point now);
    /// To wait for.
    void add_descriptors(std::vector<int>& descriptors) const;
    [[nodiscard]] std::uint16_t port() const noexcept;
    [[nodiscard]] std::size_t connections() const noexcept { return connections_.size(); }

  private:
    struct Connection {
        std::unique_ptr<Incoming> incoming;
        std::uint64_t number = 0;
        Clock::time_point heard;
    };
    StreamListener(descriptor::Descriptor listener, const Limits& limits, const Welcome& welcome);
    void accept_all(StreamReader& reader, Clock::time_point now);
    [[nodiscard]] bool read(Connection& connection, StreamReader& reader, Clock::time_point now);

    descriptor::Descriptor listener_;
    Limits limits_;
    Welcome welcome_;
    std::list<Connection> connections_;
    std::uint64_t accepted_ = 0;
    std::vector<std::uint8_t> buffer_;
};

}  // namespace net
