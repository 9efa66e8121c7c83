// Google's QUIC before it sealed its hello: public header, and the CHLO message in clear, as in the
// "QUIC Wire Layout Specification" and "QUIC Crypto" documents. Hot path.
#pragma once

#include <cstdint>
#include <string_view>

#include "lib/bytes/byte_cursor.h"

namespace sensor::identify {

/// Q020 to Q049, whose first messages are in clear.
[[nodiscard]] constexpr bool is_clear_google_quic(std::uint32_t version) noexcept {
    const std::uint32_t tens = (version >> 8U) & 0xffU;
    const std::uint32_t ones = version & 0xffU;
    return version >> 16U == 0x5130 && tens >= '2' && tens <= '4' && ones >= '0' && ones <= '9';
}

/// A client's first datagram, borrowed from it.
struct GoogleHello {
    std::uint32_t version = 0;  ///< four characters: "Q043"
    bytes::View connection_id;
    std::string_view server_name;  ///< empty if it names none
};

/// Versions Q020 to Q049; false unless the message's index is in order and fits the datagram.
[[nodiscard]] bool parse_google_hello(bytes::View datagram, GoogleHello& hello) noexcept;

/// The connection id that a server's answer in Q046's form comes from; empty if it is none.
[[nodiscard]] bytes::View parse_google_answer(bytes::View datagram) noexcept;

}  // namespace sensor::identify
