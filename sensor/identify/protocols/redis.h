// Redis: RESP, the serialization protocol (redis.io, "Redis serialization protocol specification",
// versions 2 and 3). Clients send arrays of bulk strings, or commands as plain lines ("Inline
// commands"), which other protocols have too.
//
// A reply counts alone if it holds a string of the very length it tells, or words that only Redis
// has; the rest counts only in answer to a client that spoke RESP.
#pragma once

#include <array>

#include "sensor/identify/protocols/redis_commands.h"
#include "sensor/identify/resp.h"

namespace sensor::identify::redis {

inline constexpr std::array kSignatures{
    Signature{R"(^\*[1-9][0-9\r])", Role::kClient},
    // Not GET, TYPE and HELLO: as lines they are another protocol's more often.
    Signature{R"(^(?i)(PING|INFO|QUIT|SYNC|MULTI|EXEC|DBSIZE|MONITOR|COMMAND|FLUSHALL)\r?\n)",
              Role::kClient},
    Signature{R"(^(?i)(M?SET|MGET|DEL|INCR|DECR|KEYS|EXISTS|H(SET|GET|GETALL)|[LR]P(USH|OP)) )",
              Role::kClient},
    Signature{
        R"(^(?i)(LRANGE|SADD|ZADD|EXPIRE|TTL|SELECT|AUTH|CONFIG|CLIENT|PSYNC|REPLCONF|ECHO) )",
        Role::kClient},
    Signature{R"(^(?i)(P?SUBSCRIBE|PUBLISH|SLAVEOF|REPLICAOF|EVAL|SCAN|PING|INFO) )",
              Role::kClient},
    Signature{R"(^(\+[ -~]|-[A-Z]|[:$*]-?[0-9]|[%~>|=!(][0-9]|_\r|#[tf]\r|,[0-9inf-]))",
              Role::kServer},
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

/// Beginnings of replies that nothing else sends.
[[nodiscard]] constexpr bool is_own_reply(std::string_view reply) noexcept {
    constexpr std::array<std::string_view, 24> kOwn{"+PONG\r\n",
                                                    "+QUEUED\r\n",
                                                    "+FULLRESYNC ",
                                                    "+Background saving ",
                                                    "-NOAUTH ",
                                                    "-NOPERM ",
                                                    "-WRONGPASS ",
                                                    "-WRONGTYPE ",
                                                    "-DENIED Redis ",
                                                    "-NOSCRIPT ",
                                                    "-NOPROTO ",
                                                    "-EXECABORT ",
                                                    "-MISCONF ",
                                                    "-MASTERDOWN ",
                                                    "-NOREPLICAS ",
                                                    "-CLUSTERDOWN ",
                                                    "-CROSSSLOT ",
                                                    "-LOADING Redis ",
                                                    "-BUSY Redis ",
                                                    "-READONLY You can",
                                                    "-OOM command ",
                                                    "-ERR Protocol error: ",
                                                    "-ERR unknown command ",
                                                    "-ERR wrong number of arguments "};
    return std::ranges::any_of(kOwn, [&](std::string_view own) { return reply.starts_with(own); });
}

/// Reply after reply, up to one that counts alone; once the client has `spoken`, the first.
[[nodiscard]] constexpr Match match_replies(std::string_view said, bool spoken) noexcept {
    for (auto rest = said; !rest.empty();) {
        const bool is_own = is_own_reply(rest);
        const resp::Reply reply = resp::take_reply(rest);
        if (reply.match != Match::kYes) return reply.match;
        if (spoken || is_own || reply.has_bulk) return Match::kYes;
    }
    return Match::kNeedMore;
}

/// A command in a line: SET and GET have the arguments that they take, as others have these words
/// too. The words are never enough alone.
[[nodiscard]] constexpr text::Weight weigh_inline(std::string_view line) noexcept {
    if (line.empty()) return text::Weight::kShared;
    auto arguments = line;
    const auto name = text::take_word(arguments);
    if (name.size() > kLongestCommand || !is_command(name)) return text::Weight::kIllegal;
    const bool is_get = text::same(name, "GET");
    const bool is_http = arguments.find(" HTTP/") != std::string_view::npos;
    const bool has_more = arguments.find(' ') != std::string_view::npos;
    const bool lacks = text::same(name, "SET") ? !has_more : is_get && arguments.empty();
    return is_http || lacks ? text::Weight::kIllegal : text::Weight::kShared;
}

[[nodiscard]] inline Verdict validate(const Exchange& exchange) noexcept {
    const auto said = bytes::text_of(exchange.said);
    if (said.empty()) return {Match::kNeedMore};
    const bool spoken = exchange.token != 0;
    if (text::is_letter(said[0])) {
        return {text::weigh_lines(exchange.said, spoken, weigh_inline), Role::kClient, 1};
    }
    const bool may_be_command =
        !exchange.direction_known || exchange.direction == Direction::kToServer;
    if (said.starts_with('*') && may_be_command) {
        const Match match = match_command(said);
        if (match != Match::kNo || exchange.direction_known) return {match, Role::kClient, 1};
    }
    return {match_replies(said, spoken), Role::kServer, 1};
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
