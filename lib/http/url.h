// Where a page is: the part of RFC 3986 that an operator writes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "lib/result/result.h"

namespace http {

struct Url {
    bool has_tls = false;
    std::string host;  ///< a name or an address; IPv6 without its brackets
    std::uint16_t port = 0;
    std::string path = "/";  ///< with the query, if there is one

    /// "127.0.0.1:9469", "[::1]:9469"
    [[nodiscard]] std::string authority() const;
};

/// Reads "http://127.0.0.1:9469/metrics" or "https://sensor.example.org"; 80 and 443 are the usual
/// ports. The error says what to write.
[[nodiscard]] result::Result<Url> parse_url(std::string_view text);

}  // namespace http
