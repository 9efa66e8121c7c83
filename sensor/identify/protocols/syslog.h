// Syslog: the format of RFC 5424 and that of RFC 3164, one message a datagram or, over TCP, framed
// by its length or by line ends (RFC 6587). Only the sender speaks.
//
// A priority in angle brackets and a header with a time settle it. RFC 3164 §4.3.3 has messages
// without a time too: these count over UDP when they are readable to their end.
#pragma once

#include <array>

#include "sensor/identify/protocol.h"

namespace sensor::identify::syslog {

inline constexpr std::array kSignatures{
    Signature{R"(^<[0-9][0-9]?[0-9]?>[\x20-\x7e])", Role::kClient},
    Signature{R"(^[1-9][0-9]?[0-9]?[0-9]?[0-9]? <[0-9][0-9]?[0-9]?>[\x20-\x7e])", Role::kClient,
              kOverTcp},
};

[[nodiscard]] Verdict validate(const Exchange& exchange) noexcept;

inline constexpr Protocol kProtocol{
    .name = "syslog",
    .transports = kOverTcp | kOverUdp,
    .signatures = kSignatures,
    .validate = validate,
};

}  // namespace sensor::identify::syslog
