// Keeps net_af_packet's sockets out of fanout groups: packet(7), PACKET_FANOUT.
//
// The driver makes a group for every interface, even for a single queue, and one whose members get
// IPv4 fragments put together (PACKET_FANOUT_FLAG_DEFRAG). Nothing can take a socket out of its
// group again, and no option of the driver says otherwise. What the kernel has put together cannot
// be forwarded as it came, and its losses are nowhere counted.
#pragma once

namespace dpdk {

/// While it lives, this thread's calls that would put a packet socket into a group do nothing and
/// succeed. That needs this program's setsockopt() to come before the C library's, as it does when
/// this file is linked into the executable.
class WithoutFanout {
  public:
    WithoutFanout() noexcept;
    WithoutFanout(const WithoutFanout&) = delete;
    WithoutFanout& operator=(const WithoutFanout&) = delete;
    ~WithoutFanout();
};

/// Whether the packet socket is in a group all the same.
[[nodiscard]] bool is_in_fanout_group(int socket) noexcept;

}  // namespace dpdk
