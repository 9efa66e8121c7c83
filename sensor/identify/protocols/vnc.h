// Remote framebuffer protocol over TCP, as VNC speaks it (RFC 6143 §7.1). Both sides begin with
// twelve bytes of version, the server first; after them the two sides' bytes have nothing in
// common.
//
// Versions other than the RFC's are those of Apple, TightVNC, UltraVNC, RealVNC and repeaters: all
// keep the form.
#pragma once

#include <array>

#include "sensor/identify/text_line.h"

namespace sensor::identify::vnc {

inline constexpr std::array kSignatures{
    Signature{R"(^RFB [0-9])"},
};

[[nodiscard]] inline Verdict validate(const Exchange& exchange) noexcept {
    constexpr std::size_t kSize = 12;  // bytes of a version
    constexpr std::string_view kForm = "RFB 000.000\n";
    const auto version = bytes::text_of(exchange.said).substr(0, kSize);
    for (std::size_t i = 0; i < version.size(); ++i) {
        const bool fits = kForm[i] == '0' ? text::is_digit(version[i]) : version[i] == kForm[i];
        if (!fits) return {Match::kNo};
    }
    if (version.size() < kSize) return {Match::kNeedMore};
    // A viewer that listens is the server of TCP and the client of this.
    return {Match::kYes, Role::kEither, 1};
}

inline constexpr Protocol kProtocol{
    .name = "vnc",
    .transports = kOverTcp,
    .signatures = kSignatures,
    .validate = validate,
};

}  // namespace sensor::identify::vnc
