// Frames that the kernel dropped before net_af_packet could take them: packet(7),
// PACKET_STATISTICS. The driver's own counters do not tell.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace dpdk {

class KernelDrops {
  public:
    /// Finds this process's packet sockets on `interface`. One object an interface: reading the
    /// kernel's count clears it.
    explicit KernelDrops(const std::string& interface);

    [[nodiscard]] std::size_t sockets() const noexcept { return sockets_.size(); }
    /// Dropped since the sockets were opened.
    [[nodiscard]] std::uint64_t total() noexcept;

  private:
    std::vector<int> sockets_;  // the driver's own descriptors; not to be closed
    std::uint64_t total_ = 0;
};

}  // namespace dpdk
