#include "sensor/judge/decide.h"

#include "tests/unit/judge/asking.h"

namespace sensor::judge::test {
namespace {

constexpr std::string_view kDefaults = R"(
AllowedProtocolPortMappings:
  tls: {tcp: [443, 853]}
  dns: {udp: 53, tcp: 53}
ReservedPorts:
  tcp/443: [tls, http2, websocket]
  tcp/22: [ssh]
  udp/5353: [mdns]
)";

TEST(Decide, AProtocolDefaultApprovesEveryApp) {
    const Decision decision = decide(policy_of(kDefaults), ask_tcp("tls", 443));

    EXPECT_TRUE(decision.approved);
    EXPECT_EQ(decision.rule, "AllowedProtocolPortMappings.tls");
    EXPECT_EQ(decision.expected, "");
    EXPECT_EQ(decision.role, "");
}

TEST(Decide, AnotherPortIsAMismatch) {
    const Decision decision = decide(policy_of(kDefaults), ask_tcp("tls", 8088));

    EXPECT_FALSE(decision.approved);
    EXPECT_EQ(decision.kind, FindingKind::kPortMismatch);
    EXPECT_EQ(decision.rule, "AllowedProtocolPortMappings.tls");
    EXPECT_EQ(decision.expected, "tls on tcp/443, 853");
}

TEST(Decide, TheOtherTransportIsAMismatch) {
    const Decision decision = decide(policy_of(kDefaults), ask("tls", Transport::kUdp, 443));

    EXPECT_EQ(decision.kind, FindingKind::kPortMismatch);
}

TEST(Decide, AProtocolThatNothingAllowsIsUnapproved) {
    const Decision decision = decide(policy_of(kDefaults), ask_tcp("ssh", 2222));

    EXPECT_FALSE(decision.approved);
    EXPECT_EQ(decision.kind, FindingKind::kProtocolUnapproved);
    EXPECT_EQ(decision.rule, "AllowedProtocolPortMappings");
    EXPECT_EQ(decision.expected, "no ssh on any port");
}

TEST(Decide, AReservationAloneApprovesNothing) {
    EXPECT_EQ(decide(policy_of(kDefaults), ask_tcp("ssh", 22)).kind,
              FindingKind::kProtocolUnapproved);
}

TEST(Decide, AnotherProtocolOnAReservedPortIsAMasquerade) {
    const Policy policy = policy_of(kDefaults);

    const Decision ssh = decide(policy, ask_tcp("ssh", 443));
    EXPECT_EQ(ssh.kind, FindingKind::kPortMasquerade);
    EXPECT_EQ(ssh.rule, "ReservedPorts.tcp/443");
    EXPECT_EQ(ssh.expected, "only tls, http2, websocket on tcp/443");
    EXPECT_EQ(decide(policy, ask_tcp("tls", 22)).kind, FindingKind::kPortMasquerade);
    EXPECT_EQ(decide(policy, ask("dns", Transport::kUdp, 5353)).kind, FindingKind::kPortMasquerade);
}

TEST(Decide, UnknownIsReportedWhereItIsDenied) {
    const Policy policy = policy_of(
        "roles: {foreign: {apps: ['*'], app_managed: false, "
        "deny: [unknown]}}\n");
    Question question = ask_tcp("unknown", 7777);

    EXPECT_TRUE(decide(policy, question).approved);  // whether it is managed is not known
    question.app_managed = Tristate::kYes;
    EXPECT_TRUE(decide(policy, question).approved);
    question.app_managed = Tristate::kNo;
    const Decision decision = decide(policy, question);
    EXPECT_FALSE(decision.approved);
    EXPECT_EQ(decision.kind, FindingKind::kProtocolUnapproved);
    EXPECT_EQ(decision.rule, "roles.foreign.deny.unknown");
    EXPECT_EQ(decision.expected, "no protocol that is not recognised");
}

TEST(Decide, SaysWhatDeniesItWhicheverRuleDecided) {
    const Policy policy = policy_of(
        "apps: {com.a: {deny: [ssh]}}\n"
        "roles: {r: {apps: [com.b], deny: [ssh]}}\n"
        "ReservedPorts: {tcp/443: [tls]}\n");
    Question question = ask_tcp("ssh", 443);

    EXPECT_EQ(decide(policy, question).denied_by, "");
    question.app = "com.a";
    EXPECT_EQ(decide(policy, question).rule, "ReservedPorts.tcp/443");
    EXPECT_EQ(decide(policy, question).denied_by, "apps.com.a.deny.ssh");
    question.app = "com.b";
    EXPECT_EQ(decide(policy, question).denied_by, "roles.r.deny.ssh");
    // Of a group, all that may stand behind it must be denied it.
    question.app.clear();
    const std::vector<std::string> denied{"com.a", "com.b"};
    question.group_apps = denied;
    EXPECT_EQ(decide(policy, question).denied_by, "apps.com.a.deny.ssh");
    const std::vector<std::string> not_all{"com.a", "com.c"};
    question.group_apps = not_all;
    EXPECT_EQ(decide(policy, question).denied_by, "");
}

TEST(Decide, NobodyMayUseAPortThatIsReservedForNobody) {
    const Policy policy = policy_of("ReservedPorts: {tcp/22011: []}\n");

    for (const std::string& protocol : {std::string{"tls"}, std::string{"unknown"}}) {
        const Decision decision = decide(policy, ask_tcp(protocol, 22011));
        EXPECT_FALSE(decision.approved) << protocol;
        EXPECT_EQ(decision.kind, FindingKind::kPortMasquerade);
        EXPECT_EQ(decision.rule, "ReservedPorts.tcp/22011");
        EXPECT_EQ(decision.expected, "nothing on tcp/22011");
    }
    EXPECT_TRUE(decide(policy, ask_tcp("unknown", 22012)).approved);
}

TEST(Decide, UnknownIsSilentUnlessThePortIsReserved) {
    const Policy policy = policy_of(kDefaults);

    EXPECT_TRUE(decide(policy, ask_tcp("unknown", 7777)).approved);
    const Decision reserved = decide(policy, ask_tcp("unknown", 443));
    EXPECT_FALSE(reserved.approved);
    EXPECT_EQ(reserved.kind, FindingKind::kPortMasquerade);
}

TEST(Decide, UnknownMayBeAllowedOnAReservedPort) {
    const Policy policy = policy_of(std::string{kDefaults} + R"(
apps:
  com.whatsapp: {allow: {unknown: {tcp: [443, 5222]}}}
)");

    const Decision decision = decide(policy, ask_tcp("unknown", 443, "com.whatsapp"));
    EXPECT_TRUE(decision.approved);
    EXPECT_EQ(decision.rule, "apps.com.whatsapp.allow.unknown");
    EXPECT_FALSE(decide(policy, ask_tcp("unknown", 443, "com.other")).approved);
}

TEST(Decide, ARoleCoversAppsByPatternAndGroups) {
    const Policy policy = policy_of(R"(
roles:
  mail:
    apps: ["com.example.mail*"]
    app_groups: [mail]
    allow: {smtp: {tcp: 587}}
)");

    const Decision by_app = decide(policy, ask_tcp("smtp", 587, "com.example.mail.work"));
    EXPECT_TRUE(by_app.approved);
    EXPECT_EQ(by_app.rule, "roles.mail.allow.smtp");
    EXPECT_EQ(by_app.role, "mail");
    Question by_group = ask_tcp("smtp", 587, "");
    by_group.app_group = "mail";
    EXPECT_TRUE(decide(policy, by_group).approved);
    EXPECT_FALSE(decide(policy, ask_tcp("smtp", 587, "com.other")).approved);
    EXPECT_FALSE(decide(policy, ask_tcp("smtp", 587, "")).approved);
}

TEST(Decide, AMismatchExpectsThePortsOfAppRoleAndDefault) {
    const Policy policy = policy_of(std::string{kDefaults} + R"(
roles: {r: {apps: [a], allow: {tls: {tcp: 8443}}}}
apps: {a: {allow: {tls: {tcp: 9443}}}}
AllowedServiceClasses: {c: {names: [n.example], allow: {tls: {tcp: 5223}, xmpp: {tcp: 5222}}}}
)");

    const Decision decision = decide(policy, ask_tcp("tls", 1, "a"));
    EXPECT_EQ(decision.rule, "apps.a.allow.tls");
    EXPECT_EQ(decision.expected, "tls on tcp/443, 853, 8443, 9443");

    Question in_class = ask_tcp("xmpp", 1, "a");
    in_class.name = "n.example";
    EXPECT_EQ(decide(policy, in_class).kind, FindingKind::kProtocolUnapproved);
}

/// Each level of the resolution, all with an opinion of ssh and tls.
constexpr std::string_view kLevels = R"(
AllowedProtocolPortMappings:
  tls: {tcp: 443}
  ssh: {tcp: 22}
AllowedServiceClasses:
  c: {names: [n.example], allow: {tls: {tcp: 1002}, ssh: {tcp: 1002}}}
roles:
  open: {apps: ["*.open"], allow: {ssh: {tcp: 1003}}}
  shut: {apps: ["*.shut"], allow: {tls: {tcp: 1003}}, deny: [ssh]}
apps:
  app.open: {allow: {ssh: {tcp: 1004}}}
  app.shut: {allow: {ssh: {tcp: 1004}}}
  shut.open: {deny: [ssh]}
EnterpriseExceptionList:
  - {id: E, owner: o, reason: r, expires: 2027-01-01, match: {ports: {tcp: 1005}}}
)";

