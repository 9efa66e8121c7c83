#include "lib/dpdk/message_ring.h"

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <new>

#include <rte_ring.h>
#include <rte_ring_elem.h>

namespace dpdk {
namespace {

constexpr std::size_t kReadAtOnce = std::size_t{64} << 10U;  // bytes

rte_ring* ring_of(void* memory) noexcept {
    return static_cast<rte_ring*>(memory);
}

}  // namespace

MessageRing::MessageRing(std::size_t capacity_bytes) {
    const unsigned slots = std::bit_ceil(units_for(capacity_bytes) + 1);
    const auto needed =
        static_cast<std::size_t>(rte_ring_get_memsize_elem(sizeof(MessageUnit), slots));
    const std::size_t bytes = (needed + RTE_CACHE_LINE_SIZE - 1) & ~(RTE_CACHE_LINE_SIZE - 1UL);
    memory_.reset(std::aligned_alloc(RTE_CACHE_LINE_SIZE, bytes));
    if (memory_ == nullptr) throw std::bad_alloc{};
    rte_ring_init(ring_of(memory_.get()), "messages", slots, RING_F_SP_ENQ | RING_F_SC_DEQ);
}

bool MessageRing::push(const MessageHeader& message) noexcept {
    return rte_ring_sp_enqueue_bulk_elem(ring_of(memory_.get()), &message, sizeof(MessageUnit),
                                         message.units, nullptr) == message.units;
}

std::size_t MessageRing::pop(std::span<MessageUnit> room) noexcept {
    return rte_ring_sc_dequeue_burst_elem(ring_of(memory_.get()), room.data(), sizeof(MessageUnit),
                                          static_cast<unsigned>(room.size()), nullptr);
}

std::size_t MessageRing::used_bytes() const noexcept {
    return rte_ring_count(ring_of(memory_.get())) * sizeof(MessageUnit);
}

std::size_t MessageRing::capacity_bytes() const noexcept {
    return rte_ring_get_capacity(ring_of(memory_.get())) * sizeof(MessageUnit);
}

void MessageRing::Free::operator()(void* memory) const noexcept {
    std::free(memory);
}

MessageReader::MessageReader(MessageRing& ring, std::size_t longest_bytes)
    : ring_{&ring}, units_(units_for(std::max(kReadAtOnce, 2 * longest_bytes))) {}

const MessageHeader* MessageReader::next() noexcept {
    const auto header = [this] {
        return reinterpret_cast<const MessageHeader*>(units_.data() + begin_);
    };
    if (waiting() == 0 || header()->units > waiting()) {
        // A message enters the ring as a whole, so the rest of one that was cut is there.
        std::copy(units_.begin() + static_cast<std::ptrdiff_t>(begin_),
                  units_.begin() + static_cast<std::ptrdiff_t>(end_), units_.begin());
        end_ = waiting();
        begin_ = 0;
        end_ += ring_->pop(std::span{units_}.subspan(end_));
        if (waiting() == 0) return nullptr;
    }
    const MessageHeader* message = header();
    begin_ += message->units;
    return message;
}

}  // namespace dpdk
