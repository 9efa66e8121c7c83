#include "lib/net/stream_listener.h"

#include <algorithm>
#include <cerrno>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace net {
namespace {

constexpr std::size_t kPiece = 65536;  // bytes read at once
constexpr int kBacklog = 64;

}  // namespace

StreamListener::StreamListener(descriptor::Descriptor listener, const Limits& limits,
                               const Welcome& welcome)
    : listener_{std::move(listener)}, limits_{limits}, welcome_{welcome}, buffer_(kPiece) {}

result::Result<StreamListener> StreamListener::open(const Endpoint& endpoint, const Limits& limits,
                                                    const Welcome& welcome) {
    descriptor::Descriptor socket{
        ::socket(endpoint.address.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
    const int on = 1;
    const auto* address = reinterpret_cast<const sockaddr*>(&endpoint.address);
    if (!socket.is_open() ||
        ::setsockopt(socket.number(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
        ::bind(socket.number(), address, endpoint.size) != 0 ||
        ::listen(socket.number(), kBacklog) != 0) {
        return result::Error{"cannot listen on " + endpoint.text + ": " + remedy_for(errno, "tcp")};
    }
    return StreamListener{std::move(socket), limits, welcome};
}

void StreamListener::accept_all(StreamReader& reader, Clock::time_point now) {
    while (true) {
        sockaddr_storage from{};
        socklen_t size = sizeof from;
        descriptor::Descriptor socket{::accept4(listener_.number(),
                                                reinterpret_cast<sockaddr*>(&from), &size,
                                                SOCK_CLOEXEC | SOCK_NONBLOCK)};
        if (!socket.is_open()) return;
        const std::uint64_t number = ++accepted_;
        if (!reader.on_open(number, peer_of(from))) continue;
        std::unique_ptr<Incoming> incoming = welcome_(std::move(socket));
        if (incoming == nullptr) {
            reader.on_close(number, "no memory is left for it");
            continue;
        }
        if (connections_.size() == limits_.connections) {
            const auto quietest = std::ranges::min_element(connections_, {}, &Connection::heard);
            reader.on_close(quietest->number, {});
            connections_.erase(quietest);
        }
        connections_.push_back({std::move(incoming), number, now});
    }
}

/// False once it is over.
bool StreamListener::read(Connection& connection, StreamReader& reader, Clock::time_point now) {
    const Incoming::Read read = connection.incoming->read(buffer_);
    bool goes_on =
        read.outcome == Incoming::Outcome::kNothingYet && now - connection.heard < limits_.silence;
    if (read.outcome == Incoming::Outcome::kBytes) {
        connection.heard = now;
        goes_on = reader.on_bytes(connection.number, std::span{buffer_}.first(read.size));
    }
    if (!goes_on) reader.on_close(connection.number, read.failure);
    return goes_on;
}

bool StreamListener::turn(StreamReader& reader, Clock::time_point now) {
    accept_all(reader, now);
    bool has_more = false;
    for (auto one = connections_.begin(); one != connections_.end();) {
        if (read(*one, reader, now)) {
            has_more |= one->incoming->has_more();
            ++one;
        } else {
            one = connections_.erase(one);
        }
    }
    return has_more;
}

void StreamListener::add_descriptors(std::vector<int>& descriptors) const {
    descriptors.push_back(listener_.number());
    for (const Connection& connection : connections_)
        descriptors.push_back(connection.incoming->number());
}

std::uint16_t StreamListener::port() const noexcept {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    if (::getsockname(listener_.number(), reinterpret_cast<sockaddr*>(&address), &size) != 0)
        return 0;
    return peer_of(address).port;
}

}  // namespace net
