// Every mistake in a policy, with the place and the words in which it is reported.
#include "tests/unit/judge/cast.h"

namespace sensor::judge::test {
namespace {

struct Mistake {
    std::string_view name;  ///< of the test
    std::string_view text;
    std::string_view line;  ///< what is reported, and nothing else
};

std::ostream& operator<<(std::ostream& out, const Mistake& mistake) {
    return out << mistake.name;
}

class PolicyMistake : public testing::TestWithParam<Mistake> {};

TEST_P(PolicyMistake, IsReportedAtItsPlace) {
    const auto lines = problems_of(GetParam().text);

    ASSERT_EQ(lines.size(), 1U) << testing::PrintToString(lines);
    EXPECT_EQ(lines[0], GetParam().line);
}

constexpr std::string_view kPortExpected =
    "expected a port from 1 to 65535, a range such as 3478-3481, or any, got ";

const std::string kPortZero = "policy.yaml:2:14: error: " + std::string{kPortExpected} + "'0'";
const std::string kPortHigh = "policy.yaml:2:20: error: " + std::string{kPortExpected} + "'65536'";
const std::string kPortWord = "policy.yaml:2:14: error: " + std::string{kPortExpected} + "'all'";

const Mistake kMistakes[] = {
    {"Syntax", "roles: {", "policy.yaml:1:1: error: end of map flow not found"},
    {"NotAMap", "- a\n",
     "policy.yaml:1:1: error: expected the policy as a mapping of keys to values"},
    {"UnknownKey", "TimeWindows: 24h\n",
     "policy.yaml:1:1: error: unknown key 'TimeWindows' in the policy; did you mean 'TimeWindow'?"},
    {"KeyTwice", "TimeWindow: 24h\nTimeWindow: 2h\n",
     "policy.yaml:2:1: error: key 'TimeWindow' is given twice in the policy; remove one"},
    {"Duration", "TimeWindow: 24\n",
     "policy.yaml:1:13: error: expected a duration such as 90s, 10m, 2h or 7d, got '24'"},
    {"ZeroDuration", "JobWindow: 0s\n",
     "policy.yaml:1:12: error: JobWindow must be longer than zero"},
    {"Tolerance", "BeaconIntervalTolerance: 1.5\n",
     "policy.yaml:1:26: error: expected a number from 0 to 1, got '1.5'"},
    {"Flag", "ForegroundStateRequired: maybe\n",
     "policy.yaml:1:26: error: expected true or false, got 'maybe'"},
    {"RecurrenceMinimum", "RecurrenceMinimum: 2\n",
     "policy.yaml:1:20: error: expected a whole number from 3 to 60, got '2'"},
    {"UnknownProtocol", "AllowedProtocolPortMappings:\n  htp: {tcp: 80}\n",
     "policy.yaml:2:3: error: unknown protocol 'htp'; did you mean 'http'?"},
    {"UnknownProtocolInAllow", "roles:\n  r:\n    apps: [a.b]\n    allow: {tsl: {tcp: 1}}\n",
     "policy.yaml:4:13: error: unknown protocol 'tsl'; did you mean 'tls'?"},
    {"UnknownProtocolInDeny", "apps:\n  a.b:\n    deny: [tls, shs]\n",
     "policy.yaml:3:17: error: unknown protocol 'shs'; did you mean 'ssh'?"},
    {"PortZero", "AllowedProtocolPortMappings:\n  tls: {tcp: 0}\n", kPortZero},
    {"PortOutOfRange", "AllowedProtocolPortMappings:\n  tls: {tcp: [443, 65536]}\n", kPortHigh},
    {"PortWord", "AllowedProtocolPortMappings:\n  tls: {tcp: all}\n", kPortWord},
    {"InvertedRange", "AllowedProtocolPortMappings:\n  stun: {udp: 3481-3478}\n",
     "policy.yaml:2:15: error: range '3481-3478' runs backwards; write 3478-3481"},
    {"NoPort", "AllowedProtocolPortMappings:\n  tls: {}\n",
     "policy.yaml:2:8: error: tls names no port; give tcp, udp or both"},
    {"PortsNotAMap", "AllowedProtocolPortMappings:\n  tls: 443\n",
     "policy.yaml:2:8: error: expected the ports of tls as a mapping of keys to values"},
    {"UnknownTransport", "AllowedProtocolPortMappings:\n  tls: {tcp: 443, sctp: 443}\n",
     "policy.yaml:2:19: error: unknown key 'sctp' in the ports of tls; did you mean 'tcp'?"},
    {"ReservedTransport", "ReservedPorts:\n  sctp/443: tls\n",
     "policy.yaml:2:3: error: expected a port such as tcp/443 or udp/53, got 'sctp/443'"},
    {"ReservedForNone", "ReservedPorts:\n  tcp/443:\n",
     "policy.yaml:2:3: error: tcp/443 is reserved for no protocol; name some, or write [] if "
     "nobody "
     "may use it"},
    {"ReservedProtocol", "ReservedPorts:\n  tcp/443: [tls, htttp2]\n",
     "policy.yaml:2:18: error: unknown protocol 'htttp2'; did you mean 'http2'?"},
    {"ReservedOverlap", "ReservedPorts:\n  tcp/80-90: http\n  tcp/85: tls\n",
     "policy.yaml:3:3: error: tcp/85 overlaps tcp/80-90, which is reserved too; separate them"},
    {"BadGlob", "AllowedAppList: [\"com.example.[ab]\"]\n",
     "policy.yaml:1:18: error: expected a name in which * and ? may stand, such as com.example.*, "
     "got 'com.example.[ab]'"},
    {"EmptyGlob", "AllowedManagedApps: [\"\"]\n",
     "policy.yaml:1:22: error: expected a name in which * and ? may stand, such as com.example.*, "
     "got ''"},
    {"GlobNotAText", "AllowedAppList: [[a]]\n", "policy.yaml:1:18: error: expected a text"},
    {"UnknownAppGroup", "roles:\n  r: {app_groups: [ofice]}\n",
     "policy.yaml:2:20: error: unknown app group 'ofice'; did you mean 'office'?"},
    {"StrangeAppGroup", "roles:\n  r: {app_groups: [warehouse]}\n",
     "policy.yaml:2:20: error: unknown app group 'warehouse'; app groups are named in "
     "identity.yaml"},
    {"RoleOfNobody", "roles:\n  r: {deny: [ssh]}\n",
     "policy.yaml:2:3: error: role 'r' covers nobody; give it apps, app_groups or signers"},
    {"RoleKey", "roles:\n  r: {apps: [a], alow: {tls: {tcp: 1}}}\n",
     "policy.yaml:2:18: error: unknown key 'alow' in role 'r'; did you mean 'allow'?"},
    {"AllowAndDeny", "roles:\n  r:\n    apps: [a]\n    allow: {ssh: {tcp: 22}}\n    deny: [ssh]\n",
     "policy.yaml:5:12: error: ssh is allowed and denied in one place; remove it from allow or "
     "from "
     "deny"},
    {"ServiceClassNowhere", "AllowedServiceClasses:\n  fcm: {allow: {tls: {tcp: 5228}}}\n",
     "policy.yaml:2:3: error: service class 'fcm' has no destination; give it names or prefixes"},
    {"ServiceClassAllowsNothing", "AllowedServiceClasses:\n  fcm: {names: [a.example]}\n",
     "policy.yaml:2:8: error: service class 'fcm' needs the key 'allow'"},
    {"BadPrefix",
     "AllowedServiceClasses:\n  c: {prefixes: [17.0.0.0/33], allow: {tls: {tcp: 1}}}\n",
     "policy.yaml:2:18: error: expected an address block such as 192.0.2.0/24 or 2001:db8::/32, "
     "got "
     "'17.0.0.0/33'"},
    {"PrefixWithMoreBits",
     "AllowedServiceClasses:\n  c: {prefixes: [10.0.0.1/8], allow: {tls: {tcp: 1}}}\n",
     "policy.yaml:2:18: error: '10.0.0.1/8' has bits beyond its prefix length; did you mean "
     "10.0.0.0/8?"},
    {"RoleGivenTwice", "roles:\n  r: {apps: [a], deny: [ssh]}\n  r: {apps: [b], deny: [ssh]}\n",
     "policy.yaml:3:3: error: key 'r' is given twice in roles; remove one"},
    {"NegativePoints", "score: {recurrence: -5}\n",
     "policy.yaml:1:21: error: expected a whole number from 0 to 1000, got '-5'"},
    {"UnknownScore", "score: {recurence: 5}\n",
     "policy.yaml:1:9: error: unknown key 'recurence' in score; did you mean 'recurrence'?"},
    {"NegativeRisk", "score: {protocol_risk: {tls: -1}}\n",
     "policy.yaml:1:30: error: expected a whole number from 0 to 1000, got '-1'"},
    {"RiskOfUnknownProtocol", "score: {protocol_risk: {tlss: 1}}\n",
     "policy.yaml:1:25: error: unknown protocol 'tlss'; did you mean 'tls'?"},
    {"SeverityFalls", "severity: {low: 20, medium: 10, high: 70}\n",
     "policy.yaml:1:29: error: severity must rise: medium is 10, which is not above low with 20"},
    {"SeverityAgainstDefault", "severity: {low: 60}\n",
     "policy.yaml:1:17: error: severity must rise: medium is 45, which is not above low with 60"},
    {"UnreadableInclude", "include: [missing.yaml]\n",
     "policy.yaml:1:11: error: 'missing.yaml' cannot be read; check that it exists and is "
     "readable"},
};

INSTANTIATE_TEST_SUITE_P(Mistakes, PolicyMistake, testing::ValuesIn(kMistakes),
                         [](const auto& instance) { return std::string{instance.param.name}; });

/// An exception that is right but for one line.
std::vector<std::string> problems_of_exception(std::string_view replaced, std::string_view by) {
    std::string text = R"(EnterpriseExceptionList:
  - id: EX-7
    owner: dev@example.org
    reason: proxy
    created: 2026-03-01
    expires: 2027-03-01
    match: {protocols: [http]}
)";
    const auto at = text.find(replaced);
    EXPECT_NE(at, std::string::npos);
    text.replace(at, replaced.size(), by);
    return problems_of(text);
}

TEST(PolicyException, NeedsOwnerReasonExpiryAndId) {
    using Lines = std::vector<std::string>;
    EXPECT_EQ(problems_of_exception("    owner: dev@example.org\n", ""),
              Lines{"policy.yaml:2:5: error: an exception needs the key 'owner'"});
    EXPECT_EQ(problems_of_exception("    reason: proxy\n", ""),
              Lines{"policy.yaml:2:5: error: an exception needs the key 'reason'"});
    EXPECT_EQ(problems_of_exception("    expires: 2027-03-01\n", ""),
              Lines{"policy.yaml:2:5: error: an exception needs the key 'expires'"});
    EXPECT_EQ(problems_of_exception("    match: {protocols: [http]}\n", ""),
              Lines{"policy.yaml:2:5: error: an exception needs the key 'match'"});
    EXPECT_EQ(problems_of_exception("id: EX-7\n    owner", "owner"),
              Lines{"policy.yaml:2:5: error: an exception needs the key 'id'"});
    EXPECT_EQ(problems_of_exception("dev@example.org", "\"\""),
              Lines{"policy.yaml:3:12: error: owner must not be empty"});
}

TEST(PolicyException, NeedsRealDates) {
    for (const std::string bad : {"2027-02-29", "01.03.2027", "2027-3-1", "2027-13-01", "never"}) {
        EXPECT_EQ(
            problems_of_exception("2027-03-01", bad),
            std::vector<std::string>{
                "policy.yaml:6:14: error: expected a date such as 2027-03-01, got '" + bad + "'"});
    }
    EXPECT_EQ(problems_of_exception("2026-03-01", "2027-03-02"),
              std::vector<std::string>{"policy.yaml:6:14: error: exception 'EX-7' expires before "
                                       "it was created on 2027-03-02"});
}

TEST(PolicyException, ExpiredIsAWarningOnly) {
    EXPECT_EQ(problems_of_exception("2027-03-01", "2026-09-20"),
              std::vector<std::string>{"policy.yaml:6:14: warning: exception 'EX-7' expired at the "
                                       "end of 2026-09-20 and no longer applies; renew or remove "
                                       "it"});
    EXPECT_TRUE(problems_of_exception("2027-03-01", "2026-09-21").empty());
}

TEST(PolicyException, MustNotMatchEverything) {
    EXPECT_EQ(problems_of_exception("{protocols: [http]}", "{}"),
              std::vector<std::string>{"policy.yaml:7:12: error: exception 'EX-7' would match "
                                       "everything; give match a condition"});
    EXPECT_EQ(problems_of_exception("{protocols: [http]}", "{apps: []}"),
              std::vector<std::string>{"policy.yaml:7:12: error: exception 'EX-7' would match "
                                       "everything; give match a condition"});
}

TEST(PolicyException, ConditionsAreChecked) {
    using Lines = std::vector<std::string>;
    EXPECT_EQ(problems_of_exception("protocols: [http]", "destinations: [10.0.0.0/40]"),
              Lines{"policy.yaml:7:28: error: expected an address block such as 192.0.2.0/24 or "
                    "2001:db8::/32, got '10.0.0.0/40'"});
    EXPECT_EQ(problems_of_exception("protocols: [http]", "destinations: [10.0.0.300]"),
              Lines{"policy.yaml:7:28: error: expected an address block such as 192.0.2.0/24 or "
                    "2001:db8::/32, got '10.0.0.300'"});
    EXPECT_EQ(problems_of_exception("protocols: [http]", "app_groups: [devtool]"),
              Lines{"policy.yaml:7:26: error: unknown app group 'devtool'; did you mean "
                    "'devtools'?"});
    EXPECT_EQ(problems_of_exception("protocols: [http]", "ports: {tcp: 70000}"),
              Lines{"policy.yaml:7:26: error: expected a port from 1 to 65535, a range such as "
                    "3478-3481, or any, got '70000'"});
    EXPECT_EQ(problems_of_exception("protocols: [http]", "protocol: [http]"),
              Lines{"policy.yaml:7:13: error: unknown key 'protocol' in the match of exception "
                    "'EX-7'; did you mean 'protocols'?"});
}

TEST(PolicyException, IdsAreUnique) {
    constexpr std::string_view kText = R"(EnterpriseExceptionList:
  - {id: A, owner: o, reason: r, expires: 2027-01-01, match: {apps: [x]}}
  - {id: A, owner: o, reason: r, expires: 2027-01-01, match: {apps: [y]}}
)";
    EXPECT_EQ(problems_of(kText),
              std::vector<std::string>{"policy.yaml:3:10: error: EnterpriseExceptionList.A is "
                                       "given twice, first at policy.yaml:2:10; remove one"});
}

