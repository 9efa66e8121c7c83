// A UDP socket that listens, and answers from the address that was spoken to. Cold path.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <netinet/in.h>

#include "lib/descriptor/descriptor.h"
#include "lib/net/endpoint.h"
#include "lib/result/result.h"

namespace net {

class DatagramSocket {
  public:
    /// Longer datagrams are cut; no UDP datagram is.
    static constexpr std::size_t kMostBytes = 65536;

    /// Port 0 takes a free one. [::] hears IPv4 too. The error is one line that says what to do.
    [[nodiscard]] static result::Result<DatagramSocket> open(const Endpoint& endpoint);

    struct Datagram {
        std::span<const std::uint8_t> bytes;  ///< borrowed until the next receive()
        Peer from;
    };
    /// The next datagram that has arrived, if there is one; never waits.
    [[nodiscard]] std::optional<Datagram> receive();
    /// Whom a datagram came from, and to which of this machine's addresses it was sent.
    class Sender {
        friend class DatagramSocket;
        sockaddr_storage address_{};
        socklen_t size_ = 0;
        std::array<char, CMSG_SPACE(sizeof(in6_pktinfo))> local_{};
        std::size_t local_size_ = 0;
    };
    /// Of the last datagram.
    [[nodiscard]] const Sender& sender() const noexcept { return sender_; }
    /// What the kernel has no room for is lost, as anything by UDP may be.
    void answer(const Sender& sender, std::span<const std::uint8_t> bytes) noexcept;

    /// To wait for.
    [[nodiscard]] int number() const noexcept { return socket_.number(); }
    /// Where it listens, also if it was opened with port 0.
    [[nodiscard]] std::uint16_t port() const noexcept;
    /// Datagrams that the kernel dropped so far because nobody took them; to be asked now and then,
    /// for the kernel counts to 2^32 only.
    [[nodiscard]] std::uint64_t dropped() noexcept;

  private:
    explicit DatagramSocket(descriptor::Descriptor socket)
        : socket_{std::move(socket)}, buffer_(kMostBytes) {}
    void read_control(const msghdr& message) noexcept;

    descriptor::Descriptor socket_;
    std::vector<std::uint8_t> buffer_;
    Sender sender_;
    std::uint64_t dropped_ = 0;
};

}  // namespace net
