// ONC RPC version 2 over UDP and TCP (RFC 5531): the port mapper, mount, lock and status services
// and whatever else has a program number. NFS refines it.
//
// A call has 64 fixed bits and two credentials with limits; a reply counts by the call's id.
#pragma once

#include <array>

#include "sensor/identify/protocols/rpc_message.h"

namespace sensor::identify::rpc {

inline constexpr std::array kSignatures{
    Signature{kCallPattern, Role::kEither, kOverUdp},
    Signature{kReplyPattern, Role::kEither, kOverUdp},
    Signature{kCallRecordPattern, Role::kEither, kOverTcp},
    Signature{kReplyRecordPattern, Role::kEither, kOverTcp},
};

[[nodiscard]] inline Verdict validate(const Exchange& exchange) noexcept {
    return validate_calls(exchange, [](const Message&) noexcept { return true; });
}

inline constexpr Protocol kProtocol{
    .name = "rpc",
    .transports = kOverTcp | kOverUdp,
    .signatures = kSignatures,
    .validate = validate,
    .upgrade = upgrade,
};

}  // namespace sensor::identify::rpc
