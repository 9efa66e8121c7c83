#include "sensor/judge/plain_approval.h"

#include "sensor/judge/decide.h"
#include "tests/unit/judge/cast.h"

namespace sensor::judge::test {
namespace {

ProtocolId id_of(std::string_view name) {
    const auto& names = vocabulary().protocols;
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (names[i] == name) return static_cast<ProtocolId>(i);
    }
    ADD_FAILURE() << name;
    return ProtocolId::kUnknown;
}

const std::vector<AppGroup> kGroups{
    {"office", {"com.example.mail", "com.example.chat"}},
    {"crm", {"com.example.crm"}},
    {"devtools", {}},
    {"mail", {"com.example.mail", "com.other.mail"}},
};
constexpr AppGroupId kOffice{1};
constexpr AppGroupId kCrm{2};
constexpr AppGroupId kDevtools{3};
constexpr AppGroupId kMail{4};

constexpr std::string_view kPolicy = R"(
AllowedProtocolPortMappings:
  tls: {tcp: [443, 853]}
  dns: {udp: 53}
  http: {tcp: 80}
  stun: {tcp: any, udp: any}
ReservedPorts:
  tcp/443: [tls]
  tcp/22: [ssh]
  tcp/8000-8010: [http, unknown]
roles:
  mail:
    apps: [com.example.mail, "*.mail"]
    app_groups: [mail]
    allow: {smtp: {tcp: 587}, ssh: {tcp: 2222}}
    deny: [stun]
  dev:
    app_groups: [devtools]
    allow: {ssh: {tcp: 22}, http: {tcp: "8000-8005"}, unknown: {tcp: 22}}
apps:
  com.example.crm: {allow: {unknown: {tcp: 443}, http2: {tcp: 443}}, deny: [http]}
  "com.example.*": {allow: {websocket: {tcp: 9001}}}
  com.lonely: {deny: [dns]}
AllowedServiceClasses:
  push: {names: [push.example], allow: {tls: {tcp: 5223}}}
EnterpriseExceptionList:
  - {id: E, owner: o, reason: r, expires: 2027-01-01, match: {protocols: tls, ports: {tcp: 9443}}}
)";

class PlainlyTest : public testing::Test {
  protected:
    [[nodiscard]] bool asks(std::string_view protocol, Transport transport, unsigned port,
                            AppGroupId group) const {
        return plain_.approves(id_of(protocol), transport,
                               PortNumber{static_cast<std::uint16_t>(port)}, group);
    }
    [[nodiscard]] bool tcp(std::string_view protocol, unsigned port, AppGroupId group) const {
        return asks(protocol, Transport::kTcp, port, group);
    }

    const Policy policy_ = policy_of(kPolicy);
    const PlainApproval plain_{policy_, vocabulary().protocols, kGroups};
};

TEST_F(PlainlyTest, DefaultsArePlainForEveryone) {
    EXPECT_TRUE(tcp("tls", 443, AppGroupId::kNone));
    EXPECT_TRUE(tcp("tls", 853, kOffice));
    EXPECT_FALSE(tcp("tls", 8443, AppGroupId::kNone));
    EXPECT_FALSE(asks("tls", Transport::kUdp, 443, AppGroupId::kNone));
    EXPECT_FALSE(asks("tls", Transport::kNone, 443, AppGroupId::kNone));
}

TEST_F(PlainlyTest, ADenyOfOneAppMakesItNotPlainForAnyApp) {
    EXPECT_FALSE(tcp("http", 80, AppGroupId::kNone));
    EXPECT_FALSE(asks("dns", Transport::kUdp, 53, AppGroupId::kNone));
    EXPECT_TRUE(tcp("http", 80, kOffice));
    EXPECT_FALSE(tcp("http", 80, kCrm));
    EXPECT_TRUE(asks("dns", Transport::kUdp, 53, kCrm));
    EXPECT_FALSE(tcp("stun", 3478, kMail));
    EXPECT_TRUE(tcp("stun", 3478, kCrm));
}

