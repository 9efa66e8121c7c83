// STUN binding requests and their answers, RFC 8489 §5, §14.
#pragma once

#include <cstdint>

#include "sensor/model/address.h"
#include "tests/support/traffic/byte_writer.h"

namespace traffic::stun {

/// `seed` makes the transaction id. Ends with FINGERPRINT (§14.7).
[[nodiscard]] Bytes binding_request(std::uint64_t seed);
/// Tells the client its own endpoint in XOR-MAPPED-ADDRESS (§14.2).
[[nodiscard]] Bytes binding_response(std::uint64_t seed, const sensor::Endpoint& mapped);

}  // namespace traffic::stun
