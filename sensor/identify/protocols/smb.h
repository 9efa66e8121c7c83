// SMB over TCP: SMB 1 (MS-CIFS §2.2.3), SMB 2 and 3 with their encrypted and compressed messages
// (MS-SMB2 §2.2), directly or in a NetBIOS session.
//
// The opening of a NetBIOS session says nothing yet, so it is passed over and waited out: a session
// that goes on with SMB is SMB, also when it began as netbios-ssn.
#pragma once

#include <array>

#include "sensor/identify/protocol.h"

namespace sensor::identify::smb {

inline constexpr std::array kSignatures{
    Signature{R"(^\x00...[\xfc-\xff]SMB)"},
    Signature{R"(^\x81\x00[\x00\x01].\x20[A-P])", Role::kClient},
    Signature{R"(^\x82\x00\x00\x00)", Role::kServer},
    Signature{R"(^\x85\x00\x00\x00)"},
};

[[nodiscard]] Verdict validate(const Exchange& exchange) noexcept;

inline constexpr Protocol kProtocol{
    .name = "smb",
    .transports = kOverTcp,
    .signatures = kSignatures,
    .validate = validate,
    .refines = "netbios-ssn",
};

}  // namespace sensor::identify::smb