TEST_F(PlainlyTest, EveryAppOfTheGroupMustBeApproved) {
    EXPECT_FALSE(tcp("smtp", 587, kOffice));
    EXPECT_TRUE(tcp("smtp", 587, kMail));
    EXPECT_FALSE(tcp("smtp", 587, AppGroupId::kNone));
    EXPECT_TRUE(tcp("websocket", 9001, kOffice));
    EXPECT_FALSE(tcp("websocket", 9001, kMail));
}

TEST_F(PlainlyTest, AGroupOfUnknownAppsHasItsRoles) {
    EXPECT_TRUE(tcp("ssh", 22, kDevtools));
    EXPECT_FALSE(tcp("ssh", 22, AppGroupId::kNone));
}

TEST_F(PlainlyTest, ConditionalApprovalsAreNotPlain) {
    EXPECT_FALSE(tcp("tls", 5223, kOffice));
    EXPECT_FALSE(tcp("tls", 9443, kOffice));
}

TEST_F(PlainlyTest, UnknownIsPlainUnlessReserved) {
    EXPECT_TRUE(tcp("unknown", 7777, AppGroupId::kNone));
    EXPECT_FALSE(tcp("unknown", 443, AppGroupId::kNone));
    EXPECT_TRUE(tcp("unknown", 443, kCrm));
    EXPECT_TRUE(tcp("unknown", 22, kDevtools));
    EXPECT_FALSE(tcp("unknown", 22, kCrm));
    EXPECT_TRUE(tcp("unknown", 8005, AppGroupId::kNone));
    EXPECT_TRUE(asks("unknown", Transport::kUdp, 443, AppGroupId::kNone));
    EXPECT_TRUE(asks("unknown", Transport::kUdp, 65535, AppGroupId::kNone));
}

TEST_F(PlainlyTest, UnknownIsNotPlainWhereItMayBeDenied) {
    const Policy policy = policy_of(
        "roles:\n"
        "  crm: {app_groups: [crm], app_managed: false, deny: [unknown]}\n"
        "AllowedProtocolPortMappings: {tls: {tcp: 443}}\n");
    const PlainApproval approval{policy, vocabulary().protocols, kGroups};
    const auto approves = [&](AppGroupId group) {
        return approval.approves(ProtocolId::kUnknown, Transport::kTcp, PortNumber{7777}, group);
    };

    EXPECT_FALSE(approves(kCrm));
    EXPECT_TRUE(approves(kOffice));
}

TEST_F(PlainlyTest, AGroupThatIsGoneIsNoGroup) {
    EXPECT_TRUE(tcp("tls", 443, AppGroupId{99}));
    EXPECT_FALSE(tcp("ssh", 22, AppGroupId{99}));
}

TEST_F(PlainlyTest, NumbersBeyondTheNamesAreNeverPlain) {
    EXPECT_FALSE(plain_.approves(ProtocolId{200}, Transport::kTcp, PortNumber{443}, kOffice));
    EXPECT_FALSE(plain_.approves(ProtocolId{255}, Transport::kUdp, PortNumber{443}, kOffice));
}

TEST_F(PlainlyTest, EqualSetsOfPortsAreShared) {
    EXPECT_LT(plain_.set_count(), 30U);
}

/// Apps that a group may hold, if the tag is all that is known.
std::vector<std::string> apps_behind(AppGroupId group) {
    if (group != AppGroupId::kNone) {
        const AppGroup& known = kGroups[static_cast<std::size_t>(group) - 1];
        if (!known.apps.empty()) return known.apps;
    }
    return {"",
            "com.example.mail",
            "com.example.chat",
            "com.example.crm",
            "com.lonely",
            "com.other.mail",
            "x"};
}

