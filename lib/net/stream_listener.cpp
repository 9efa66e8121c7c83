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

StreamListener::StreamListener(descriptor::Descriptor listener, const Limits& limits)
    : listener_{std::move(listener)}, limits_{limits}, buffer_(kPiece) {}

result::Result<StreamListener> StreamListener::open(const Endpoint& endpoint,
                                                    const Limits& limits) {
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
    return StreamListener{std::move(socket), limits};
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
        if (connections_.size() == limits_.connections) {
            const auto quietest = std::ranges::min_element(connections_, {}, &Connection::heard);
            reader.on_close(quietest->number);
            connections_.erase(quietest);
        }
        connections_.push_back({std::move(socket), number, now});
    }
}

/// False once it is over.
bool StreamListener::read(Connection& connection, StreamReader& reader, Clock::time_point now) {
    const ssize_t size =
        ::recv(connection.socket.number(), buffer_.data(), buffer_.size(), MSG_DONTWAIT);
    if (size > 0) {
        connection.heard = now;
        return reader.on_bytes(connection.number, {buffer_.data(), static_cast<std::size_t>(size)});
    }
    const bool is_quiet = size < 0 && (errno == EAGAIN || errno == EINTR);
    return is_quiet && now - connection.heard < limits_.silence;
}

void StreamListener::turn(StreamReader& reader, Clock::time_point now) {
    accept_all(reader, now);
    for (auto one = connections_.begin(); one != connections_.end();) {
        if (read(*one, reader, now)) {
            ++one;
            continue;
        }
        reader.on_close(one->number);
        one = connections_.erase(one);
    }
}

void StreamListener::add_descriptors(std::vector<int>& descriptors) const {
    descriptors.push_back(listener_.number());
    for (const Connection& connection : connections_)
        descriptors.push_back(connection.socket.number());
}

std::uint16_t StreamListener::port() const noexcept {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    if (::getsockname(listener_.number(), reinterpret_cast<sockaddr*>(&address), &size) != 0)
        return 0;
    return peer_of(address).port;
}

}  // namespace net
