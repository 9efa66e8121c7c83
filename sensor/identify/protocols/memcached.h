// memcached: the text protocol (memcached, doc/protocol.txt) and the binary one
// (github.com/memcached/memcached/wiki/BinaryProtocolRevamped), over TCP, and over UDP behind a
// frame header (doc/protocol.txt, "UDP protocol").
//
// "get key" is also another protocol's inline command, so it counts only beside an answer that
// nothing else sends. UDP's header makes up for what a line lacks.
#pragma once

#include <array>

#include "sensor/identify/protocol.h"

namespace sensor::identify::memcached {

inline constexpr std::array kSignatures{
    Signature{R"(^(gets?|gats?|set|add|replace|append|prepend|cas|incr|decr|delete|touch) )",
              Role::kClient, kOverTcp},
    Signature{R"(^(stats|version|flush_all|verbosity|lru_crawler|slabs|m[gsdane])[ \r\n])",
              Role::kClient, kOverTcp},
    Signature{R"(^(STORED|NOT_|EXISTS|DELETED|TOUCHED|OK\r|RESET\r|END\r|VALUE |STAT |VERSION ))",
              Role::kServer, kOverTcp},
    Signature{R"(^([0-9][0-9 \r]|ERROR\r|CLIENT_|SERVER_|VA |HD[ \r]|(EN|MN)\r|(NF|NS|EX)[ \r]))",
              Role::kServer, kOverTcp},
    Signature{R"(^\x80[\x00-\x24]\x00.[\x00-\x14]\x00)", Role::kClient, kOverTcp},
    Signature{R"(^\x81[\x00-\x24]\x00.[\x00\x04]\x00\x00.)", Role::kServer, kOverTcp},
    // Over UDP: request, number and count of datagrams, zero.
    Signature{R"(^..\x00\x00\x00\x01\x00\x00[a-z\x80])", Role::kClient, kOverUdp},
    Signature{R"(^......\x00\x00[A-Z0-9\x81])", Role::kServer, kOverUdp},
};

/// The token is what the answer must agree with: UDP's request, a binary request's operation and
/// opaque value, or 1.
[[nodiscard]] Verdict validate(const Exchange& exchange) noexcept;
void extract(const Exchange& exchange, Facts& facts) noexcept;

inline constexpr Protocol kProtocol{
    .name = "memcached",
    .transports = kOverTcp | kOverUdp,
    .signatures = kSignatures,
    .validate = validate,
    .extract = extract,
};

}  // namespace sensor::identify::memcached
