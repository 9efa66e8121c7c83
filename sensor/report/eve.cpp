#include "sensor/report/eve.h"

#include <array>
#include <chrono>

#include "lib/bytes/short_text.h"
#include "sensor/report/community_id.h"
#include "sensor/report/eve_extension.h"
#include "sensor/report/eve_protocols.h"
#include "sensor/report/fact_index.h"
#include "sensor/report/time_text.h"
#include "sensor/report/wording.h"

namespace sensor::report {
namespace {

void write_endpoint(json::Writer& out, const Endpoint& endpoint, json::Key address_key,
                    json::Key port_key) {
    out.member(address_key, text_of(endpoint.address));
    out.member(port_key, static_cast<int>(endpoint.port));
}

void write_tunnel(json::Writer& out, const Tags& tags) {
    if (tags.depth == 0) return;
    out.key("tunnel").begin_object();
    out.member("src_ip", text_of(tags.outer_source));
    out.member("dest_ip", text_of(tags.outer_destination));
    out.member_if("proto", carrier_of(tags.tunnel));
    out.member("depth", static_cast<int>(tags.depth));
    out.end_object();
}

/// The members that every EVE record begins with.
void write_head(json::Writer& out, Timestamp time, std::string_view event_type,
                const Observation& session, const EveOptions& options) {
    out.member("timestamp", eve_time_text(time));
    out.member("flow_id", session.flow_id);
    out.member("event_type", event_type);
    out.member_if("host", options.host);
    if (session.tags.vlan_count > 0) {
        out.key("vlan").begin_array();
        for (std::size_t i = 0; i < session.tags.vlan_count; ++i) {
            out.integer(session.tags.vlans[i]);
        }
        out.end_array();
    }
    const Endpoint& server = session.proxy.value_or(session.server);  // the packets' own
    write_endpoint(out, session.client, "src_ip", "src_port");
    write_endpoint(out, server, "dest_ip", "dest_port");
    out.member("proto", name_of(session.transport));
    out.member("ip_v", session.client.address.is_ipv4() ? 4 : 6);
    out.member("community_id",
               community_id(session.client, server, session.transport, options.community_id_seed));
    write_tunnel(out, session.tags);
}

void write_app_protocol(json::Writer& out, const Observation& session) {
    const auto or_unknown = [](std::string_view name) {
        return name.empty() ? std::string_view{"unknown"} : name;
    };
    out.member("app_proto", or_unknown(session.protocol));
    out.member("app_proto_ts", or_unknown(session.protocol_to_server));
    out.member("app_proto_tc", or_unknown(session.protocol_to_client));
}

/// Suricata's three states of a flow.
std::string_view flow_state(const Observation& session) noexcept {
    switch (session.tcp_state) {
        case TcpState::kNone: break;
        case TcpState::kSynSent:
        case TcpState::kSynReceived: return "new";
        case TcpState::kEstablished:
        case TcpState::kMidstream: return "established";
        case TcpState::kClosed:
        case TcpState::kReset: return "closed";
    }
    const bool both_ways = session.packets_to_server > 0 && session.packets_to_client > 0;
    return both_ways ? "established" : "new";
}

void write_flow_part(json::Writer& out, const Observation& session, std::string_view finding) {
    const auto age = std::chrono::floor<std::chrono::seconds>(session.last - session.start);
    out.key("flow").begin_object();
    out.member("pkts_toserver", session.packets_to_server);
    out.member("pkts_toclient", session.packets_to_client);
    out.member("bytes_toserver", session.bytes_to_server);
    out.member("bytes_toclient", session.bytes_to_client);
    out.member("start", eve_time_text(session.start));
    out.member("end", eve_time_text(session.last));
    out.member("age", static_cast<std::int64_t>(age.count()));
    out.member("state", flow_state(session));
    if (session.ended) out.member("reason", name_of(session.end_reason));
    out.member("alerted", !finding.empty());
    out.end_object();
}

std::string_view tcp_state_text(TcpState state) noexcept {
    switch (state) {
        case TcpState::kNone: return "none";
        case TcpState::kSynSent: return "syn_sent";
        case TcpState::kSynReceived: return "syn_recv";
        case TcpState::kEstablished:
        case TcpState::kMidstream: return "established";
        case TcpState::kClosed:
        case TcpState::kReset: return "closed";
    }
    return "none";
}

/// Two hexadecimal digits.
bytes::ShortText<2> flags_text(std::uint8_t flags) noexcept {
    return bytes::ShortText<2>{[flags](char* at) noexcept {
        constexpr std::string_view kDigits = "0123456789abcdef";
        *at++ = kDigits[flags >> 4U];
        *at++ = kDigits[flags & 0xfU];
        return at;
    }};
}

void write_tcp(json::Writer& out, const Observation& session) {
    if (session.transport != Transport::kTcp) return;
    struct Name {
        TcpFlag flag;
        json::Key key;
    };
    constexpr std::array<Name, 6> kNames{{{kTcpSyn, "syn"},
                                          {kTcpFin, "fin"},
                                          {kTcpRst, "rst"},
                                          {kTcpPsh, "psh"},
                                          {kTcpAck, "ack"},
                                          {kTcpUrg, "urg"}}};
    const auto both =
        static_cast<std::uint8_t>(session.tcp_flags_to_server | session.tcp_flags_to_client);
    out.key("tcp").begin_object();
    out.member("tcp_flags", flags_text(both));
    out.member("tcp_flags_ts", flags_text(session.tcp_flags_to_server));
    out.member("tcp_flags_tc", flags_text(session.tcp_flags_to_client));
    for (const auto& [flag, key] : kNames) {
        if ((both & flag) != 0) out.member(key, true);
    }
    out.member("state", tcp_state_text(session.tcp_state));
    out.end_object();
}

void write_list(json::Writer& out, json::Key key, const std::vector<std::string>& values) {
    out.key(key).begin_array();
    for (const std::string& value : values)
        out.text(value);
    out.end_array();
}

void write_alert_part(json::Writer& out, const Finding& finding) {
    out.key("alert").begin_object();
    out.member("action", "allowed");  // a passive sensor stops nothing
    out.member("gid", 1);
    out.member("signature_id", signature_id_of(finding.kind));
    out.member("rev", static_cast<std::int64_t>(finding.revision));
    out.member("signature", sentence_of(finding));
    out.member("category", "Detection of a Non-Standard Protocol or Event");
    out.member("severity", eve_severity(finding.severity));
    out.key("metadata").begin_object();
    const Technique technique = technique_of(finding.kind);
    write_list(out, "mitre_tactic_id", {"TA0037"});  // of ATT&CK for Mobile
    write_list(out, "mitre_tactic_name", {"Command_And_Control"});
    write_list(out, "mitre_technique_id", {std::string{technique.id}});
    write_list(out, "mitre_technique_name", {std::string{technique.name}});
    if (!finding.analytics.empty()) write_list(out, "analytic", finding.analytics);
    out.end_object();
    out.end_object();
}

}  // namespace

int signature_id_of(FindingKind kind) noexcept {
    switch (kind) {
        case FindingKind::kPortMismatch: return 1509001;
        case FindingKind::kProtocolUnapproved: return 1509002;
        case FindingKind::kPortMasquerade: return 1509003;
        case FindingKind::kBeaconing: return 1509004;
        case FindingKind::kRelay: return 1509005;
    }
    return 1509000;
}

void write_flow(json::Writer& out, const Observation& session, const EveOptions& options,
                std::string_view finding) {
    const FactIndex facts{session};
    out.begin_object();
    write_head(out, session.last, "flow", session, options);
    write_app_protocol(out, session);
    write_flow_part(out, session, finding);
    write_tcp(out, session);
    write_protocols(out, session, facts);
    out.key("offport").begin_object();
    out.member_if("finding", finding);
    write_session_extension(out, session, facts, Unknowns::kLeftOut);
    out.end_object();
    out.end_object();
}

void write_alert(json::Writer& out, const Finding& finding, const EveOptions& options) {
    const Observation& session = finding.session;
    const FactIndex facts{session};
    out.begin_object();
    write_head(out, finding.last_seen, "alert", session, options);
    write_alert_part(out, finding);
    write_app_protocol(out, session);
    write_flow_part(out, session, finding.id);
    write_tcp(out, session);
    write_protocols(out, session, facts);
    out.key("offport").begin_object();
    write_finding_extension(out, finding);
    write_session_extension(out, session, facts, Unknowns::kTold);
    out.end_object();
    out.end_object();
}

}  // namespace sensor::report
