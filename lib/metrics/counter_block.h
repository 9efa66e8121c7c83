// Counters of one thread, named by an enumeration: one writer, any reader, no locked instruction.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

namespace metrics {

/// `Name` is an enum class whose last value is kCount.
template <class Name>
class alignas(64) CounterBlock {
  public:
    /// The owning thread only.
    void add(Name name, std::uint64_t count = 1) noexcept {
        auto& cell = cells_[static_cast<std::size_t>(name)];
        cell.store(cell.load(std::memory_order_relaxed) + count, std::memory_order_relaxed);
    }
    /// Any thread.
    [[nodiscard]] std::uint64_t operator[](Name name) const noexcept {
        return cells_[static_cast<std::size_t>(name)].load(std::memory_order_relaxed);
    }

  private:
    std::array<std::atomic<std::uint64_t>, static_cast<std::size_t>(Name::kCount)> cells_{};
};

}  // namespace metrics
