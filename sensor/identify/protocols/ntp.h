// NTP versions 1 to 4 (RFC 5905 §7.3), with the control messages of mode 6 (RFC 9327) and those of
// ntpdc, mode 7.
//
// There is no magic number. A random datagram of a legal size passes as a client's with about
// 4e-11: version and mode 2^-4, stratum, poll and precision 7e-4, root delay and dispersion 2^-20;
// timestamps halve that several times over. An answer must besides repeat the client's timestamp.
#pragma once

#include <array>

#include "sensor/identify/protocol.h"

namespace sensor::identify::ntp {

inline constexpr std::array kSignatures{
    // Modes 1 to 5; stratum; poll; precision in the two ranges that occur.
    Signature{R"(^[\x09-\x0d\x11-\x15\x19-\x1d\x21-\x25\x49-\x4d\x51-\x55\x59-\x5d\x61-\x65)"
              R"(\x89-\x8d\x91-\x95\x99-\x9d\xa1-\xa5\xc9-\xcd\xd1-\xd5\xd9-\xdd\xe1-\xe5])"
              R"([\x00-\x10][\x00-\x11][\x00\x20\xdf-\xff])"},
    Signature{R"(^[\x16\x1e\x26\x56\x5e\x66\x96\x9e\xa6\xd6\xde\xe6])"
              R"([\x00-\x0c\x1f\x80-\x8c\x9f-\xac\xbf-\xcc\xdf-\xec\xff])"},
    Signature{R"(^[\x0f\x17\x1f\x27\x8f\x97\x9f\xa7\xcf\xd7\xdf\xe7].[\x00\x02\x03].)"},
};

[[nodiscard]] Verdict validate(const Exchange& exchange) noexcept;

inline constexpr Protocol kProtocol{
    .name = "ntp",
    .transports = kOverUdp,
    .signatures = kSignatures,
    .validate = validate,
};

}  // namespace sensor::identify::ntp
