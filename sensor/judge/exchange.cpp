#include "sensor/judge/exchange.h"

#include "sensor/judge/policy.h"

namespace sensor::judge {
namespace {

bool has(std::uint8_t flags, unsigned wanted) noexcept {
    return (flags & wanted) == wanted;
}

/// A session that is over no longer says so in its state.
bool handshake_seen(const Observation& session) noexcept {
    if (session.tcp_state == TcpState::kEstablished) return true;
    return has(session.tcp_flags_to_server, kTcpSyn | kTcpAck) &&
           has(session.tcp_flags_to_client, kTcpSyn | kTcpAck);
}

/// Segments that end a write carry PSH (RFC 9293 §3.9.1.2); for stacks that do not set it, more
/// bytes than headers with every usual option tell.
bool carried_payload(std::uint8_t flags, std::uint64_t packets, std::uint64_t bytes,
                     std::uint64_t header_bytes) noexcept {
    return packets != 0 && (has(flags, kTcpPsh) || bytes > packets * header_bytes);
}

}  // namespace

bool is_real_exchange(RecordKind kind, const Observation& session) noexcept {
    if (session.conflict) return false;
    if (session.protocol != kUnknownProtocol) return session.confirmed == Confirmed::kBoth;
    if (kind == RecordKind::kUnapproved) return false;
    if (session.transport != Transport::kTcp || session.loss_seen) return false;
    // IP without options, TCP with the 20 bytes of options that a SYN brings.
    const std::uint64_t header_bytes = session.server.address.is_ipv4() ? 60 : 80;
    return handshake_seen(session) &&
           carried_payload(session.tcp_flags_to_server, session.packets_to_server,
                           session.bytes_to_server, header_bytes) &&
           carried_payload(session.tcp_flags_to_client, session.packets_to_client,
                           session.bytes_to_client, header_bytes);
}

}  // namespace sensor::judge