Question in_class(std::uint16_t port, std::string app) {
    Question question = ask_tcp("ssh", port, std::move(app));
    question.name = "N.example:443";
    return question;
}

TEST(Resolution, EveryLevelCanApprove) {
    const Policy policy = policy_of(kLevels);

    EXPECT_EQ(decide(policy, in_class(22, "app.open")).rule, "AllowedProtocolPortMappings.ssh");
    EXPECT_EQ(decide(policy, in_class(1002, "app.open")).rule, "AllowedServiceClasses.c.allow.ssh");
    EXPECT_EQ(decide(policy, in_class(1003, "app.open")).rule, "roles.open.allow.ssh");
    EXPECT_EQ(decide(policy, in_class(1004, "app.open")).rule, "apps.app.open.allow.ssh");
    EXPECT_EQ(decide(policy, in_class(1005, "app.open")).rule, "EnterpriseExceptionList.E");
}

TEST(Resolution, ARolesDenyBeatsServiceClassAndDefault) {
    const Policy policy = policy_of(kLevels);

    const Decision decision = decide(policy, in_class(22, "x.shut"));
    EXPECT_FALSE(decision.approved);
    EXPECT_EQ(decision.kind, FindingKind::kProtocolUnapproved);
    EXPECT_EQ(decision.rule, "roles.shut.deny.ssh");
    EXPECT_FALSE(decide(policy, in_class(1002, "x.shut")).approved);
}

