#include "sensor/report/eve_protocols.h"

#include <algorithm>
#include <string_view>

#include "sensor/report/wording.h"

namespace sensor::report {
namespace {

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
void write_alpns(json::Writer& out, const Observation& session, const FactIndex& facts) {
    if (!facts.has(Fact::kTlsAlpn)) return;
    bool of_client = !session.protocol_to_server.empty();
    for (const auto& [fact, value] : session.facts) {
        if (fact != Fact::kTlsAlpn) continue;
        if (!of_client) return write_split(out, "server_alpns", value);
        write_split(out, "client_alpns", value);
        of_client = false;
    }
}

void write_server_name(json::Writer& out, const FactIndex& facts) {
    out.member_if("sni", facts.first(Fact::kTlsSni));
    out.member_if("ech", facts.first(Fact::kTlsEch));  // "outer": so is the name above
}

void write_tls(json::Writer& out, const Observation& session, const FactIndex& facts) {
    if (!facts.has_any(
            {Fact::kTlsSni, Fact::kTlsEch, Fact::kTlsVersion, Fact::kTlsAlpn, Fact::kJa4})) {
        return;
    }
    out.key("tls").begin_object();
    write_server_name(out, facts);
    out.member_if("version", facts.last(Fact::kTlsVersion));
    write_alpns(out, session, facts);
    out.member_if("ja4", facts.first(Fact::kJa4));
    out.end_object();
}

/// QUIC carries TLS inside: its facts belong to the quic object.
void write_quic(json::Writer& out, const Observation& session, const FactIndex& facts) {
    out.key("quic").begin_object();
    out.member_if("version", facts.last(Fact::kQuicVersion));
    write_server_name(out, facts);
    write_alpns(out, session, facts);
    out.member_if("ja4", facts.first(Fact::kJa4));
    out.end_object();
}

/// Suricata's two members for one header.
void write_host(json::Writer& out, std::string_view text) {
    const Host host = split_host(text);
    out.member_if("hostname", host.name);
    if (host.port) out.member("http_port", static_cast<int>(*host.port));
}

void write_http(json::Writer& out, const FactIndex& facts) {
    if (!facts.has_any({Fact::kHttpHost, Fact::kHttpUri, Fact::kHttpUserAgent, Fact::kHttpMethod,
                        Fact::kHttpStatus})) {
        return;
    }
    out.key("http").begin_object();
    write_host(out, facts.first(Fact::kHttpHost));
    out.member_if("url", facts.first(Fact::kHttpUri));
    out.member_if("http_user_agent", facts.first(Fact::kHttpUserAgent));
    out.member_if("http_method", facts.first(Fact::kHttpMethod));
    const std::string_view status = facts.first(Fact::kHttpStatus);
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    if (status.size() == 3 && std::ranges::all_of(status, is_digit)) {
        out.member("status", (status[0] - '0') * 100 + (status[1] - '0') * 10 + (status[2] - '0'));
    }
    out.end_object();
}

/// Version 3 of EVE's dns object.
void write_dns(json::Writer& out, const FactIndex& facts) {
    if (!facts.has_any({Fact::kDnsName, Fact::kDnsType})) return;
    out.key("dns").begin_object();
    out.member("version", 3);
    out.key("queries").begin_array().begin_object();
    out.member("rrname", facts.first(Fact::kDnsName));  // empty for the root
    out.member_if("rrtype", facts.first(Fact::kDnsType));
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

void write_ssh(json::Writer& out, const FactIndex& facts) {
    if (!facts.has_any({Fact::kSshClientVersion, Fact::kSshServerVersion})) return;
    out.key("ssh").begin_object();
    write_ssh_side(out, "client", facts.first(Fact::kSshClientVersion));
    write_ssh_side(out, "server", facts.first(Fact::kSshServerVersion));
    out.end_object();
}

void write_mqtt(json::Writer& out, const FactIndex& facts) {
    if (!facts.has(Fact::kMqttClientId)) return;
    out.key("mqtt").begin_object();
    out.key("connect").begin_object();
    out.member("client_id", facts.first(Fact::kMqttClientId));  // may be empty, MQTT 5.0 §3.1.3.1
    out.end_object();
    out.end_object();
}

void write_sip(json::Writer& out, const FactIndex& facts) {
    if (!facts.has(Fact::kSipMethod)) return;
    out.key("sip").begin_object();
    out.member("method", facts.first(Fact::kSipMethod));
    out.end_object();
}

}  // namespace

void write_protocols(json::Writer& out, const Observation& session, const FactIndex& facts) {
    if (session.protocol == "quic" || facts.has(Fact::kQuicVersion)) {
        write_quic(out, session, facts);
    } else {
        write_tls(out, session, facts);
    }
    write_http(out, facts);
    write_dns(out, facts);
    write_ssh(out, facts);
    write_mqtt(out, facts);
    write_sip(out, facts);
}

}  // namespace sensor::report
