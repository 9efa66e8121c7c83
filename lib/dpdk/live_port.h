// A port on a wire, to receive from and perhaps to send on: a network card by its PCI address, or a
// virtual device.
#pragma once

#include <cstdint>
#include <string>

#include "lib/dpdk/port.h"
#include "lib/dpdk/tx_queue.h"

namespace dpdk {

/// The device string by which DPDK receives from a kernel interface (net_af_packet), with room for
/// frames of `kKernelFrameBytes`. `number` must be new in this process.
[[nodiscard]] std::string kernel_interface_device(const std::string& interface, unsigned number);
inline constexpr std::uint16_t kKernelFrameBytes = 16384;

/// True for "0000:3b:00.0" and "3b:00.0".
[[nodiscard]] bool is_pci_address(const std::string& device) noexcept;
/// Why DPDK cannot use that card, and what to do; empty if nothing is known against it.
[[nodiscard]] std::string pci_objection(const std::string& address);

enum class PortUse : std::uint8_t {
    kReceive,  ///< nothing is ever sent
    kForward,  ///< has a queue to send on, too
};

/// A port in promiscuous mode with one receive queue. Closed, and a virtual one unplugged, when it
/// dies; nobody may poll it then, or send on it.
class LivePort {
  public:
    /// `device` is a PCI address that the Eal was started with, or "DRIVER<number>,ARGUMENTS".
    /// Frames come from `pool`. Needs a started Eal. The error does not name the device.
    [[nodiscard]] static result::Result<LivePort> open(const std::string& device,
                                                       const FramePool& pool,
                                                       PortUse use = PortUse::kReceive);
    LivePort(LivePort&& other) noexcept;
    LivePort& operator=(LivePort&& other) noexcept;
    LivePort(const LivePort&) = delete;
    LivePort& operator=(const LivePort&) = delete;
    ~LivePort();

    [[nodiscard]] RxQueue queue() const noexcept { return RxQueue{port_, 0}; }
    /// Of a port to forward on.
    [[nodiscard]] TxQueue sender() const noexcept { return TxQueue{port_, 0}; }
    [[nodiscard]] PortCounters counters() const noexcept;
    [[nodiscard]] bool is_link_up() const noexcept;

  private:
    LivePort(std::string device, std::uint16_t port) noexcept
        : virtual_device_{std::move(device)}, port_{port}, is_open_{true} {}
    void close() noexcept;

    std::string virtual_device_;  // empty for a card
    std::uint16_t port_ = 0;
    bool is_open_ = false;
};

}  // namespace dpdk