TEST(Resolution, AnAppsAllowBeatsARolesDeny) {
    const Policy policy = policy_of(kLevels);

    EXPECT_TRUE(decide(policy, in_class(1004, "app.shut")).approved);
    const Decision elsewhere = decide(policy, in_class(22, "app.shut"));
    EXPECT_EQ(elsewhere.kind, FindingKind::kPortMismatch);
    EXPECT_EQ(elsewhere.expected, "ssh on tcp/1004");
}

TEST(Resolution, AnAppsDenyBeatsARolesAllow) {
    const Decision decision = decide(policy_of(kLevels), in_class(1003, "shut.open"));

    EXPECT_FALSE(decision.approved);
    EXPECT_EQ(decision.rule, "apps.shut.open.deny.ssh");
    EXPECT_EQ(decision.role, "open");
}

TEST(Resolution, AnExceptionBeatsADeny) {
    const Policy policy = policy_of(kLevels);

    EXPECT_TRUE(decide(policy, in_class(1005, "x.shut")).approved);
    EXPECT_TRUE(decide(policy, in_class(1005, "shut.open")).approved);
}

TEST(Resolution, ADenyOfOneRoleBeatsTheAllowOfAnother) {
    const Policy policy = policy_of(R"(
roles:
  a: {apps: ["*"], allow: {ssh: {tcp: 22}}}
  b: {apps: [x], deny: ssh}
)");

    EXPECT_TRUE(decide(policy, ask_tcp("ssh", 22, "y")).approved);
    const Decision decision = decide(policy, ask_tcp("ssh", 22, "x"));
    EXPECT_FALSE(decision.approved);
    EXPECT_EQ(decision.role, "a, b");
}

