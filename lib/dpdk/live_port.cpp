#include "lib/dpdk/live_port.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <filesystem>
#include <string_view>

#include <rte_dev.h>
#include <rte_errno.h>
#include <rte_ethdev.h>

#include "lib/dpdk/fanout.h"

namespace dpdk {
namespace {

bool are_hex_digits(std::string_view text) noexcept {
    return !text.empty() &&
           std::ranges::all_of(text, [](unsigned char c) { return std::isxdigit(c) != 0; });
}

std::string with_domain(const std::string& address) {
    constexpr std::size_t kWithoutDomain = std::string_view{"3b:00.0"}.size();
    return address.size() == kWithoutDomain ? "0000:" + address : address;
}

/// Plugs it in, if it is virtual; the name by which DPDK knows it.
result::Result<std::string> plug_in(const std::string& device) {
    if (is_pci_address(device)) return with_domain(device);
    const std::size_t comma = std::min(device.find(','), device.size());
    std::string name = device.substr(0, comma);
    const std::string arguments = device.substr(std::min(comma + 1, device.size()));
    const WithoutFanout as_it_came;
    if (const int status = rte_eal_hotplug_add("vdev", name.c_str(), arguments.c_str());
        status != 0) {
        return result::Error{std::string{"DPDK cannot open it ("} + std::strerror(-status) +
                             "); check the driver's name and arguments"};
    }
    return name;
}

int start(std::uint16_t port, const FramePool& pool, PortUse use) {
    const rte_eth_conf configuration{};
    const std::uint16_t senders = use == PortUse::kForward ? 1 : 0;
    std::uint16_t descriptors = 4096;
    std::uint16_t to_send = 1024;
    const auto memory = static_cast<unsigned>(rte_eth_dev_socket_id(port));
    int status = rte_eth_dev_configure(port, 1, senders, &configuration);
    if (status == 0) status = rte_eth_dev_adjust_nb_rx_tx_desc(port, &descriptors, &to_send);
    if (status == 0) {
        status = rte_eth_rx_queue_setup(port, 0, descriptors, memory, nullptr, pool.get());
    }
    if (status == 0 && senders != 0) {
        status = rte_eth_tx_queue_setup(port, 0, to_send, memory, nullptr);
    }
    if (status == 0) status = rte_eth_dev_start(port);
    if (status != 0) return status;
    const int promiscuous = rte_eth_promiscuous_enable(port);
    return promiscuous == -ENOTSUP ? 0 : promiscuous;  // virtual devices see everything anyway
}

}  // namespace

std::string kernel_interface_device(const std::string& interface, unsigned number) {
    constexpr unsigned kBlockBytes = 262144;
    constexpr unsigned kFrames = 2048;  // 32 MiB that the kernel fills while nobody polls
    return "net_af_packet" + std::to_string(number) + ",iface=" + interface +
           ",blocksz=" + std::to_string(kBlockBytes) +
           ",framesz=" + std::to_string(kKernelFrameBytes) + ",framecnt=" + std::to_string(kFrames);
}

bool is_pci_address(const std::string& device) noexcept {
    const std::string_view text{device};
    const bool has_domain =
        text.size() == 12 && text[4] == ':' && are_hex_digits(text.substr(0, 4));
    if (text.size() != 7 && !has_domain) return false;
    const std::string_view rest = has_domain ? text.substr(5) : text;
    return are_hex_digits(rest.substr(0, 2)) && rest[2] == ':' &&
           are_hex_digits(rest.substr(3, 2)) && rest[5] == '.' && are_hex_digits(rest.substr(6));
}

std::string pci_objection(const std::string& address) {
    namespace fs = std::filesystem;
    const fs::path device = "/sys/bus/pci/devices/" + with_domain(address);
    std::error_code failure;
    if (!fs::exists(device, failure)) return "there is no such card; `lspci -D` lists them";
    const auto driver = fs::read_symlink(device / "driver", failure).filename().string();
    // mlx4 and mlx5 share the card with the kernel's driver.
    constexpr std::array kUsable{"vfio-pci", "igb_uio", "uio_pci_generic", "mlx4_core",
                                 "mlx5_core"};
    if (std::ranges::find(kUsable, driver) != kUsable.end()) return {};
    const std::string bound = driver.empty() ? "no driver has the card"
                                             : "the kernel's driver " + driver + " has the card";
    return bound + "; give it to DPDK: dpdk-devbind.py -b vfio-pci " + with_domain(address);
}

result::Result<LivePort> LivePort::open(const std::string& device, const FramePool& pool,
                                        PortUse use) {
    const auto name = plug_in(device);
    if (!name) return name.error();
    std::uint16_t number = 0;
    if (rte_eth_dev_get_port_by_name(name->c_str(), &number) != 0) {
        return result::Error{"DPDK found no port there; is its driver installed?"};
    }
    LivePort port{is_pci_address(device) ? std::string{} : *name, number};
    if (const int status = start(number, pool, use); status != 0) {
        return result::Error{std::string{"DPDK cannot start it: "} + std::strerror(-status)};
    }
    return port;
}

LivePort::LivePort(LivePort&& other) noexcept
    : virtual_device_{std::move(other.virtual_device_)},
      port_{other.port_},
      is_open_{std::exchange(other.is_open_, false)} {}

LivePort& LivePort::operator=(LivePort&& other) noexcept {
    std::swap(virtual_device_, other.virtual_device_);
    std::swap(port_, other.port_);
    std::swap(is_open_, other.is_open_);
    return *this;
}

LivePort::~LivePort() {
    close();
}

void LivePort::close() noexcept {
    if (!is_open_) return;
    rte_eth_promiscuous_disable(port_);  // a kernel interface would stay so
    rte_eth_dev_stop(port_);
    rte_eth_dev_close(port_);
    if (!virtual_device_.empty()) rte_eal_hotplug_remove("vdev", virtual_device_.c_str());
}

PortCounters LivePort::counters() const noexcept {
    return counters_of_port(port_);
}

bool LivePort::is_link_up() const noexcept {
    rte_eth_link link{};
    return rte_eth_link_get_nowait(port_, &link) == 0 && link.link_status == RTE_ETH_LINK_UP;
}

}  // namespace dpdk
