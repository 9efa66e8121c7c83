// MySQL and MariaDB: the connection phase of the client/server protocol, versions 10 and 9
// (dev.mysql.com, "MySQL Internals: Connection Phase Packets"; mariadb.com/kb, "Connecting").
//
// The server greets, or refuses with an error packet; the client answers with its handshake
// response, or asks for TLS first. A response in the form before 4.1 counts only as an answer.
#pragma once

#include <array>

#include "sensor/identify/protocol.h"

namespace sensor::identify::mysql {

inline constexpr std::array kSignatures{
    Signature{R"(^.[\x00-\x01]\x00\x00[\x09\x0a][ -~])", Role::kServer},
    Signature{R"(^.[\x00-\x02]\x00\x00\xff.[\x03-\x10])", Role::kServer},
    // Capabilities, longest packet and character set are before the reserved zeros; the form before
    // 4.1 has none.
    Signature{R"(^..\x00\x01.........\x00\x00\x00\x00\x00\x00)", Role::kClient},
    Signature{R"(^[\x05-\xff]\x00\x00\x01.....)", Role::kClient},
};

[[nodiscard]] Verdict validate(const Exchange& exchange) noexcept;
void extract(const Exchange& exchange, Facts& facts) noexcept;
/// TLS begins after the client's SSLRequest; the server agreed with its greeting.
[[nodiscard]] Upgrade upgrade(bytes::View client, bytes::View server) noexcept;

inline constexpr Protocol kProtocol{
    .name = "mysql",
    .transports = kOverTcp,
    .signatures = kSignatures,
    .validate = validate,
    .extract = extract,
    .upgrade = upgrade,
};

}  // namespace sensor::identify::mysql
