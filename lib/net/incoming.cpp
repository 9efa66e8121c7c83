#include "lib/net/incoming.h"

#include <cerrno>
#include <system_error>
#include <utility>

#include <sys/socket.h>

namespace net {
namespace {

class PlainIncoming final : public Incoming {
  public:
    explicit PlainIncoming(descriptor::Descriptor socket) : socket_{std::move(socket)} {}

    Read read(std::span<std::uint8_t> buffer) override {
        const ssize_t size = ::recv(socket_.number(), buffer.data(), buffer.size(), MSG_DONTWAIT);
        if (size > 0) return {Outcome::kBytes, static_cast<std::size_t>(size)};
        if (size == 0) return {Outcome::kOver};
        if (errno == EAGAIN || errno == EINTR) return {Outcome::kNothingYet};
        return {Outcome::kOver, 0, std::generic_category().message(errno)};
    }
    bool has_more() const override { return false; }
    int number() const noexcept override { return socket_.number(); }

  private:
    descriptor::Descriptor socket_;
};

}  // namespace

std::unique_ptr<Incoming> plain_incoming(descriptor::Descriptor socket) {
    return std::make_unique<PlainIncoming>(std::move(socket));
}

}  // namespace net
