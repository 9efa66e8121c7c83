// MQTT 3.1, 3.1.1 and 5.0 over TCP: CONNECT and CONNACK (OASIS MQTT 3.1.1 §3.1-3.2, 5.0 §3.1-3.2).
//
// CONNECT holds its protocol's name. CONNACK may be four bytes, so without properties it counts
// only as the answer to a CONNECT that was recognised. Of a session whose opening was not seen,
// SUBSCRIBE and UNSUBSCRIBE count by their exact lengths, other packets only beside those.
#pragma once

#include <array>

#include "sensor/identify/protocol.h"

namespace sensor::identify::mqtt {

inline constexpr std::array kSignatures{
    // The remaining length takes one to four bytes.
    Signature{R"(^\x10[\x0a-\x7f]\x00[\x04\x06]MQ)", Role::kClient},
    Signature{R"(^\x10[\x80-\xff][\x01-\x7f]\x00[\x04\x06]MQ)", Role::kClient},
    Signature{R"(^\x10[\x80-\xff][\x80-\xff][\x01-\x7f]\x00[\x04\x06]MQ)", Role::kClient},
    Signature{R"(^\x20[\x02-\xff])", Role::kServer},
    Signature{
        R"(^[\x30-\x3d]([\x03-\x7f]|[\x80-\xff][\x80-\xff]?[\x80-\xff]?[\x01-\x7f])[\x00-\x03][^\x00])"},
    Signature{R"(^[\x82\xa2]([\x05-\x7f]|[\x80-\xff][\x80-\xff]?[\x80-\xff]?[\x01-\x7f]))",
              Role::kClient},
    Signature{R"(^([\x40\x50\x62\x70\xb0]\x02|[\xc0\xd0\xe0]\x00|\x90[\x03-\x7f]))"},
};

[[nodiscard]] Verdict validate(const Exchange& exchange) noexcept;
void extract(const Exchange& exchange, Facts& facts) noexcept;

inline constexpr Protocol kProtocol{
    .name = "mqtt",
    .transports = kOverTcp,
    .signatures = kSignatures,
    .validate = validate,
    .extract = extract,
};

}  // namespace sensor::identify::mqtt
