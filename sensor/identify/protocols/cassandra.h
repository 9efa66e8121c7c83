// Cassandra: the CQL native protocol, versions 1 to 5 and the beta of 6 (cassandra.apache.org,
// "CQL Binary Protocol", native_protocol_v1.spec to native_protocol_v5.spec).
//
// The opening messages have the same envelope in all versions, but for the stream's width. An
// OPTIONS request and a READY answer are almost empty and count only beside the other side's.
#pragma once

#include <array>

#include "sensor/identify/protocol.h"

namespace sensor::identify::cassandra {

inline constexpr std::array kSignatures{
    // Version, flags, stream, operation, length: two widths of stream.
    Signature{R"(^[\x01\x02][\x00-\x03].[\x01-\x0f]\x00)", Role::kClient},
    Signature{R"(^[\x03-\x06][\x00-\x1f]..[\x01-\x0f]\x00)", Role::kClient},
    Signature{R"(^[\x81\x82][\x00-\x03].[\x00-\x10]\x00)", Role::kServer},
    Signature{R"(^[\x83-\x86][\x00-\x1f]..[\x00-\x10]\x00)", Role::kServer},
};

/// The token is the first request's version and stream, which its answer repeats.
[[nodiscard]] Verdict validate(const Exchange& exchange) noexcept;

inline constexpr Protocol kProtocol{
    .name = "cassandra",
    .transports = kOverTcp,
    .signatures = kSignatures,
    .validate = validate,
};

}  // namespace sensor::identify::cassandra
