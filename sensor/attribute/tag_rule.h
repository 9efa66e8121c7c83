// One rule of the identity configuration, compiled: which tags name which app group.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

#include "sensor/model/packet.h"
#include "sensor/model/session.h"

namespace sensor::attribute {

/// What a rule asks for; all of it must hold. A VLAN pair counts twice, for it says as much as two
/// conditions, and so does a GENEVE option with its value.
enum TagCondition : std::uint16_t {
    kAnyVlan = 1U << 0U,       ///< TagRule::vlans[0] is one of the packet's VLANs
    kVlanPair = 1U << 1U,      ///< the packet's VLANs are TagRule::vlans, outermost first
    kVni = 1U << 2U,           ///< of the innermost tunnel, VXLAN or GENEVE
    kGroupPolicy = 1U << 3U,   ///< VXLAN-GBP group policy id, or security group tag
    kGeneveOption = 1U << 4U,  ///< an option of this class and type is there
    kGeneveValue = 1U << 5U,   ///< ... and holds this value
    kSource = 1U << 6U,        ///< the inner client's address
    kMplsLabel = 1U << 7U,     ///< the lowest label
    kTunnelKey = 1U << 8U,     ///< of the innermost tunnel, which must be of this kind
    kNshPath = 1U << 9U,       ///< of the innermost service chain
    kNshContext = 1U << 10U,   ///< its first context word
    kPort = 1U << 11U,         ///< where the packet came in
};

/// A GENEVE option, RFC 8926 §3.5.
struct GeneveOption {
    static constexpr std::size_t kMaxValue = 124;  ///< bytes: 31 words of 4

    std::uint16_t option_class = 0;
    std::uint8_t type = 0;         ///< with the critical bit, 0x80
    std::uint8_t value_bytes = 0;  ///< a multiple of 4: the value is padded with zeros
    std::array<std::uint8_t, kMaxValue> value{};

    friend bool operator==(const GeneveOption&, const GeneveOption&) = default;
};

struct TagConditions {
    std::uint16_t asked = 0;  ///< TagCondition bits; what is not asked for is zero
    std::array<std::uint16_t, 2> vlans{};
    std::uint32_t mpls_label = 0;
    Vni vni{};
    TunnelKind tunnel{};  ///< whose key: kL2tp stands for kL2tpOverIp, too
    std::uint32_t tunnel_key = 0;
    std::uint32_t nsh_path = 0;
    std::uint32_t nsh_context = 0;
    std::uint16_t group_policy = 0;
    MirrorPort port{};
    GeneveOption option;
    Prefix source;

    [[nodiscard]] constexpr bool asks(TagCondition condition) const noexcept {
        return (asked & condition) != 0;
    }
    /// How many conditions there are, as the order of precedence counts them.
    [[nodiscard]] constexpr int count() const noexcept {
        return std::popcount(asked) + (asks(kVlanPair) ? 1 : 0);
    }
    friend bool operator==(const TagConditions&, const TagConditions&) = default;
};

struct TagRule {
    TagConditions conditions;
    AppGroupId group{};
};

}  // namespace sensor::attribute
