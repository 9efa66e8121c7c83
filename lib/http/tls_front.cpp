#include "lib/http/tls_front.h"

#include <array>
#include <cerrno>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "lib/http/tls_relay.h"
#include "lib/tls/context.h"

namespace http {
namespace {

class Socket {
  public:
    explicit Socket(int number) noexcept : number_{number} {}
    Socket(Socket&& other) noexcept : number_{std::exchange(other.number_, -1)} {}
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;
    Socket& operator=(Socket&&) = delete;
    ~Socket() {
        if (number_ >= 0) ::close(number_);
    }
    [[nodiscard]] int number() const noexcept { return number_; }

  private:
    int number_;
};

struct FreeTls {
    void operator()(SSL* tls) const noexcept { SSL_free(tls); }
};

std::uint16_t local_port(int socket) noexcept {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    if (::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) != 0) return 0;
    return address.ss_family == AF_INET6
               ? ntohs(reinterpret_cast<const sockaddr_in6&>(address).sin6_port)
               : ntohs(reinterpret_cast<const sockaddr_in&>(address).sin_port);
}

/// Listens without blocking; a negative number if it cannot.
Socket listen_on(const net::Endpoint& endpoint) {
    Socket socket{
        ::socket(endpoint.address.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
    const int on = 1;
    ::setsockopt(socket.number(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    const auto* address = reinterpret_cast<const sockaddr*>(&endpoint.address);
    const bool listens = ::bind(socket.number(), address, endpoint.size) == 0 &&
                         ::listen(socket.number(), SOMAXCONN) == 0;
    return listens ? std::move(socket) : Socket{-1};
}

/// To this machine's plain server; loopback answers at once.
Socket connect_to(std::uint16_t port) {
    Socket socket{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const auto* to = reinterpret_cast<const sockaddr*>(&address);
    return ::connect(socket.number(), to, sizeof address) == 0 ? std::move(socket) : Socket{-1};
}

}  // namespace

void TlsPorts::add(std::uint16_t port) {
    const std::lock_guard lock{mutex_};
    ports_.insert(port);
}
void TlsPorts::remove(std::uint16_t port) {
    const std::lock_guard lock{mutex_};
    ports_.erase(port);
}
bool TlsPorts::has(std::uint16_t port) const {
    const std::lock_guard lock{mutex_};
    return ports_.contains(port);
}

struct TlsFront::State {
    tls::Context context;
    Socket listener;
    Socket wake;  // readable once everybody is to stop
    std::uint16_t plain_port;
    TlsPorts& ports;
    Options options;
    std::vector<std::jthread> threads{};  // last: they use the others

    void work() const;
    void serve(int client) const;
};

void TlsFront::State::serve(int client) const {
    const std::unique_ptr<SSL, FreeTls> tls{SSL_new(context.get())};
    if (tls == nullptr || SSL_set_fd(tls.get(), client) != 1) return;
    const auto now = TlsRelay::Clock::now();
    TlsRelay relay{*tls, client, wake.number()};
    if (!relay.shake_hands(now + options.handshake)) return;
    const Socket plain = connect_to(plain_port);
    if (plain.number() < 0) return;
    const std::uint16_t port = local_port(plain.number());
    ports.add(port);
    if (::fcntl(plain.number(), F_SETFL, O_NONBLOCK) == 0) {
        relay.relay_to(plain.number(), now + options.connection);
    }
    ports.remove(port);
}

void TlsFront::State::work() const {
    for (;;) {
        std::array<pollfd, 2> waiting{pollfd{listener.number(), POLLIN, 0},
                                      pollfd{wake.number(), POLLIN, 0}};
        ::poll(waiting.data(), waiting.size(), -1);
        if (waiting[1].revents != 0) return;
        const Socket client{
            ::accept4(listener.number(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK)};
        if (client.number() >= 0) {
            serve(client.number());
        } else if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED) {
            std::this_thread::sleep_for(std::chrono::milliseconds{100});  // no descriptors left
        }
    }
}

result::Result<TlsFront> TlsFront::start(const net::Endpoint& endpoint,
                                         const tls::ServerFiles& files, std::uint16_t plain_port,
                                         TlsPorts& ports, const Options& options) {
    auto context = tls::context_of(files);
    if (!context) return context.error();
    Socket listener = listen_on(endpoint);
    if (listener.number() < 0) {
        const int error = errno;
        const std::string why = net::listening_objection(endpoint);
        return result::Error{"cannot listen on " + endpoint.text + ": " +
                             (why.empty() ? std::system_category().message(error) : why)};
    }
    Socket wake{::eventfd(0, EFD_CLOEXEC)};
    if (wake.number() < 0) return result::Error{"no descriptor is left for a server"};
    auto state = std::unique_ptr<State>{new State{std::move(*context), std::move(listener),
                                                  std::move(wake), plain_port, ports, options}};
    for (unsigned number = 0; number < options.threads; ++number)
        state->threads.emplace_back([&serving = *state] { serving.work(); });
    return TlsFront{std::move(state)};
}

TlsFront::TlsFront(std::unique_ptr<State> state) noexcept : state_{std::move(state)} {}
TlsFront::TlsFront(TlsFront&&) noexcept = default;
TlsFront& TlsFront::operator=(TlsFront&&) noexcept = default;

TlsFront::~TlsFront() {
    if (state_ == nullptr) return;
    const std::uint64_t one = 1;
    // Only a full counter would refuse it, and that wakes them as well.
    [[maybe_unused]] const ssize_t written = ::write(state_->wake.number(), &one, sizeof one);
}

std::uint16_t TlsFront::port() const noexcept {
    return local_port(state_->listener.number());
}

}  // namespace http
