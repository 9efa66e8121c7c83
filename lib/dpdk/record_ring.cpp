#include "lib/dpdk/record_ring.h"

#include <bit>
#include <cstdlib>
#include <new>

#include <rte_ring.h>
#include <rte_ring_elem.h>

namespace dpdk {
namespace {
rte_ring* ring_of(void* memory) noexcept {
    return static_cast<rte_ring*>(memory);
}
}  // namespace

ElementRing::ElementRing(unsigned capacity, unsigned element_bytes)
    : element_bytes_{element_bytes} {
    const unsigned slots = std::bit_ceil(capacity + 1);
    const auto needed = static_cast<std::size_t>(rte_ring_get_memsize_elem(element_bytes, slots));
    const std::size_t bytes = (needed + RTE_CACHE_LINE_SIZE - 1) & ~(RTE_CACHE_LINE_SIZE - 1UL);
    memory_.reset(std::aligned_alloc(RTE_CACHE_LINE_SIZE, bytes));
    if (memory_ == nullptr) throw std::bad_alloc{};
    rte_ring_init(ring_of(memory_.get()), "records", slots, RING_F_SP_ENQ | RING_F_SC_DEQ);
}

bool ElementRing::push(const void* element) noexcept {
    return rte_ring_sp_enqueue_bulk_elem(ring_of(memory_.get()), element, element_bytes_, 1,
                                         nullptr) == 1;
}

std::size_t ElementRing::pop(void* elements, std::size_t capacity) noexcept {
    return rte_ring_sc_dequeue_burst_elem(ring_of(memory_.get()), elements, element_bytes_,
                                          static_cast<unsigned>(capacity), nullptr);
}

std::size_t ElementRing::size() const noexcept {
    return rte_ring_count(ring_of(memory_.get()));
}

std::size_t ElementRing::capacity() const noexcept {
    return rte_ring_get_capacity(ring_of(memory_.get()));
}

void ElementRing::Free::operator()(void* memory) const noexcept {
    std::free(memory);
}

}  // namespace dpdk