TEST(ServiceClass, MatchesByNameOrPrefixAndIsLimitedToItsApps) {
    const Policy policy = policy_of(R"(
AllowedServiceClasses:
  push:
    names: ["*.Push.example"]
    prefixes: [192.0.2.0/24]
    apps: [com.push.*]
    allow: {tls: {tcp: 5223}}
)");
    Question question = ask_tcp("tls", 5223, "com.push.client");
    EXPECT_FALSE(decide(policy, question).approved);
    question.name = "a.push.EXAMPLE";
    EXPECT_TRUE(decide(policy, question).approved);
    question.name.clear();
    question.destination = parse_address("192.0.2.9");
    EXPECT_TRUE(decide(policy, question).approved);
    question.app = "com.other";
    EXPECT_FALSE(decide(policy, question).approved);
    question.app.clear();
    EXPECT_FALSE(decide(policy, question).approved);
}

TEST(Steps, TellTheWholePath) {
    const Decision decision = decide(policy_of(kLevels), in_class(2222, "x.open"));

    const std::vector<std::string> expected{
        "EnterpriseExceptionList.E: does not apply: it is for tcp/1005",
        "apps.app.open: is for another app",
        "apps.app.shut: is for another app",
        "apps.shut.open: is for another app",
        "roles.shut: covers neither the app nor its group",
        "roles.open.allow.ssh: allows it on tcp/1003, not on tcp/2222",
        "AllowedServiceClasses.c.allow.ssh: allows it on tcp/1002, not on tcp/2222",
        "AllowedProtocolPortMappings.ssh: allows it on tcp/22, not on tcp/2222",
        "verdict: port-mismatch; expected ssh on tcp/22, 1003",
    };
    EXPECT_EQ(texts_of(decision.steps), expected);
}

TEST(Steps, TellWhichRulesAreAboutSomethingElse) {
    const Decision decision = decide(policy_of(kLevels), in_class(2222, "x.open"));

    std::vector<bool> applies;
    for (const Step& step : decision.steps)
        applies.push_back(step.applies);
    const std::vector<bool> expected{false, false, false, false, false, true, true, true, true};
    EXPECT_EQ(applies, expected);
}

constexpr std::string_view kMailRole =
    "roles: {mail: {apps: [com.mail], allow: {smtp: {tcp: 587}}}}\n";

TEST(Decide, OfAGroupOneApprovedAppIsEnough) {
    const Policy policy = policy_of(kMailRole);
    const std::vector<std::string> apps{"com.chat", "com.mail"};
    Question question = ask_tcp("smtp", 587, "");
    question.app_group = "office";
    question.group_apps = apps;

    const Decision decision = decide(policy, question);
    EXPECT_TRUE(decision.approved);
    EXPECT_EQ(decision.rule, "roles.mail.allow.smtp");
    EXPECT_EQ(decision.steps.at(0).text,
              "group 'office': com.mail, one of its apps, may; which app it was is not known");

    question.port = PortNumber{2525};
    const Decision refused = decide(policy, question);
    EXPECT_FALSE(refused.approved);
    EXPECT_EQ(refused.steps.at(0).text, "group 'office': none of its apps may: com.chat, com.mail");
}

TEST(Decide, AKnownAppCountsMoreThanItsGroup) {
    const Policy policy = policy_of(kMailRole);
    const std::vector<std::string> apps{"com.chat", "com.mail"};
    Question question = ask_tcp("smtp", 587, "com.chat");
    question.app_group = "office";
    question.group_apps = apps;

    EXPECT_FALSE(decide(policy, question).approved);
}

TEST(Steps, AreLeftOutIfNotWanted) {
    const Decision decision = decide(policy_of(kLevels), in_class(2222, "x.open"), Explain::kNo);

    EXPECT_TRUE(decision.steps.empty());
    EXPECT_EQ(decision.expected, "ssh on tcp/22, 1003");
}

}  // namespace
}  // namespace sensor::judge::test
