// The hellos of SSL 2.0: its own, and the form of it in which a client offers a newer version
// (RFC 5246 appendix E.2; "The SSL Protocol", 1995). Hot path.
#pragma once

#include <cstdint>

#include "lib/bytes/byte_cursor.h"
#include "sensor/identify/protocol.h"

namespace sensor::identify {

struct Ssl2Hello {
    Match match = Match::kNo;
    std::uint16_t version = 0;  ///< offered or chosen: 0x0002, or 0x0300 to 0x0303
};

/// CLIENT-HELLO: all lengths fill the message, and nothing follows it.
[[nodiscard]] Ssl2Hello parse_ssl2_client(bytes::View said) noexcept;

/// SERVER-HELLO of SSL 2.0 itself: lengths fill the message; it holds a certificate unless it takes
/// up an old session.
[[nodiscard]] Ssl2Hello parse_ssl2_server(bytes::View said) noexcept;

}  // namespace sensor::identify
