// SSH: the identification string that both sides send first (RFC 4253 §4.2), or the SSH_MSG_KEXINIT
// after it (§7.1), which tells a session whose opening was not seen.
#pragma once

#include <array>

#include "sensor/identify/protocol.h"

namespace sensor::identify::ssh {

inline constexpr std::size_t kMaxIdentification = 255;  // bytes, CR LF included, RFC 4253 §4.2

inline constexpr std::array kSignatures{
    Signature{R"(^SSH-[12]\.[0-9])"},
    Signature{R"(^\x00\x00[\x00-\x88].[\x04-\xff]\x14)"},
};

[[nodiscard]] Verdict validate(const Exchange& exchange) noexcept;
void extract(const Exchange& exchange, Facts& facts) noexcept;

inline constexpr Protocol kProtocol{
    .name = "ssh",
    .transports = kOverTcp,
    .signatures = kSignatures,
    .validate = validate,
    .extract = extract,
};

}  // namespace sensor::identify::ssh
