// FTP's data connections: a file or a listing and nothing else, so only the control connection
// tells what they are (RFC 959 §3.2, RFC 2428).
#pragma once

#include "sensor/identify/protocol.h"

namespace sensor::identify::ftp_data {

/// Nothing in the bytes themselves is FTP's.
[[nodiscard]] inline Verdict validate(const Exchange&) noexcept {
    return {Match::kNo};
}

inline constexpr Protocol kProtocol{
    .name = "ftp-data",
    .transports = kOverTcp,
    .validate = validate,
    .announced_by = "ftp",
};

}  // namespace sensor::identify::ftp_data
