// SNMP v1 (RFC 1157), v2c (RFC 1901, RFC 3416) and v3 (RFC 3412, RFC 3414) over UDP, and over TCP
// (RFC 3430).
//
// Every length of the BER nests in the one around it and is used up: random bytes do not pass. A
// response must repeat the request's number: request-id, or msgID in version 3.
#pragma once

#include <array>

#include "sensor/identify/protocol.h"

namespace sensor::identify::snmp {

inline constexpr std::array kSignatures{
    // SEQUENCE, its length in one to five bytes, the version, then community or global data.
    Signature{R"(^\x30[\x0b-\x7f]\x02\x01[\x00\x01\x03][\x04\x30])"},
    Signature{R"(^\x30\x81.\x02\x01[\x00\x01\x03][\x04\x30])"},
    Signature{R"(^\x30\x82..\x02\x01[\x00\x01\x03][\x04\x30])"},
    Signature{R"(^\x30\x83\x00..\x02\x01[\x00\x01\x03][\x04\x30])"},
    Signature{R"(^\x30\x84\x00...\x02\x01[\x00\x01\x03][\x04\x30])"},
};

[[nodiscard]] Verdict validate(const Exchange& exchange) noexcept;

inline constexpr Protocol kProtocol{
    .name = "snmp",
    .transports = kOverTcp | kOverUdp,
    .signatures = kSignatures,
    .validate = validate,
};

}  // namespace sensor::identify::snmp
