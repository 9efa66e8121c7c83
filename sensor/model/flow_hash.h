// The hash that spreads sessions over workers and buckets: the same for both directions.
#pragma once

#include <bit>
#include <cstdint>

#include "sensor/model/flow_key.h"

namespace sensor {

namespace detail {
/// The two halves of a 64 by 64 bit product, folded: every input bit reaches every output bit.
[[nodiscard]] inline std::uint64_t fold(std::uint64_t a, std::uint64_t b) noexcept {
    __extension__ using Wide = unsigned __int128;
    const auto product = static_cast<Wide>(a) * b;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64U);
}
}  // namespace detail

/// Ports ride with their addresses, so that swapping ports between hosts changes the hash. Sum and
/// exclusive-or of a pair are symmetric, and together nearly tell which pair it was.
[[nodiscard]] inline std::uint64_t symmetric_hash(const Endpoint& a, const Endpoint& b,
                                                  Transport transport,
                                                  std::uint64_t scope) noexcept {
    using Halves = std::array<std::uint64_t, 2>;
    const auto a_half = std::bit_cast<Halves>(a.address);
    const auto b_half = std::bit_cast<Halves>(b.address);
    constexpr std::uint64_t kA = 0xa0761d6478bd642fU;  // odd constants with balanced bits
    constexpr std::uint64_t kB = 0xe7037ed1a0b428dbU;
    constexpr std::uint64_t kC = 0x8ebc6af09c88c6e3U;
    const std::uint64_t a_low = a_half[1] + static_cast<std::uint64_t>(a.port) * kA;
    const std::uint64_t b_low = b_half[1] + static_cast<std::uint64_t>(b.port) * kA;
    const std::uint64_t low = detail::fold((a_low + b_low) ^ kA, (a_low ^ b_low) ^ kB);
    const std::uint64_t high =
        detail::fold((a_half[0] + b_half[0]) ^ kB, (a_half[0] ^ b_half[0]) ^ kC);
    return detail::fold(low ^ kC, high ^ scope ^ static_cast<std::uint64_t>(transport));
}

[[nodiscard]] inline std::uint64_t symmetric_hash(const FlowKey& key) noexcept {
    return symmetric_hash(key.low(), key.high(), key.transport, key.scope);
}

}  // namespace sensor
