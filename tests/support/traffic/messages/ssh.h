// SSH: identification string and key exchange start, RFC 4253 §4.2, §6, §7.1.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "tests/support/traffic/byte_writer.h"

namespace traffic::ssh {

/// "SSH-2.0-" before `software`, CR LF after it.
[[nodiscard]] std::string identification(std::string_view software);
/// A KEXINIT packet with a usual set of algorithms.
[[nodiscard]] Bytes key_exchange_init(std::uint64_t seed);
/// A packet that starts an elliptic-curve exchange, RFC 5656 §4.
[[nodiscard]] Bytes ecdh_init(std::uint64_t seed);
/// Bytes of `size` as they look once encrypted.
[[nodiscard]] Bytes encrypted(std::size_t size, std::uint64_t seed);

}  // namespace traffic::ssh
