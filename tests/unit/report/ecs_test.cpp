#include "sensor/report/ecs.h"

#include <map>

#include <gtest/gtest.h>

#include "tests/unit/report/samples.h"
#include "tests/unit/report/schema.h"

namespace sensor::report {
namespace {

/// Adds to `problems` what the schema does not have, below `path`.
void check(const json::Value& value, const std::string& path,
           const std::map<std::string, std::string>& fields, std::vector<std::string>& problems) {
    if (value.is_object()) {
        for (const auto& [name, member] : value.members()) {
            const std::string below =
                path.empty() ? std::string{name} : path + "." + std::string{name};
            // What is no field of ECS is under a name of our own; network.inner has any.
            if (below != "offport" && below != "network.inner")
                check(member, below, fields, problems);
        }
        return;
    }
    const auto field = fields.find(path);
    if (field == fields.end()) {
        problems.push_back("no such field: " + path);
    } else if (field->second == "text-or-list") {
        const bool is_list = value.is_array();
        for (const json::Value& element : value.elements()) {
            if (!element.text()) problems.push_back("no text in " + path);
        }
        if (!is_list && !value.text()) problems.push_back("no text: " + path);
    } else if (!has_type(value, field->second)) {
        problems.push_back("not of type " + field->second + ": " + path);
    }
}

std::vector<std::string> problems_of(std::string_view record) {
    std::map<std::string, std::string> fields;
    for (const auto& words : schema_lines("ecs.txt"))
        fields[words.at(0)] = words.at(1);
    const auto document = json::Document::parse(record);
    EXPECT_TRUE(document) << document.error().message;
    std::vector<std::string> problems;
    check(document->root(), "", fields, problems);
    return problems;
}

/// A session with everything that a record can tell.
Observation full_session() {
    Observation session = flashlight_session();
    session.tags.vlan_count = 2;
    session.tags.vlans = {110, 7};
    for (const auto& [fact, value] : std::initializer_list<std::pair<Fact, std::string_view>>{
             {Fact::kHttpHost, "a.example:8088"},
             {Fact::kHttpMethod, "GET"},
             {Fact::kHttpUri, "/x?y"},
             {Fact::kHttpUserAgent, "agent/1"},
             {Fact::kDnsName, "b.example"},
             {Fact::kDnsType, "A"}})
        session.facts.emplace_back(fact, value);
    session.context.app_version = "4.1";
    return session;
}

TEST(Ecs, ASubTechniqueStandsBelowItsOwn) {
    Finding finding = flashlight_finding();
    finding.kind = FindingKind::kBeaconing;
    finding.analytics = {"AN1681"};
    json::Writer out;
    write_ecs_alert(out, finding, {});

    EXPECT_NE(
        out.view().find(R"j("technique":{"id":["T1437"],"name":["Application Layer Protocol"],)j"
                        R"j("reference":["https://attack.mitre.org/techniques/T1437/"],)j"
                        R"j("subtechnique":{"id":["T1437.001"],"name":["Web Protocols"],)j"
                        R"j("reference":["https://attack.mitre.org/techniques/T1437/001/"]}}})j"),
        std::string_view::npos)
        << out.view();
}

TEST(Ecs, AlertRecordIsWhole) {
    json::Writer out;
    write_ecs_alert(out, flashlight_finding(), {.host = "tap-1", .version = "1.2"});

    const std::string_view record = out.view();
    EXPECT_EQ(
        record.substr(0, record.find(R"(,"offport":)")),
        R"j({"@timestamp":"2026-09-21T07:37:12.671000Z","ecs":{"version":"9.4.0"},)j"
        R"j("observer":{"name":"tap-1","vendor":"offport","product":"offport","type":"sensor",)j"
        R"j("version":"1.2"},)j"
        R"j("message":"TLS on tcp/8088 by com.example.flashlight, approved on tcp/443",)j"
        R"j("event":{"kind":"alert","category":["intrusion_detection","network"],)j"
        R"j("type":["connection","info"],"module":"offport","dataset":"offport.finding",)j"
        R"j("action":"port-mismatch","id":"8f14e45fceea167a-3","code":"1509001","severity":73,)j"
        R"j("risk_score":87,"risk_score_norm":87,)j"
        R"j("reason":"TLS on tcp/8088 by com.example.flashlight, approved on tcp/443",)j"
        R"j("start":"2026-09-21T07:02:11.420000Z","end":"2026-09-21T07:37:12.671000Z",)j"
        R"j("duration":2101251000000},)j"
        R"j("rule":{"id":"1509001","name":"AllowedProtocolPortMappings.tls",)j"
        R"j("category":"port-mismatch","ruleset":"policy.yaml",)j"
        R"j("reference":"https://attack.mitre.org/techniques/T1509/"},)j"
        R"j("threat":{"framework":"MITRE ATT&CK","tactic":{"id":["TA0037"],)j"
        R"j("name":["Command and Control"]},"technique":{"id":["T1509"],)j"
        R"j("name":["Non-Standard Port"],)j"
        R"j("reference":["https://attack.mitre.org/techniques/T1509/"]}},)j"
        R"j("network":{"type":"ipv4","transport":"tcp","protocol":"tls",)j"
        R"j("community_id":"1:BAsAiUuJavhl7OzuzWVf4ioBjnw=","bytes":5690,"packets":16,)j"
        R"j("vlan":{"id":"110"}},)j"
        R"j("source":{"address":"10.20.1.14","ip":"10.20.1.14","port":40001,"bytes":1480,)j"
        R"j("packets":9},"destination":{"address":"198.51.100.20","ip":"198.51.100.20",)j"
        R"j("port":8088,"bytes":4210,"packets":7,"domain":"cdn.flashlight.example"},)j"
        R"j("device":{"id":"serial:R5CT1"},"host":{"id":"serial:R5CT1","name":"phone-114",)j"
        R"j("os":{"type":"android"}},"user":{"name":"a.berg@example.org"},)j"
        R"j("package":{"name":"com.example.flashlight"},"tls":{"version":"1.2",)j"
        R"j("version_protocol":"tls","client":{"server_name":"cdn.flashlight.example"}},)j"
        R"j("related":{"ip":["10.20.1.14","198.51.100.20"],"hosts":["cdn.flashlight.example"],)j"
        R"j("user":["a.berg@example.org"]})j");
}

TEST(Ecs, EveryFieldIsOneOfTheSchemas) {
    Finding finding = flashlight_finding();
    finding.session = full_session();
    json::Writer alert;
    write_ecs_alert(alert, finding, {.host = "tap-1", .version = "1.2"});
    json::Writer flow;
    write_ecs_flow(flow, full_session(), {.host = "tap-1"}, "8f14e45fceea167a");

    EXPECT_EQ(problems_of(alert.view()), std::vector<std::string>{});
    EXPECT_EQ(problems_of(flow.view()), std::vector<std::string>{});
    EXPECT_NE(flow.view().find(R"("vlan":{"id":"110"},"inner":{"vlan":{"id":"7"}})"),
              std::string_view::npos);
    EXPECT_NE(flow.view().find(R"("type":["connection","end"])"), std::string_view::npos);
    EXPECT_NE(flow.view().find(R"("offport":{"finding":"8f14e45fceea167a","ja4":"t13d1516h2_)"),
              std::string_view::npos);
}

TEST(Ecs, AMisspeltFieldIsFound) {
    EXPECT_EQ(problems_of(R"({"event":{"severty":1}})"),
              std::vector<std::string>{"no such field: event.severty"});
    EXPECT_EQ(problems_of(R"({"event":{"severity":"1"}})"),
              std::vector<std::string>{"not of type number: event.severity"});
    EXPECT_EQ(problems_of(R"({"related":{"ip":[1]}})"),
              std::vector<std::string>{"no text in related.ip"});
}

TEST(Ecs, RecordsOfAnEmptySessionAreWhole) {
    json::Writer flow;
    write_ecs_flow(flow, Observation{}, {});
    json::Writer alert;
    write_ecs_alert(alert, Finding{}, {});

    EXPECT_EQ(problems_of(flow.view()), std::vector<std::string>{});
    EXPECT_EQ(problems_of(alert.view()), std::vector<std::string>{});
}

}  // namespace
}  // namespace sensor::report
