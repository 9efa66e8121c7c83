// Tags as packets bring them, by what matters of them.
#pragma once

#include "sensor/model/packet.h"

namespace sensor::attribute {

/// One VLAN, or a pair of them.
inline Tags vlans(std::uint16_t outer, std::uint16_t inner = 0) {
    Tags tags;
    tags.vlans = {outer, inner};
    tags.vlan_count = inner == 0 ? 1 : 2;
    return tags;
}

/// A tunnel with a key, a session, a TEID: whatever the kind calls it.
inline Tags keyed(TunnelKind kind, std::uint32_t key) {
    Tags tags;
    tags.tunnel = kind;
    tags.tunnel_key = key;
    tags.has = kHasTunnelKey;
    tags.depth = 1;
    return tags;
}

}  // namespace sensor::attribute
