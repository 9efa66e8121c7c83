#include "lib/dpdk/kernel_drops.h"

#include <charconv>
#include <filesystem>

#include <linux/if_packet.h>
#include <net/if.h>
#include <sys/socket.h>

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

}  // namespace

KernelDrops::KernelDrops(const std::string& interface) {
    const auto index = static_cast<int>(::if_nametoindex(interface.c_str()));
    if (index == 0) return;
    std::error_code failure;
    for (const auto& entry : std::filesystem::directory_iterator{"/proc/self/fd", failure}) {
        const std::string name = entry.path().filename();
        int descriptor = -1;
        std::from_chars(name.data(), name.data() + name.size(), descriptor);
        if (is_packet_socket_on(descriptor, index)) sockets_.push_back(descriptor);
    }
}

std::uint64_t KernelDrops::total() noexcept {
    for (const int socket : sockets_) {
        tpacket_stats statistics{};
        socklen_t size = sizeof statistics;
        if (::getsockopt(socket, SOL_PACKET, PACKET_STATISTICS, &statistics, &size) == 0) {
            total_ += statistics.tp_drops;
        }
    }
    return total_;
}

}  // namespace dpdk
