// WebSocket: the opening handshake (RFC 6455 §4), which begins as an HTTP request.
#pragma once

#include <array>
#include <cstring>

#include "lib/digest/digest.h"
#include "sensor/identify/http_message.h"
#include "sensor/identify/protocols/http.h"

namespace sensor::identify::websocket {

inline constexpr std::array kSignatures{
    Signature{R"(^GET )", Role::kClient},
    Signature{R"(^HTTP/1\.1 101)", Role::kServer},
};

inline constexpr std::size_t kKeyLength = 24;     // Base64 of 16 bytes; some send 17 or 18
inline constexpr std::size_t kAcceptLength = 28;  // Base64 of a SHA-1

/// The header fields of either side's handshake.
struct Handshake {
    std::string_view key;
    std::string_view accept;
    std::string_view version;
    bool upgrades = false;  ///< Upgrade lists websocket
    bool connects = false;  ///< Connection lists upgrade

    void note(std::string_view name, std::string_view value) noexcept {
        using http_message::is_same_word;
        if (is_same_word(name, "sec-websocket-key")) key = value;
        if (is_same_word(name, "sec-websocket-accept")) accept = value;
        if (is_same_word(name, "sec-websocket-version")) version = value;
        if (is_same_word(name, "upgrade")) upgrades |= http_message::lists(value, "websocket");
        if (is_same_word(name, "connection")) connects |= http_message::lists(value, "upgrade");
    }
};

/// A Base64 digit's value; -1 if `c` is none.
[[nodiscard]] constexpr int base64_value(char c) noexcept {
    constexpr std::string_view kDigits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const auto at = kDigits.find(c);
    return at == std::string_view::npos ? -1 : static_cast<int>(at);
}
/// `length` characters of Base64, of which at most the last `padding` are '='.
[[nodiscard]] constexpr bool is_base64(std::string_view text, std::size_t length,
                                       std::size_t padding) noexcept {
    if (text.size() != length) return false;
    const auto end = text.find_last_not_of('=');
    return end != std::string_view::npos && end + 1 + padding >= length &&
           std::ranges::all_of(text.substr(0, end + 1),
                               [](char c) { return base64_value(c) >= 0; });
}

/// The first 32 bits of what the server must answer to `key`, RFC 6455 §4.2.2.
[[nodiscard]] inline std::uint32_t token_of_key(std::string_view key) noexcept {
    constexpr std::string_view kSuffix = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    std::array<char, kKeyLength + kSuffix.size()> text;
    kSuffix.copy(text.data() + key.copy(text.data(), kKeyLength), kSuffix.size());
    const auto hash = digest::sha1(bytes::view_of({text.data(), text.size()}));
    return bytes::ByteCursor{hash}.read<std::uint32_t>();
}
/// The first 32 bits that `accept` stands for.
[[nodiscard]] inline std::uint32_t token_of_accept(std::string_view accept) noexcept {
    std::uint64_t bits = 0;
    for (const char c : accept.substr(0, 6))
        bits = bits << 6U | static_cast<std::uint64_t>(base64_value(c));
    return static_cast<std::uint32_t>(bits >> 4U);
}

[[nodiscard]] inline Verdict validate_request(const Exchange& exchange) noexcept {
    const auto text = bytes::text_of(exchange.said);
    http::Request request;
    const Match line = http::parse_request(text, request);
    if (http_message::match_start(text, "GET ") == Match::kNo) return {Match::kNo};
    if (line != Match::kYes) return {line};
    Handshake shake;
    const Match headers = http_message::each_header(
        text, [&](std::string_view name, std::string_view value) { shake.note(name, value); });
    if (headers == Match::kNeedMore) {
        return {exchange.said.size() < kFirstBytes ? Match::kNeedMore : Match::kNo};
    }
    const bool asks = headers == Match::kYes && request.minor == '1' && shake.upgrades &&
                      shake.connects && is_base64(shake.key, kKeyLength, 2);
    if (!asks) return {Match::kNo};
    const std::uint32_t token = token_of_key(shake.key);
    const bool agrees = exchange.token == 0 || exchange.token == token;
    return {agrees ? Match::kYes : Match::kNo, Role::kClient, token};
}

[[nodiscard]] inline Verdict validate_response(const Exchange& exchange) noexcept {
    const auto text = bytes::text_of(exchange.said);
    const Match start = http_message::match_start(text, "HTTP/1.1 101");
    if (start != Match::kYes) return {start};
    std::string_view status;
    const Match line = http::parse_response(text, status);
    if (line != Match::kYes) return {line};
    Handshake shake;
    const Match headers = http_message::each_header(
        text, [&](std::string_view name, std::string_view value) { shake.note(name, value); });
    if (headers == Match::kNeedMore) {
        return {exchange.said.size() < kFirstBytes ? Match::kNeedMore : Match::kNo};
    }
    const bool grants = headers == Match::kYes && shake.upgrades && shake.connects &&
                        is_base64(shake.accept, kAcceptLength, 1);
    if (!grants) return {Match::kNo};
    const std::uint32_t token = token_of_accept(shake.accept);
    const bool agrees = exchange.token == 0 || exchange.token == token;
    return {agrees ? Match::kYes : Match::kNo, Role::kServer, token};
}

/// Undecided only while a GET, or a 101, has not shown all its headers.
[[nodiscard]] inline Verdict validate(const Exchange& exchange) noexcept {
    const bool is_response = !exchange.said.empty() && exchange.said[0] == 'H';
    return is_response ? validate_response(exchange) : validate_request(exchange);
}

inline constexpr Protocol kProtocol{
    .name = "websocket",
    .transports = kOverTcp,
    .signatures = kSignatures,
    .validate = validate,
    .extract = http::extract,
    .refines = "http",
};

}  // namespace sensor::identify::websocket
