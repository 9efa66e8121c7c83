// Counters of one thread, by number: one writer, any reader, no locked instruction.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace metrics {

template <std::size_t Count>
class alignas(64) CounterArray {
  public:
    [[nodiscard]] static constexpr std::size_t size() noexcept { return Count; }
    /// The owning thread only.
    void add(std::size_t index, std::uint64_t count = 1) noexcept {
        auto& cell = cells_[index];
        cell.store(cell.load(std::memory_order_relaxed) + count, std::memory_order_relaxed);
    }
    /// Any thread.
    [[nodiscard]] std::uint64_t operator[](std::size_t index) const noexcept {
        return cells_[index].load(std::memory_order_relaxed);
    }

  private:
    std::array<std::atomic<std::uint64_t>, Count> cells_{};
};

}  // namespace metrics
