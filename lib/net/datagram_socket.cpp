#include "lib/net/datagram_socket.h"

#include <cerrno>
#include <cstring>

#include <linux/sock_diag.h>
#include <sys/socket.h>
#include <unistd.h>

namespace net {
namespace {

constexpr int kReceiveBytes = 4 << 20;  // asked of the kernel, which may give less

bool set(int socket, int level, int option, int value) {
    return ::setsockopt(socket, level, option, &value, sizeof value) == 0;
}

/// What open() asks of the kernel. The first is a wish: it works without.
bool prepare(int socket, bool is_ipv6) {
    set(socket, SOL_SOCKET, SO_RCVBUF, kReceiveBytes);
    if (!is_ipv6) return set(socket, IPPROTO_IP, IP_PKTINFO, 1);
    return set(socket, IPPROTO_IPV6, IPV6_V6ONLY, 0) &&
           set(socket, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
}

}  // namespace

result::Result<DatagramSocket> DatagramSocket::open(const Endpoint& endpoint) {
    descriptor::Descriptor socket{
        ::socket(endpoint.address.ss_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
    const auto* address = reinterpret_cast<const sockaddr*>(&endpoint.address);
    if (!socket.is_open() || !prepare(socket.number(), endpoint.is_ipv6()) ||
        ::bind(socket.number(), address, endpoint.size) != 0) {
        return result::Error{"cannot listen on " + endpoint.text + ": " + remedy_for(errno, "udp")};
    }
    return DatagramSocket{std::move(socket)};
}

void DatagramSocket::read_control(const msghdr& message) noexcept {
    sender_.local_size_ = 0;
    // CMSG_NXTHDR wants a message that it could change.
    msghdr copy = message;
    for (cmsghdr* one = CMSG_FIRSTHDR(&copy); one != nullptr; one = CMSG_NXTHDR(&copy, one)) {
        const bool is_ipv4 = one->cmsg_level == IPPROTO_IP && one->cmsg_type == IP_PKTINFO;
        const bool is_ipv6 = one->cmsg_level == IPPROTO_IPV6 && one->cmsg_type == IPV6_PKTINFO;
        if (!is_ipv4 && !is_ipv6) continue;
        std::memcpy(sender_.local_.data(), one, one->cmsg_len);
        sender_.local_size_ = CMSG_SPACE(is_ipv4 ? sizeof(in_pktinfo) : sizeof(in6_pktinfo));
    }
}

std::optional<DatagramSocket::Datagram> DatagramSocket::receive() {
    std::array<char, 256> control{};
    iovec part{.iov_base = buffer_.data(), .iov_len = buffer_.size()};
    msghdr message{};
    message.msg_name = &sender_.address_;
    message.msg_namelen = sizeof sender_.address_;
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    ssize_t size = -1;
    do {
        size = ::recvmsg(socket_.number(), &message, 0);
    } while (size < 0 && errno == EINTR);
    if (size < 0) return std::nullopt;
    sender_.size_ = message.msg_namelen;
    read_control(message);
    return Datagram{{buffer_.data(), static_cast<std::size_t>(size)}, peer_of(sender_.address_)};
}

void DatagramSocket::answer(const Sender& sender, std::span<const std::uint8_t> bytes) noexcept {
    iovec part{.iov_base = const_cast<std::uint8_t*>(bytes.data()), .iov_len = bytes.size()};
    sockaddr_storage to = sender.address_;
    std::array local = sender.local_;
    msghdr message{};
    message.msg_name = &to;
    message.msg_namelen = sender.size_;
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    if (sender.local_size_ != 0) {
        message.msg_control = local.data();
        message.msg_controllen = sender.local_size_;
    }
    static_cast<void>(::sendmsg(socket_.number(), &message, MSG_NOSIGNAL));
}

/// What comes with datagrams (SO_RXQ_OVFL) would tell of a burst's end only with the next burst.
std::uint64_t DatagramSocket::dropped() noexcept {
    std::array<std::uint32_t, SK_MEMINFO_VARS> counts{};
    socklen_t size = sizeof counts;
    if (::getsockopt(socket_.number(), SOL_SOCKET, SO_MEMINFO, counts.data(), &size) == 0) {
        // Since the last time, modulo 2^32.
        dropped_ += counts[SK_MEMINFO_DROPS] - static_cast<std::uint32_t>(dropped_);
    }
    return dropped_;
}

std::uint16_t DatagramSocket::port() const noexcept {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    if (::getsockname(socket_.number(), reinterpret_cast<sockaddr*>(&address), &size) != 0)
        return 0;
    return peer_of(address).port;
}

}  // namespace net
