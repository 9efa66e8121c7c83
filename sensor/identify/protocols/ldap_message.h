// One LDAP message (RFC 4511 §4.1-4.13), as far as a stream holds it. Hot path.
#pragma once

#include <cstdint>
#include <limits>

#include "sensor/identify/protocol.h"

namespace sensor::identify::ldap {

enum class Operation : std::uint8_t {  // the application tags of RFC 4511 §4.2-4.13
    kUnbind = 0x42,
    kDelete = 0x4a,
    kAbandon = 0x50,
    kBind = 0x60,
    kBindResponse = 0x61,
    kSearch = 0x63,
    kEntry = 0x64,
    kSearchDone = 0x65,
    kModify = 0x66,
    kModifyResponse = 0x67,
    kAdd = 0x68,
    kAddResponse = 0x69,
    kDeleteResponse = 0x6b,
    kModifyDn = 0x6c,
    kModifyDnResponse = 0x6d,
    kCompare = 0x6e,
    kCompareResponse = 0x6f,
    kReference = 0x73,
    kExtended = 0x77,
    kExtendedResponse = 0x78,
    kIntermediate = 0x79,
};

struct Message {
    Match match = Match::kNo;  ///< kYes: whole, or its operation's own fields are
    std::uint32_t id = 0;
    Operation operation{};
    std::uint32_t result = 0;  ///< of responses
    bytes::View name;          ///< of extended requests
    std::size_t size = 0;      ///< bytes, once the whole message is there

    [[nodiscard]] Role role() const noexcept {
        switch (operation) {
            case Operation::kUnbind:
            case Operation::kDelete:
            case Operation::kAbandon:
            case Operation::kBind:
            case Operation::kSearch:
            case Operation::kModify:
            case Operation::kAdd:
            case Operation::kModifyDn:
            case Operation::kCompare:
            case Operation::kExtended: return Role::kClient;
            default: return Role::kServer;
        }
    }
};

/// Of a stream: more than any message says it has.
inline constexpr std::size_t kUnbounded = std::numeric_limits<std::size_t>::max() / 2;

/// The message that `said` begins with, which may be cut. `limit` is what it can have at most, in
/// bytes.
[[nodiscard]] Message read_message(bytes::View said, std::size_t limit) noexcept;

}  // namespace sensor::identify::ldap
