#include "lib/http/url.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace http {
namespace {

constexpr std::uint16_t kPlainPort = 80;
constexpr std::uint16_t kTlsPort = 443;

/// Printable ASCII without blanks: what a request line may carry as it is.
bool is_plain(std::string_view text) noexcept {
    return std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7f; });
}

/// Names and addresses have letters, digits, '.', '-' and '_'; IPv6 in its brackets also ':'.
bool is_host(std::string_view text, bool is_bracketed) noexcept {
    return !text.empty() && std::ranges::all_of(text, [&](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '.' || c == '-' || c == '_' || (is_bracketed && c == ':');
    });
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
    std::uint16_t port = 0;
    const char* end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, port);
    if (read.ec != std::errc{} || read.ptr != end || port == 0) return std::nullopt;
    return port;
}

/// "host:port", "host", "[::1]:port", "[::1]"
bool read_authority(std::string_view text, Url& url) {
    const bool is_bracketed = text.starts_with('[');
    const std::size_t end = is_bracketed ? text.find(']') : text.find(':');
    if (is_bracketed && end == std::string_view::npos) return false;
    const std::string_view host =
        is_bracketed ? text.substr(1, end - 1) : text.substr(0, std::min(end, text.size()));
    if (!is_host(host, is_bracketed)) return false;
    url.host = host;
    text.remove_prefix(std::min(end, text.size()) + (is_bracketed ? 1 : 0));
    if (text.empty()) return true;
    const auto port = text.starts_with(':') ? parse_port(text.substr(1)) : std::nullopt;
    url.port = port.value_or(url.port);
    return port.has_value();
}

}  // namespace

std::string Url::authority() const {
    const bool is_ipv6 = host.find(':') != std::string::npos;
    return (is_ipv6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

result::Result<Url> parse_url(std::string_view text) {
    constexpr std::string_view kPlain = "http://";
    constexpr std::string_view kTls = "https://";
    Url url;
    url.has_tls = text.starts_with(kTls);
    url.port = url.has_tls ? kTlsPort : kPlainPort;
    std::string_view left = text;
    const bool is_known = url.has_tls || text.starts_with(kPlain);
    if (is_known) left.remove_prefix(url.has_tls ? kTls.size() : kPlain.size());
    const std::size_t slash = std::min(left.find('/'), left.size());
    if (!is_known || !is_plain(left) || !read_authority(left.substr(0, slash), url)) {
        return result::Error{"expected a URL such as http://127.0.0.1:9469, got '" +
                             std::string{text} + "'"};
    }
    if (slash != left.size()) url.path = left.substr(slash, left.find('#') - slash);
    return url;
}

}  // namespace http
