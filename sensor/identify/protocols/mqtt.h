// MQTT 3.1, 3.1.1 and 5.0 over TCP: CONNECT and CONNACK (OASIS MQTT 3.1.1 §3.1-3.2, 5.0 §3.1-3.2).
//
// CONNECT holds its protocol's name. CONNACK may be four bytes, so it counts only as the answer to
// a CONNECT that was recognised.
#pragma once

#include <array>

#include "sensor/identify/protocol.h"

namespace sensor::identify::mqtt {

inline constexpr std::array kSignatures{
    // The remaining length takes one to three bytes.
    Signature{R"(^\x10[\x0a-\x7f]\x00[\x04\x06]MQ)", Role::kClient},
    Signature{R"(^\x10[\x80-\xff][\x01-\x7f]\x00[\x04\x06]MQ)", Role::kClient},
    Signature{R"(^\x10[\x80-\xff][\x80-\xff][\x01-\x7f]\x00[\x04\x06]MQ)", Role::kClient},
    Signature{R"(^\x20[\x02-\xff])", Role::kServer},
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
