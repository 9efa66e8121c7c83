#include "lib/http/tls_relay.h"

#include <algorithm>
#include <cerrno>

#include <openssl/err.h>
#include <poll.h>
#include <sys/socket.h>

namespace http {

bool TlsRelay::wait(Clock::time_point end) {
    using std::chrono::milliseconds;
    const auto left = std::chrono::ceil<milliseconds>(end - Clock::now());
    if (left.count() <= 0) return false;
    // A descriptor that is not asked about is passed over if it is negative.
    std::array<pollfd, 3> waiting{pollfd{client_events_ == 0 ? -1 : client_, client_events_, 0},
                                  pollfd{plain_events_ == 0 ? -1 : plain_, plain_events_, 0},
                                  pollfd{wake_, POLLIN, 0}};
    const int patience = static_cast<int>(std::min<std::int64_t>(left.count(), 60'000));
    const int ready = ::poll(waiting.data(), waiting.size(), patience);
    client_events_ = plain_events_ = 0;
    return (ready > 0 || (ready < 0 && errno == EINTR)) && waiting[2].revents == 0;
}

TlsRelay::Step TlsRelay::step_of(int outcome) {
    switch (SSL_get_error(&tls_, outcome)) {
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

bool TlsRelay::shake_hands(Clock::time_point end) {
    for (;;) {
        ERR_clear_error();
        const int outcome = SSL_accept(&tls_);
        if (outcome == 1) return true;
        if (step_of(outcome) != Step::kWaits || !wait(end)) return false;
    }
}

TlsRelay::Step TlsRelay::read_client() {
    ERR_clear_error();
    const int count =
        SSL_read(&tls_, to_plain_.bytes.data(), static_cast<int>(to_plain_.bytes.size()));
    if (count > 0) {
        to_plain_.start = 0;
        to_plain_.end = static_cast<std::size_t>(count);
        return Step::kDone;
    }
    const Step step = step_of(count);
    if (client_ended_) ::shutdown(plain_, SHUT_WR);
    return step;
}

TlsRelay::Step TlsRelay::write_client() {
    ERR_clear_error();
    const int count = SSL_write(&tls_, to_client_.bytes.data() + to_client_.start,
                                static_cast<int>(to_client_.end - to_client_.start));
    if (count <= 0) return step_of(count);
    to_client_.start += static_cast<std::size_t>(count);
    return Step::kDone;
}

TlsRelay::Step TlsRelay::read_plain() {
    const ssize_t count = ::recv(plain_, to_client_.bytes.data(), to_client_.bytes.size(), 0);
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
TlsRelay::Step TlsRelay::write_plain() {
    const ssize_t count = ::send(plain_, to_plain_.bytes.data() + to_plain_.start,
                                 to_plain_.end - to_plain_.start, MSG_NOSIGNAL);
    if (count < 0 && errno == EAGAIN) {
        plain_events_ = static_cast<short>(plain_events_ | POLLOUT);
        return Step::kWaits;
    }
    to_plain_.start = count < 0 ? to_plain_.end : to_plain_.start + static_cast<std::size_t>(count);
    return Step::kDone;
}

void TlsRelay::relay_to(int plain, Clock::time_point end) {
    plain_ = plain;
    while (!plain_ended_ || !to_client_.empty()) {
        bool waits = true;
        const auto take = [&](Step step) {
            waits = waits && step != Step::kDone;
            return step != Step::kFailed;
        };
        if (to_plain_.empty() && !client_ended_ && !take(read_client())) return;
        if (!to_plain_.empty() && !take(write_plain())) return;
        if (to_client_.empty() && !plain_ended_ && !take(read_plain())) return;
        if (!to_client_.empty() && !take(write_client())) return;
        if (waits && !wait(end)) return;
    }
    say_goodbye(end);
}

/// Takes what the client still sends: closing over it would take back the answer.
void TlsRelay::say_goodbye(Clock::time_point end) {
    constexpr std::chrono::seconds kPatience{2};
    const Clock::time_point last = std::min(end, Clock::now() + kPatience);
    ERR_clear_error();
    SSL_shutdown(&tls_);
    ::shutdown(client_, SHUT_WR);
    for (;;) {
        const ssize_t count = ::recv(client_, to_plain_.bytes.data(), to_plain_.bytes.size(), 0);
        if (count == 0 || (count < 0 && errno != EAGAIN)) return;
        client_events_ = POLLIN;
        plain_events_ = 0;
        if (count < 0 && !wait(last)) return;
        if (Clock::now() > last) return;
    }
}

}  // namespace http
