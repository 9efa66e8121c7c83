// The sets of tags that a worker met and no rule knows: the first few, with their sessions. One
// writer, any reader. Hot path, once a session.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "lib/metrics/counter_array.h"
#include "sensor/attribute/tag_rule.h"

namespace sensor::attribute {

class UnmappedTags {
  public:
    static constexpr std::size_t kCapacity = 16;

    /// What a rule can ask for, so that one network is one entry whatever its tunnels' ends.
    struct Entry {
        Tags tags;            ///< without the ends of the tunnel and its depth
        GeneveOption option;  ///< the first one
        bool has_option = false;

        friend bool operator==(const Entry&, const Entry&) = default;
    };

    /// The owning thread only. `geneve_options` as in DecodedPacket.
    void count(const Tags& tags, bytes::View geneve_options) noexcept;

    // Any thread. An entry never changes once it is there.
    [[nodiscard]] std::size_t size() const noexcept {
        return size_.load(std::memory_order_acquire);
    }
    [[nodiscard]] const Entry& operator[](std::size_t place) const noexcept {
        return entries_[place];
    }
    [[nodiscard]] std::uint64_t sessions(std::size_t place) const noexcept {
        return sessions_[place];
    }
    /// Sessions whose tags found no room.
    [[nodiscard]] std::uint64_t others() const noexcept { return sessions_[kCapacity]; }

  private:
    std::array<Entry, kCapacity> entries_{};
    metrics::CounterArray<kCapacity + 1> sessions_;
    std::atomic<std::size_t> size_{0};
};

}  // namespace sensor::attribute
