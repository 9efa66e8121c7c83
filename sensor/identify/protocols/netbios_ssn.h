// NetBIOS session service over TCP (RFC 1002 §4.3): how a session is asked for, granted, refused
// and kept alive. What its messages carry is another protocol, and mostly SMB, which refines it.
//
// A request has 64 letters from A to P. A grant, a keep-alive and a refusal have four to ten fixed
// bytes; they count by themselves only where more packets of the kind follow, or fill the rest.
#pragma once

#include <array>

#include "sensor/identify/netbios_session.h"
#include "sensor/identify/protocol.h"

namespace sensor::identify::netbios_ssn {

inline constexpr std::array kSignatures{
    Signature{R"(^\x81\x00[\x00\x01].\x20[A-P])", Role::kClient},
    Signature{R"(^\x82\x00\x00\x00)", Role::kServer},
    Signature{R"(^\x83\x00\x00\x01[\x80-\x83\x8f])", Role::kServer},
    Signature{R"(^\x84\x00\x00\x06)", Role::kServer},
    Signature{R"(^\x85\x00\x00\x00)"},
};

[[nodiscard]] inline Verdict validate(const Exchange& exchange) noexcept {
    using netbios::PacketType;
    const auto packet = netbios::read_packet(exchange.said);
    // A message alone is framed by any four bytes.
    const bool is_message = !exchange.said.empty() && packet.type == PacketType::kMessage;
    if (is_message || packet.match != Match::kYes) {
        return {is_message ? Match::kNo : packet.match};
    }
    const bool is_keep_alive = packet.type == PacketType::kKeepAlive;
    const bool is_request = packet.type == PacketType::kRequest;
    // After a refusal the server closes; after the rest come more packets.
    const bool is_end =
        packet.type == PacketType::kNegative || packet.type == PacketType::kRetarget;
    if (is_end && !packet.rest.empty()) return {Match::kNo};
    if (netbios::read_packet(packet.rest).match == Match::kNo) return {Match::kNo};
    const Role role = is_keep_alive ? Role::kEither : is_request ? Role::kClient : Role::kServer;
    const auto token = static_cast<std::uint32_t>(role) + 1;
    const bool is_echo = !is_keep_alive && exchange.token == token;
    return {is_echo ? Match::kNo : Match::kYes, role, token};
}

inline constexpr Protocol kProtocol{
    .name = "netbios-ssn",
    .transports = kOverTcp,
    .signatures = kSignatures,
    .validate = validate,
};

}  // namespace sensor::identify::netbios_ssn
