#include "sensor/report/ocsf.h"

#include <algorithm>
#include <map>

#include <gtest/gtest.h>

#include "tests/unit/report/samples.h"
#include "tests/unit/report/schema.h"

namespace sensor::report {
namespace {

struct Attribute {
    std::string type;
    bool is_required = false;
    std::vector<std::string> values;
};
using Schema = std::map<std::string, std::map<std::string, Attribute>>;  // object, attribute

const Schema& schema() {
    static const Schema found = [] {
        Schema objects;
        for (const auto& words : schema_lines("ocsf.txt")) {
            Attribute& attribute = objects[words.at(0)][words.at(1)];
            attribute.type = words.at(2);
            attribute.is_required = words.size() > 3 && words[3] == "required";
            for (std::size_t i = 4; i < words.size(); ++i)
                attribute.values.push_back(words[i]);
        }
        return objects;
    }();
    return found;
}

void check_object(const json::Value& value, const std::string& object,
                  std::vector<std::string>& problems);

void check_value(const json::Value& value, const std::string& path, const std::string& type,
                 const std::vector<std::string>& values, std::vector<std::string>& problems) {
    if (type.ends_with("[]")) {
        if (!value.is_array()) problems.push_back("no list: " + path);
        for (const json::Value& element : value.elements())
            check_value(element, path, type.substr(0, type.size() - 2), values, problems);
    } else if (schema().contains(type)) {
        check_object(value, type, problems);
    } else if (!has_type(value, type)) {
        problems.push_back("not of type " + type + ": " + path);
    } else if (!values.empty() &&
               std::ranges::find(values, std::to_string(value.integer().value_or(-1))) ==
                   values.end()) {
        problems.push_back("not one of its values: " + path);
    }
}

void check_object(const json::Value& value, const std::string& object,
                  std::vector<std::string>& problems) {
    if (!value.is_object()) problems.push_back("no object: " + object);
    const auto& attributes = schema().at(object);
    for (const auto& [name, member] : value.members()) {
        const std::string path = object + "." + std::string{name};
        const auto attribute = attributes.find(std::string{name});
        if (attribute == attributes.end()) {
            problems.push_back("no such attribute: " + path);
        } else {
            check_value(member, path, attribute->second.type, attribute->second.values, problems);
        }
    }
    for (const auto& [name, attribute] : attributes) {
        if (attribute.is_required && !value.find(name)) {
            problems.push_back("missing: " + object + "." + name);
        }
    }
}

std::vector<std::string> problems_of(std::string_view record) {
    const auto document = json::Document::parse(record);
    EXPECT_TRUE(document) << document.error().message;
    std::vector<std::string> problems;
    check_object(document->root(), "detection_finding", problems);
    return problems;
}

std::string record_of(const Finding& finding) {
    json::Writer out;
    write_ocsf(out, finding, {.host = "tap-1", .version = "1.2"});
    return std::string{out.view()};
}

TEST(Ocsf, RecordIsWhole) {
    const std::string record = record_of(flashlight_finding());

    EXPECT_EQ(
        record.substr(0, record.find(R"(,"unmapped":)")),
        R"j({"activity_id":2,"activity_name":"Update","category_uid":2,)j"
        R"j("category_name":"Findings","class_uid":2004,"class_name":"Detection Finding",)j"
        R"j("type_uid":200402,"severity_id":4,"severity":"High","status_id":1,"status":"New",)j"
        R"j("confidence_id":3,"confidence":"High","risk_score":87,"is_alert":true,)j"
        R"j("time":1789974131420,"start_time":1789974131420,"end_time":1789976232671,)j"
        R"j("message":"TLS on tcp/8088 by com.example.flashlight, approved on tcp/443",)j"
        R"j("metadata":{"version":"1.8.0","uid":"8f14e45fceea167a-3","log_provider":"tap-1",)j"
        R"j("product":{"name":"offport","vendor_name":"offport","version":"1.2"}},)j"
        R"j("finding_info":{"uid":"8f14e45fceea167a",)j"
        R"j("title":"TLS on tcp/8088 by com.example.flashlight, approved on tcp/443",)j"
        R"j("created_time":1789974131420,"modified_time":1789976232671,)j"
        R"j("first_seen_time":1789974131420,"last_seen_time":1789976232671,)j"
        R"j("related_events_count":8,"types":["port-mismatch"],"analytic":{"type_id":1,)j"
        R"j("type":"Rule","uid":"1509001","name":"port-mismatch",)j"
        R"j("desc":"AllowedProtocolPortMappings.tls"},"attacks":[{"tactic":{"uid":"TA0037",)j"
        R"j("name":"Command and Control"},"technique":{"uid":"T1509",)j"
        R"j("name":"Non-Standard Port"}}]},"evidences":[{"connection_info":{"direction_id":2,)j"
        R"j("direction":"Outbound","uid":"1234567890123","protocol_num":6,)j"
        R"j("protocol_name":"tcp","protocol_ver_id":4},"src_endpoint":{"ip":"10.20.1.14",)j"
        R"j("port":40001},"dst_endpoint":{"ip":"198.51.100.20","port":8088,)j"
        R"j("hostname":"cdn.flashlight.example"},"device":{"type_id":5,"type":"Mobile",)j"
        R"j("ip":"10.20.1.14","uid":"serial:R5CT1","name":"phone-114","os":{"name":"Android",)j"
        R"j("type":"Android","type_id":201},"is_managed":true},)j"
        R"j("user":{"name":"a.berg@example.org"},"tls":{"version":"TLS 1.2",)j"
        R"j("sni":"cdn.flashlight.example"},"ja4_fingerprint_list":[{"type_id":1,"type":"JA4",)j"
        R"j("value":"t13d1516h2_8daaf6152771_e5627efa2ab1"}]}],"device":{"type_id":5,)j"
        R"j("type":"Mobile","ip":"10.20.1.14","uid":"serial:R5CT1","name":"phone-114",)j"
        R"j("os":{"name":"Android","type":"Android","type_id":201},"is_managed":true})j");
}

TEST(Ocsf, EveryAttributeIsOneOfTheSchemas) {
    Finding finding = flashlight_finding();
    for (const auto& [fact, value] :
         std::initializer_list<std::pair<Fact, std::string_view>>{{Fact::kHttpMethod, "GET"},
                                                                  {Fact::kHttpUserAgent, "agent/1"},
                                                                  {Fact::kDnsName, "b.example"},
                                                                  {Fact::kDnsType, "A"}})
        finding.session.facts.emplace_back(fact, value);

    EXPECT_EQ(problems_of(record_of(finding)), std::vector<std::string>{});
    EXPECT_EQ(problems_of(record_of(Finding{})), std::vector<std::string>{});
}

TEST(Ocsf, WhatTheSchemaDoesNotHaveIsFound) {
    std::string record = record_of(flashlight_finding());
    record.replace(record.find("activity_id"), 11, "activity_ix");
    EXPECT_EQ(problems_of(record),
              (std::vector<std::string>{"no such attribute: detection_finding.activity_ix",
                                        "missing: detection_finding.activity_id"}));

    record = record_of(flashlight_finding());
    record.replace(record.find(R"("type_id":5)"), 11, R"("type_id":55)");
    EXPECT_EQ(problems_of(record),
              std::vector<std::string>{"not one of its values: device.type_id"});
}

TEST(Ocsf, AFindingIsCreatedUpdatedAndClosed) {
    Finding finding = flashlight_finding();
    const auto has = [&](std::string_view text) {
        return record_of(finding).find(text) != std::string::npos;
    };

    finding.revision = 1;
    EXPECT_TRUE(has(R"("activity_id":1,"activity_name":"Create")"));
    EXPECT_TRUE(has(R"("type_uid":200401)"));
    finding.revision = 2;
    EXPECT_TRUE(has(R"("activity_id":2,"activity_name":"Update")"));
    EXPECT_TRUE(has(R"("type_uid":200402)"));
    EXPECT_TRUE(has(R"("status_id":1,"status":"New")"));
    EXPECT_TRUE(has(R"("is_alert":true)"));
    finding.status = FindingStatus::kWithdrawn;
    EXPECT_TRUE(has(R"("activity_id":3,"activity_name":"Close")"));
    EXPECT_TRUE(has(R"("type_uid":200403)"));
    EXPECT_TRUE(has(R"("status_id":4,"status":"Resolved")"));
    EXPECT_TRUE(has(R"("is_alert":false)"));
    EXPECT_EQ(problems_of(record_of(finding)), std::vector<std::string>{});
    finding.status = FindingStatus::kClosed;
    EXPECT_TRUE(has(R"("activity_id":3,"activity_name":"Close")"));
    EXPECT_TRUE(has(R"("status_id":5,"status":"Archived")"));
    EXPECT_TRUE(has(R"("is_alert":false)"));
}

TEST(Ocsf, ATechniqueIsThatOfTheKind) {
    Finding finding = flashlight_finding();
    finding.kind = FindingKind::kRelay;
    EXPECT_NE(
        record_of(finding).find(R"("technique":{"uid":"T1604","name":"Proxy Through Victim"})"),
        std::string::npos);
    finding.kind = FindingKind::kBeaconing;
    finding.analytics = {"AN1681"};
    EXPECT_NE(record_of(finding).find(
                  R"("technique":{"uid":"T1437","name":"Application Layer Protocol"},)"
                  R"("sub_technique":{"uid":"T1437.001","name":"Web Protocols"})"),
              std::string::npos);
}

}  // namespace
}  // namespace sensor::report
