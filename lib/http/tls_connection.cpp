#include "lib/http/tls_connection.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <netinet/in.h>
#include <openssl/err.h>
#include <sys/socket.h>

namespace http {
namespace {

using descriptor::Descriptor;

constexpr unsigned kMostSteps = 64;  // before others get their turn

/// RFC 9112, section 2.1: an empty line ends it.
bool holds_head(std::string_view text) noexcept {
    return text.find("\n\r\n") != std::string_view::npos ||
           text.find("\n\n") != std::string_view::npos;
}

}  // namespace

TlsConnection::TlsConnection(Tls tls, Descriptor client, const net::Peer& peer, const Plain& plain,
                             const TlsFront::Options& options, Clock::time_point now)
    : client_{std::move(client)},
      tls_{std::move(tls)},
      peer_{peer},
      to_{plain},
      last_{now + options.connection},
      end_{now + options.until_asked} {}

TlsConnection::~TlsConnection() {
    // Before the port is free for somebody else.
    if (plain_port_ != 0) to_.ports.remove(plain_port_);
}

std::array<pollfd, 2> TlsConnection::waits_for() const noexcept {
    return {pollfd{client_events_ == 0 ? -1 : client_.number(), client_events_, 0},
            pollfd{plain_events_ == 0 ? -1 : plain_.number(), plain_events_, 0}};
}

bool TlsConnection::go_on(Clock::time_point now) {
    has_more_ = false;
    for (unsigned steps = 0; now < end_; ++steps) {
        if (steps == kMostSteps) {
            has_more_ = true;
            return true;
        }
        client_events_ = plain_events_ = 0;
        const Step step = take_step(now);
        if (step != Step::kDone) return step == Step::kWaits;
    }
    return false;
}

TlsConnection::Step TlsConnection::take_step(Clock::time_point now) {
    switch (phase_) {
        case Phase::kHandshake: return shake_hands();
        case Phase::kHead: return read_head();
        case Phase::kRelay: return relay(now);
        case Phase::kGoodbye: return say_goodbye();
    }
    return Step::kFailed;
}

TlsConnection::Step TlsConnection::step_of(int outcome) {
    switch (SSL_get_error(tls_.get(), outcome)) {
        case SSL_ERROR_WANT_READ:
            client_events_ = static_cast<short>(client_events_ | POLLIN);
            return Step::kWaits;
        case SSL_ERROR_WANT_WRITE:
            client_events_ = static_cast<short>(client_events_ | POLLOUT);
            return Step::kWaits;
        case SSL_ERROR_ZERO_RETURN: client_ended_ = true; return Step::kDone;
        default: ERR_clear_error(); return Step::kFailed;
    }
}

TlsConnection::Step TlsConnection::shake_hands() {
    ERR_clear_error();
    const int outcome = SSL_accept(tls_.get());
    if (outcome != 1) return step_of(outcome) == Step::kWaits ? Step::kWaits : Step::kFailed;
    phase_ = Phase::kHead;
    return Step::kDone;
}

/// The server itself refuses a head that is too long.
TlsConnection::Step TlsConnection::read_head() {
    const Step step = read_client();
    if (step != Step::kDone) return step;
    if (client_ended_) return Step::kFailed;
    const bool is_full = to_plain_.end == to_plain_.bytes.size();
    return is_full || holds_head(to_plain_.view()) ? connect() : Step::kDone;
}

TlsConnection::Step TlsConnection::connect() {
    plain_ = Descriptor{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(to_.port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const auto* to = reinterpret_cast<const sockaddr*>(&address);
    const bool is_under_way =
        ::connect(plain_.number(), to, sizeof address) == 0 || errno == EINPROGRESS;
    sockaddr_in own{};
    socklen_t size = sizeof own;
    if (!is_under_way ||
        ::getsockname(plain_.number(), reinterpret_cast<sockaddr*>(&own), &size) != 0) {
        return Step::kFailed;
    }
    plain_port_ = ntohs(own.sin_port);
    to_.ports.add(plain_port_);
    phase_ = Phase::kRelay;
    end_ = last_;
    return Step::kDone;
}

/// Behind what is there already.
TlsConnection::Step TlsConnection::read_client() {
    ERR_clear_error();
    if (to_plain_.empty()) to_plain_.start = to_plain_.end = 0;
    const int count = SSL_read(tls_.get(), to_plain_.bytes.data() + to_plain_.end,
                               static_cast<int>(to_plain_.bytes.size() - to_plain_.end));
    if (count <= 0) return step_of(count);
    to_plain_.end += static_cast<std::size_t>(count);
    return Step::kDone;
}

TlsConnection::Step TlsConnection::write_client() {
    ERR_clear_error();
    const std::string_view left = to_client_.view();
    const int count = SSL_write(tls_.get(), left.data(), static_cast<int>(left.size()));
    if (count <= 0) return step_of(count);
    to_client_.start += static_cast<std::size_t>(count);
    return Step::kDone;
}

TlsConnection::Step TlsConnection::read_plain() {
    const ssize_t count =
        ::recv(plain_.number(), to_client_.bytes.data(), to_client_.bytes.size(), 0);
    if (count < 0 && errno == EAGAIN) {
        plain_events_ = static_cast<short>(plain_events_ | POLLIN);
        return Step::kWaits;
    }
    plain_ended_ = count <= 0;
    to_client_.start = 0;
    to_client_.end = count > 0 ? static_cast<std::size_t>(count) : 0;
    return Step::kDone;
}

/// What the server does not want any more is dropped: its answer is still to come.
TlsConnection::Step TlsConnection::write_plain() {
    const std::string_view left = to_plain_.view();
    const ssize_t count = ::send(plain_.number(), left.data(), left.size(), MSG_NOSIGNAL);
    if (count < 0 && errno == EAGAIN) {
        plain_events_ = static_cast<short>(plain_events_ | POLLOUT);
        return Step::kWaits;
    }
    to_plain_.start = count < 0 ? to_plain_.end : to_plain_.start + static_cast<std::size_t>(count);
    return Step::kDone;
}

/// Both directions once.
TlsConnection::Step TlsConnection::relay(Clock::time_point now) {
    bool waits = true;
    const auto take = [&](Step step) {
        waits = waits && step != Step::kDone;
        return step != Step::kFailed;
    };
    if (to_plain_.empty() && !client_ended_) {
        if (!take(read_client())) return Step::kFailed;
        if (client_ended_) ::shutdown(plain_.number(), SHUT_WR);
    }
    if (!to_plain_.empty() && !take(write_plain())) return Step::kFailed;
    if (to_client_.empty() && !plain_ended_ && !take(read_plain())) return Step::kFailed;
    if (!to_client_.empty() && !take(write_client())) return Step::kFailed;
    if (!plain_ended_ || !to_client_.empty()) return waits ? Step::kWaits : Step::kDone;

    constexpr std::chrono::seconds kPatience{2};
    ERR_clear_error();
    SSL_shutdown(tls_.get());
    ::shutdown(client_.number(), SHUT_WR);
    phase_ = Phase::kGoodbye;
    end_ = std::min(last_, now + kPatience);
    return Step::kDone;
}

/// Takes what the client still sends: closing over it would take back the answer.
TlsConnection::Step TlsConnection::say_goodbye() {
    const ssize_t count =
        ::recv(client_.number(), to_plain_.bytes.data(), to_plain_.bytes.size(), 0);
    if (count > 0) return Step::kDone;
    if (count == 0 || errno != EAGAIN) return Step::kFailed;
    client_events_ = POLLIN;
    return Step::kWaits;
}

}  // namespace http
