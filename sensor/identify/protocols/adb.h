// ADB, the Android debug bridge: its transport protocol (AOSP, packages/modules/adb/protocol.txt).
// Messages of six little-endian words, the last the complement of the first.
#pragma once

#include <array>

#include "sensor/identify/little_endian.h"
#include "sensor/identify/text_line.h"

namespace sensor::identify::adb {

inline constexpr std::array kSignatures{
    Signature{R"(^(CNXN|AUTH|STLS|OPEN|OKAY|CLSE|WRTE|SYNC)............)"},
};

enum class Command : std::uint32_t {
    kSync = 0x434e5953,
    kConnect = 0x4e584e43,
    kAuth = 0x48545541,
    kOpen = 0x4e45504f,
    kOkay = 0x59414b4f,
    kClose = 0x45534c43,
    kWrite = 0x45545257,
    kStartTls = 0x534c5453,
};

inline constexpr std::size_t kHeader = 24;                          // bytes
inline constexpr std::uint32_t kLongest = std::uint32_t{1} << 20U;  // bytes of data

struct Message {
    Match match = Match::kNo;  ///< of the header and the data that is there
    Command command{};
    Role role = Role::kEither;
    std::size_t size = 0;  ///< bytes, header and data
};

/// "device:serial:banner": who is there, and so which end it is.
[[nodiscard]] constexpr Role role_of(std::string_view identity, bool& is_known) noexcept {
    constexpr std::array<std::string_view, 5> kDevices{
        "device:", "bootloader:", "recovery:", "sideload:", "rescue:"};
    const auto is_start = [&](std::string_view each) {
        return identity.substr(0, each.size()) == each.substr(0, identity.size());
    };
    is_known = true;
    if (is_start("host:")) return Role::kClient;
    is_known = std::ranges::any_of(kDevices, is_start);
    return Role::kServer;
}

/// The arguments that each command allows.
[[nodiscard]] constexpr bool are_arguments(Command command, std::uint32_t first,
                                           std::uint32_t second, std::uint32_t length) noexcept {
    constexpr std::uint32_t kVersion = 0x01000000;
    switch (command) {
        case Command::kConnect:
            return (first == kVersion || first == kVersion + 1) && second >= 0x100 && length != 0;
        case Command::kAuth: return first >= 1 && first <= 3 && second == 0 && length != 0;
        case Command::kStartTls: return first == kVersion && second == 0 && length == 0;
        case Command::kOpen: return first != 0 && length != 0;
        case Command::kWrite: return first != 0 && second != 0 && length != 0;
        case Command::kOkay: return first != 0 && second != 0;
        case Command::kClose: return second != 0 && length == 0;
        case Command::kSync: return length == 0;
    }
    return false;
}

[[nodiscard]] inline Message read_message(bytes::View said) noexcept {
    bytes::ByteCursor cursor{said};
    Message message;
    const auto command = read_little<std::uint32_t>(cursor);
    const auto first = read_little<std::uint32_t>(cursor);
    const auto second = read_little<std::uint32_t>(cursor);
    const auto length = read_little<std::uint32_t>(cursor);
    const auto sum = read_little<std::uint32_t>(cursor);
    const auto magic = read_little<std::uint32_t>(cursor);
    if (!cursor.ok()) {
        message.match = Match::kNeedMore;
        return message;
    }
    message.command = static_cast<Command>(command);
    message.size = kHeader + length;
    if (magic != ~command || length > kLongest) return message;
    if (!are_arguments(message.command, first, second, length)) return message;
    const auto data = cursor.take(std::min<std::size_t>(length, cursor.rest().size()));
    if (data.size() == length && sum != 0) {  // newer versions leave it out
        std::uint32_t actual = 0;
        for (const std::uint8_t byte : data)
            actual += byte;
        if (actual != sum) return message;
    }
    message.match = Match::kYes;
    if (message.command == Command::kConnect) {
        bool is_known = false;
        message.role = role_of(bytes::text_of(data), is_known);
        if (!is_known) message.match = Match::kNo;
        if (is_known && data.size() < 5) message.match = Match::kNeedMore;
    }
    return message;
}

[[nodiscard]] inline Verdict validate(const Exchange& exchange) noexcept {
    const Message message = read_message(exchange.said);
    return {message.match, message.role};
}

/// The identity that the device gives of itself.
inline void extract(const Exchange& exchange, Facts& facts) noexcept {
    const Message message = read_message(exchange.said);
    const bool is_device = message.match == Match::kYes && message.role == Role::kServer;
    if (!is_device || exchange.said.size() < message.size) return;
    auto identity = bytes::text_of(exchange.said.subspan(kHeader, message.size - kHeader));
    facts.add(Fact::kSoftware, identity.substr(0, identity.find('\0')));
}

/// TLS begins after both ends sent STLS: the device instead of an answer to CNXN, then the host.
[[nodiscard]] inline Upgrade upgrade(bytes::View client, bytes::View server) noexcept {
    constexpr Upgrade kPending{.state = Upgrade::State::kPending};
    const Message asked = read_message(client);
    const Message offered = read_message(server);
    if (asked.match == Match::kNeedMore) return kPending;
    if (asked.match != Match::kYes || asked.command != Command::kConnect) return {};
    if (offered.match == Match::kNeedMore) return kPending;
    if (offered.match != Match::kYes || offered.command != Command::kStartTls) return {};
    if (client.size() < asked.size) return kPending;
    const Message accepted = read_message(client.subspan(asked.size));
    if (accepted.match == Match::kNeedMore) return kPending;
    if (accepted.match != Match::kYes || accepted.command != Command::kStartTls) return {};
    return {.state = Upgrade::State::kDone,
            .client_at = static_cast<std::uint16_t>(asked.size + accepted.size),
            .server_at = static_cast<std::uint16_t>(offered.size)};
}

inline constexpr Protocol kProtocol{
    .name = "adb",
    .transports = kOverTcp,
    .signatures = kSignatures,
    .validate = validate,
    .extract = extract,
    .upgrade = upgrade,
};

}  // namespace sensor::identify::adb
