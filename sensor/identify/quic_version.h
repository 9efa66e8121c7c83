// The versions of QUIC whose client Initials can be decrypted. Hot path.
#pragma once

#include <cstdint>

#include "lib/digest/quic_initial.h"
#include "sensor/model/facts.h"

namespace sensor::identify {

inline constexpr std::uint32_t kQuicVersion1 = 0x00000001;     // RFC 9000
inline constexpr std::uint32_t kQuicVersion2 = 0x6b3343cf;     // RFC 9369
inline constexpr std::uint32_t kGoogleQuic50 = 0x51303530;     // "Q050": its own handshake
inline constexpr std::uint32_t kGoogleQuicTls50 = 0x54303530;  // "T050": TLS
inline constexpr std::uint32_t kGoogleQuicTls51 = 0x54303531;  // "T051": TLS

/// Null for versions that are not known.
[[nodiscard]] const digest::QuicSalt* quic_salt_of(std::uint32_t version) noexcept;

/// Google's own versions frame their handshake in another way.
[[nodiscard]] constexpr bool is_google_quic(std::uint32_t version) noexcept {
    return version == kGoogleQuic50 || version == kGoogleQuicTls50 || version == kGoogleQuicTls51;
}

/// Those that nobody speaks: a client asks for one to be told which are spoken, RFC 9000 §15.
[[nodiscard]] constexpr bool is_reserved_quic(std::uint32_t version) noexcept {
    return (version & 0x0f0f0f0fU) == 0x0a0a0a0aU;
}

/// Notes kQuicVersion: "v1", "draft-29", "Q046", or eight hexadecimal digits.
void note_quic_version(std::uint32_t version, Facts& facts) noexcept;

}  // namespace sensor::identify
