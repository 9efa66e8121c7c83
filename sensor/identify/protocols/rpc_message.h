// ONC RPC messages and their records over TCP (RFC 5531 §8-11), as rpc and nfs share them. Hot
// path.
#pragma once

#include <cstdint>

#include "sensor/identify/protocol.h"

namespace sensor::identify::rpc {

/// Start of a call, then of a reply, over UDP: after the id their kind, then version 2 or whether
/// the call was accepted. Over TCP a fragment's length comes first; those of calls and of most
/// replies are below 2^24.
inline constexpr const char* kCallPattern = R"(^....\x00\x00\x00\x00\x00\x00\x00\x02)";
inline constexpr const char* kReplyPattern = R"(^....\x00\x00\x00\x01\x00\x00\x00[\x00\x01])";
inline constexpr const char* kCallRecordPattern =
    R"(^[\x00\x80].......\x00\x00\x00\x00\x00\x00\x00\x02)";
inline constexpr const char* kReplyRecordPattern =
    R"(^[\x00\x80].......\x00\x00\x00\x01\x00\x00\x00[\x00\x01])";

enum class Flavor : std::uint32_t {  // RFC 5531 §8.1-8.2 and IANA's registry after it
    kNone = 0,
    kSys = 1,
    kShort = 2,
    kGss = 6,
    kTls = 7,  ///< RFC 9289 §4.1
};

struct Message {
    Match match = Match::kNo;  ///< kYes: every field before the arguments or results
    bool is_call = false;
    std::uint32_t id = 0;
    std::uint32_t program = 0;    ///< calls only, like the next three
    std::uint32_t version = 0;    ///< of the program
    std::uint32_t procedure = 0;  ///< within the version
    Flavor credential{};
    bytes::View verifier;
};

/// One fragment of a record, RFC 5531 §11.
struct Fragment {
    Match match = Match::kNo;
    std::size_t length = 0;
    bytes::View body;  ///< as much as is here
    bytes::View rest;
};

/// A message of `length` bytes, of which `body` may hold only the start.
[[nodiscard]] Message read_message(bytes::View body, std::size_t length) noexcept;
[[nodiscard]] Fragment read_fragment(bytes::View said) noexcept;

/// Validates what `is_ours` says of a call, and replies to it by their id: a reply does not tell
/// what it is about, and by itself is no more than a few zeros.
[[nodiscard]] Verdict validate_calls(const Exchange& exchange,
                                     bool (*is_ours)(const Message& call) noexcept) noexcept;

/// A session that asks for TLS with its first call goes on as TLS when the reply says so, RFC 9289
/// §4.1.
[[nodiscard]] Upgrade upgrade(bytes::View client, bytes::View server) noexcept;

}  // namespace sensor::identify::rpc
