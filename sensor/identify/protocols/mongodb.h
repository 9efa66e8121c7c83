// MongoDB: the wire protocol (mongodb.com/docs, "MongoDB Wire Protocol"; documents as in
// bsonspec.org, version 1.1). All integers are little-endian.
//
// A message's header names its operation; a reply names the request that it answers.
#pragma once

#include <array>

#include "sensor/identify/protocol.h"

namespace sensor::identify::mongodb {

inline constexpr std::array kSignatures{
    // Length, request, answered request, then the operation.
    Signature{R"(^...[\x00-\x02]........(\x01\x00|[\xd1-\xd7\xdc\xdd]\x07)\x00\x00)"},
};

/// The token is the first request's identifier; the first answer has to name it.
[[nodiscard]] Verdict validate(const Exchange& exchange) noexcept;

inline constexpr Protocol kProtocol{
    .name = "mongodb",
    .transports = kOverTcp,
    .signatures = kSignatures,
    .validate = validate,
};

}  // namespace sensor::identify::mongodb
