// How many different things go with one: destinations with an app's odd port, ports with a
// destination. Fixed memory, whatever their number. Cold path.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <span>
#include <unordered_map>

#include "sensor/model/observation.h"

namespace sensor::judge {

class SpreadTable {
  public:
    static constexpr unsigned kMost = 32;  ///< counted; whatever is beyond it is "or more"

    /// Room for that many keys; the first to come is the first to go.
    explicit SpreadTable(std::size_t keys) : most_keys_{keys} {}

    /// How many different values the key has had, this one included.
    [[nodiscard]] unsigned note(std::uint64_t key, std::uint64_t value);
    [[nodiscard]] std::size_t keys() const noexcept { return values_.size(); }
    /// Calls visit(key, values), for a file that outlives the process, with what restore() takes;
    /// the first to come first.
    template <class Visit>
    void each(Visit&& visit) const {
        for (const std::uint64_t key : order_) {
            const Values& values = values_.at(key);
            visit(key, std::span{values.hashes.data(), values.count});
        }
    }
    void restore(std::uint64_t key, std::span<const std::uint32_t> hashes);

  private:
    struct Values {
        std::array<std::uint32_t, kMost> hashes{};
        unsigned count = 0;
    };
    Values& values_of(std::uint64_t key);

    std::size_t most_keys_;
    std::unordered_map<std::uint64_t, Values> values_;
    std::deque<std::uint64_t> order_;  // oldest first
};

/// The key of an app's destinations on the session's port, and of its ports at the session's
/// destination.
struct SpreadKeys {
    std::uint64_t destinations = 0;
    std::uint64_t ports = 0;
};
[[nodiscard]] SpreadKeys spread_keys(const Observation& session);
[[nodiscard]] std::uint64_t hash_of(const Address& address) noexcept;

}  // namespace sensor::judge
