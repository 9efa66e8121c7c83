// Mail: SMTP with EHLO and STARTTLS (RFC 5321, RFC 3207), IMAP with STARTTLS (RFC 9051 §6.2.1).
#pragma once

#include <string>
#include <string_view>

namespace traffic::smtp {

[[nodiscard]] std::string greeting(std::string_view host);
[[nodiscard]] std::string ehlo(std::string_view client);
/// Offers STARTTLS among others.
[[nodiscard]] std::string ehlo_response(std::string_view host);
inline constexpr std::string_view kStartTls = "STARTTLS\r\n";
inline constexpr std::string_view kReady = "220 2.0.0 Ready to start TLS\r\n";

}  // namespace traffic::smtp

namespace traffic::imap {

[[nodiscard]] std::string greeting(std::string_view host);
inline constexpr std::string_view kStartTls = "a1 STARTTLS\r\n";
inline constexpr std::string_view kReady = "a1 OK Begin TLS negotiation now\r\n";

}  // namespace traffic::imap
