// Where an HTTP/1 message ends (RFC 9112 §6), for what follows it in the stream. Hot path.
#pragma once

#include <cstdint>
#include <string_view>

#include "sensor/identify/protocol.h"

namespace sensor::identify::http_message {

/// The header fields of one message that tell how it ends, and what it may lead to.
struct Head {
    std::string_view upgrade;  ///< the first Upgrade field; RFC 9110 §7.8
    std::uint64_t length = 0;  ///< Content-Length, bytes
    bool has_length = false;
    bool is_chunked = false;
};

/// Takes start line, header fields and the empty line off `rest`. kNeedMore: its end is missing.
[[nodiscard]] Match take_head(std::string_view& rest, Head& head) noexcept;

/// Takes the body off `rest`; kNeedMore if it is not all there. A body without length and chunks
/// is empty here: that a response's then lasts as long as the connection is the caller's to know.
[[nodiscard]] Match skip_body(std::string_view& rest, const Head& head) noexcept;

}  // namespace sensor::identify::http_message
