#include "sensor/report/eve_facts_reader.h"

#include <array>
#include <utility>

#include "lib/json/writer.h"

namespace sensor::report {
namespace {

using Members = std::initializer_list<std::pair<std::string_view, Fact>>;

void read_members(const RecordFields& from, Members members, FactList& facts) {
    for (const auto& [key, fact] : members) {
        if (const std::string_view value = from.text_if(key); !value.empty()) {
            facts.emplace_back(fact, value);
        }
    }
}

void read_list(const RecordFields& from, std::string_view key, std::string_view separator,
               Fact fact, FactList& facts) {
    const auto list = from.find(key);
    if (!list) return;
    std::string joined;
    for (const json::Value& element : list->elements()) {
        const auto text = element.text();
        if (!text) return from.expect(key, "a list of texts");
        if (separator.empty()) {
            facts.emplace_back(fact, *text);
        } else {
            joined += (joined.empty() ? "" : std::string{separator}) + std::string{*text};
        }
    }
    if (!separator.empty()) facts.emplace_back(fact, joined);
}

void read_tls(const RecordFields& tls, Fact version, FactList& facts) {
    if (!tls.is_there()) return;
    read_members(tls, {{"sni", Fact::kTlsSni}, {"ech", Fact::kTlsEch}, {"version", version}},
                 facts);
    read_list(tls, "client_alpns", ",", Fact::kTlsAlpn, facts);
    read_members(tls, {{"ja4", Fact::kJa4}}, facts);
    read_list(tls, "server_alpns", ",", Fact::kTlsAlpn, facts);
}

void read_http(const RecordFields& http, FactList& facts) {
    if (!http.is_there()) return;
    std::string host{http.text_if("hostname")};
    if (http.find("http_port")) host += ":" + std::to_string(http.number("http_port", 65535));
    if (!host.empty()) facts.emplace_back(Fact::kHttpHost, host);
    read_members(http,
                 {{"url", Fact::kHttpUri},
                  {"http_user_agent", Fact::kHttpUserAgent},
                  {"http_method", Fact::kHttpMethod}},
                 facts);
    if (!http.find("status")) return;
    std::string status = std::to_string(http.number("status", 999));
    facts.emplace_back(Fact::kHttpStatus, status.insert(0, 3 - status.size(), '0'));
}

void read_dns(const RecordFields& dns, FactList& facts) {
    const auto queries = dns.find("queries");
    if (!queries) return;
    const auto all = queries->elements();
    const auto name = all.empty() ? std::nullopt : all[0].find("rrname");
    if (!name || !name->text()) return dns.expect("queries", "a list of queries with `rrname`");
    facts.emplace_back(Fact::kDnsName, *name->text());
    const auto type = all[0].find("rrtype");
    if (type && type->text()) facts.emplace_back(Fact::kDnsType, *type->text());
}

void read_ssh_side(const RecordFields& side, Fact fact, FactList& facts) {
    if (!side.is_there()) return;
    std::string identification = "SSH-" + std::string{side.text("proto_version")};
    if (side.find("software_version")) {
        identification += "-" + std::string{side.text_if("software_version")};
    }
    facts.emplace_back(fact, identification);
}

void read_first_bytes(const RecordFields& looks, FactList& facts) {
    const auto read = [&](std::string_view key, Fact fact) {
        const auto value = looks.find(key);
        if (!value) return;
        const auto number = value->number();
        if (!number) return looks.expect(key, "a number");
        facts.emplace_back(fact, json::Writer{}.number(*number).view());
    };
    read("entropy_ts", Fact::kEntropyToServer);
    read("printable_ts", Fact::kPrintableToServer);
    read("entropy_tc", Fact::kEntropyToClient);
    read("printable_tc", Fact::kPrintableToClient);
}

}  // namespace

void read_facts(const RecordFields& record, const RecordFields& ours, Observation& session) {
    FactList& facts = session.facts;
    read_tls(record.object("quic", "quic."), Fact::kQuicVersion, facts);
    read_tls(record.object("tls", "tls."), Fact::kTlsVersion, facts);
    read_http(record.object("http", "http."), facts);
    read_dns(record.object("dns", "dns."), facts);
    const RecordFields ssh = record.object("ssh", "ssh.");
    read_ssh_side(ssh.object("client", "ssh.client."), Fact::kSshClientVersion, facts);
    read_ssh_side(ssh.object("server", "ssh.server."), Fact::kSshServerVersion, facts);
    const RecordFields connect = record.object("mqtt", "mqtt.").object("connect", "mqtt.connect.");
    if (connect.find("client_id")) {
        facts.emplace_back(Fact::kMqttClientId, connect.text_if("client_id"));
    }
    read_members(record.object("sip", "sip."), {{"method", Fact::kSipMethod}}, facts);
    read_members(ours,
                 {{"destination_requested", Fact::kDestinationRequested},
                  {"banner", Fact::kBanner},
                  {"user_agent", Fact::kUserAgent}},
                 facts);
    read_list(ours, "software", "", Fact::kSoftware, facts);
    read_first_bytes(ours.object("first_bytes", "offport.first_bytes."), facts);
}

}  // namespace sensor::report
