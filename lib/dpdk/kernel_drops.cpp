#include "lib/dpdk/kernel_drops.h"

#include <linux/if_packet.h>
#include <sys/socket.h>

#include "lib/dpdk/packet_sockets.h"

namespace dpdk {

KernelDrops::KernelDrops(const std::string& interface) : sockets_{packet_sockets_on(interface)} {}

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
