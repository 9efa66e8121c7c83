#include "sensor/report/eve.h"

#include <gtest/gtest.h>

#include "lib/json/json.h"
#include "tests/unit/report/flow_text.h"
#include "tests/unit/report/samples.h"

namespace sensor::report {
namespace {

json::Document parsed(const std::string& text) {
    auto document = json::Document::parse(text);
    EXPECT_TRUE(document) << document.error().message;
    return *std::move(document);
}

/// The member at "a.b.c".
std::optional<json::Value> find(const json::Document& document, std::string_view path) {
    std::optional<json::Value> value = document.root();
    while (value && !path.empty()) {
        const std::size_t dot = path.find('.');
        value = value->find(path.substr(0, dot));
        path.remove_prefix(dot == std::string_view::npos ? path.size() : dot + 1);
    }
    return value;
}

std::string text_at(const json::Document& document, std::string_view path) {
    const auto value = find(document, path);
    return value ? std::string{value->text().value_or("(no text)")} : "(absent)";
}

TEST(Eve, FlowRecordHasSuricatasFieldsAndOurOwn) {
    EXPECT_EQ(
        flow_of(flashlight_session()),
        R"j({"timestamp":"2026-09-21T07:37:12.671000+0000","flow_id":1234567890123,)j"
        R"j("event_type":"flow","vlan":[110],"src_ip":"10.20.1.14","src_port":40001,)j"
        R"j("dest_ip":"198.51.100.20","dest_port":8088,"proto":"TCP","ip_v":4,)j"
        R"j("community_id":"1:BAsAiUuJavhl7OzuzWVf4ioBjnw=","app_proto":"tls",)j"
        R"j("app_proto_ts":"tls","app_proto_tc":"tls",)j"
        R"j("flow":{"pkts_toserver":9,"pkts_toclient":7,"bytes_toserver":1480,)j"
        R"j("bytes_toclient":4210,"start":"2026-09-21T07:37:11.420000+0000",)j"
        R"j("end":"2026-09-21T07:37:12.671000+0000","age":1,"state":"closed","reason":"closed",)j"
        R"j("alerted":false},"tcp":{"tcp_flags":"1b","tcp_flags_ts":"1b","tcp_flags_tc":"13",)j"
        R"j("syn":true,"fin":true,"psh":true,"ack":true,"state":"closed"},)j"
        R"j("tls":{"sni":"cdn.flashlight.example","version":"TLS 1.2","client_alpns":["h2",)j"
        R"j("http/1.1"],"server_alpns":["h2"],"ja4":"t13d1516h2_8daaf6152771_e5627efa2ab1"},)j"
        R"j("offport":{"attribution":{"app":"com.example.flashlight","app_group":"office",)j"
        R"j("device":"serial:R5CT1","device_name":"phone-114","user":"a.berg@example.org",)j"
        R"j("platform":"android","method":"flow-record","confidence":"high","rule":"vlan: 110"},)j"
        R"j("context":{"app_state":"background",)j"
        R"j("app_state_since":"2026-09-21T06:58:12.000000+0000","locked":"yes",)j"
        R"j("locked_since":"2026-09-21T06:58:40.000000+0000","since_interaction_seconds":2311.0,)j"
        R"j("since_job_seconds":0.812,"job":"workmanager","managed":"yes",)j"
        R"j("supervised":"unknown","compliant":"unknown","app_managed":"no",)j"
        R"j("app_approved":"no"},"confirmed":"both","conflict":false,"loss_seen":false,"overlap_conflict":false,)j"
        R"j("tags":{"vlans":[110],"tunnel":"none"}}})j");
}

TEST(Eve, AlertRecordTellsTheFindingToo) {
    json::Writer out;
    write_alert(out, flashlight_finding(), {.host = "tap-1"});

    EXPECT_EQ(
        out.view(),
        R"j({"timestamp":"2026-09-21T07:37:12.671000+0000","flow_id":1234567890123,)j"
        R"j("event_type":"alert","host":"tap-1","vlan":[110],"src_ip":"10.20.1.14",)j"
        R"j("src_port":40001,"dest_ip":"198.51.100.20","dest_port":8088,"proto":"TCP","ip_v":4,)j"
        R"j("community_id":"1:BAsAiUuJavhl7OzuzWVf4ioBjnw=","alert":{"action":"allowed","gid":1,)j"
        R"j("signature_id":1509001,"rev":3,)j"
        R"j("signature":"TLS on tcp/8088 by com.example.flashlight, approved on tcp/443",)j"
        R"j("category":"Detection of a Non-Standard Protocol or Event","severity":1,)j"
        R"j("metadata":{"mitre_tactic_id":["TA0037"],)j"
        R"j("mitre_tactic_name":["Command_And_Control"],"mitre_technique_id":["T1509"],)j"
        R"j("mitre_technique_name":["Non_Standard_Port"],"analytic":["AN1827"]}},)j"
        R"j("app_proto":"tls","app_proto_ts":"tls","app_proto_tc":"tls","flow":{"pkts_toserver":9,"pkts_toclient":7,"bytes_toserver":1480,)j"
        R"j("bytes_toclient":4210,"start":"2026-09-21T07:37:11.420000+0000",)j"
        R"j("end":"2026-09-21T07:37:12.671000+0000","age":1,"state":"closed","reason":"closed",)j"
        R"j("alerted":true},"tcp":{"tcp_flags":"1b","tcp_flags_ts":"1b","tcp_flags_tc":"13",)j"
        R"j("syn":true,"fin":true,"psh":true,"ack":true,"state":"closed"},)j"
        R"j("tls":{"sni":"cdn.flashlight.example","version":"TLS 1.2","client_alpns":["h2",)j"
        R"j("http/1.1"],"server_alpns":["h2"],"ja4":"t13d1516h2_8daaf6152771_e5627efa2ab1"},)j"
        R"j("offport":{"finding":"8f14e45fceea167a","revision":3,"status":"open","kind":"port-mismatch",)j"
        R"j("score":87,"severity":"high","contributions":[{"name":"port_not_approved",)j"
        R"j("channel":"AN1827.3","points":30,)j"
        R"j("detail":"tls on tcp/8088 is approved on tcp/443 only"},{"name":"stable_recurrence",)j"
        R"j("channel":"AN1827.2","points":20,"detail":"8 sessions, every 300 s (+/- 1 s)"},)j"
        R"j({"name":"app_in_background","channel":"AN1827.4","points":15,)j"
        R"j("detail":"in the background since 06:58:12Z"},{"name":"device_locked",)j"
        R"j("channel":"AN1827.5","points":12,"detail":"locked since 06:58:40Z"},)j"
        R"j({"name":"app_unmanaged","channel":"AN1827.8","points":10,)j"
        R"j("detail":"neither managed nor on the approved list"}],)j"
        R"j("rule":"AllowedProtocolPortMappings.tls","expected":"tls on tcp/443",)j"
        R"j("first_seen":"2026-09-21T07:02:11.420000+0000",)j"
        R"j("last_seen":"2026-09-21T07:37:12.671000+0000","recurrence":{"sessions":8,)j"
        R"j("median_interval_seconds":300.0,"spread_seconds":1.04,"stable":true},)j"
        R"j("attribution":{"app":"com.example.flashlight","app_group":"office",)j"
        R"j("device":"serial:R5CT1","device_name":"phone-114","user":"a.berg@example.org",)j"
        R"j("platform":"android","method":"flow-record","confidence":"high","rule":"vlan: 110"},)j"
        R"j("context":{"app_state":"background",)j"
        R"j("app_state_since":"2026-09-21T06:58:12.000000+0000","locked":"yes",)j"
        R"j("locked_since":"2026-09-21T06:58:40.000000+0000","since_interaction_seconds":2311.0,)j"
        R"j("since_job_seconds":0.812,"job":"workmanager","managed":"yes",)j"
        R"j("supervised":"unknown","compliant":"unknown","app_managed":"no",)j"
        R"j("app_approved":"no"},"confirmed":"both","conflict":false,"loss_seen":false,"overlap_conflict":false,)j"
        R"j("tags":{"vlans":[110],"tunnel":"none"}}})j");
}

TEST(Eve, AlertRecordTellsWhatItRestsOnAndWhatRevisedIt) {
    Finding finding = flashlight_finding();
    finding.status = FindingStatus::kWithdrawn;
    finding.revised_by = "radius: 10.20.1.14 leased to serial:R5CT1";
    finding.earlier = {.times = 1,
                       .sessions = 9,
                       .first_seen = finding.first_seen - std::chrono::hours{72},
                       .last_seen = finding.first_seen - std::chrono::hours{48}};
    finding.suppressed = {.of_device = 3, .of_app = 0, .of_rule = 1200};
    finding.session.facts_used = {
        {"locked", "mdm", finding.session.start - std::chrono::seconds{90}},
        {"10.20.1.14 leased to serial:R5CT1", "",
         finding.session.start + std::chrono::milliseconds{500}}};
    finding.session.context.since_unlock = std::chrono::minutes{2};
    finding.session.context.since_process = std::chrono::seconds{1};
    finding.session.context.started_locked = Tristate::kYes;
    finding.session.context.app_installed = Tristate::kNo;
    finding.session.context.app_version = "4.1";
    finding.session.context.app_signer = "ab12";
    json::Writer out;

    write_alert(out, finding, {.host = "tap-1"});

    for (
        const std::string_view member :
        {R"("status":"withdrawn","revised_by":"radius: 10.20.1.14 leased to serial:R5CT1",)",
         R"("facts":[{"fact":"locked","source":"mdm","time":"2026-09-21T07:35:41.420000+0000",)"
         R"("age_seconds":90.0},{"fact":"10.20.1.14 leased to serial:R5CT1",)"
         R"("time":"2026-09-21T07:37:11.920000+0000","age_seconds":-0.5}])",
         R"("earlier":{"times_closed":1,"sessions":9,"first_seen":"2026-09-18T07:02:11.420000+0000",)"
         R"("last_seen":"2026-09-19T07:02:11.420000+0000"})",
         R"("suppressed":{"of_device":3,"of_rule":1200})",
         R"("since_unlock_seconds":120.0,"since_process_seconds":1.0,"started_locked":"yes",)",
         R"("app_installed":"no","app_version":"4.1","app_signer":"ab12")"})
        EXPECT_NE(out.view().find(member), std::string_view::npos) << member << out.view();
}

TEST(Eve, RecordsOfEqualInputAreEqual) {
    EXPECT_EQ(flow_of(flashlight_session()), flow_of(flashlight_session()));
}

TEST(Eve, FlowRecordOfAnEmptySessionIsWhole) {
    EXPECT_EQ(
        flow_of(Observation{}),
        R"j({"timestamp":"1970-01-01T00:00:00.000000+0000","flow_id":0,"event_type":"flow",)j"
        R"j("src_ip":"::","src_port":0,"dest_ip":"::","dest_port":0,"proto":"none","ip_v":6,)j"
        R"j("community_id":"1:hpbPD0ZVY2zJPFZsG+La0xHaZGw=","app_proto":"unknown",)j"
        R"j("app_proto_ts":"unknown","app_proto_tc":"unknown",)j"
        R"j("flow":{"pkts_toserver":0,"pkts_toclient":0,"bytes_toserver":0,"bytes_toclient":0,)j"
        R"j("start":"1970-01-01T00:00:00.000000+0000","end":"1970-01-01T00:00:00.000000+0000",)j"
        R"j("age":0,"state":"new","alerted":false},)j"
        R"j("offport":{"confirmed":"none","conflict":false,"loss_seen":false,"overlap_conflict":false}})j");
}

TEST(Eve, FlowRecordLeavesOutWhatIsNotKnownOfAppAndDevice) {
    Observation session = flashlight_session();
    session.context = {};
    session.attribution = {};
    session.attribution.app_group = "office";
    session.attribution.rule = "vlan: 110";
    session.attribution.method = AttributionMethod::kAppGroup;
    session.attribution.confidence = AttributionConfidence::kLow;
    EXPECT_NE(flow_of(session).find(
                  R"("offport":{"attribution":{"app_group":"office","method":"app-group",)"
                  R"("confidence":"low","rule":"vlan: 110"},"confirmed":"both",)"),
              std::string::npos);

    session.attribution = {};
    session.attribution.device = "serial:R5CT1";
    EXPECT_NE(flow_of(session).find(
                  R"("offport":{"attribution":{"device":"serial:R5CT1"},)"
                  R"("context":{"app_state":"unknown","locked":"unknown","managed":"unknown",)"),
              std::string::npos);
}

TEST(Eve, AlertRecordSaysWhatIsNotKnownOfAppAndDevice) {
    json::Writer out;
    write_alert(out, Finding{}, {});

    EXPECT_NE(out.view().find(
                  R"("attribution":{"platform":"unknown","method":"none","confidence":"none"},)"
                  R"("context":{"app_state":"unknown","locked":"unknown","managed":"unknown",)"
                  R"("supervised":"unknown","compliant":"unknown","app_managed":"unknown",)"
                  R"("app_approved":"unknown"},"confirmed":"none",)"),
              std::string_view::npos);
}

TEST(Eve, AlertRecordOfAnEmptyFindingIsJson) {
    json::Writer out;
    write_alert(out, Finding{}, {});
    const auto record = parsed(std::string{out.view()});

    EXPECT_EQ(text_at(record, "event_type"), "alert");
    EXPECT_EQ(find(record, "alert.severity")->integer(), 4);
    EXPECT_FALSE(find(record, "alert.metadata.analytic"));
    EXPECT_FALSE(find(record, "offport.recurrence.median_interval_seconds"));
}

TEST(Eve, FlowOfAFindingIsAlertedAndNamesIt) {
    const auto record = parsed(flow_of(flashlight_session(), "8f14e45fceea167a"));

    EXPECT_EQ(find(record, "flow.alerted")->boolean(), true);
    EXPECT_EQ(text_at(record, "offport.finding"), "8f14e45fceea167a");
}

TEST(Eve, SignatureIdsAreStable) {
    EXPECT_EQ(signature_id_of(FindingKind::kPortMismatch), 1509001);
    EXPECT_EQ(signature_id_of(FindingKind::kProtocolUnapproved), 1509002);
    EXPECT_EQ(signature_id_of(FindingKind::kPortMasquerade), 1509003);
}

TEST(Eve, Ipv6IsNamed) {
    Observation session = flashlight_session();
    session.client = endpoint("2001:db8::14", 40001);
    session.server = endpoint("2001:db8:1::20", 8088);

    const auto record = parsed(flow_of(session));

    EXPECT_EQ(text_at(record, "src_ip"), "2001:db8::14");
    EXPECT_EQ(text_at(record, "dest_ip"), "2001:db8:1::20");
    EXPECT_EQ(find(record, "ip_v")->integer(), 6);
    EXPECT_EQ(text_at(record, "community_id"), "1:NOCFElkOHxvphxZI3bTbMmLGDWg=");
}

TEST(Eve, CommunityIdFollowsTheSeed) {
    Observation session = flashlight_session();
    session.client = endpoint("128.232.110.120", 34855);
    session.server = endpoint("66.35.250.204", 80);
    json::Writer out;
    write_flow(out, session, {.community_id_seed = 1});

    EXPECT_EQ(text_at(parsed(std::string{out.view()}), "community_id"),
              "1:3V71V58M3Ksw/yuFALMcW0LAHvc=");
}

TEST(Eve, TunnelAndItsTagsAreTold) {
    Observation session = flashlight_session();
    session.tags = {};
    session.tags.outer_source = *parse_address("192.0.2.10");
    session.tags.outer_destination = *parse_address("192.0.2.11");
    session.tags.tunnel = TunnelKind::kVxlan;
    session.tags.depth = 1;
    session.tags.vni = Vni{5010};
    session.tags.group_policy = 310;
    session.tags.has_group_policy = 1;

    const std::string record = flow_of(session);

    EXPECT_NE(record.find(R"("tunnel":{"src_ip":"192.0.2.10","dest_ip":"192.0.2.11",)"
                          R"("proto":"UDP","depth":1})"),
              std::string::npos);
    EXPECT_NE(record.find(R"("tags":{"tunnel":"vxlan","vni":5010,"group_policy":310})"),
              std::string::npos);
    EXPECT_EQ(record.find(R"("vlan")"), std::string::npos);
}

TEST(Eve, TagsOfEveryLayerAreTold) {
    Observation session = flashlight_session();
    session.tags = {};
    session.tags.tunnel = TunnelKind::kGre;
    session.tags.depth = 1;
    session.tags.tunnel_key = 0;
    session.tags.mpls_label = 1048575;
    session.tags.nsh_path = 5;
    session.tags.nsh_context = 4294967295;
    session.tags.has = kHasTunnelKey | kHasMplsLabel | kHasNshPath | kHasNshContext;

    EXPECT_NE(flow_of(session).find(R"("tags":{"tunnel":"gre","key":0,"mpls_label":1048575,)"
                                    R"("nsh_path":5,"nsh_context":4294967295})"),
              std::string::npos);
    session.tags.has = 0;
    EXPECT_NE(flow_of(session).find(R"("tags":{"tunnel":"gre"})"), std::string::npos)
        << "a tunnel without a key has none";
    session.tags = {};
    session.tags.mpls_label = 17;
    session.tags.has = kHasMplsLabel;
    EXPECT_NE(flow_of(session).find(R"("tags":{"tunnel":"none","mpls_label":17})"),
              std::string::npos);
}

TEST(Eve, BothVlanTagsAreToldOutermostFirst) {
    Observation session = flashlight_session();
    session.tags.vlans = {200, 31};
    session.tags.vlan_count = 2;

    const std::string record = flow_of(session);

    EXPECT_NE(record.find(R"("vlan":[200,31])"), std::string::npos);
    EXPECT_NE(record.find(R"("tags":{"vlans":[200,31],"tunnel":"none"})"), std::string::npos);
}

TEST(Eve, ProtocolsByDirectionAreTold) {
    Observation session = flashlight_session();

    session.protocol = "unknown";
    session.protocol_to_server = "http";
    session.protocol_to_client = "ssh";
    session.conflict = true;
    EXPECT_NE(flow_of(session).find(
                  R"("app_proto":"unknown","app_proto_ts":"http","app_proto_tc":"ssh")"),
              std::string::npos);

    session.protocol = "http";
    session.protocol_to_client.clear();
    EXPECT_NE(flow_of(session).find(
                  R"("app_proto":"http","app_proto_ts":"http","app_proto_tc":"unknown")"),
              std::string::npos);
}

struct StateCase {
    TcpState state;
    std::string_view flow;
    std::string_view tcp;
};
class EveState : public ::testing::TestWithParam<StateCase> {};
TEST_P(EveState, IsSuricatas) {
    Observation session = flashlight_session();
    session.tcp_state = GetParam().state;

    const auto record = parsed(flow_of(session));

    EXPECT_EQ(text_at(record, "flow.state"), GetParam().flow);
    EXPECT_EQ(text_at(record, "tcp.state"), GetParam().tcp);
}
INSTANTIATE_TEST_SUITE_P(
    All, EveState,
    ::testing::Values(StateCase{TcpState::kNone, "established", "none"},
                      StateCase{TcpState::kSynSent, "new", "syn_sent"},
                      StateCase{TcpState::kSynReceived, "new", "syn_recv"},
                      StateCase{TcpState::kEstablished, "established", "established"},
                      StateCase{TcpState::kMidstream, "established", "established"},
                      StateCase{TcpState::kClosed, "closed", "closed"},
                      StateCase{TcpState::kReset, "closed", "closed"}));

TEST(Eve, UdpIsNewUntilAnswered) {
    Observation session = flashlight_session();
    session.transport = Transport::kUdp;
    session.tcp_state = TcpState::kNone;
    session.packets_to_client = 0;

    const auto record = parsed(flow_of(session));

    EXPECT_EQ(text_at(record, "flow.state"), "new");
    EXPECT_EQ(text_at(record, "proto"), "UDP");
    EXPECT_FALSE(find(record, "tcp"));
}

TEST(Eve, ReasonIsToldOnlyOnceTheSessionIsOver) {
    Observation session = flashlight_session();
    EXPECT_EQ(text_at(parsed(flow_of(session)), "flow.reason"), "closed");

    session.ended = false;
    EXPECT_EQ(text_at(parsed(flow_of(session)), "flow.reason"), "(absent)");
}

TEST(Eve, HostileTextStaysValidJson) {
    const std::string hostile = "\"},\n\x01\\\xff\xc3\x28\xed\xa0\x80 \x7f</script>\u202e";
    Finding finding = flashlight_finding();
    Observation& session = finding.session;
    session.facts.clear();
    for (int fact = 0; fact < static_cast<int>(Fact::kCount); ++fact) {
        session.facts.emplace_back(static_cast<Fact>(fact), hostile);
    }
    session.attribution.app = session.attribution.user = session.attribution.rule = hostile;
    session.protocol = session.protocol_to_server = hostile;
    finding.id = finding.rule = finding.expected = hostile;
    finding.contributions[0].detail = hostile;
    session.exceptions_hit = {hostile};
    json::Writer out;
    write_alert(out, finding, {.host = hostile});

    EXPECT_EQ(out.view().find('\n'), std::string_view::npos);
    const auto record = parsed(std::string{out.view()});
    EXPECT_EQ(text_at(record, "offport.attribution.app"),
              "\"},\n\x01\\\ufffd\ufffd(\ufffd\ufffd\ufffd \x7f</script>\u202e");
    EXPECT_EQ(find(record, "offport.exceptions_hit")->elements().size(), 1U);
}

}  // namespace
}  // namespace sensor::report
