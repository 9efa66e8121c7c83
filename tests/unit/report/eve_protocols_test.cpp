#include "sensor/report/eve_protocols.h"

#include <gtest/gtest.h>

#include "tests/unit/report/flow_text.h"
#include "tests/unit/report/samples.h"

namespace sensor::report {
namespace {

struct FactCase {
    const char* name;
    std::string protocol;
    std::vector<std::pair<Fact, std::string>> facts;
    std::string_view expected;
};
class EveFacts : public ::testing::TestWithParam<FactCase> {};
TEST_P(EveFacts, AreWhereConsumersLook) {
    Observation session;
    session.protocol = session.protocol_to_server = session.protocol_to_client =
        GetParam().protocol;
    for (const auto& [fact, value] : GetParam().facts)
        session.facts.emplace_back(fact, value);

    const std::string record = flow_of(session);

    EXPECT_NE(record.find(GetParam().expected), std::string::npos) << record;
}
INSTANTIATE_TEST_SUITE_P(
    All, EveFacts,
    ::testing::Values(
        FactCase{"quic",
                 "quic",
                 {{Fact::kQuicVersion, "v1"},
                  {Fact::kTlsSni, "a.example"},
                  {Fact::kTlsAlpn, "h3"},
                  {Fact::kJa4, "q13d0310h3_a_b"}},
                 R"(,"quic":{"version":"v1","sni":"a.example","client_alpns":["h3"],)"
                 R"("ja4":"q13d0310h3_a_b"},"offport")"},
        FactCase{"outer_name",
                 "tls",
                 {{Fact::kTlsSni, "outer.example"}, {Fact::kTlsEch, "outer"}},
                 R"(,"tls":{"sni":"outer.example","ech":"outer"})"},
        FactCase{"http",
                 "http",
                 {{Fact::kHttpMethod, "POST"},
                  {Fact::kHttpUri, "/u?a=1"},
                  {Fact::kHttpHost, "w.example"},
                  {Fact::kHttpUserAgent, "okhttp/4"},
                  {Fact::kHttpStatus, "204"}},
                 R"(,"http":{"hostname":"w.example","url":"/u?a=1",)"
                 R"("http_user_agent":"okhttp/4","http_method":"POST","status":204},"offport")"},
        FactCase{"http_host_with_port",
                 "http",
                 {{Fact::kHttpHost, "w.example:7878"}},
                 R"(,"http":{"hostname":"w.example","http_port":7878},"offport")"},
        FactCase{"http_host_with_empty_port",
                 "http",
                 {{Fact::kHttpHost, "w.example:"}},
                 R"(,"http":{"hostname":"w.example"},"offport")"},
        FactCase{"http_host_ipv6",
                 "http",
                 {{Fact::kHttpHost, "[2001:db8::7]"}},
                 R"(,"http":{"hostname":"[2001:db8::7]"},"offport")"},
        FactCase{"http_host_ipv6_with_port",
                 "http",
                 {{Fact::kHttpHost, "[2001:db8::7]:8080"}},
                 R"(,"http":{"hostname":"[2001:db8::7]","http_port":8080},"offport")"},
        FactCase{"http_host_no_port",
                 "http",
                 {{Fact::kHttpHost, "w.example:x1"}},
                 R"(,"http":{"hostname":"w.example:x1"},"offport")"},
        FactCase{"http_status_no_number",
                 "http",
                 {{Fact::kHttpStatus, "2x4"}},
                 R"(,"http":{},"offport")"},
        FactCase{"dns",
                 "dns",
                 {{Fact::kDnsName, "q.example"}, {Fact::kDnsType, "AAAA"}},
                 R"(,"dns":{"version":3,"queries":[{"rrname":"q.example","rrtype":"AAAA"}]},)"},
        FactCase{"ssh",
                 "ssh",
                 {{Fact::kSshClientVersion, "SSH-2.0-OpenSSH_9.2 Debian-2"},
                  {Fact::kSshServerVersion, "SSH-1.99-dropbear"}},
                 R"(,"ssh":{"client":{"proto_version":"2.0","software_version":"OpenSSH_9.2"},)"
                 R"("server":{"proto_version":"1.99","software_version":"dropbear"}},)"},
        FactCase{"ssh_of_one_side",
                 "ssh",
                 {{Fact::kSshServerVersion, "SSH-2.0"}},
                 R"(,"ssh":{"server":{"proto_version":"2.0"}},)"},
        FactCase{"mqtt",
                 "mqtt",
                 {{Fact::kMqttClientId, "m1"}},
                 R"(,"mqtt":{"connect":{"client_id":"m1"}},)"},
        FactCase{"sip",
                 "sip",
                 {{Fact::kSipMethod, "REGISTER"}, {Fact::kUserAgent, "Linphone"}},
                 R"(,"sip":{"method":"REGISTER"},)"},
        FactCase{"banner_and_software",
                 "smtp",
                 {{Fact::kBanner, "220 mx"},
                  {Fact::kUserAgent, "ua"},
                  {Fact::kSoftware, "Exim"},
                  {Fact::kSoftware, "Postfix"},
                  {Fact::kDestinationRequested, "h:22"}},
                 R"("destination_requested":"h:22","banner":"220 mx","user_agent":"ua",)"
                 R"("software":["Exim","Postfix"]})"}),
    [](const auto& one) { return one.param.name; });

TEST(EveProtocols, TheOnlyAlpnIsTheServersIfTheClientWasNotHeard) {
    Observation session = flashlight_session();
    session.protocol_to_server.clear();
    session.facts = {{Fact::kTlsAlpn, "h2"}};

    EXPECT_NE(flow_of(session).find(R"("tls":{"server_alpns":["h2"]})"), std::string::npos);
}

}  // namespace
}  // namespace sensor::report
