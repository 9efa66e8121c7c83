#include "lib/tls/client.h"

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>

#include "lib/net/connect.h"
#include "lib/tls/context.h"

namespace tls {
namespace {

using Clock = std::chrono::steady_clock;
constexpr auto kSilence = std::chrono::seconds{20};

struct FreeTls {
    void operator()(SSL* tls) const noexcept { SSL_free(tls); }
};

/// Why OpenSSL or the system ended the connection.
result::Error failure(const SSL& tls, int outcome) {
    const int error = errno;
    const long verdict = SSL_get_verify_result(&tls);
    const char* reason = ERR_reason_error_string(ERR_peek_last_error());
    const bool is_system = SSL_get_error(&tls, outcome) == SSL_ERROR_SYSCALL && error != 0;
    ERR_clear_error();
    if (verdict != X509_V_OK) {
        return result::Error{"the server's certificate cannot be trusted: " +
                             std::string{X509_verify_cert_error_string(verdict)}};
    }
    if (is_system) return result::Error{std::generic_category().message(error)};
    return result::Error{reason == nullptr ? "the other side has closed the connection" : reason};
}

class TlsStream final : public net::Stream {
  public:
    TlsStream(Context context, descriptor::Descriptor socket)
        : context_{std::move(context)}, socket_{std::move(socket)}, tls_{SSL_new(context_.get())} {}

    /// Its certificate must be for `server_name`, or for the address that was connected to.
    [[nodiscard]] result::Status shake_hands(const net::Endpoint& endpoint,
                                             const std::string& server_name, Clock::time_point end);
    result::Result<std::size_t> send(std::string_view bytes,
                                     std::chrono::milliseconds patience) override;
    result::Result<bool> has_arrived() override;

  private:
    /// Whether a call of OpenSSL's that returned `outcome` only waits for the socket.
    [[nodiscard]] bool waits(int outcome);
    void wait(std::chrono::milliseconds patience) const;
    [[nodiscard]] result::Status look_for_end();

    Context context_;
    descriptor::Descriptor socket_;
    std::unique_ptr<SSL, FreeTls> tls_;
    short events_ = POLLOUT;  // what it waits for
};

bool TlsStream::waits(int outcome) {
    const int error = SSL_get_error(tls_.get(), outcome);
    events_ = error == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT;
    return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE;
}

void TlsStream::wait(std::chrono::milliseconds patience) const {
    pollfd waiting{.fd = socket_.number(), .events = events_, .revents = 0};
    // Whoever is interrupted tries early, which does no harm.
    static_cast<void>(::poll(&waiting, 1, static_cast<int>(patience.count())));
}

result::Status TlsStream::shake_hands(const net::Endpoint& endpoint, const std::string& server_name,
                                      Clock::time_point end) {
    if (tls_ == nullptr || SSL_set_fd(tls_.get(), socket_.number()) != 1) {
        return result::Error{"OpenSSL finds no memory"};
    }
    if (server_name.empty()) {
        const std::string& text = endpoint.text;
        std::string address = text.substr(0, text.rfind(':'));
        if (address.starts_with('[')) address = address.substr(1, address.size() - 2);
        X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(tls_.get()), address.c_str());
    } else {
        std::string name = server_name;  // OpenSSL copies it, but wants it writable
        SSL_ctrl(tls_.get(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name.data());
        SSL_set1_host(tls_.get(), server_name.c_str());
    }
    for (;;) {
        ERR_clear_error();
        const int outcome = SSL_connect(tls_.get());
        if (outcome == 1) return result::Done{};
        if (!waits(outcome)) return failure(*tls_, outcome);
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now());
        if (left.count() <= 0) return result::Error{"the server does not answer"};
        wait(left);
    }
}

/// Reads what the other side says, which also takes in new session tickets.
result::Status TlsStream::look_for_end() {
    std::array<char, 4096> ignored;
    for (;;) {
        ERR_clear_error();
        const int outcome = SSL_read(tls_.get(), ignored.data(), static_cast<int>(ignored.size()));
        if (outcome > 0) continue;
        if (waits(outcome)) return result::Done{};
        return failure(*tls_, outcome);
    }
}

result::Result<std::size_t> TlsStream::send(std::string_view bytes,
                                            std::chrono::milliseconds patience) {
    if (auto is_open = look_for_end(); !is_open) return is_open.error();
    for (bool has_waited = false;; has_waited = true) {
        ERR_clear_error();
        std::size_t sent = 0;
        const int outcome = SSL_write_ex(tls_.get(), bytes.data(), bytes.size(), &sent);
        if (outcome == 1) return sent;
        if (!waits(outcome)) return failure(*tls_, outcome);
        if (has_waited) return std::size_t{0};
        wait(patience);
    }
}

result::Result<bool> TlsStream::has_arrived() {
    const bool is_empty = net::bytes_under_way(socket_.number()) == 0;
    if (auto is_open = look_for_end(); !is_open) return is_open.error();
    return is_empty;
}

}  // namespace

result::Result<std::unique_ptr<net::Stream>> connect(const net::Endpoint& endpoint,
                                                     const ClientFiles& files,
                                                     std::chrono::milliseconds patience) {
    const auto end = Clock::now() + patience;
    auto context = context_of(files);
    if (!context) return context.error();
    auto socket = net::connect_socket(reinterpret_cast<const sockaddr*>(&endpoint.address),
                                      endpoint.size, SOCK_STREAM, patience);
    if (!socket) return socket.error();
    net::limit_silence(socket->number(), kSilence);
    auto stream = std::make_unique<TlsStream>(std::move(*context), std::move(*socket));
    if (auto agreed = stream->shake_hands(endpoint, files.server_name, end); !agreed) {
        return agreed.error();
    }
    return std::unique_ptr<net::Stream>{std::move(stream)};
}

}  // namespace tls