TEST(PolicyWarning, OfRulesWithoutEffect) {
    using Lines = std::vector<std::string>;
    EXPECT_EQ(
        problems_of("roles: {r: {apps: [a.b]}}\n"),
        Lines{"policy.yaml:1:9: warning: role 'r' has no effect: it neither allows nor denies "
              "anything"});
    EXPECT_EQ(problems_of("apps:\n  a.b: {}\n"),
              Lines{"policy.yaml:2:3: warning: app 'a.b' has no effect: it neither allows nor "
                    "denies anything"});
}

TEST(PolicyWarning, OfATransportThatAProtocolNeverUses) {
    using Lines = std::vector<std::string>;
    const std::string tls = "warning: tls is recognised over tcp only; udp here has no effect";
    const std::string ntp = "warning: ntp is recognised over udp only; tcp here has no effect";

    EXPECT_EQ(problems_of("AllowedProtocolPortMappings: {tls: {tcp: 443, udp: 443}}\n"),
              Lines{"policy.yaml:1:36: " + tls});
    EXPECT_EQ(problems_of("apps: {a.b: {allow: {ntp: {tcp: 123}}}}\n"),
              Lines{"policy.yaml:1:27: " + ntp});
    EXPECT_EQ(problems_of("ReservedPorts: {udp/443: [quic, tls]}\n"),
              Lines{"policy.yaml:1:26: " + tls});
    EXPECT_EQ(problems_of("AllowedProtocolPortMappings: {dns: {tcp: 53, udp: 53}}\n"), Lines{});
}

TEST(PolicyProblems, AreAllReportedAtOnce) {
    EXPECT_EQ(
        problems_of("TimeWindow: x\nroles:\n  r: {apps: [a], deny: [sssh]}\nscore: 3\n").size(),
        3U);
}

}  // namespace
}  // namespace sensor::judge::test
