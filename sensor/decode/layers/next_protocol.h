// The numbers by which VXLAN-GPE and NSH say what follows: IANA "NSH Next Protocol", RFC 8300
// §9.1.6.
#pragma once

#include "sensor/decode/walk.h"

namespace sensor::decode::next_protocol {

/// Sets `next`; kUnknownEtherType if the number means nothing here.
[[nodiscard]] constexpr DecodeStatus follow(Walk& walk, std::uint8_t number) noexcept {
    switch (number) {
        case 1: walk.next = ether_type(0x0800); return DecodeStatus::kOk;
        case 2: walk.next = ether_type(0x86dd); return DecodeStatus::kOk;
        case 3: walk.next = link(LinkType::kEthernet); return DecodeStatus::kOk;
        case 4: walk.next = ether_type(0x894f); return DecodeStatus::kOk;  // NSH
        case 5: walk.next = ether_type(0x8847); return DecodeStatus::kOk;  // MPLS
        default: return DecodeStatus::kUnknownEtherType;
    }
}

}  // namespace sensor::decode::next_protocol
