// From a flow's hash to its entry number: one cache line a bucket, eight tags compared at once.
//
// Open addressing by buckets. A bucket that was full when a newcomer passed it counts that; a
// search goes on past a bucket only while the count says somebody did, so there are no tombstones.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "lib/memory/region.h"

namespace sensor::flow {

/// Entry numbers count from 1; 0 is none.
inline constexpr std::uint32_t kNoEntry = 0;

class FlowIndex {
  public:
    /// Room for `entries` entries; never grows.
    explicit FlowIndex(std::size_t entries)
        : buckets_{std::bit_ceil(entries * 4 / (3 * kSlots) + 1)}, mask_{buckets_.size() - 1} {}

    void prefetch(std::uint64_t hash) const noexcept {
        __builtin_prefetch(&buckets_[hash & mask_]);
    }

    /// The first entry whose tag fits, unverified: a hint for prefetching it.
    [[nodiscard]] std::uint32_t candidate(std::uint64_t hash) const noexcept {
        const Bucket& bucket = buckets_[hash & mask_];
        const unsigned fits = bucket.matching(tag_of(hash));
        return fits == 0 ? kNoEntry : bucket.entries[first_slot(fits)];
    }

    /// The entry with this hash for which `is_it(entry)` holds.
    template <class IsIt>
    [[nodiscard]] std::uint32_t find(std::uint64_t hash, IsIt&& is_it) const noexcept {
        const std::uint16_t tag = tag_of(hash);
        std::size_t at = hash & mask_;
        for (std::size_t probe = 0; probe <= mask_; ++probe) {
            const Bucket& bucket = buckets_[at];
            for (unsigned fits = bucket.matching(tag); fits != 0; fits &= fits - 1) {
                const std::uint32_t entry = bucket.entries[first_slot(fits)];
                if (is_it(entry)) return entry;
            }
            if (bucket.passed == 0) return kNoEntry;
            at = (at + step_of(hash)) & mask_;
        }
        return kNoEntry;
    }

    /// The entry must not be there yet. There is always room for as many as were asked for.
    void insert(std::uint64_t hash, std::uint32_t entry) noexcept {
        std::size_t at = hash & mask_;
        while (true) {
            Bucket& bucket = buckets_[at];
            const unsigned free = bucket.matching(kEmpty);
            if (free != 0) {
                const std::size_t slot = first_slot(free);
                bucket.tags[slot] = tag_of(hash);
                bucket.entries[slot] = entry;
                return;
            }
            ++bucket.passed;
            at = (at + step_of(hash)) & mask_;
        }
    }

    /// The entry must be there.
    void erase(std::uint64_t hash, std::uint32_t entry) noexcept {
        const std::uint16_t tag = tag_of(hash);
        std::size_t at = hash & mask_;
        while (true) {
            Bucket& bucket = buckets_[at];
            for (unsigned fits = bucket.matching(tag); fits != 0; fits &= fits - 1) {
                const std::size_t slot = first_slot(fits);
                if (bucket.entries[slot] != entry) continue;
                bucket.tags[slot] = kEmpty;
                return;
            }
            --bucket.passed;
            at = (at + step_of(hash)) & mask_;
        }
    }

    [[nodiscard]] std::size_t bytes() const noexcept { return buckets_.size() * sizeof(Bucket); }

  private:
    static constexpr std::size_t kSlots = 8;
    static constexpr std::uint16_t kEmpty = 0;

    struct alignas(64) Bucket {
        std::array<std::uint16_t, kSlots> tags;
        std::array<std::uint32_t, kSlots> entries;
        std::uint32_t passed;  ///< entries whose search begins at or before here and ends later
        std::array<std::uint32_t, 3> unused;

        /// One bit per slot that holds `tag`.
        [[nodiscard]] unsigned matching(std::uint16_t tag) const noexcept {
#if defined(__SSE2__)
            const __m128i all = _mm_load_si128(reinterpret_cast<const __m128i*>(tags.data()));
            const __m128i same = _mm_cmpeq_epi16(all, _mm_set1_epi16(static_cast<short>(tag)));
            return static_cast<unsigned>(
                _mm_movemask_epi8(_mm_packs_epi16(same, _mm_setzero_si128())));
#else
            unsigned bits = 0;
            for (std::size_t slot = 0; slot < kSlots; ++slot) {
                bits |= (tags[slot] == tag ? 1U : 0U) << slot;
            }
            return bits;
#endif
        }
    };
    static_assert(sizeof(Bucket) == 64, "one cache line");

    /// The lowest of the slots that `fits` has a bit for; it has one.
    static std::size_t first_slot(unsigned fits) noexcept {
        return static_cast<std::size_t>(std::countr_zero(fits));
    }
    // The bucket comes from the hash's low bits, the tag and the step from its high ones.
    static std::uint16_t tag_of(std::uint64_t hash) noexcept {
        const auto tag = static_cast<std::uint16_t>(hash >> 48U);
        return tag == kEmpty ? std::uint16_t{1} : tag;
    }
    static std::size_t step_of(std::uint64_t hash) noexcept {
        return ((hash >> 40U) & 0xffU) | 1U;  // odd, so that it visits every bucket
    }

    memory::Region<Bucket> buckets_;
    std::size_t mask_;
};

}  // namespace sensor::flow
