// NFS versions 2 to 4 over UDP and TCP: program 100003 of ONC RPC (RFC 1094 §2.2, RFC 1813 §3.3,
// RFC 7530 §16). Its mount and lock services are programs of their own, and named rpc.
#pragma once

#include <array>

#include "sensor/identify/protocols/rpc_message.h"

namespace sensor::identify::nfs {

inline constexpr std::array kSignatures{
    Signature{R"(^....\x00\x00\x00\x00\x00\x00\x00\x02\x00\x01\x86\xa3)", Role::kEither, kOverUdp},
    Signature{R"(^[\x00\x80].......\x00\x00\x00\x00\x00\x00\x00\x02\x00\x01\x86\xa3)",
              Role::kEither, kOverTcp},
    Signature{rpc::kReplyPattern, Role::kEither, kOverUdp},
    Signature{rpc::kReplyRecordPattern, Role::kEither, kOverTcp},
};

/// The program, and a procedure that its version has.
[[nodiscard]] constexpr bool is_call(const rpc::Message& call) noexcept {
    constexpr std::uint32_t kProgram = 100003;
    if (call.program != kProgram) return false;
    switch (call.version) {
        case 2: return call.procedure <= 17;  // STATFS
        case 3: return call.procedure <= 21;  // COMMIT
        case 4: return call.procedure <= 1;   // COMPOUND
        default: return false;
    }
}

[[nodiscard]] inline Verdict validate(const Exchange& exchange) noexcept {
    const Verdict verdict = rpc::validate_calls(
        exchange, [](const rpc::Message& call) noexcept { return is_call(call); });
    // A reply whose call is not known yet may be any program's, so it is left to rpc.
    const bool is_stray = verdict.match == Match::kNeedMore && verdict.role == Role::kServer;
    return is_stray ? Verdict{Match::kNo} : verdict;
}

inline constexpr Protocol kProtocol{
    .name = "nfs",
    .transports = kOverTcp | kOverUdp,
    .signatures = kSignatures,
    .validate = validate,
    .upgrade = rpc::upgrade,
    .refines = "rpc",
};

}  // namespace sensor::identify::nfs
