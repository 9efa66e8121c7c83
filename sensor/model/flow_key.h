// The identity of a conversation: the same key for both directions, distinct per tunnel scope.
#pragma once

#include <array>
#include <cstdint>
#include <type_traits>

#include "sensor/model/address.h"

namespace sensor {

struct FlowKey {
    std::uint64_t scope = 0;  ///< which tunnel; keeps reused private addresses apart
    Address low_address;
    Address high_address;
    PortNumber low_port{};
    PortNumber high_port{};
    Transport transport{};
    std::array<std::uint8_t, 3> zero{};  ///< explicit padding, so the key hashes as bytes

    /// The endpoints in their fixed order: address first, then port.
    static constexpr FlowKey between(const Endpoint& a, const Endpoint& b, Transport transport,
                                     std::uint64_t scope) noexcept {
        const bool a_is_low = a <= b;
        const Endpoint& low = a_is_low ? a : b;
        const Endpoint& high = a_is_low ? b : a;
        return {.scope = scope,
                .low_address = low.address,
                .high_address = high.address,
                .low_port = low.port,
                .high_port = high.port,
                .transport = transport};
    }
    [[nodiscard]] constexpr Endpoint low() const noexcept { return {low_address, low_port}; }
    [[nodiscard]] constexpr Endpoint high() const noexcept { return {high_address, high_port}; }
    /// Whether it is the key of these endpoints, `low` being the first of them. Compares what was
    /// just decoded where it lies: a key made of it would be read before it is written.
    [[nodiscard]] constexpr bool is_between(const Endpoint& low, const Endpoint& high,
                                            Transport its_transport,
                                            std::uint64_t its_scope) const noexcept {
        return low_address == low.address && high_address == high.address && low_port == low.port &&
               high_port == high.port && transport == its_transport && scope == its_scope;
    }
    friend constexpr bool operator==(const FlowKey&, const FlowKey&) = default;
};
static_assert(sizeof(FlowKey) == 48, "six 8-byte hash steps");
static_assert(std::has_unique_object_representations_v<FlowKey>, "hashed and compared as bytes");

}  // namespace sensor
