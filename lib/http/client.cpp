#include "lib/http/client.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <string_view>
#include <system_error>
#include <utility>

#include <netdb.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>

#include "lib/net/connect.h"
#include "lib/tls/context.h"

namespace http {
namespace {

using Clock = std::chrono::steady_clock;

struct FreeTls {
    void operator()(SSL* tls) const noexcept { SSL_free(tls); }
};
struct FreeAddresses {
    void operator()(addrinfo* addresses) const noexcept { ::freeaddrinfo(addresses); }
};
using Addresses = std::unique_ptr<addrinfo, FreeAddresses>;

std::string system_word(int error) {
    return std::generic_category().message(error);
}

std::chrono::milliseconds until(Clock::time_point end) {
    return std::max(std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now()),
                    std::chrono::milliseconds{0});
}

result::Result<Addresses> resolve(const Url& url) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_NUMERICSERV;
    addrinfo* found = nullptr;
    const int error =
        ::getaddrinfo(url.host.c_str(), std::to_string(url.port).c_str(), &hints, &found);
    if (error != 0) return result::Error{::gai_strerror(error)};
    return Addresses{found};
}

/// To the first address that answers; else the word about the last.
result::Result<descriptor::Descriptor> connect(const Url& url, Clock::time_point end) {
    const auto addresses = resolve(url);
    std::string why = addresses ? "there is no address" : addresses.error().message;
    if (addresses) {
        for (const addrinfo* one = addresses->get(); one != nullptr; one = one->ai_next) {
            auto socket =
                net::connect_socket(one->ai_addr, one->ai_addrlen, SOCK_STREAM, until(end));
            if (socket) return socket;
            why = socket.error().message;
        }
    }
    return result::Error{"cannot connect to " + url.authority() + ": " + why};
}

/// One connection, which does not block. The first step by TLS shakes hands.
class Connection {
  public:
    Connection(descriptor::Descriptor socket, Clock::time_point end)
        : socket_{std::move(socket)}, end_{end} {}

    [[nodiscard]] result::Status use_tls(const std::string& host, const tls::ClientFiles& files);
    [[nodiscard]] result::Status send(std::string_view bytes);
    /// Until the other side has ended.
    [[nodiscard]] result::Result<std::string> receive(std::size_t most);

  private:
    enum class Step : std::uint8_t { kDone, kWaits, kEnd, kFailed };

    [[nodiscard]] Step write_some(std::string_view& left);
    [[nodiscard]] Step read_some(std::string& to);
    /// What became of a system call that returned `count`.
    [[nodiscard]] Step plain_step(ssize_t count, short events);
    /// What became of a call of OpenSSL's that returned `outcome`.
    [[nodiscard]] Step tls_step(int outcome);
    /// After anything but kDone: false once it is over, and why_ says why.
    [[nodiscard]] bool goes_on(Step step);

    tls::Context context_;
    descriptor::Descriptor socket_;
    std::unique_ptr<SSL, FreeTls> tls_;
    Clock::time_point end_;
    short events_ = 0;  // what poll() is asked for
    std::string why_;
};

result::Status Connection::use_tls(const std::string& host, const tls::ClientFiles& files) {
    auto context = tls::context_of(files);
    if (!context) return context.error();
    context_ = std::move(*context);
    // Many servers just hang up. That nothing was cut off, Content-Length says.
    SSL_CTX_set_options(context_.get(), SSL_OP_IGNORE_UNEXPECTED_EOF);
    tls_.reset(SSL_new(context_.get()));
    if (tls_ == nullptr || SSL_set_fd(tls_.get(), socket_.number()) != 1) {
        return result::Error{"OpenSSL finds no memory"};
    }
    std::string name = files.server_name.empty() ? host : files.server_name;
    if (X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(tls_.get()), name.c_str()) != 1) {
        SSL_ctrl(tls_.get(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name.data());
        SSL_set1_host(tls_.get(), name.c_str());
    }
    SSL_set_connect_state(tls_.get());
    return result::Done{};
}

Connection::Step Connection::plain_step(ssize_t count, short events) {
    if (count > 0) return Step::kDone;
    if (count == 0) return Step::kEnd;
    events_ = events;
    if (errno == EAGAIN || errno == EINTR) return Step::kWaits;
    why_ = system_word(errno);
    return Step::kFailed;
}

