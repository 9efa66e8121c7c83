// Counters of one thread, named by an enumeration: one writer, any reader, no locked instruction.
#pragma once

#include "lib/metrics/counter_array.h"

namespace metrics {

/// `Name` is an enum class whose last value is kCount.
template <class Name>
class CounterBlock {
  public:
    /// The owning thread only.
    void add(Name name, std::uint64_t count = 1) noexcept {
        cells_.add(static_cast<std::size_t>(name), count);
    }
    /// Any thread.
    [[nodiscard]] std::uint64_t operator[](Name name) const noexcept {
        return cells_[static_cast<std::size_t>(name)];
    }

  private:
    CounterArray<static_cast<std::size_t>(Name::kCount)> cells_;
};

}  // namespace metrics