TEST_F(PlainlyTest, WhatIsPlainIsApprovedForEveryAppOfTheGroup) {
    std::size_t plain_count = 0;
    for (std::uint16_t group = 0; group <= kGroups.size(); ++group) {
        for (std::size_t id = 0; id < vocabulary().protocols.size(); ++id) {
            for (const Transport transport : {Transport::kTcp, Transport::kUdp}) {
                for (unsigned port = 0; port <= 65535; port += port < 10'000 ? 1 : 997) {
                    const PortNumber number{static_cast<std::uint16_t>(port)};
                    if (!plain_.approves(static_cast<ProtocolId>(id), transport, number,
                                         AppGroupId{group})) {
                        continue;
                    }
                    // One app in turn: all of them at every port would take a minute.
                    const auto apps = apps_behind(AppGroupId{group});
                    Question question;
                    question.protocol = vocabulary().protocols[id];
                    question.transport = transport;
                    question.port = number;
                    question.app = apps[++plain_count % apps.size()];
                    question.app_group = group == 0 ? "" : kGroups[group - 1U].name;
                    question.time = kBase;
                    ASSERT_TRUE(decide(policy_, question, Explain::kNo).approved)
                        << question.protocol << " " << port << " " << question.app << " "
                        << question.app_group;
                }
            }
        }
    }
    EXPECT_GT(plain_count, 100'000U);
}

/// The other way round for groups whose apps are known: what is not plain, some app may not do
/// without looking at more than the port.
TEST_F(PlainlyTest, WhatEveryAppMayDoIsPlain) {
    const std::vector<unsigned> ports{22,   53,   80,   443,  587,  853,
                                      2222, 5223, 8000, 8006, 9001, 9443};
    for (const AppGroupId group : {kOffice, kCrm, kMail}) {
        for (const std::string& protocol : vocabulary().protocols) {
            for (const unsigned port : ports) {
                const auto apps = apps_behind(group);
                const bool all = std::ranges::all_of(apps, [&](const std::string& app) {
                    Question question;
                    question.protocol = protocol;
                    question.port = PortNumber{static_cast<std::uint16_t>(port)};
                    question.app = app;
                    question.app_group = kGroups[static_cast<std::size_t>(group) - 1].name;
                    question.time = kBase;
                    const Decision decision = decide(policy_, question, Explain::kNo);
                    return decision.approved && decision.exceptions_hit.empty();
                });
                EXPECT_EQ(tcp(protocol, port, group), all) << protocol << " " << port;
            }
        }
    }
}

Session made_session(std::string_view protocol, std::uint16_t server_port) {
    const Endpoint client{*parse_address("10.20.1.14"), PortNumber{40000}};
    const Endpoint server{*parse_address("198.51.100.20"), PortNumber{server_port}};
    Session session;
    session.key = FlowKey::between(client, server, Transport::kTcp, 0);
    if (session.key.low() == client) session.set(kClientIsLow);
    session.protocol = id_of(protocol);
    session.set(kIdentified);
    return session;
}

TEST_F(PlainlyTest, AskMarksTheSession) {
    Session plain = made_session("tls", 443);
    plain_.ask(plain);
    EXPECT_TRUE(plain.has(kJudged));
    EXPECT_FALSE(plain.has(kUnapproved));

    Session odd = made_session("tls", 8088);
    plain_.ask(odd);
    EXPECT_TRUE(odd.has(kJudged));
    EXPECT_TRUE(odd.has(kUnapproved));
}

TEST_F(PlainlyTest, RunAsksOnceAndOnlyForIdentifiedSessions) {
    Session undecided = made_session("tls", 8088);
    undecided.clear(kIdentified);
    Session judged = made_session("tls", 8088);
    judged.set(kJudged);
    Session due = made_session("tls", 8088);
    const auto burst = std::make_unique<Burst>();
    Session not_due = made_session("tls", 8088);
    burst->sessions = {&not_due, &undecided, &judged, &due, &due};
    for (std::size_t packet = 1; packet < 5; ++packet)
        burst->add_due(packet);

    plain_.run(*burst);

    EXPECT_FALSE(undecided.has(kJudged));
    EXPECT_FALSE(judged.has(kUnapproved));
    EXPECT_TRUE(due.has(kUnapproved));
    EXPECT_FALSE(not_due.has(kJudged));
}

}  // namespace
}  // namespace sensor::judge::test
