// The distinct sets of tags that sessions of one worker carry: each kept once, named by a number.
#pragma once

#include <bit>
#include <cstdint>
#include <vector>

#include "lib/memory/region.h"
#include "sensor/model/packet.h"

namespace sensor::flow {

class TagsTable {
  public:
    static constexpr std::size_t kCapacity = 65535;  // numbers 1 to 65535; 0 is "no tags kept"

    TagsTable() : entries_{kCapacity + 1}, slots_{std::bit_ceil(2 * kCapacity)} {}

    /// The number of `tags`; 0 for empty tags, and once the table is full.
    [[nodiscard]] std::uint16_t intern(const Tags& tags) noexcept {
        if (tags == last_) return last_number_;
        last_ = tags;
        last_number_ = find_or_add(tags);
        return last_number_;
    }
    [[nodiscard]] const Tags& operator[](std::uint16_t number) const noexcept {
        return entries_[number];
    }
    /// Sets of tags that found no room.
    [[nodiscard]] std::uint64_t refused() const noexcept { return refused_; }

  private:
    [[nodiscard]] static std::uint64_t hash_of(const Tags& tags) noexcept {
        static_assert(sizeof(Tags) % 8 == 0);
        std::uint64_t hash = 0;
        for (const std::uint64_t word :
             std::bit_cast<std::array<std::uint64_t, sizeof(Tags) / 8>>(tags)) {
            hash = (hash ^ word) * 0x9e3779b97f4a7c15U;
            hash ^= hash >> 29U;
        }
        return hash;
    }
    [[nodiscard]] std::uint16_t find_or_add(const Tags& tags) noexcept {
        if (tags == Tags{}) return 0;
        const std::size_t mask = slots_.size() - 1;
        std::size_t at = hash_of(tags) & mask;
        for (; slots_[at] != 0; at = (at + 1) & mask) {
            if (entries_[slots_[at]] == tags) return slots_[at];
        }
        if (count_ == kCapacity) {
            ++refused_;
            return 0;
        }
        slots_[at] = static_cast<std::uint16_t>(++count_);
        entries_[count_] = tags;
        return slots_[at];
    }

    memory::Region<Tags> entries_;
    memory::Region<std::uint16_t> slots_;
    std::size_t count_ = 0;
    std::uint64_t refused_ = 0;
    Tags last_;
    std::uint16_t last_number_ = 0;
};

}  // namespace sensor::flow
