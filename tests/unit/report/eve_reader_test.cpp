#include "sensor/report/eve_reader.h"

#include <gtest/gtest.h>

#include "lib/json/reader.h"
#include "sensor/report/eve.h"
#include "sensor/report/time_text.h"
#include "tests/unit/report/samples.h"

namespace sensor::report {
namespace {

std::string flow_text_of(const Observation& session) {
    json::Writer out;
    write_flow(out, session, {}, "8f14e45fceea167a");
    return std::string{out.view()};
}

result::Result<Observation> read(std::string text) {
    json::Reader reader;
    const auto record = reader.parse(text);
    if (!record) return record.error();
    return read_session(*record);
}

/// `text` with `from`, which must be in it, replaced.
std::string with(std::string text, std::string_view from, std::string_view to) {
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

/// Every member that has a place of its own differs from its default.
Observation full_session() {
    Observation session = flashlight_session();
    session.flow_id = 18446744073709551615U;
    session.tags = {.outer_source = *parse_address("192.0.2.1"),
                    .outer_destination = *parse_address("2001:db8::2"),
                    .vni = Vni{7001},
                    .mpls_label = 1048575,
                    .nsh_path = 16777215,
                    .nsh_context = 4294967295,
                    .vlans = {110, 7},
                    .group_policy = 12,
                    .vlan_count = 2,
                    .tunnel = TunnelKind::kVxlan,
                    .depth = 2,
                    .has_group_policy = 1,
                    .has = kHasMplsLabel | kHasNshPath | kHasNshContext};
    session.start += std::chrono::nanoseconds{123};
    session.last += std::chrono::nanoseconds{999};
    session.inner_protocol = "ssh";
    session.inner_confirmed = Confirmed::kBoth;
    session.is_proxied = true;
    session.conflict = session.loss_seen = session.overlap_conflict = true;
    session.tcp_state = TcpState::kMidstream;
    session.end_reason = EndReason::kTraceEnd;
    session.context.last_foreground = at(6, 30, 0);
    session.context.supervised = Tristate::kNo;
    session.context.compliant = Tristate::kYes;
    session.context.since_unlock = std::chrono::seconds{3000};
    session.context.started_locked = Tristate::kYes;
    session.context.since_process = std::chrono::milliseconds{77};
    session.context.app_installed = Tristate::kNo;
    session.context.app_version = "1.2 (3)";
    session.context.app_signer = "9f86d081884c7d65";
    session.exceptions_hit = {"EX-1", "EX-2"};
    session.facts = {{Fact::kTlsSni, "cdn.flashlight.example"},
                     {Fact::kTlsEch, "outer"},
                     {Fact::kTlsVersion, "TLS 1.2"},
                     {Fact::kTlsAlpn, "h2,http/1.1"},
                     {Fact::kJa4, "t13d1516h2_8daaf6152771_e5627efa2ab1"},
                     {Fact::kTlsAlpn, "h2"},
                     {Fact::kHttpHost, "[2001:db8::1]:8080"},
                     {Fact::kHttpUri, "/a \"b\""},
                     {Fact::kHttpUserAgent, "ua"},
                     {Fact::kHttpMethod, "CONNECT"},
                     {Fact::kHttpStatus, "099"},
                     {Fact::kDnsName, "example.org"},
                     {Fact::kDnsType, "TYPE65"},
                     {Fact::kSshClientVersion, "SSH-2.0-Open_9"},
                     {Fact::kSshServerVersion, "SSH-1.99"},
                     {Fact::kMqttClientId, ""},
                     {Fact::kSipMethod, "INVITE"},
                     {Fact::kDestinationRequested, "10.0.0.1:22"},
                     {Fact::kBanner, "220 ready"},
                     {Fact::kUserAgent, "softphone"},
                     {Fact::kSoftware, "one"},
                     {Fact::kSoftware, "two"}};
    return session;
}

std::vector<std::pair<Fact, std::string>> facts_of(const Observation& session) {
    std::vector<std::pair<Fact, std::string>> facts;
    for (const auto& [fact, value] : session.facts)
        facts.emplace_back(fact, value);
    return facts;
}

TEST(EveReader, GivesEveryMemberBack) {
    const Observation written = full_session();

    const auto again = read(flow_text_of(written));

    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(flow_text_of(*again), flow_text_of(written));
    EXPECT_EQ(again->flow_id, written.flow_id);
    EXPECT_EQ(again->client, written.client);
    EXPECT_EQ(again->server, written.server);
    EXPECT_EQ(again->transport, written.transport);
    EXPECT_EQ(again->tags, written.tags);
    EXPECT_EQ(again->start, written.start);
    EXPECT_EQ(again->last, written.last);
    EXPECT_EQ(again->packets_to_server, written.packets_to_server);
    EXPECT_EQ(again->bytes_to_client, written.bytes_to_client);
    EXPECT_EQ(again->tcp_state, written.tcp_state);
    EXPECT_EQ(again->end_reason, written.end_reason);
    EXPECT_EQ(again->tcp_flags_to_server, written.tcp_flags_to_server);
    EXPECT_EQ(again->tcp_flags_to_client, written.tcp_flags_to_client);
    EXPECT_EQ(again->attribution.method, written.attribution.method);
    EXPECT_EQ(again->attribution.app_group, written.attribution.app_group);
    EXPECT_EQ(again->context.app_state, written.context.app_state);
    EXPECT_EQ(again->context.last_foreground, written.context.last_foreground);
    EXPECT_EQ(again->context.since_job, written.context.since_job);
    EXPECT_EQ(again->context.since_interaction, written.context.since_interaction);
    EXPECT_EQ(again->context.since_unlock, written.context.since_unlock);
    EXPECT_EQ(again->context.started_locked, written.context.started_locked);
    EXPECT_EQ(again->context.since_process, written.context.since_process);
    EXPECT_EQ(again->context.app_installed, written.context.app_installed);
    EXPECT_EQ(again->context.app_version, written.context.app_version);
    EXPECT_EQ(again->context.app_signer, written.context.app_signer);
    EXPECT_TRUE(again->is_proxied && again->conflict && again->loss_seen && again->ended);
    EXPECT_EQ(again->exceptions_hit, written.exceptions_hit);
    EXPECT_EQ(facts_of(*again), facts_of(written));
}

TEST(EveReader, GivesEveryTcpStateAndEndBack) {
    for (unsigned state = 0; state <= static_cast<unsigned>(TcpState::kReset); ++state) {
        for (unsigned reason = 1; reason <= static_cast<unsigned>(EndReason::kTraceEnd); ++reason) {
            Observation written = flashlight_session();
            written.tcp_state = static_cast<TcpState>(state);
            written.end_reason = static_cast<EndReason>(reason);

            const auto again = read(flow_text_of(written));

            ASSERT_TRUE(again) << again.error().message;
            EXPECT_EQ(again->tcp_state, written.tcp_state);
            EXPECT_EQ(again->end_reason, written.end_reason);
        }
    }
}

Tags tags_again(const Observation& written) {
    const auto again = read(flow_text_of(written));
    EXPECT_TRUE(again) << again.error().message;
    return again ? again->tags : Tags{};
}

TEST(EveReader, GivesEveryTunnelBack) {
    for (unsigned kind = 0; kind <= static_cast<unsigned>(TunnelKind::kTzsp); ++kind) {
        Observation written = flashlight_session();
        written.tags.tunnel = static_cast<TunnelKind>(kind);
        written.tags.depth = 1;
        if (has_vni(written.tags.tunnel)) written.tags.vni = Vni{0xffffff};
        for (const std::uint32_t key : {0U, 0xffff'ffffU}) {
            const bool has_key = !key_name_of(written.tags.tunnel).empty();
            written.tags.has = has_key ? kHasTunnelKey : 0;
            written.tags.tunnel_key = has_key ? key : 0;
            EXPECT_EQ(tags_again(written), written.tags) << name_of(written.tags.tunnel);
        }
        written.tags.has = 0;
        written.tags.tunnel_key = 0;
        EXPECT_EQ(tags_again(written), written.tags) << "without a key";
    }
}

TEST(EveReader, TellsTagsThatAreZeroFromNone) {
    Observation written = flashlight_session();
    written.tags = {};
    for (const int has : {0, kHasMplsLabel + 0, kHasNshPath + 0, kHasNshPath | kHasNshContext}) {
        written.tags.has = static_cast<std::uint8_t>(has);
        EXPECT_EQ(tags_again(written), written.tags) << has;
    }
}

TEST(EveReader, LeavesUnknownWhatTheRecordLeavesOut) {
    Observation bare = flashlight_session();
    bare.attribution = {};
    bare.context = {};
    bare.tags = {};
    bare.transport = Transport::kUdp;
    bare.tcp_state = TcpState::kNone;
    bare.tcp_flags_to_server = bare.tcp_flags_to_client = 0;
    bare.protocol = "unknown";
    bare.protocol_to_server = bare.protocol_to_client = "";
    bare.confirmed = Confirmed::kNone;
    bare.facts = {{Fact::kEntropyToServer, "7.91"}, {Fact::kPrintableToServer, "0.5"}};

    const auto again = read(flow_text_of(bare));

    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(flow_text_of(*again), flow_text_of(bare));
    EXPECT_EQ(again->attribution.method, AttributionMethod::kNone);
    EXPECT_EQ(again->context.locked, Tristate::kUnknown);
    EXPECT_FALSE(again->context.since_job);
    EXPECT_EQ(again->protocol_to_server, "");
    EXPECT_EQ(facts_of(*again), facts_of(bare));
}

TEST(EveReader, ReadsTheSessionOfAnAlert) {
    json::Writer out;
    write_alert(out, flashlight_finding(), {});
    std::string text{out.view()};
    json::Reader reader;

    const auto record = reader.parse(text);

    ASSERT_TRUE(record);
    EXPECT_EQ(event_type_of(*record), "alert");
    EXPECT_EQ(finding_of(*record), "8f14e45fceea167a");
    const auto session = read_session(*record);
    ASSERT_TRUE(session) << session.error().message;
    EXPECT_EQ(flow_text_of(*session), flow_text_of(flashlight_session()));
}

TEST(EveReader, SaysWhichMemberIsWrong) {
    struct Case {
        std::string_view from;
        std::string_view to;
        std::string_view expected;
    };
    const std::string text = flow_text_of(full_session());
    for (const Case& one : {
             Case{"\"flow_id\":18446744073709551615", "\"flow_id\":-1", "`flow_id`"},
             Case{"\"src_ip\":\"10.20.1.14\"", "\"src_ip\":\"10.20.1\"", "`src_ip`"},
             Case{"\"dest_port\":8088", "\"dest_port\":65536", "`dest_port`"},
             Case{"\"proto\":\"TCP\"", "\"proto\":\"SCTP\"", "`proto` to be TCP or UDP"},
             Case{"\"start\":\"2026-09-21T", "\"start\":\"2026-13-21T", "`flow.start`"},
             Case{"\"end\":\"2026-09-21T07:37:12.671000+0000\"",
                  "\"end\":\"2026-09-21T07:37:12.671000+0100\"", "`flow.end`"},
             Case{"\"start_nanoseconds\":123", "\"start_nanoseconds\":1000", "start_nanoseconds"},
             Case{"\"pkts_toserver\":9", "\"pkts_toserver\":9.5", "`flow.pkts_toserver`"},
             Case{"\"reason\":\"shutdown\"", "\"reason\":\"bored\"", "`flow.reason`"},
             Case{"\"tcp_flags_ts\":\"1b\"", "\"tcp_flags_ts\":\"1bb\"", "`tcp.tcp_flags_ts`"},
             Case{"\"confirmed\":\"both\",\"conflict\"", "\"confirmed\":\"all\",\"conflict\"",
                  "`offport.confirmed`"},
             Case{"\"loss_seen\":true", "\"loss_seen\":1", "`offport.loss_seen`"},
             Case{"\"locked\":\"yes\"", "\"locked\":true", "`offport.context.locked`"},
             Case{"\"since_job_seconds\":0.812", "\"since_job_seconds\":\"1\"",
                  "`offport.context.since_job_seconds`"},
             Case{"\"vni\":7001", "\"vni\":16777216", "`offport.tags.vni`"},
             Case{"\"mpls_label\":1048575", "\"mpls_label\":1048576", "`offport.tags.mpls_label`"},
             Case{"\"nsh_path\":16777215", "\"nsh_path\":16777216", "`offport.tags.nsh_path`"},
             Case{"\"nsh_context\":4294967295", "\"nsh_context\":4294967296",
                  "`offport.tags.nsh_context`"},
             Case{"\"tunnel\":{\"src_ip\"", "\"tunnel\":{\"src\"", "`tunnel.src_ip`"},
             Case{"\"offport\":{", "\"onport\":{", "an `offport` object"},
         }) {
        const auto session = read(with(text, one.from, one.to));
        ASSERT_FALSE(session) << one.to;
        EXPECT_NE(session.error().message.find(one.expected), std::string::npos)
            << session.error().message;
    }
}

TEST(EveReader, SaysWhatWasThereAndWhatMightBe) {
    const std::string text = flow_text_of(full_session());
    const auto told = [&](std::string_view from, std::string_view to) {
        const auto session = read(with(text, from, to));
        EXPECT_FALSE(session) << to;
        return session ? std::string{} : session.error().message;
    };

    EXPECT_EQ(told("\"locked\":\"yes\"", "\"locked\":\"perhaps\""),
              "expected `offport.context.locked` to be one of unknown, no, yes, not \"perhaps\"");
    EXPECT_EQ(told("\"locked\":\"yes\"", "\"locked\":true"),
              "expected `offport.context.locked` to be a text, not true");
    EXPECT_EQ(told("\"flow_id\":18446744073709551615", "\"flow_id\":-1"),
              "expected `flow_id` to be a whole number up to 18446744073709551615, not -1");
    EXPECT_EQ(told("\"dest_port\":8088", "\"dest\":8088"),
              "expected `dest_port` to be a whole number up to 65535, but it is absent");
    EXPECT_EQ(
        told("\"proto\":\"TCP\"", "\"proto\":\"\\u001b[31m" + std::string(60, 'x') + "\""),
        "expected `proto` to be TCP or UDP, not \"\\x1b[31m" + std::string(35, 'x') + "...\"");
    EXPECT_EQ(told("\"dest_port\":8088", "\"dest_port\":[8088]"),
              "expected `dest_port` to be a whole number up to 65535, not a list");
}

TEST(EveReader, RefusesARecordCutAnywhere) {
    const std::string text = flow_text_of(full_session());
    for (std::size_t size = 0; size < text.size(); ++size)
        EXPECT_FALSE(read(text.substr(0, size))) << size;
}

TEST(EveReader, RefusesWhatIsNoRecord) {
    for (const char* text : {"{}", "[]", "7", "null", R"({"event_type":"flow"})",
                             R"({"event_type":"flow","offport":[]})"}) {
        EXPECT_FALSE(read(text)) << text;
    }
}

TEST(EveTime, IsReadAsItIsWritten) {
    for (const Timestamp time : {at(0, 0, 0), at(23, 59, 59, 999), Timestamp{}}) {
        EXPECT_EQ(read_eve_time(eve_time_text(time)), time);
    }
    for (const char* text :
         {"", "2026-09-21T07:02:11.420000+000", "2026-09-21T07:02:11.420000+00000",
          "2026-09-21 07:02:11.420000+0000", "2026-02-30T07:02:11.420000+0000",
          "2026-09-21T24:02:11.420000+0000", "2026-09-21T07:60:11.420000+0000",
          "2026-09-21T07:02:60.420000+0000", "1969-09-21T07:02:11.420000+0000",
          "2262-09-21T07:02:11.420000+0000", "2026-09-21T07:02:11.42000x+0000"}) {
        EXPECT_FALSE(read_eve_time(text)) << text;
    }
}

}  // namespace
}  // namespace sensor::report
