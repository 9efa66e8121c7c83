// Remote Desktop Protocol over TCP: its connection request and confirmation (MS-RDPBCGR §2.2.1.1,
// §2.2.1.2) and, where they negotiate nothing, the first message inside (§2.2.1.3).
//
// What else begins with X.224 has parameters where RDP has a cookie or a negotiation. A request or
// confirmation with neither is any X.224, so it counts only with what follows or by its answer.
#pragma once

#include <array>

#include "sensor/identify/protocol.h"

namespace sensor::identify::rdp {

inline constexpr std::array kSignatures{
    Signature{R"(^\x03\x00..[\x06-\xfe]\xe0\x00\x00..\x00)", Role::kClient},
    Signature{R"(^\x03\x00..[\x06-\xfe]\xd0....\x00)", Role::kServer},
    // A blob that picks the virtual machine comes first, MS-RDPEPS §2.2.1.
    Signature{R"(^.[\x00-\x0f]\x00\x00\x00\x00\x00\x00[\x01\x02]\x00\x00\x00)", Role::kClient},
};

[[nodiscard]] Verdict validate(const Exchange& exchange) noexcept;

inline constexpr Protocol kProtocol{
    .name = "rdp",
    .transports = kOverTcp,
    .signatures = kSignatures,
    .validate = validate,
};

}  // namespace sensor::identify::rdp
