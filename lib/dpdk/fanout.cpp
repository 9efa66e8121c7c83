#include "lib/dpdk/fanout.h"

#include <linux/if_packet.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace {
thread_local bool is_without_fanout = false;
}  // namespace

/// Comes before the C library's for everything that is loaded into this process: the driver is a
/// plugin, and asks for it by name.
extern "C" int setsockopt(int socket, int level, int option, const void* value,
                          socklen_t size) noexcept {
    if (is_without_fanout && level == SOL_PACKET && option == PACKET_FANOUT) return 0;
    return static_cast<int>(::syscall(SYS_setsockopt, socket, level, option, value, size));
}

namespace dpdk {

WithoutFanout::WithoutFanout() noexcept {
    is_without_fanout = true;
}

WithoutFanout::~WithoutFanout() {
    is_without_fanout = false;
}

bool is_in_fanout_group(int socket) noexcept {
    int group = 0;
    socklen_t size = sizeof group;
    return ::getsockopt(socket, SOL_PACKET, PACKET_FANOUT, &group, &size) == 0 && group != 0;
}

}  // namespace dpdk
