// Bytes that look random and are the same on every run: SplitMix64 (Steele, Lea and Flood, "Fast
// splittable pseudorandom number generators", OOPSLA 2014).
#pragma once

#include <cstdint>

#include "tests/support/traffic/byte_writer.h"

namespace traffic {

class Random {
  public:
    explicit constexpr Random(std::uint64_t seed) noexcept : state_{seed} {}

    constexpr std::uint64_t next() noexcept {
        state_ += 0x9e3779b97f4a7c15U;
        std::uint64_t mixed = state_;
        mixed = (mixed ^ (mixed >> 30U)) * 0xbf58476d1ce4e5b9U;
        mixed = (mixed ^ (mixed >> 27U)) * 0x94d049bb133111ebU;
        return mixed ^ (mixed >> 31U);
    }
    /// From `low` to `high`, both included.
    constexpr std::uint64_t between(std::uint64_t low, std::uint64_t high) noexcept {
        return low + next() % (high - low + 1);
    }
    [[nodiscard]] Bytes bytes(std::size_t count) {
        ByteWriter out;
        while (out.size() < count)
            out.u64(next());
        Bytes all = out.take();
        all.resize(count);
        return all;
    }

  private:
    std::uint64_t state_;
};

[[nodiscard]] inline Bytes random_bytes(std::uint64_t seed, std::size_t count) {
    return Random{seed}.bytes(count);
}

}  // namespace traffic
