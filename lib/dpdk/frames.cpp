#include "lib/dpdk/frames.h"

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <new>

#include <rte_errno.h>
#include <rte_mbuf.h>
#include <rte_memcpy.h>
#include <rte_mempool.h>
#include <rte_ring.h>

namespace dpdk {

FrameBatch::~FrameBatch() {
    if (size_ != 0) rte_pktmbuf_free_bulk(frames_.data(), size_);
}

bytes::View FrameBatch::bytes_of(std::size_t index) const noexcept {
    const rte_mbuf* frame = frames_[index];
    return {rte_pktmbuf_mtod(frame, const std::uint8_t*), rte_pktmbuf_data_len(frame)};
}

std::uint32_t FrameBatch::length_of(std::size_t index) const noexcept {
    return rte_pktmbuf_pkt_len(frames_[index]);
}

void FrameBatch::describe(std::size_t first, std::span<FrameExtent> extents) const noexcept {
    for (std::size_t i = 0; i < extents.size(); ++i) {
        const rte_mbuf* frame = frames_[first + i];
        extents[i] = {
            .bytes = {rte_pktmbuf_mtod(frame, const std::uint8_t*), rte_pktmbuf_data_len(frame)},
            .length = rte_pktmbuf_pkt_len(frame)};
    }
}

std::span<std::uint8_t> FrameBatch::writable(std::size_t index) noexcept {
    rte_mbuf* frame = frames_[index];
    return {rte_pktmbuf_mtod(frame, std::uint8_t*), rte_pktmbuf_data_len(frame)};
}

void* FrameBatch::private_area(std::size_t index) const noexcept {
    return rte_mbuf_to_priv(frames_[index]);
}

std::span<std::uint8_t> FrameBatch::append_from(const FramePool& pool) noexcept {
    rte_mbuf* frame = rte_pktmbuf_alloc(pool.get());
    if (frame == nullptr) return {};
    frames_[size_++] = frame;
    return {rte_pktmbuf_mtod(frame, std::uint8_t*), rte_pktmbuf_tailroom(frame)};
}

void FrameBatch::fill_from(const FramePool& pool) noexcept {
    // In bulk it is all or nothing.
    for (std::size_t wanted = kCapacity - size_; wanted != 0;) {
        if (rte_pktmbuf_alloc_bulk(pool.get(), frames_.data() + size_,
                                   static_cast<unsigned>(wanted)) == 0) {
            size_ = static_cast<std::uint16_t>(size_ + wanted);
            wanted = std::min(wanted, kCapacity - size_);
        } else {
            wanted /= 2;
        }
    }
}

bytes::View FrameBatch::append_copy(FrameBatch& unused, bytes::View content) noexcept {
    rte_mbuf* frame = unused.frames_[--unused.size_];
    const std::size_t kept = std::min<std::size_t>(content.size(), rte_pktmbuf_tailroom(frame));
    auto* room = rte_pktmbuf_mtod(frame, std::uint8_t*);
    rte_memcpy(room, content.data(), kept);
    frame->data_len = static_cast<std::uint16_t>(kept);
    frame->pkt_len = static_cast<std::uint32_t>(kept);
    frames_[size_++] = frame;
    return {room, kept};
}

void FrameBatch::adopt(FrameBatch& other, std::size_t index) noexcept {
    frames_[size_++] = other.frames_[index];
}

void FrameBatch::drop_front(std::size_t count) noexcept {
    std::copy(frames_.begin() + static_cast<std::ptrdiff_t>(count), frames_.begin() + size_,
              frames_.begin());
    size_ = static_cast<std::uint16_t>(size_ - count);
}

result::Result<FramePool> FramePool::create(const std::string& name, const PoolOptions& options) {
    static_assert(kMostDataBytes + RTE_PKTMBUF_HEADROOM <= UINT16_MAX);
    constexpr unsigned kCached = 32;  // that each core keeps back; DPDK lets it grow by half
    const unsigned cached = std::min(options.frames / 8, kCached);
    auto* pool = rte_pktmbuf_pool_create(
        name.c_str(), options.frames, cached, options.private_bytes,
        static_cast<std::uint16_t>(RTE_PKTMBUF_HEADROOM + options.data_bytes), SOCKET_ID_ANY);
    if (pool == nullptr) {
        return result::Error{"no memory for " + std::to_string(options.frames) +
                             " packet buffers: " + rte_strerror(rte_errno)};
    }
    return FramePool{pool};
}

unsigned FramePool::in_use() const noexcept {
    return rte_mempool_in_use_count(pool_.get());
}

void FramePool::Free::operator()(rte_mempool* pool) const noexcept {
    rte_mempool_free(pool);
}

namespace {
rte_ring* ring_of(void* memory) noexcept {
    return static_cast<rte_ring*>(memory);
}
}  // namespace

FrameRing::FrameRing(unsigned capacity) {
    const unsigned slots = std::bit_ceil(capacity + 1);
    const auto bytes = static_cast<std::size_t>(rte_ring_get_memsize(slots));
    memory_.reset(std::aligned_alloc(RTE_CACHE_LINE_SIZE, bytes));
    if (memory_ == nullptr) throw std::bad_alloc{};
    rte_ring_init(ring_of(memory_.get()), "frames", slots, RING_F_SP_ENQ | RING_F_SC_DEQ);
}

std::size_t FrameRing::push(FrameBatch& batch) noexcept {
    const unsigned taken = rte_ring_sp_enqueue_burst(
        ring_of(memory_.get()), reinterpret_cast<void* const*>(batch.frames_.data()), batch.size_,
        nullptr);
    batch.drop_front(taken);
    return taken;
}

void FrameRing::pop(FrameBatch& batch) noexcept {
    const unsigned got = rte_ring_sc_dequeue_burst(
        ring_of(memory_.get()), reinterpret_cast<void**>(batch.frames_.data() + batch.size_),
        static_cast<unsigned>(FrameBatch::kCapacity - batch.size_), nullptr);
    batch.size_ = static_cast<std::uint16_t>(batch.size_ + got);
}

bool FrameRing::empty() const noexcept {
    return rte_ring_empty(ring_of(memory_.get())) != 0;
}

std::size_t FrameRing::size() const noexcept {
    return rte_ring_count(ring_of(memory_.get()));
}

std::size_t FrameRing::capacity() const noexcept {
    return rte_ring_get_capacity(ring_of(memory_.get()));
}

void FrameRing::Free::operator()(void* memory) const noexcept {
    std::free(memory);
}

}  // namespace dpdk
