#include "lib/dpdk/packet_sockets.h"

#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>

#include <linux/if_packet.h>
#include <net/if.h>
#include <sys/socket.h>

#include "lib/dpdk/fanout.h"

namespace dpdk {
namespace {

bool is_packet_socket_on(int descriptor, int interface) noexcept {
    int domain = 0;
    socklen_t size = sizeof domain;
    if (::getsockopt(descriptor, SOL_SOCKET, SO_DOMAIN, &domain, &size) != 0) return false;
    if (domain != AF_PACKET) return false;
    sockaddr_ll address{};
    size = sizeof address;
    return ::getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &size) == 0 &&
           address.sll_ifindex == interface;
}

bool set(int socket, int level, int option, int value) noexcept {
    return ::setsockopt(socket, level, option, &value, sizeof value) == 0;
}

}  // namespace

std::vector<int> packet_sockets_on(const std::string& interface) {
    std::vector<int> sockets;
    const auto index = static_cast<int>(::if_nametoindex(interface.c_str()));
    if (index == 0) return sockets;
    std::error_code failure;
    for (const auto& entry : std::filesystem::directory_iterator{"/proc/self/fd", failure}) {
        const std::string name = entry.path().filename();
        int descriptor = -1;
        std::from_chars(name.data(), name.data() + name.size(), descriptor);
        if (is_packet_socket_on(descriptor, index)) sockets.push_back(descriptor);
    }
    return sockets;
}

result::Status prepare_to_forward(const std::string& interface) {
    constexpr int kIgnoreOutgoing = 23;  // PACKET_IGNORE_OUTGOING, which older headers lack
    // The driver waits for writability without end when its ring is full, and what the default
    // buffer has no room for stays in the ring until something else is sent.
    constexpr int kSendBuffer = 1 << 26;  // bytes; more than the ring holds
    for (const int socket : packet_sockets_on(interface)) {
        if (is_in_fanout_group(socket)) {
            return result::Error{"the kernel would put IPv4 fragments together (PACKET_FANOUT)"};
        }
        if (!set(socket, SOL_PACKET, kIgnoreOutgoing, 1)) {
            return result::Error{
                std::string{"the kernel would hand back what is sent (PACKET_IGNORE_OUTGOING: "} +
                std::strerror(errno) + "); it needs Linux 4.20"};
        }
        if (!set(socket, SOL_SOCKET, SO_SNDBUFFORCE, kSendBuffer)) {
            return result::Error{std::string{"no room to send (SO_SNDBUFFORCE: "} +
                                 std::strerror(errno) + "); it needs CAP_NET_ADMIN"};
        }
    }
    return result::Done{};
}

}  // namespace dpdk
