// Frames in DPDK buffers that are shown again and again: nobody copies, takes or returns them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "lib/dpdk/frames.h"
#include "lib/result/result.h"
#include "sensor/bench/frame_writer.h"
#include "sensor/bench/traffic.h"
#include "sensor/model/burst.h"

namespace sensor::bench {

/// As many buffers as a receive queue of usual length has, of which about this many are in use at
/// all times.
inline constexpr std::size_t kBankFrames = 1024;

class FrameBank {
  public:
    /// Copies `frames` into buffers of `pool`. One line if it has too few. Cold path.
    [[nodiscard]] static result::Result<FrameBank> build(const dpdk::FramePool& pool,
                                                         const std::vector<Frame>& frames);

    [[nodiscard]] std::size_t size() const noexcept { return endpoints_.size(); }
    /// Frames from number `first` on that can be shown at once; at least one.
    [[nodiscard]] std::size_t row_from(std::size_t first) const noexcept {
        return batches_[first / kRow].size() - first % kRow;
    }
    /// Where frames [first, first + extents.size()) of one row lie.
    void describe(std::size_t first, std::span<dpdk::FrameExtent> extents) const noexcept {
        batches_[first / kRow].describe(first % kRow, extents);
    }
    /// Rewrites a frame's inner addresses and ports, in place.
    void set_endpoints(std::size_t number, const Endpoints& endpoints) noexcept {
        std::memcpy(endpoints_[number], &endpoints, sizeof endpoints);
    }

  private:
    static constexpr std::size_t kRow = dpdk::FrameBatch::kCapacity;
    std::vector<dpdk::FrameBatch> batches_;
    std::vector<std::uint8_t*> endpoints_;  // by frame
};

}  // namespace sensor::bench
