// Frames, their pool, and the lease under which a burst of them is looked at.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "lib/bytes/byte_cursor.h"
#include "lib/result/result.h"

struct rte_mbuf;
struct rte_mempool;

namespace dpdk {

class FramePool;

/// Where a frame lies, as far as it is in one piece, and its length in all pieces.
struct FrameExtent {
    bytes::View bytes;
    std::uint32_t length = 0;
};

/// Frames on loan from their pool; the destructor returns them.
class FrameBatch {
  public:
    static constexpr std::size_t kCapacity = 64;

    FrameBatch() = default;
    FrameBatch(const FrameBatch&) = delete;
    FrameBatch& operator=(const FrameBatch&) = delete;
    FrameBatch(FrameBatch&& other) noexcept
        : frames_{other.frames_}, size_{std::exchange(other.size_, std::uint16_t{0})} {}
    FrameBatch& operator=(FrameBatch&& other) noexcept {
        std::swap(frames_, other.frames_);
        std::swap(size_, other.size_);
        return *this;
    }
    ~FrameBatch();

    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    [[nodiscard]] bool full() const noexcept { return size_ == kCapacity; }

    /// The first segment's bytes: all of a frame no longer than the pool's data_bytes.
    [[nodiscard]] bytes::View bytes_of(std::size_t index) const noexcept;
    /// Bytes the driver handed over, in all segments. What was on the wire it does not tell.
    [[nodiscard]] std::uint32_t length_of(std::size_t index) const noexcept;
    /// bytes_of() and length_of() of the frames [first, first + extents.size()), in one call.
    void describe(std::size_t first, std::span<FrameExtent> extents) const noexcept;
    /// bytes_of(), to be written.
    [[nodiscard]] std::span<std::uint8_t> writable(std::size_t index) noexcept;
    /// The `private_size` bytes that the pool set aside for this frame.
    [[nodiscard]] void* private_area(std::size_t index) const noexcept;

    /// Appends a frame of `pool` and returns its room, to be written; empty if the pool has none.
    [[nodiscard]] std::span<std::uint8_t> append_from(const FramePool& pool) noexcept;
    /// Appends unused frames of `pool` until it is full, or the pool has no more.
    void fill_from(const FramePool& pool) noexcept;
    /// Appends the last of the `unused` frames with a copy of `content`, as much of it as fits;
    /// returns the copy. There must be one, and room for it here.
    bytes::View append_copy(FrameBatch& unused, bytes::View content) noexcept;
    /// Takes frame `index` over from `other`, which gives up all frames up to and including it in
    /// due course: call other.drop_front() when done.
    void adopt(FrameBatch& other, std::size_t index) noexcept;
    /// Forgets the first `count` frames, which have been adopted elsewhere.
    void drop_front(std::size_t count) noexcept;

  private:
    friend class RxQueue;
    friend class FrameRing;
    friend class TxQueue;
    std::array<rte_mbuf*, kCapacity> frames_;  // size_ says how many hold a frame
    std::uint16_t size_ = 0;
};

struct PoolOptions {
    unsigned frames = 4096;
    std::uint16_t data_bytes = 2048;  ///< longest frame kept in one piece, up to kMostDataBytes
    std::uint16_t private_bytes = 0;  ///< set aside per frame; a multiple of 8
};

/// A buffer's length has 16 bits, of which the driver wants 128 bytes in front of the frame.
inline constexpr std::uint16_t kMostDataBytes = 65535 - 128;

class FramePool {
  public:
    /// Needs a started Eal. `name` must be new.
    [[nodiscard]] static result::Result<FramePool> create(const std::string& name,
                                                          const PoolOptions& options);
    [[nodiscard]] rte_mempool* get() const noexcept { return pool_.get(); }
    /// For a pool that lives as long as the Eal, whose end frees it: DPDK zeroes what is freed
    /// alone, and so would touch every page of every buffer.
    void leave_to_eal() noexcept { static_cast<void>(pool_.release()); }
    /// Buffers on loan now.
    [[nodiscard]] unsigned in_use() const noexcept;

  private:
    struct Free {
        void operator()(rte_mempool* pool) const noexcept;
    };
    explicit FramePool(rte_mempool* pool) noexcept : pool_{pool} {}
    std::unique_ptr<rte_mempool, Free> pool_;
};

/// Frames handed from one core to one other. Wait-free; a full ring takes fewer than offered.
class FrameRing {
  public:
    /// `capacity` is rounded up to a power of two, less one. Needs no Eal.
    explicit FrameRing(unsigned capacity);

    /// Moves frames from the front of `batch` into the ring; returns how many it took.
    std::size_t push(FrameBatch& batch) noexcept;
    /// Appends up to `batch`'s free space.
    void pop(FrameBatch& batch) noexcept;
    [[nodiscard]] bool empty() const noexcept;
    /// Frames in it; any thread, about.
    [[nodiscard]] std::size_t size() const noexcept;
    [[nodiscard]] std::size_t capacity() const noexcept;

  private:
    struct Free {
        void operator()(void* memory) const noexcept;
    };
    std::unique_ptr<void, Free> memory_;
};

}  // namespace dpdk
