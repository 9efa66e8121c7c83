#include "lib/tls/server.h"

#include <cerrno>
#include <memory>
#include <system_error>
#include <utility>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "lib/tls/context.h"

namespace tls {
namespace {

struct FreeTls {
    void operator()(SSL* tls) const noexcept { SSL_free(tls); }
};
using Tls = std::unique_ptr<SSL, FreeTls>;

class TlsIncoming final : public net::Incoming {
  public:
    TlsIncoming(descriptor::Descriptor socket, Tls tls)
        : socket_{std::move(socket)}, tls_{std::move(tls)} {}

    Read read(std::span<std::uint8_t> buffer) override;
    bool has_more() const override { return SSL_pending(tls_.get()) > 0 || is_over_; }
    int number() const noexcept override { return socket_.number(); }

  private:
    /// Whether a call that returned `outcome` only waits for the socket; else it is over.
    [[nodiscard]] bool waits(int outcome);

    descriptor::Descriptor socket_;
    Tls tls_;  // uses the socket
    bool is_over_ = false;
    std::string failure_;
};

bool TlsIncoming::waits(int outcome) {
    const int system = errno;
    const int error = SSL_get_error(tls_.get(), outcome);
    if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) return true;
    is_over_ = true;
    if (error == SSL_ERROR_ZERO_RETURN) return false;
    const char* reason = ERR_reason_error_string(ERR_peek_last_error());
    ERR_clear_error();
    if (reason != nullptr) {
        failure_ = reason;
    } else {
        failure_ = system != 0 ? std::generic_category().message(system)
                               : "the other side has closed the connection without a word";
    }
    return false;
}

/// One record is at most 16 KiB: what fits is read of as many as have come.
net::Incoming::Read TlsIncoming::read(std::span<std::uint8_t> buffer) {
    std::size_t size = 0;
    while (!is_over_ && size < buffer.size()) {
        ERR_clear_error();
        errno = 0;
        const int outcome =
            SSL_read(tls_.get(), buffer.data() + size, static_cast<int>(buffer.size() - size));
        if (outcome > 0) {
            size += static_cast<std::size_t>(outcome);
        } else if (waits(outcome)) {
            break;
        }
    }
    if (size != 0) return {Outcome::kBytes, size};
    if (is_over_) return {Outcome::kOver, 0, failure_};
    return {Outcome::kNothingYet};
}

}  // namespace

result::Result<net::Welcome> welcome_of(const ServerFiles& files) {
    auto context = context_of(files);
    if (!context) return context.error();
    const std::shared_ptr<SSL_CTX> shared{std::move(*context)};
    return net::Welcome{[shared](descriptor::Descriptor socket) -> std::unique_ptr<net::Incoming> {
        Tls tls{SSL_new(shared.get())};
        if (tls == nullptr || SSL_set_fd(tls.get(), socket.number()) != 1) return nullptr;
        SSL_set_accept_state(tls.get());
        // Nobody comes back with a ticket; one that a sender has not read when it closes makes its
        // system reset the connection, and what it sent last is lost.
        SSL_set_num_tickets(tls.get(), 0);
        // Who cuts a message short is found out by its length.
        SSL_set_options(tls.get(), SSL_OP_IGNORE_UNEXPECTED_EOF);
        return std::make_unique<TlsIncoming>(std::move(socket), std::move(tls));
    }};
}

}  // namespace tls
