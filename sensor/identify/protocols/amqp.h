// AMQP: protocol headers, and frames of 0-9-1 (AMQP 0-9-1 specification §2.2.4, §4.2.2, §4.2.3)
// and of 1.0 (OASIS AMQP 1.0 part 2 §2.2, §2.3; part 5 §5.2, §5.3). The headers of 0-8, 0-9 and
// 0-10 count too.
//
// Both ends may send a header: a server that does not speak the client's version answers with its
// own, and 1.0 always has it sent both ways.
#pragma once

#include <array>

#include "sensor/identify/protocol.h"

namespace sensor::identify::amqp {

inline constexpr std::array kSignatures{
    Signature{R"(^AMQP[\x00-\x03][\x00\x01])"},
    // Frames of 0-9: methods; headers, bodies and heartbeats are not the first of a session.
    Signature{R"(^\x01..\x00...\x00[\x0a\x14\x1e\x28\x32\x3c\x55\x5a]\x00)"},
    Signature{R"(^\x08\x00\x00\x00\x00\x00\x00\xce)"},
    // Frames of 1.0: size, two words of header, a described performative.
    Signature{R"(^\x00[\x00-\x0f]..\x02[\x00\x01]..\x00[\x53\x80])"},
};

[[nodiscard]] Verdict validate(const Exchange& exchange) noexcept;
/// Notes the product that a 0-9 server names in its Connection.Start.
void extract(const Exchange& exchange, Facts& facts) noexcept;
/// TLS begins after both ends sent 1.0's header for it.
[[nodiscard]] Upgrade upgrade(bytes::View client, bytes::View server) noexcept;

inline constexpr Protocol kProtocol{
    .name = "amqp",
    .transports = kOverTcp,
    .signatures = kSignatures,
    .validate = validate,
    .extract = extract,
    .upgrade = upgrade,
};

}  // namespace sensor::identify::amqp
