// TDS 7 over TCP, as Microsoft SQL Server speaks it (MS-TDS §2.2): pre-login, login, batches,
// procedure calls and transactions of the client, and the server's results.
//
// A packet's header has 8 bytes, of which few are fixed, so each message is read as far as it tells
// itself apart: option tables, headers of counted length, text in UTF-16. Results are tokens of all
// kinds; they count by themselves as the answers to a pre-login or a login, otherwise after a
// request.
#pragma once

#include <array>

#include "sensor/identify/protocol.h"

namespace sensor::identify::tds {

inline constexpr std::array kSignatures{
    Signature{R"(^[\x01\x03\x0e\x10\x12][\x00\x01\x08\x09\x10\x11][\x00-\x7f]....\x00)",
              Role::kClient},
    Signature{R"(^\x04[\x00\x01][\x00-\x7f]....\x00)", Role::kServer},
};

[[nodiscard]] Verdict validate(const Exchange& exchange) noexcept;

inline constexpr Protocol kProtocol{
    .name = "tds",
    .transports = kOverTcp,
    .signatures = kSignatures,
    .validate = validate,
};

}  // namespace sensor::identify::tds
