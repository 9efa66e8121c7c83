#include "lib/http/tls_front.h"

#include <algorithm>
#include <cerrno>
#include <list>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "lib/descriptor/descriptor.h"
#include "lib/http/tls_connection.h"
#include "lib/tls/context.h"

namespace http {
namespace {

using Clock = TlsConnection::Clock;
using descriptor::Descriptor;

/// Listens without blocking; not open if it cannot.
Descriptor listen_on(const net::Endpoint& endpoint) {
    Descriptor socket{
        ::socket(endpoint.address.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
    const int on = 1;
    ::setsockopt(socket.number(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    const auto* address = reinterpret_cast<const sockaddr*>(&endpoint.address);
    const bool listens = ::bind(socket.number(), address, endpoint.size) == 0 &&
                         ::listen(socket.number(), SOMAXCONN) == 0;
    return listens ? std::move(socket) : Descriptor{};
}

/// All clients, in the order in which they came. Its thread's own.
class Clients {
  public:
    Clients(SSL_CTX& context, const TlsConnection::Plain& plain, const TlsFront::Options& options)
        : context_{context}, plain_{plain}, options_{options} {}

    /// Two for each client, and when to look again at the latest.
    Clock::time_point add_to(std::vector<pollfd>& waiting, Clock::time_point now) const;
    /// Those whose pair of `waiting`, from `first` on, was woken, or whose time has come.
    void go_on(const std::vector<pollfd>& waiting, std::size_t first, Clock::time_point now);
    /// Takes who waits at `listener`. False if that is not possible now.
    [[nodiscard]] bool accept_from(int listener, Clock::time_point now);
    /// Every client is being served.
    [[nodiscard]] bool is_full() const;

  private:
    void add(Descriptor client, const net::Peer& peer, Clock::time_point now);
    void make_room_for(const net::Peer& peer);

    SSL_CTX& context_;
    TlsConnection::Plain plain_;
    const TlsFront::Options& options_;
    std::list<TlsConnection> all_;
};

Clock::time_point Clients::add_to(std::vector<pollfd>& waiting, Clock::time_point now) const {
    Clock::time_point first = now + std::chrono::minutes{1};
    for (const TlsConnection& client : all_) {
        for (const pollfd& one : client.waits_for())
            waiting.push_back(one);
        first = std::min(first, client.has_more() ? now : client.end());
    }
    return first;
}

void Clients::go_on(const std::vector<pollfd>& waiting, std::size_t first, Clock::time_point now) {
    for (auto client = all_.begin(); client != all_.end(); first += 2) {
        const bool is_due = waiting[first].revents != 0 || waiting[first + 1].revents != 0 ||
                            client->has_more() || now >= client->end();
        const bool is_over = is_due && !client->go_on(now);
        client = is_over ? all_.erase(client) : std::next(client);
    }
}

bool Clients::is_full() const {
    return all_.size() >= options_.connections &&
           std::ranges::all_of(all_, &TlsConnection::has_asked);
}

/// Who has not asked for anything has the least to lose, and who came first, most likely nothing.
void Clients::make_room_for(const net::Peer& peer) {
    const auto is_silent = [](const TlsConnection& client) { return !client.has_asked(); };
    const auto is_of_peer = [&](const TlsConnection& client) {
        return is_silent(client) && client.peer().address == peer.address;
    };
    const auto silent = static_cast<std::size_t>(std::ranges::count_if(all_, is_of_peer));
    if (silent >= options_.silent_of_peer) {
        all_.erase(std::ranges::find_if(all_, is_of_peer));
    } else if (all_.size() >= options_.connections) {
        const auto oldest = std::ranges::find_if(all_, is_silent);
        if (oldest != all_.end()) all_.erase(oldest);
    }
}

void Clients::add(Descriptor client, const net::Peer& peer, Clock::time_point now) {
    TlsConnection::Tls tls{SSL_new(&context_), SSL_free};
    if (tls == nullptr || SSL_set_fd(tls.get(), client.number()) != 1) return;
    make_room_for(peer);
    all_.emplace_back(std::move(tls), std::move(client), peer, plain_, options_, now);
    if (!all_.back().go_on(now)) all_.pop_back();
}

bool Clients::accept_from(int listener, Clock::time_point now) {
    constexpr unsigned kAtOnce = 64;  // before those that are there get their turn
    for (unsigned taken = 0; taken < kAtOnce && !is_full(); ++taken) {
        sockaddr_storage address{};
        socklen_t size = sizeof address;
        Descriptor client{::accept4(listener, reinterpret_cast<sockaddr*>(&address), &size,
                                    SOCK_CLOEXEC | SOCK_NONBLOCK)};
        if (client.is_open()) {
            add(std::move(client), net::peer_of(address), now);
        } else if (errno != EINTR && errno != ECONNABORTED) {
            return errno == EAGAIN;
        }
    }
    return true;
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
    Descriptor listener;
    Descriptor wake;  // readable once everybody is to stop
    TlsConnection::Plain plain;
    Options options;
    std::jthread thread{};  // last: it uses the others

    ~State();
    void work() const;
};

TlsFront::State::~State() {
    const std::uint64_t one = 1;
    // Only a full counter would refuse it, and that wakes the thread as well.
    [[maybe_unused]] const ssize_t written = ::write(wake.number(), &one, sizeof one);
}

void TlsFront::State::work() const {
    constexpr std::chrono::milliseconds kPause{100};  // when no descriptors are left
    Clients clients{*context, plain, options};
    std::vector<pollfd> waiting;
    Clock::time_point pause_end{};
    for (;;) {
        Clock::time_point now = Clock::now();
        const bool takes_more = now >= pause_end && !clients.is_full();
        waiting.assign({pollfd{wake.number(), POLLIN, 0},
                        pollfd{takes_more ? listener.number() : -1, POLLIN, 0}});
        const std::size_t first = waiting.size();
        Clock::time_point next = clients.add_to(waiting, now);
        if (now < pause_end) next = std::min(next, pause_end);
        const auto patience = std::chrono::ceil<std::chrono::milliseconds>(next - now);
        const int count = static_cast<int>(std::max<std::int64_t>(patience.count(), 0));
        ::poll(waiting.data(), waiting.size(), count);
        if (waiting[0].revents != 0) return;
        now = Clock::now();
        clients.go_on(waiting, first, now);
        if (waiting[1].revents != 0 && !clients.accept_from(listener.number(), now)) {
            pause_end = now + kPause;
        }
    }
}

result::Result<TlsFront> TlsFront::start(const net::Endpoint& endpoint,
                                         const tls::ServerFiles& files, std::uint16_t plain_port,
                                         TlsPorts& ports, const Options& options) {
    auto context = tls::context_of(files);
    if (!context) return context.error();
    Descriptor listener = listen_on(endpoint);
    if (!listener.is_open()) {
        const int error = errno;
        const std::string why = net::listening_objection(endpoint);
        return result::Error{"cannot listen on " + endpoint.text + ": " +
                             (why.empty() ? std::system_category().message(error) : why)};
    }
    Descriptor wake{::eventfd(0, EFD_CLOEXEC)};
    if (!wake.is_open()) return result::Error{"no descriptor is left for a server"};
    auto state = std::unique_ptr<State>{new State{
        std::move(*context), std::move(listener), std::move(wake), {plain_port, ports}, options}};
    state->thread = std::jthread{[&serving = *state] { serving.work(); }};
    return TlsFront{std::move(state)};
}

TlsFront::TlsFront(std::unique_ptr<State> state) noexcept : state_{std::move(state)} {}
TlsFront::TlsFront(TlsFront&&) noexcept = default;
TlsFront& TlsFront::operator=(TlsFront&&) noexcept = default;

TlsFront::~TlsFront() = default;

std::uint16_t TlsFront::port() const noexcept {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    if (::getsockname(state_->listener.number(), reinterpret_cast<sockaddr*>(&address), &size) != 0)
        return 0;
    return net::peer_of(address).port;
}

}  // namespace http
