// VXLAN (RFC 7348 §5) and its group policy extension (draft-smith-vxlan-group-policy §2.1), on
// ports where decode does not look for it.
//
// Unlike a receiver, which ignores reserved bits, this wants them zero as they must be sent: with
// the type of the inner frame and the length of the packet in it they are 70 bits.
#pragma once

#include <array>

#include "sensor/identify/inner_packet.h"
#include "sensor/identify/protocol.h"

namespace sensor::identify::vxlan {

inline constexpr std::array kSignatures{
    Signature{R"(^\x08\x00\x00\x00...\x00)"},
    Signature{R"(^\x88[\x00\x08\x40\x48].....\x00)"},
};

[[nodiscard]] inline Verdict validate(const Exchange& exchange) noexcept {
    constexpr std::uint32_t kHasNetwork = 0x08000000;
    constexpr std::uint32_t kHasPolicy = 0x80000000;
    constexpr std::uint32_t kPolicyBits = 0x0048ffff;  // Don't learn, Applied, the group
    bytes::ByteCursor cursor{exchange.said};
    const auto flags = cursor.read<std::uint32_t>();
    cursor.skip(3);  // VNI: any
    const auto reserved = cursor.read<std::uint8_t>();
    const std::uint32_t known = kHasNetwork | ((flags & kHasPolicy) != 0 ? kPolicyBits : 0);
    const bool is_legal = cursor.ok() && (flags & kHasNetwork) != 0 &&
                          (flags & ~(kHasPolicy | known)) == 0 && reserved == 0 &&
                          is_ethernet_frame(cursor.rest());
    return {is_legal ? Match::kYes : Match::kNo};
}

inline constexpr Protocol kProtocol{
    .name = "vxlan",
    .transports = kOverUdp,
    .signatures = kSignatures,
    .validate = validate,
};

}  // namespace sensor::identify::vxlan
