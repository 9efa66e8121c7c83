// HTTP/1.0 and HTTP/1.1: request and status lines (RFC 9112 §3, §4). RTSP and SIP share the verbs;
// the version decides.
#pragma once

#include <array>
#include <string_view>

#include "sensor/identify/protocol.h"

namespace sensor::identify::http {

/// A method is any token (RFC 9110 §9.1, §16.1); those in use are upper-case words. Empty lines
/// before a request are to be ignored, and more than one space is, RFC 9112 §2.2, §3.
inline constexpr std::array kSignatures{
    Signature{R"(^(\r?\n)?[A-Z][A-Z_-][A-Z_-])", Role::kClient},
    Signature{R"(^HTTP/1\.[01][ \t])", Role::kServer},
};

struct Request {
    std::string_view method;
    std::string_view target;
    char minor = '0';  ///< of HTTP/1.x
};

/// The request line at the start of `text`.
[[nodiscard]] Match parse_request(std::string_view text, Request& request) noexcept;

/// The status line at the start of `text`; `status` becomes its three digits.
[[nodiscard]] Match parse_response(std::string_view text, std::string_view& status) noexcept;

/// One complete start line is enough.
[[nodiscard]] Verdict validate(const Exchange& exchange) noexcept;
void extract(const Exchange& exchange, Facts& facts) noexcept;

/// CONNECT and Upgrade; in http_upgrade.cpp.
[[nodiscard]] Upgrade upgrade(bytes::View client, bytes::View server) noexcept;
void extract_upgrade(bytes::View client, bytes::View server, Facts& facts) noexcept;

inline constexpr Protocol kProtocol{
    .name = "http",
    .transports = kOverTcp,
    .signatures = kSignatures,
    .validate = validate,
    .extract = extract,
    .upgrade = upgrade,
    .extract_upgrade = extract_upgrade,
};

}  // namespace sensor::identify::http
