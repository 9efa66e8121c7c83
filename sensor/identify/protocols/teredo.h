// Teredo: IPv6 over UDP past NATs (RFC 4380 §5.1.1), with the trailers of RFC 6081 §4.
//
// What is inside is an IPv6 packet that fills the datagram and has a Teredo address at one end (48
// bits and more), or solicits a router, or advertises one to a client behind its origin.
#pragma once

#include <array>

#include "sensor/identify/protocol.h"

namespace sensor::identify::teredo {

inline constexpr std::array kSignatures{
    // Version 6, and a length that fits a datagram of any tunnel; addresses are too far behind.
    Signature{R"(^[\x60-\x6f]...[\x00-\x05])"},
    Signature{R"(^\x00\x00......[\x60-\x6f])"},
    Signature{R"(^\x00\x01..........)"},
};

[[nodiscard]] Verdict validate(const Exchange& exchange) noexcept;

inline constexpr Protocol kProtocol{
    .name = "teredo",
    .transports = kOverUdp,
    .signatures = kSignatures,
    .validate = validate,
};

}  // namespace sensor::identify::teredo
