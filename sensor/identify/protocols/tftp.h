// TFTP: the request that opens a transfer (RFC 1350 §5) with its options (RFC 2347). The server
// answers from another port, in a session of its own, which the request announces.
#pragma once

#include <algorithm>
#include <array>

#include "lib/bytes/letters.h"
#include "sensor/identify/protocol.h"

namespace sensor::identify::tftp {

inline constexpr std::array kSignatures{
    Signature{R"(^\x00[\x01\x02][\x20-\x7e])"},
    Signature{R"(^\x00\x06[BTWMbtwm])"},
};

enum class Opcode : std::uint16_t { kRead = 1, kWrite = 2, kOptions = 6 };

/// The next text up to its NUL; a text without one, or with control characters, fails the cursor.
[[nodiscard]] inline std::string_view read_text(bytes::ByteCursor& cursor) noexcept {
    const auto rest = bytes::text_of(cursor.rest());
    const auto text = rest.substr(0, rest.find('\0'));
    const auto is_control = [](char c) { return (c >= 0 && c < ' ') || c == 0x7f; };
    const bool is_legal = text.size() < rest.size() && std::ranges::none_of(text, is_control);
    cursor.skip(is_legal ? text.size() + 1 : rest.size() + 1);
    return text;
}

/// `lower` is in lower case; the protocol's words may come in any.
[[nodiscard]] inline bool equals_ignoring_case(std::string_view text,
                                               std::string_view lower) noexcept {
    return bytes::is_same_word(text, lower);
}

template <std::size_t Count>
[[nodiscard]] bool is_one_of(std::string_view text,
                             const std::array<std::string_view, Count>& words) noexcept {
    return std::ranges::any_of(
        words, [text](std::string_view word) { return equals_ignoring_case(text, word); });
}

/// Name and value pairs to the end, RFC 2347; one of RFC 2090, 2348, 2349 or 7440 among them.
[[nodiscard]] inline bool are_options_legal(bytes::ByteCursor& cursor) noexcept {
    constexpr std::array<std::string_view, 5> kOptions{"blksize", "tsize", "timeout", "windowsize",
                                                       "multicast"};
    bool is_known = false;
    while (!cursor.empty()) {
        const auto name = read_text(cursor);
        [[maybe_unused]] const auto value = read_text(cursor);
        if (!cursor.ok() || name.empty()) return false;
        is_known |= is_one_of(name, kOptions);
    }
    return is_known;
}

[[nodiscard]] inline Verdict validate(const Exchange& exchange) noexcept {
    constexpr std::array<std::string_view, 3> kModes{"octet", "netascii", "mail"};
    bytes::ByteCursor cursor{exchange.said};
    const auto opcode = static_cast<Opcode>(cursor.read<std::uint16_t>());
    if (opcode == Opcode::kOptions) {
        return {are_options_legal(cursor) ? Match::kYes : Match::kNo, Role::kServer};
    }
    if (opcode != Opcode::kRead && opcode != Opcode::kWrite) return {Match::kNo};
    const auto file = read_text(cursor);
    const auto mode = read_text(cursor);
    if (!cursor.ok() || file.empty() || !is_one_of(mode, kModes)) return {Match::kNo};
    if (!cursor.empty() && !are_options_legal(cursor)) return {Match::kNo};
    return {Match::kYes, exchange.multicast ? Role::kEither : Role::kClient};
}

/// A request is answered from a port of its own, RFC 1350 §4: the transfer is the client's port
/// with any of the server's.
[[nodiscard]] inline std::optional<Announcement> announce(bytes::View payload, Direction direction,
                                                          PortNumber port) noexcept {
    bytes::ByteCursor cursor{payload};
    const auto opcode = static_cast<Opcode>(cursor.read<std::uint16_t>());
    const bool is_request = opcode == Opcode::kRead || opcode == Opcode::kWrite;
    if (!cursor.ok() || !is_request || direction != Direction::kToServer) return std::nullopt;
    return Announcement{.side = direction, .port = port};
}

inline constexpr Protocol kProtocol{
    .name = "tftp",
    .transports = kOverUdp,
    .signatures = kSignatures,
    .validate = validate,
    .announces = announce,
    .announced_by = "tftp",
};

}  // namespace sensor::identify::tftp
