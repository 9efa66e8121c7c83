#include "lib/dpdk/tx_queue.h"

#include <array>

#include <rte_ethdev.h>
#include <rte_ether.h>
#include <rte_mbuf.h>
#include <rte_pause.h>

namespace dpdk {
namespace {

constexpr unsigned kMostTries = 32;  // in vain; a card makes room for a burst in that time

/// Ports take a tag besides the length that their MTU allows.
bool is_too_long(const rte_mbuf& frame, std::uint32_t longest) noexcept {
    if (rte_pktmbuf_pkt_len(&frame) <= longest) [[likely]]
        return false;
    if (rte_pktmbuf_pkt_len(&frame) - longest > RTE_VLAN_HLEN) return true;
    const auto* header = rte_pktmbuf_mtod(&frame, const rte_ether_hdr*);
    return header->ether_type != RTE_BE16(RTE_ETHER_TYPE_VLAN);
}

}  // namespace

Sent TxQueue::send(const FrameBatch& batch, std::uint32_t longest) noexcept {
    std::array<rte_mbuf*, FrameBatch::kCapacity> frames;
    std::uint16_t count = 0;
    for (std::size_t i = 0; i < batch.size_; ++i) {
        if (is_too_long(*batch.frames_[i], longest)) continue;
        rte_pktmbuf_refcnt_update(batch.frames_[i], 1);
        frames[count++] = batch.frames_[i];
    }
    std::uint16_t taken = 0;
    for (unsigned tries = 0; taken < count && tries < kMostTries;) {
        const std::uint16_t more = rte_eth_tx_burst(port_, queue_, frames.data() + taken,
                                                    static_cast<std::uint16_t>(count - taken));
        taken = static_cast<std::uint16_t>(taken + more);
        if (more != 0) continue;
        ++tries;
        rte_pause();
    }
    for (std::size_t i = taken; i < count; ++i)
        rte_pktmbuf_refcnt_update(frames[i], -1);
    return {.accepted = taken,
            .refused = static_cast<std::size_t>(count - taken),
            .too_long = batch.size_ - std::size_t{count}};
}

}  // namespace dpdk
