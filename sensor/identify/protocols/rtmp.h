// RTMP over TCP: the handshake, and the chunk that follows it (Adobe's RTMP 1.0 §5.2-5.4, 7.1-7.2).
//
// A handshake is a version and 3072 bytes that may be anything, so it takes what comes next: a
// chunk whose header and message are legal, 80 bits of them fixed. Before that a side is believed
// only if it echoes what the other side has sent, which handshakes with a digest do not.
#pragma once

#include <array>

#include "sensor/identify/protocol.h"

namespace sensor::identify::rtmp {

inline constexpr std::array kSignatures{
    Signature{R"(^\x03)"},
};

[[nodiscard]] Verdict validate(const Exchange& exchange) noexcept;

inline constexpr Protocol kProtocol{
    .name = "rtmp",
    .transports = kOverTcp,
    .signatures = kSignatures,
    .validate = validate,
};

}  // namespace sensor::identify::rtmp
