// The hashes that spread sessions over buckets and workers: the same for both directions.
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

/// Each endpoint is mixed on its own and the sum is mixed again: a sum has no order. Adding up what
/// is not mixed would not do: 1 + 4 is 2 + 3, for addresses and ports as well.
[[nodiscard]] inline std::uint64_t symmetric_hash(const Endpoint& a, const Endpoint& b,
                                                  Transport transport,
                                                  std::uint64_t scope) noexcept {
    constexpr std::uint64_t kA = 0xa0761d6478bd642fU;  // odd constants with balanced bits
    constexpr std::uint64_t kB = 0xe7037ed1a0b428dbU;
    constexpr std::uint64_t kC = 0x8ebc6af09c88c6e3U;
    const auto mixed = [](const Endpoint& endpoint) {
        const auto halves = std::bit_cast<std::array<std::uint64_t, 2>>(endpoint.address);
        const std::uint64_t port = static_cast<std::uint64_t>(endpoint.port) * kC;
        return detail::fold(halves[1] ^ kA, halves[0] ^ port ^ kB);
    };
    return detail::fold((mixed(a) + mixed(b)) ^ kC,
                        scope ^ static_cast<std::uint64_t>(transport) ^ kA);
}

/// Of two addresses alone: all sessions between them have the same one.
[[nodiscard]] inline std::uint64_t symmetric_hash(const Address& a, const Address& b,
                                                  std::uint64_t scope) noexcept {
    return symmetric_hash(Endpoint{a, {}}, Endpoint{b, {}}, Transport::kNone, scope);
}

[[nodiscard]] inline std::uint64_t symmetric_hash(const FlowKey& key) noexcept {
    return symmetric_hash(key.low(), key.high(), key.transport, key.scope);
}

}  // namespace sensor
