#include "sensor/report/ecs.h"

#include <algorithm>
#include <initializer_list>

#include "sensor/report/community_id.h"
#include "sensor/report/eve_extension.h"
#include "sensor/report/fact_index.h"
#include "sensor/report/time_text.h"
#include "sensor/report/wording.h"

namespace sensor::report {
namespace {

void write_list(json::Writer& out, json::Key key, std::initializer_list<std::string_view> values) {
    out.key(key).begin_array();
    for (const std::string_view value : values) {
        if (!value.empty()) out.text(value);
    }
    out.end_array();
}

void write_head(json::Writer& out, Timestamp time, const EveOptions& options) {
    out.member("@timestamp", rfc3339_text(time));
    out.key("ecs").begin_object().member("version", "9.4.0").end_object();
    out.key("observer").begin_object();
    out.member_if("name", options.host);
    out.member("vendor", "offport").member("product", "offport").member("type", "sensor");
    out.member_if("version", options.version);
    out.end_object();
}

/// The span of event.start to event.end, and that as nanoseconds.
void write_span(json::Writer& out, Timestamp start, Timestamp end) {
    out.member("start", rfc3339_text(start));
    out.member("end", rfc3339_text(end));
    out.member("duration", static_cast<std::int64_t>((end - start).count()));
}

/// Elastic's own risk levels for low, medium and high.
int ecs_severity(Severity severity) noexcept {
    switch (severity) {
        case Severity::kInfo: return 1;
        case Severity::kLow: return 21;
        case Severity::kMedium: return 47;
        case Severity::kHigh: return 73;
    }
    return 1;
}

void write_alert_event(json::Writer& out, const Finding& finding) {
    constexpr int kMostRisk = 100;
    out.key("event").begin_object();
    out.member("kind", "alert");
    write_list(out, "category", {"intrusion_detection", "network"});
    write_list(out, "type", {"connection", "info"});
    out.member("module", "offport").member("dataset", "offport.finding");
    out.member("action", name_of(finding.kind));
    out.member("id", finding.id + "-" + std::to_string(finding.revision));
    out.member("code", std::to_string(signature_id_of(finding.kind)));
    out.member("severity", ecs_severity(finding.severity));
    out.member("risk_score", finding.score);
    out.member("risk_score_norm", std::clamp(finding.score, 0, kMostRisk));
    out.member("reason", sentence_of(finding));
    write_span(out, finding.first_seen, finding.last_seen);
    out.end_object();
}

void write_flow_event(json::Writer& out, const Observation& session) {
    out.key("event").begin_object();
    out.member("kind", "event");
    write_list(out, "category", {"network"});
    write_list(out, "type", {"connection", session.ended ? "end" : "info"});
    out.member("module", "offport").member("dataset", "offport.flow");
    out.member("action", "session");
    write_span(out, session.start, session.last);
    out.end_object();
}

void write_vlan(json::Writer& out, std::uint16_t number) {
    out.key("vlan").begin_object().member("id", std::to_string(number)).end_object();
}

void write_network(json::Writer& out, const Observation& session, const Endpoint& server,
                   const EveOptions& options) {
    out.key("network").begin_object();
    out.member("type", session.client.address.is_ipv4() ? "ipv4" : "ipv6");
    if (session.transport != Transport::kNone) {
        out.member("transport", session.transport == Transport::kTcp ? "tcp" : "udp");
    }
    out.member_if("protocol", session.protocol);
    out.member("community_id",
               community_id(session.client, server, session.transport, options.community_id_seed));
    out.member("bytes", session.bytes_to_server + session.bytes_to_client);
    out.member("packets", session.packets_to_server + session.packets_to_client);
    const Tags& tags = session.tags;
    if (tags.vlan_count > 0) write_vlan(out, tags.vlans[0]);
    if (tags.vlan_count > 1) {
        out.key("inner").begin_object();
        write_vlan(out, tags.vlans[1]);
        out.end_object();
    }
    out.end_object();
}

void write_side(json::Writer& out, json::Key key, const Endpoint& endpoint, std::uint64_t bytes,
                std::uint64_t packets, std::string_view domain) {
    out.key(key).begin_object();
    out.member("address", text_of(endpoint.address));
    out.member("ip", text_of(endpoint.address));
    out.member("port", static_cast<int>(endpoint.port));
    out.member("bytes", bytes).member("packets", packets);
    out.member_if("domain", domain);
    out.end_object();
}

/// The name by which the client called the server.
std::string_view domain_of(const Observation& session, const FactIndex& facts) {
    if (facts.has(Fact::kTlsSni)) return facts.first(Fact::kTlsSni);
    if (facts.has(Fact::kHttpHost)) return split_host(facts.first(Fact::kHttpHost)).name;
    return session.requested_name;
}

void write_tls(json::Writer& out, const FactIndex& facts) {
    if (!facts.has_any({Fact::kTlsSni, Fact::kTlsVersion, Fact::kTlsAlpn})) return;
    out.key("tls").begin_object();
    constexpr std::string_view kName = "TLS ";
    if (const std::string_view version = facts.last(Fact::kTlsVersion);
        version.starts_with(kName)) {
        out.member("version", version.substr(kName.size())).member("version_protocol", "tls");
    }
    if (facts.has(Fact::kTlsSni)) {
        out.key("client").begin_object();
        out.member("server_name", facts.first(Fact::kTlsSni));
        out.end_object();
    }
    out.end_object();
}

void write_http(json::Writer& out, const FactIndex& facts) {
    if (facts.has(Fact::kHttpMethod)) {
        out.key("http").begin_object().key("request").begin_object();
        out.member("method", facts.first(Fact::kHttpMethod));
        out.end_object().end_object();
    }
    if (facts.has(Fact::kHttpUri)) {
        out.key("url").begin_object();
        out.member("original", facts.first(Fact::kHttpUri));
        out.end_object();
    }
    if (facts.has(Fact::kHttpUserAgent)) {
        out.key("user_agent").begin_object();
        out.member("original", facts.first(Fact::kHttpUserAgent));
        out.end_object();
    }
}

void write_dns(json::Writer& out, const FactIndex& facts) {
    if (!facts.has_any({Fact::kDnsName, Fact::kDnsType})) return;
    out.key("dns").begin_object().key("question").begin_object();
    out.member("name", facts.first(Fact::kDnsName));
    out.member_if("type", facts.first(Fact::kDnsType));
    out.end_object().end_object();
}

/// The device, whose is it, and the app on it.
void write_owner(json::Writer& out, const Observation& session) {
    const Attribution& owner = session.attribution;
    if (!owner.device.empty()) {
        out.key("device").begin_object().member("id", owner.device).end_object();
    }
    if (!owner.device.empty() || owner.platform != Platform::kUnknown) {
        out.key("host").begin_object();
        out.member_if("id", owner.device).member_if("name", owner.device_name);
        if (owner.platform != Platform::kUnknown) {
            out.key("os").begin_object().member("type", name_of(owner.platform)).end_object();
        }
        out.end_object();
    }
    if (!owner.user.empty()) {
        out.key("user").begin_object().member("name", owner.user).end_object();
    }
    if (!owner.app.empty()) {
        out.key("package").begin_object();
        out.member("name", owner.app).member_if("version", session.context.app_version);
        out.end_object();
    }
}

void write_session(json::Writer& out, const Observation& session, const FactIndex& facts,
                   const EveOptions& options) {
    const Endpoint& server = session.proxy.value_or(session.server);  // the packets' own
    const std::string_view domain = domain_of(session, facts);
    write_network(out, session, server, options);
    write_side(out, "source", session.client, session.bytes_to_server, session.packets_to_server,
               {});
    write_side(out, "destination", server, session.bytes_to_client, session.packets_to_client,
               domain);
    write_owner(out, session);
    write_tls(out, facts);
    write_http(out, facts);
    write_dns(out, facts);
    out.key("related").begin_object();
    out.key("ip").begin_array().text(text_of(session.client.address));
    out.text(text_of(server.address)).end_array();
    if (!domain.empty()) write_list(out, "hosts", {domain});
    if (!session.attribution.user.empty()) write_list(out, "user", {session.attribution.user});
    out.end_object();
}

void write_rule(json::Writer& out, const Finding& finding) {
    out.key("rule").begin_object();
    out.member("id", std::to_string(signature_id_of(finding.kind)));
    out.member("name", finding.rule.empty() ? name_of(finding.kind) : finding.rule);
    out.member("category", name_of(finding.kind));
    out.member("ruleset", "policy.yaml");
    out.member("reference", technique_of(finding).reference());
    out.end_object();
}

void write_technique(json::Writer& out, const Technique& technique) {
    write_list(out, "id", {technique.id});
    write_list(out, "name", {technique.name});
    write_list(out, "reference", {technique.reference()});
}

void write_threat(json::Writer& out, const Finding& finding) {
    const Technique technique = technique_of(finding);
    out.key("threat").begin_object();
    out.member("framework", "MITRE ATT&CK");
    out.key("tactic").begin_object();
    write_list(out, "id", {"TA0037"});  // of ATT&CK for Mobile
    write_list(out, "name", {"Command and Control"});
    out.end_object();
    out.key("technique").begin_object();
    write_technique(out, technique.whole());
    if (technique.is_sub()) {
        out.key("subtechnique").begin_object();
        write_technique(out, technique);
        out.end_object();
    }
    out.end_object();
    out.end_object();
}

}  // namespace

void write_ecs_flow(json::Writer& out, const Observation& session, const EveOptions& options,
                    std::string_view finding) {
    const FactIndex facts{session};
    out.begin_object();
    write_head(out, session.last, options);
    write_flow_event(out, session);
    write_session(out, session, facts, options);
    out.key("offport").begin_object();
    out.member_if("finding", finding);
    out.member_if("ja4", facts.first(Fact::kJa4));
    write_session_extension(out, session, facts, Unknowns::kLeftOut);
    out.end_object();
    out.end_object();
}

void write_ecs_alert(json::Writer& out, const Finding& finding, const EveOptions& options) {
    const FactIndex facts{finding.session};
    out.begin_object();
    write_head(out, finding.last_seen, options);
    out.member("message", sentence_of(finding));
    write_alert_event(out, finding);
    write_rule(out, finding);
    write_threat(out, finding);
    write_session(out, finding.session, facts, options);
    out.key("offport").begin_object();
    write_finding_extension(out, finding);
    out.member_if("ja4", facts.first(Fact::kJa4));
    write_session_extension(out, finding.session, facts, Unknowns::kTold);
    out.end_object();
    out.end_object();
}

}  // namespace sensor::report
