#include "lib/dpdk/port.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <limits>

#include <fcntl.h>
#include <rte_dev.h>
#include <rte_ethdev.h>
#include <rte_ether.h>
#include <rte_mbuf_dyn.h>
#include <unistd.h>

namespace dpdk {
namespace {

/// The kernel hands an 802.1Q tag over beside the frame.
void put_tag_back(rte_mbuf* frame) noexcept {
    rte_mbuf* tagged = frame;
    if (rte_vlan_insert(&tagged) == 0) {
        frame->ol_flags &= ~(RTE_MBUF_F_RX_VLAN | RTE_MBUF_F_RX_VLAN_STRIPPED);
    }
}

}  // namespace

FrameBatch RxQueue::poll(std::size_t most) noexcept {
    FrameBatch batch;
    batch.size_ =
        rte_eth_rx_burst(port_, queue_, batch.frames_.data(), static_cast<std::uint16_t>(most));
    for (std::size_t i = 0; i < batch.size_; ++i)
        if ((batch.frames_[i]->ol_flags & RTE_MBUF_F_RX_VLAN_STRIPPED) != 0)
            put_tag_back(batch.frames_[i]);
    return batch;
}

PortCounters counters_of_port(std::uint16_t number) noexcept {
    rte_eth_stats stats{};
    rte_eth_stats_get(number, &stats);
    return {.received = stats.ipackets,
            .bytes = stats.ibytes,
            .missed = stats.imissed,
            .errors = stats.ierrors,
            .no_buffer = stats.rx_nombuf,
            .unsent = stats.oerrors};
}

std::optional<std::int64_t> RxQueue::time_of(const FrameBatch& batch,
                                             std::size_t index) const noexcept {
    const rte_mbuf* frame = batch.frames_[index];
    if (timestamp_offset_ < 0 || (frame->ol_flags & timestamp_flag_) == 0) return std::nullopt;
    constexpr std::int64_t kNanosecondsPerMicrosecond = 1000;  // net_pcap counts microseconds
    constexpr std::int64_t kMost =
        std::numeric_limits<std::int64_t>::max() / kNanosecondsPerMicrosecond;
    const auto noted = static_cast<std::int64_t>(
        *RTE_MBUF_DYNFIELD(frame, timestamp_offset_, rte_mbuf_timestamp_t*));
    return std::clamp(noted, -kMost, kMost) * kNanosecondsPerMicrosecond;
}

std::size_t TracePort::most_open() noexcept {
    return RTE_MAX_ETHPORTS;
}

result::Result<TracePort> TracePort::open(const std::string& path, unsigned number,
                                          const FramePool& pool) {
    // The driver splits its arguments at commas, which a path may contain; a descriptor does not.
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) return result::Error{path + ": " + std::strerror(errno)};
    const std::string device = "net_pcap" + std::to_string(number);
    const std::string arguments = "rx_pcap=/proc/self/fd/" + std::to_string(file);
    const auto failed = [&](const char* what, int status) {
        rte_eal_hotplug_remove("vdev", device.c_str());
        ::close(file);
        return result::Error{path + ": DPDK cannot " + what + ": " + std::strerror(-status)};
    };
    if (const int status = rte_eal_hotplug_add("vdev", device.c_str(), arguments.c_str());
        status != 0) {
        return failed("open the trace", status);
    }
    std::uint16_t port = 0;
    if (const int status = rte_eth_dev_get_port_by_name(device.c_str(), &port); status != 0) {
        return failed("find the trace's port", status);
    }
    const rte_eth_conf configuration{};
    constexpr std::uint16_t kDescriptors = 512;  // net_pcap ignores it
    int status = rte_eth_dev_configure(port, 1, 0, &configuration);
    if (status == 0) {
        constexpr auto kAnySocket = static_cast<unsigned>(SOCKET_ID_ANY);
        status = rte_eth_rx_queue_setup(port, 0, kDescriptors, kAnySocket, nullptr, pool.get());
    }
    if (status == 0) status = rte_eth_dev_start(port);
    if (status != 0) return failed("start the trace's port", status);
    return TracePort{device, file, port};
}

TracePort::TracePort(TracePort&& other) noexcept
    : device_{std::exchange(other.device_, {})}, file_{other.file_}, port_{other.port_} {}

TracePort& TracePort::operator=(TracePort&& other) noexcept {
    std::swap(device_, other.device_);
    std::swap(file_, other.file_);
    std::swap(port_, other.port_);
    return *this;
}

TracePort::~TracePort() {
    close();
}

void TracePort::close() noexcept {
    if (device_.empty()) return;
    rte_eth_dev_stop(port_);
    rte_eth_dev_close(port_);
    rte_eal_hotplug_remove("vdev", device_.c_str());
    ::close(file_);
}

RxQueue TracePort::queue() const noexcept {
    const int offset = rte_mbuf_dynfield_lookup(RTE_MBUF_DYNFIELD_TIMESTAMP_NAME, nullptr);
    const int bit = rte_mbuf_dynflag_lookup(RTE_MBUF_DYNFLAG_RX_TIMESTAMP_NAME, nullptr);
    const std::uint64_t flag = bit < 0 ? 0 : std::uint64_t{1} << static_cast<unsigned>(bit);
    return {port_, 0, bit < 0 ? -1 : offset, flag};
}

PortCounters TracePort::counters() const noexcept {
    return counters_of_port(port_);
}

}  // namespace dpdk
