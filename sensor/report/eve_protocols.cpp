#include "sensor/report/eve_protocols.h"

#include <algorithm>
#include <initializer_list>
#include <string_view>

#include "sensor/report/wording.h"

namespace sensor::report {
namespace {

bool has_any(const Observation& session, std::initializer_list<Fact> wanted) {
    return std::ranges::any_of(session.facts, [&](const auto& fact) {
        return std::ranges::find(wanted, fact.first) != wanted.end();
    });
}

/// The value noted last: where both sides said something, the server's.
std::string_view last_value(const Observation& session, Fact wanted) {
    std::string_view found;
    for (const auto& [fact, value] : session.facts) {
        if (fact == wanted) found = value;
    }
    return found;
}

void write_split(json::Writer& out, json::Key key, std::string_view comma_separated) {
    out.key(key).begin_array();
    while (!comma_separated.empty()) {
        const std::size_t comma = comma_separated.find(',');
        out.text(comma_separated.substr(0, comma));
        comma_separated.remove_prefix(comma == std::string_view::npos ? comma_separated.size()
                                                                      : comma + 1);
    }
    out.end_array();
}

/// Facts come without their direction, the client's first: the first list is the server's only if
/// nothing of the client's was recognised.
void write_alpns(json::Writer& out, const Observation& session) {
    bool of_client = !session.protocol_to_server.empty();
    for (const auto& [fact, value] : session.facts) {
        if (fact != Fact::kTlsAlpn) continue;
        write_split(out, of_client ? json::Key{"client_alpns"} : json::Key{"server_alpns"}, value);
        if (!of_client) return;
        of_client = false;
    }
}

void write_server_name(json::Writer& out, const Observation& session) {
    out.member_if("sni", session.fact(Fact::kTlsSni));
    out.member_if("ech", session.fact(Fact::kTlsEch));  // "outer": so is the name above
}

void write_tls(json::Writer& out, const Observation& session) {
    if (!has_any(session,
                 {Fact::kTlsSni, Fact::kTlsEch, Fact::kTlsVersion, Fact::kTlsAlpn, Fact::kJa4})) {
        return;
    }
    out.key("tls").begin_object();
    write_server_name(out, session);
    out.member_if("version", last_value(session, Fact::kTlsVersion));
    write_alpns(out, session);
    out.member_if("ja4", session.fact(Fact::kJa4));
    out.end_object();
}

/// QUIC carries TLS inside: its facts belong to the quic object.
void write_quic(json::Writer& out, const Observation& session) {
    out.key("quic").begin_object();
    out.member_if("version", last_value(session, Fact::kQuicVersion));
    write_server_name(out, session);
    write_alpns(out, session);
    out.member_if("ja4", session.fact(Fact::kJa4));
    out.end_object();
}

/// Suricata's two members for one header.
void write_host(json::Writer& out, std::string_view text) {
    const Host host = split_host(text);
    out.member_if("hostname", host.name);
    if (host.port) out.member("http_port", static_cast<int>(*host.port));
}

void write_http(json::Writer& out, const Observation& session) {
    if (!has_any(session, {Fact::kHttpHost, Fact::kHttpUri, Fact::kHttpUserAgent, Fact::kHttpMethod,
                           Fact::kHttpStatus})) {
        return;
    }
    out.key("http").begin_object();
    write_host(out, session.fact(Fact::kHttpHost));
    out.member_if("url", session.fact(Fact::kHttpUri));
    out.member_if("http_user_agent", session.fact(Fact::kHttpUserAgent));
    out.member_if("http_method", session.fact(Fact::kHttpMethod));
    const std::string_view status = session.fact(Fact::kHttpStatus);
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    if (status.size() == 3 && std::ranges::all_of(status, is_digit)) {
        out.member("status", (status[0] - '0') * 100 + (status[1] - '0') * 10 + (status[2] - '0'));
    }
    out.end_object();
}

/// Version 3 of EVE's dns object.
void write_dns(json::Writer& out, const Observation& session) {
    if (!has_any(session, {Fact::kDnsName, Fact::kDnsType})) return;
    out.key("dns").begin_object();
    out.member("version", 3);
    out.key("queries").begin_array().begin_object();
    out.member("rrname", session.fact(Fact::kDnsName));  // empty for the root
    out.member_if("rrtype", session.fact(Fact::kDnsType));
    out.end_object().end_array();
    out.end_object();
}

/// "SSH-protoversion-softwareversion SP comments", RFC 4253 §4.2.
void write_ssh_side(json::Writer& out, json::Key key, std::string_view identification) {
    constexpr std::string_view kStart = "SSH-";
    if (!identification.starts_with(kStart)) return;
    identification.remove_prefix(kStart.size());
    const std::size_t dash = identification.find('-');
    out.key(key).begin_object();
    out.member("proto_version", identification.substr(0, dash));
    if (dash != std::string_view::npos) {
        const std::string_view rest = identification.substr(dash + 1);
        out.member("software_version", rest.substr(0, rest.find(' ')));
    }
    out.end_object();
}

void write_ssh(json::Writer& out, const Observation& session) {
    if (!has_any(session, {Fact::kSshClientVersion, Fact::kSshServerVersion})) return;
    out.key("ssh").begin_object();
    write_ssh_side(out, "client", session.fact(Fact::kSshClientVersion));
    write_ssh_side(out, "server", session.fact(Fact::kSshServerVersion));
    out.end_object();
}

void write_mqtt(json::Writer& out, const Observation& session) {
    if (!has_any(session, {Fact::kMqttClientId})) return;
    out.key("mqtt").begin_object();
    out.key("connect").begin_object();
    out.member("client_id", session.fact(Fact::kMqttClientId));  // may be empty, MQTT 5.0 §3.1.3.1
    out.end_object();
    out.end_object();
}

void write_sip(json::Writer& out, const Observation& session) {
    if (!has_any(session, {Fact::kSipMethod})) return;
    out.key("sip").begin_object();
    out.member("method", session.fact(Fact::kSipMethod));
    out.end_object();
}

}  // namespace

void write_protocols(json::Writer& out, const Observation& session) {
    if (session.protocol == "quic" || has_any(session, {Fact::kQuicVersion})) {
        write_quic(out, session);
    } else {
        write_tls(out, session);
    }
    write_http(out, session);
    write_dns(out, session);
    write_ssh(out, session);
    write_mqtt(out, session);
    write_sip(out, session);
}

}  // namespace sensor::report
