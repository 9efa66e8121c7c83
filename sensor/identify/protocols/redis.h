// Redis: RESP, the serialization protocol (redis.io, "Redis serialization protocol specification",
// versions 2 and 3). Clients send arrays of bulk strings, or PING and INFO as plain lines.
//
// Few replies are unmistakable; the rest count only in answer to a client that spoke RESP.
#pragma once

#include <array>

#include "sensor/identify/protocols/redis_commands.h"
#include "sensor/identify/resp.h"

namespace sensor::identify::redis {

inline constexpr std::array kSignatures{
    Signature{R"(^\*[1-9][0-9]*\r\n\$)", Role::kClient},
    Signature{R"(^(?i)(PING|INFO)\r?\n)", Role::kClient},
    Signature{R"(^(\+[ -~]|-[A-Z]|[:$*]-?[0-9]|[%~>][0-9]|_\r|#[tf]\r|,[0-9inf-]))", Role::kServer},
};

inline constexpr unsigned kManyArguments = 16;  // more than the window may show

/// "*2 $3 GET $1 k": the whole array, or as much as the window can show of a big one.
[[nodiscard]] constexpr Match match_command(std::string_view rest) noexcept {
    const resp::Header array = resp::take_header(rest);
    if (array.match != Match::kYes) return array.match;
    const auto count = resp::length_of(array.text.substr(1), resp::kMaxElements);
    if (!count || *count == 0) return Match::kNo;
    for (std::size_t i = 0; i < *count && i < kManyArguments; ++i) {
        const resp::Header header = resp::take_header(rest);
        if (header.match != Match::kYes) return header.match;
        const auto length =
            resp::length_of(header.text.substr(1), i == 0 ? kLongestCommand : resp::kMaxBulk);
        if (header.text[0] != '$' || !length) return Match::kNo;
        if (i > 0 && *length > resp::kLongBulk) return Match::kYes;
        std::string_view argument;
        const Match match = resp::take_bulk(rest, *length, argument);
        if (match != Match::kYes) return match;
        if (i == 0 && !is_command(argument)) return Match::kNo;
    }
    return Match::kYes;
}

inline constexpr std::string_view kVersion = "redis_version:";

/// The value of INFO's "redis_version:", which its first section holds.
[[nodiscard]] constexpr std::string_view version_in(std::string_view reply) noexcept {
    const auto start = reply.find("\r\n# Server\r\nredis_version:");
    if (!reply.starts_with('$') || start == std::string_view::npos || start > 12) return {};
    auto version = reply.substr(reply.find(kVersion) + kVersion.size());
    const auto end = version.find('\r');
    return end == std::string_view::npos ? std::string_view{} : version.substr(0, end);
}

/// Replies that nothing else sends.
[[nodiscard]] constexpr bool is_own_reply(std::string_view reply) noexcept {
    return reply.starts_with("+PONG\r\n") || reply.starts_with("-NOAUTH ") ||
           reply.starts_with("-DENIED Redis ") || !version_in(reply).empty();
}

[[nodiscard]] inline Verdict validate(const Exchange& exchange) noexcept {
    const auto said = bytes::text_of(exchange.said);
    const bool spoken = exchange.token != 0;
    if (text::begins(said, "PING") || text::begins(said, "INFO")) {
        const auto weigh = [](std::string_view line) {
            return line.size() == 4 ? text::Weight::kShared : text::Weight::kIllegal;
        };
        return {text::weigh_lines(exchange.said, spoken, weigh), Role::kClient, 1};
    }
    const bool may_be_command =
        !exchange.direction_known || exchange.direction == Direction::kToServer;
    if (said.starts_with('*') && may_be_command) {
        const Match match = match_command(said);
        if (match != Match::kNo || exchange.direction_known) return {match, Role::kClient, 1};
    }
    const Match reply = resp::match_reply(said);
    const bool is_doubtful = reply == Match::kYes && !spoken && !is_own_reply(said);
    return {is_doubtful ? Match::kNeedMore : reply, Role::kServer, 1};
}

inline void extract(const Exchange& exchange, Facts& facts) noexcept {
    const auto version = version_in(bytes::text_of(exchange.said));
    if (!version.empty()) facts.add(Fact::kSoftware, version);
}

inline constexpr Protocol kProtocol{
    .name = "redis",
    .transports = kOverTcp,
    .signatures = kSignatures,
    .validate = validate,
    .extract = extract,
};

}  // namespace sensor::identify::redis
