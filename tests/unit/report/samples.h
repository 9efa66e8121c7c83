// The finding and the session that the tests of this folder print.
#pragma once

#include <chrono>

#include "sensor/model/finding.h"

namespace sensor::report {

/// 2026-09-21 00:00:00Z plus the given time of day.
inline Timestamp at(int hour, int minute, int second, int millisecond = 0) {
    using namespace std::chrono;
    return sys_days{2026y / September / 21} + hours{hour} + minutes{minute} + seconds{second} +
           milliseconds{millisecond};
}

inline Endpoint endpoint(std::string_view address, std::uint16_t port) {
    return {*parse_address(address), PortNumber{port}};
}

inline Observation flashlight_session() {
    Observation session;
    session.flow_id = 1234567890123;
    session.client = endpoint("10.20.1.14", 40001);
    session.server = endpoint("198.51.100.20", 8088);
    session.transport = Transport::kTcp;
    session.tags.vlans = {110, 0};
    session.tags.vlan_count = 1;
    session.start = at(7, 37, 11, 420);
    session.last = at(7, 37, 12, 671);
    session.packets_to_server = 9;
    session.packets_to_client = 7;
    session.bytes_to_server = 1480;
    session.bytes_to_client = 4210;
    session.protocol = session.protocol_to_server = session.protocol_to_client = "tls";
    session.confirmed = Confirmed::kBoth;
    session.ended = true;
    session.tcp_state = TcpState::kClosed;
    session.end_reason = EndReason::kClosed;
    session.tcp_flags_to_server = kTcpSyn | kTcpAck | kTcpPsh | kTcpFin;
    session.tcp_flags_to_client = kTcpSyn | kTcpAck | kTcpFin;
    session.facts = {{Fact::kTlsSni, "cdn.flashlight.example"},
                     {Fact::kTlsVersion, "TLS 1.3"},
                     {Fact::kTlsAlpn, "h2,http/1.1"},
                     {Fact::kJa4, "t13d1516h2_8daaf6152771_e5627efa2ab1"},
                     {Fact::kTlsVersion, "TLS 1.2"},
                     {Fact::kTlsAlpn, "h2"}};
    session.attribution = {.device = "serial:R5CT1",
                           .device_name = "phone-114",
                           .user = "a.berg@example.org",
                           .platform = Platform::kAndroid,
                           .app = "com.example.flashlight",
                           .app_group = "office",
                           .rule = "vlan: 110",
                           .method = AttributionMethod::kFlowRecord,
                           .confidence = AttributionConfidence::kHigh};
    session.context.app_state = AppState::kBackground;
    session.context.app_state_since = at(6, 58, 12);
    session.context.locked = Tristate::kYes;
    session.context.locked_since = at(6, 58, 40);
    session.context.since_interaction = std::chrono::seconds{2311};
    session.context.since_job = std::chrono::milliseconds{812};
    session.context.job = "workmanager";
    session.context.managed = Tristate::kYes;
    session.context.app_managed = Tristate::kNo;
    session.context.app_approved = Tristate::kNo;
    return session;
}

inline Finding flashlight_finding() {
    Finding finding;
    finding.id = "8f14e45fceea167a";
    finding.revision = 3;
    finding.kind = FindingKind::kPortMismatch;
    finding.severity = Severity::kHigh;
    finding.score = 87;
    finding.contributions = {
        {"port_not_approved", "AN1827.3", 30, "tls on tcp/8088 is approved on tcp/443 only"},
        {"stable_recurrence", "AN1827.2", 20, "8 sessions, every 300 s (+/- 1 s)"},
        {"app_in_background", "AN1827.4", 15, "in the background since 06:58:12Z"},
        {"device_locked", "AN1827.5", 12, "locked since 06:58:40Z"},
        {"app_unmanaged", "AN1827.8", 10, "neither managed nor on the approved list"}};
    finding.rule = "AllowedProtocolPortMappings.tls";
    finding.expected = "tls on tcp/443";
    finding.analytics = {"AN1827"};
    finding.first_seen = at(7, 2, 11, 420);
    finding.last_seen = at(7, 37, 12, 671);
    finding.recurrence = {.sessions = 8,
                          .median_interval = std::chrono::seconds{300},
                          .spread = std::chrono::milliseconds{1040},
                          .stable = true};
    finding.session = flashlight_session();
    return finding;
}

}  // namespace sensor::report
