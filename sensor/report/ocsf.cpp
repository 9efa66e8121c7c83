#include "sensor/report/ocsf.h"

#include <chrono>
#include <string>

#include "sensor/report/eve_extension.h"
#include "sensor/report/fact_index.h"
#include "sensor/report/time_text.h"
#include "sensor/report/wording.h"

namespace sensor::report {
namespace {

constexpr int kFindings = 2;             // category_uid
constexpr int kDetectionFinding = 2004;  // class_uid

/// A value of an enumeration, and the caption that the schema gives it.
struct Choice {
    int id;
    std::string_view caption;
};

Choice activity_of(const Finding& finding) noexcept {
    if (finding.status != FindingStatus::kOpen) return {3, "Close"};
    return finding.revision > 1 ? Choice{2, "Update"} : Choice{1, "Create"};
}

Choice status_of(const Finding& finding) noexcept {
    switch (finding.status) {
        case FindingStatus::kOpen: return {1, "New"};
        case FindingStatus::kWithdrawn: return {4, "Resolved"};
        case FindingStatus::kClosed: return {5, "Archived"};  // it may still have been one
    }
    return {0, "Unknown"};
}

Choice severity_of(Severity severity) noexcept {
    switch (severity) {
        case Severity::kInfo: return {1, "Informational"};
        case Severity::kLow: return {2, "Low"};
        case Severity::kMedium: return {3, "Medium"};
        case Severity::kHigh: return {4, "High"};
    }
    return {0, "Unknown"};
}

/// How sure it is that the session's bytes are what they are taken for.
Choice confidence_of(Confirmed confirmed) noexcept {
    switch (confirmed) {
        case Confirmed::kNone: return {1, "Low"};
        case Confirmed::kClient:
        case Confirmed::kServer: return {2, "Medium"};
        case Confirmed::kBoth: return {3, "High"};
    }
    return {0, "Unknown"};
}

/// OCSF's times are milliseconds since the Unix epoch.
std::int64_t milliseconds_of(Timestamp time) noexcept {
    return std::chrono::floor<std::chrono::milliseconds>(time).time_since_epoch().count();
}

void write_classification(json::Writer& out, const Finding& finding) {
    const Choice activity = activity_of(finding);
    out.member("activity_id", activity.id).member("activity_name", activity.caption);
    out.member("category_uid", kFindings).member("category_name", "Findings");
    out.member("class_uid", kDetectionFinding).member("class_name", "Detection Finding");
    out.member("type_uid", kDetectionFinding * 100 + activity.id);
    const Choice severity = severity_of(finding.severity);
    out.member("severity_id", severity.id).member("severity", severity.caption);
    const Choice status = status_of(finding);
    out.member("status_id", status.id).member("status", status.caption);
    const Choice confidence = confidence_of(finding.session.confirmed);
    out.member("confidence_id", confidence.id).member("confidence", confidence.caption);
    out.member("risk_score", finding.score);
    out.member("is_alert", finding.status == FindingStatus::kOpen);
}

void write_product(json::Writer& out, const EveOptions& options) {
    out.key("product").begin_object();
    out.member("name", "offport").member("vendor_name", "offport");
    out.member_if("version", options.version);
    out.end_object();
}

void write_metadata(json::Writer& out, const Finding& finding, const EveOptions& options) {
    out.key("metadata").begin_object();
    out.member("version", "1.8.0");
    out.member("uid", finding.id + "-" + std::to_string(finding.revision));
    out.member_if("log_provider", options.host);
    write_product(out, options);
    out.end_object();
}

void write_named(json::Writer& out, json::Key key, std::string_view uid, std::string_view name) {
    out.key(key).begin_object().member("uid", uid).member("name", name).end_object();
}

void write_analytic(json::Writer& out, const Finding& finding) {
    constexpr int kRule = 1;
    out.key("analytic").begin_object();
    out.member("type_id", kRule).member("type", "Rule");
    out.member("uid", std::to_string(signature_id_of(finding.kind)));
    out.member("name", name_of(finding.kind));
    out.member_if("desc", finding.rule);
    out.end_object();
}

void write_attacks(json::Writer& out, const Finding& finding) {
    const Technique technique = technique_of(finding);
    out.key("attacks").begin_array().begin_object();
    write_named(out, "tactic", "TA0037", "Command and Control");  // of ATT&CK for Mobile
    const Technique whole = technique.whole();
    write_named(out, "technique", whole.id, whole.name);
    if (technique.is_sub()) write_named(out, "sub_technique", technique.id, technique.name);
    out.end_object().end_array();
}

void write_finding_info(json::Writer& out, const Finding& finding) {
    out.key("finding_info").begin_object();
    out.member("uid", finding.id);
    out.member("title", sentence_of(finding));
    out.member("created_time", milliseconds_of(finding.first_seen));
    out.member("modified_time", milliseconds_of(finding.last_seen));
    out.member("first_seen_time", milliseconds_of(finding.first_seen));
    out.member("last_seen_time", milliseconds_of(finding.last_seen));
    out.member("related_events_count", finding.recurrence.sessions);
    out.key("types").begin_array().text(name_of(finding.kind)).end_array();
    write_analytic(out, finding);
    write_attacks(out, finding);
    out.end_object();
}

void write_endpoint(json::Writer& out, json::Key key, const Endpoint& endpoint,
                    std::string_view hostname) {
    out.key(key).begin_object();
    out.member("ip", text_of(endpoint.address)).member("port", static_cast<int>(endpoint.port));
    out.member_if("hostname", hostname);
    out.end_object();
}

void write_connection(json::Writer& out, const Observation& session) {
    constexpr int kTcp = 6;  // IANA's protocol numbers
    constexpr int kUdp = 17;
    constexpr int kOutbound = 2;
    out.key("connection_info").begin_object();
    out.member("direction_id", kOutbound).member("direction", "Outbound");
    out.member("uid", std::to_string(session.flow_id));
    if (session.transport != Transport::kNone) {
        const bool is_tcp = session.transport == Transport::kTcp;
        out.member("protocol_num", is_tcp ? kTcp : kUdp);
        out.member("protocol_name", is_tcp ? "tcp" : "udp");
    }
    out.member("protocol_ver_id", session.client.address.is_ipv4() ? 4 : 6);
    out.end_object();
}

void write_tls(json::Writer& out, const FactIndex& facts) {
    constexpr int kJa4 = 1;
    if (facts.has(Fact::kTlsVersion)) {  // which a tls object must have
        out.key("tls").begin_object();
        out.member("version", facts.last(Fact::kTlsVersion));
        out.member_if("sni", facts.first(Fact::kTlsSni));
        out.end_object();
    }
    if (facts.has(Fact::kJa4)) {
        out.key("ja4_fingerprint_list").begin_array().begin_object();
        out.member("type_id", kJa4).member("type", "JA4");
        out.member("value", facts.first(Fact::kJa4));
        out.end_object().end_array();
    }
}

void write_requests(json::Writer& out, const FactIndex& facts) {
    if (facts.has(Fact::kHttpMethod)) {
        out.key("http_request").begin_object();
        out.member("http_method", facts.first(Fact::kHttpMethod));
        out.member_if("user_agent", facts.first(Fact::kHttpUserAgent));
        out.end_object();
    }
    if (const std::string_view name = facts.first(Fact::kDnsName); !name.empty()) {
        out.key("query").begin_object().member("hostname", name);
        out.member_if("type", facts.first(Fact::kDnsType));
        out.end_object();
    }
}

void write_known(json::Writer& out, json::Key key, Tristate value) {
    if (value != Tristate::kUnknown) out.member(key, value == Tristate::kYes);
}

void write_os(json::Writer& out, Platform platform) {
    constexpr int kAndroid = 201;
    constexpr int kIos = 301;
    if (platform == Platform::kUnknown) return;
    const bool is_android = platform == Platform::kAndroid;
    out.key("os").begin_object();
    out.member("name", is_android ? "Android" : "iOS");
    out.member("type", is_android ? "Android" : "iOS");
    out.member("type_id", is_android ? kAndroid : kIos);
    out.end_object();
}

void write_device(json::Writer& out, const Observation& session) {
    constexpr int kMobile = 5;
    const Attribution& owner = session.attribution;
    out.key("device").begin_object();
    out.member("type_id", kMobile).member("type", "Mobile");
    out.member("ip", text_of(session.client.address));
    out.member_if("uid", owner.device).member_if("name", owner.device_name);
    write_os(out, owner.platform);
    write_known(out, "is_managed", session.context.managed);
    write_known(out, "is_compliant", session.context.compliant);
    out.end_object();
}

/// What the finding was found on: its newest session.
void write_evidence(json::Writer& out, const Finding& finding) {
    const Observation& session = finding.session;
    const FactIndex facts{session};
    const std::string_view http_host = split_host(facts.first(Fact::kHttpHost)).name;
    const std::string_view sni = facts.first(Fact::kTlsSni);
    out.key("evidences").begin_array().begin_object();
    write_connection(out, session);
    write_endpoint(out, "src_endpoint", session.client, {});
    write_endpoint(out, "dst_endpoint", session.proxy.value_or(session.server),
                   sni.empty() ? http_host : sni);
    write_device(out, session);
    if (!session.attribution.user.empty()) {
        out.key("user").begin_object().member("name", session.attribution.user).end_object();
    }
    write_tls(out, facts);
    write_requests(out, facts);
    out.end_object().end_array();
}

void write_unmapped(json::Writer& out, const Finding& finding) {
    const FactIndex facts{finding.session};
    out.key("unmapped").begin_object().key("offport").begin_object();
    out.member_if("app_proto", finding.session.protocol);
    write_finding_extension(out, finding);
    write_session_extension(out, finding.session, facts, Unknowns::kTold);
    out.end_object().end_object();
}

}  // namespace

void write_ocsf(json::Writer& out, const Finding& finding, const EveOptions& options) {
    out.begin_object();
    write_classification(out, finding);
    out.member("time", milliseconds_of(finding.first_seen));  // the finding's, whatever revision
    out.member("start_time", milliseconds_of(finding.first_seen));
    out.member("end_time", milliseconds_of(finding.last_seen));
    out.member("message", sentence_of(finding));
    write_metadata(out, finding, options);
    write_finding_info(out, finding);
    write_evidence(out, finding);
    write_device(out, finding.session);
    write_unmapped(out, finding);
    out.end_object();
}

}  // namespace sensor::report
