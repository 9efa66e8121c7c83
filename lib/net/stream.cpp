#include "lib/net/stream.h"

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include <sys/socket.h>

#include "lib/net/connect.h"

namespace net {
namespace {

constexpr auto kSilence = std::chrono::seconds{20};

class PlainStream final : public Stream {
  public:
    explicit PlainStream(descriptor::Descriptor socket) : socket_{std::move(socket)} {}

    result::Result<std::size_t> send(std::string_view bytes,
                                     std::chrono::milliseconds patience) override {
        if (auto is_open = look_for_end(); !is_open) return is_open.error();
        for (bool has_waited = false;; has_waited = true) {
            const ssize_t sent = ::send(socket_.number(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent >= 0) return static_cast<std::size_t>(sent);
            const bool is_full = errno == EAGAIN || errno == EINTR;
            if (!is_full) return result::Error{std::generic_category().message(errno)};
            if (has_waited) return std::size_t{0};
            wait_for_room(socket_.number(), patience);
        }
    }

    result::Result<bool> has_arrived() override {
        // In this order: a reader that closes drops what it has not read.
        const bool is_empty = bytes_under_way(socket_.number()) == 0;
        if (auto is_open = look_for_end(); !is_open) return is_open.error();
        return is_empty;
    }

  private:
    [[nodiscard]] result::Status look_for_end() const {
        std::array<char, 4096> ignored;
        for (;;) {
            const ssize_t size =
                ::recv(socket_.number(), ignored.data(), ignored.size(), MSG_DONTWAIT);
            if (size > 0) continue;
            if (size == 0) return result::Error{"the other side has closed the connection"};
            if (errno == EAGAIN || errno == EINTR) return result::Done{};
            return result::Error{std::generic_category().message(errno)};
        }
    }

    descriptor::Descriptor socket_;
};

result::Result<std::unique_ptr<Stream>> plain_stream(const sockaddr* address, socklen_t size,
                                                     std::chrono::milliseconds patience) {
    auto socket = connect_socket(address, size, SOCK_STREAM, patience);
    if (!socket) return socket.error();
    if (address->sa_family != AF_UNIX) limit_silence(socket->number(), kSilence);
    return std::unique_ptr<Stream>{new PlainStream{std::move(*socket)}};
}

}  // namespace

result::Result<std::unique_ptr<Stream>> connect_stream(const Endpoint& endpoint,
                                                       std::chrono::milliseconds patience) {
    return plain_stream(reinterpret_cast<const sockaddr*>(&endpoint.address), endpoint.size,
                        patience);
}

result::Result<std::unique_ptr<Stream>> connect_stream(const std::string& path,
                                                       std::chrono::milliseconds patience) {
    const auto address = unix_address(path);
    if (!address) return address.error();
    return plain_stream(reinterpret_cast<const sockaddr*>(&*address), sizeof *address, patience);
}

}  // namespace net