Connection::Step Connection::tls_step(int outcome) {
    if (outcome == 1) return Step::kDone;
    const int system_error = errno;
    const int error = SSL_get_error(tls_.get(), outcome);
    if (error == SSL_ERROR_ZERO_RETURN) return Step::kEnd;
    if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) {
        events_ = error == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT;
        return Step::kWaits;
    }
    const long verdict = SSL_get_verify_result(tls_.get());
    const char* reason = ERR_reason_error_string(ERR_peek_last_error());
    why_ = reason == nullptr ? "the other side has closed the connection" : reason;
    if (error == SSL_ERROR_SYSCALL && system_error != 0) why_ = system_word(system_error);
    if (verdict != X509_V_OK) {
        why_ = "the server's certificate cannot be trusted: ";
        why_ += X509_verify_cert_error_string(verdict);
    }
    return Step::kFailed;
}

bool Connection::goes_on(Step step) {
    if (step == Step::kEnd) why_ = "the other side has closed the connection";
    if (step != Step::kWaits) return false;
    const auto left = until(end_);
    if (left.count() == 0) {
        why_ = "no whole answer came in time";
        return false;
    }
    pollfd waiting{.fd = socket_.number(), .events = events_, .revents = 0};
    // Whoever is interrupted tries early, which does no harm.
    static_cast<void>(::poll(&waiting, 1, static_cast<int>(left.count())));
    return true;
}

Connection::Step Connection::write_some(std::string_view& left) {
    if (tls_ == nullptr) {
        const ssize_t sent = ::send(socket_.number(), left.data(), left.size(), MSG_NOSIGNAL);
        if (sent > 0) left.remove_prefix(static_cast<std::size_t>(sent));
        return plain_step(sent, POLLOUT);
    }
    ERR_clear_error();
    std::size_t sent = 0;
    const Step step = tls_step(SSL_write_ex(tls_.get(), left.data(), left.size(), &sent));
    left.remove_prefix(sent);
    return step;
}

Connection::Step Connection::read_some(std::string& to) {
    std::array<char, 16384> buffer;
    if (tls_ == nullptr) {
        const ssize_t count = ::recv(socket_.number(), buffer.data(), buffer.size(), 0);
        if (count > 0) to.append(buffer.data(), static_cast<std::size_t>(count));
        return plain_step(count, POLLIN);
    }
    ERR_clear_error();
    std::size_t count = 0;
    const Step step = tls_step(SSL_read_ex(tls_.get(), buffer.data(), buffer.size(), &count));
    to.append(buffer.data(), count);
    return step;
}

result::Status Connection::send(std::string_view bytes) {
    while (!bytes.empty()) {
        const Step step = write_some(bytes);
        if (step != Step::kDone && !goes_on(step)) return result::Error{why_};
    }
    return result::Done{};
}

result::Result<std::string> Connection::receive(std::size_t most) {
    std::string received;
    for (;;) {
        const Step step = read_some(received);
        if (received.size() > most) {
            return result::Error{"the answer is longer than " + std::to_string(most) + " bytes"};
        }
        if (step == Step::kEnd) return received;
        if (step == Step::kDone && Clock::now() < end_) continue;
        if (!goes_on(step == Step::kDone ? Step::kWaits : step)) return result::Error{why_};
    }
}

/// HTTP/1.0 asks for an answer in one piece, which ends with the connection.
std::string request_for(const Url& url, const std::string& token) {
    std::string text = "GET " + url.path + " HTTP/1.0\r\nHost: " + url.authority() +
                       "\r\nAccept: text/plain\r\nConnection: close\r\n";
    if (!token.empty()) text += "Authorization: Bearer " + token + "\r\n";
    return text + "\r\n";
}

}  // namespace

result::Result<Answer> get(const Url& url, const GetOptions& options) {
    const auto end = Clock::now() + options.patience;
    auto socket = connect(url, end);
    if (!socket) return socket.error();
    Connection connection{std::move(*socket), end};
    const auto refuse = [&](const std::string& why) {
        return result::Error{url.authority() + ": " + why};
    };
    if (url.has_tls) {
        if (const auto ready = connection.use_tls(url.host, options.files); !ready) {
            return ready.error();
        }
    }
    if (const auto sent = connection.send(request_for(url, options.token)); !sent) {
        return refuse(sent.error().message);
    }
    const auto received = connection.receive(options.most_bytes);
    if (!received) return refuse(received.error().message);
    auto answer = parse_answer(*received);
    if (!answer) return refuse(answer.error().message);
    if (url.has_tls && !answer->has_length) return refuse("the answer does not say how long it is");
    return answer;
}

}  // namespace http
