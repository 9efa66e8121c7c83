// MACsec: EtherType 0x88e5, IEEE 802.1AE-2018 §9. What follows is the link's secret.
#pragma once

#include "sensor/decode/walk.h"

namespace sensor::decode::macsec {

[[nodiscard]] constexpr DecodeStatus decode(Walk&) noexcept {
    return DecodeStatus::kEncrypted;
}

inline constexpr Layer kLayer{"macsec", ether_type(0x88e5), decode};

}  // namespace sensor::decode::macsec
