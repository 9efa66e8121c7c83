#include "lib/dpdk/port.h"

#include <rte_ethdev.h>
#include <rte_ether.h>

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

FrameBatch RxQueue::poll() noexcept {
    FrameBatch batch;
    batch.size_ = rte_eth_rx_burst(port_, queue_, batch.frames_.data(),
                                   static_cast<std::uint16_t>(FrameBatch::kCapacity));
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

}  // namespace dpdk
