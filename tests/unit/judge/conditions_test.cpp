// Signing certificates, platforms and hours as conditions; roles and service classes in exceptions.
#include "sensor/judge/conditions.h"

#include "sensor/judge/decide.h"
#include "sensor/judge/plain_approval.h"
#include "sensor/judge/policy_idle.h"
#include "sensor/judge/policy_yaml.h"
#include "tests/unit/judge/cast.h"

namespace sensor::judge::test {
namespace {

const std::string kSigner(64, 'a');

std::string role_with(const std::string& conditions) {
    return "roles: {r: {apps: [com.x], " + conditions + ", allow: {ssh: {tcp: 22}}}}\n";
}

Question ssh_on_22(Timestamp time = kBase) {
    Question question;
    question.protocol = "ssh";
    question.port = PortNumber{22};
    question.app = "com.x";
    question.destination = parse_address("198.51.100.20");
    question.time = time;
    return question;
}

bool approves(const std::string& policy, const Question& question) {
    return decide(policy_of(policy), question).approved;
}

TEST(Hours, BeginAndEndInTheirZone) {
    const std::string day = role_with("hours: '08:00-18:00+01:00'");
    EXPECT_FALSE(approves(day, ssh_on_22(kBase - 1ns)));  // kBase is 07:00Z
    EXPECT_TRUE(approves(day, ssh_on_22(kBase)));
    EXPECT_TRUE(approves(day, ssh_on_22(kBase + 10h - 1ns)));
    EXPECT_FALSE(approves(day, ssh_on_22(kBase + 10h)));
    EXPECT_TRUE(approves(day, ssh_on_22(kBase + 24h)));
}

TEST(Hours, MayGoPastMidnight) {
    const std::string night = role_with("hours: ['22:00-06:00-02:00']");  // 00:00Z to 08:00Z
    EXPECT_TRUE(approves(night, ssh_on_22(kBase)));
    EXPECT_TRUE(approves(night, ssh_on_22(kBase - 7h)));
    EXPECT_FALSE(approves(night, ssh_on_22(kBase - 7h - 1ns)));
    EXPECT_FALSE(approves(night, ssh_on_22(kBase + 1h)));
    EXPECT_TRUE(approves(role_with("hours: ['00:00-24:00Z']"), ssh_on_22()));
    EXPECT_TRUE(approves(role_with("hours: ['01:00-02:00Z', '07:00-07:01Z']"), ssh_on_22()));
}

TEST(Hours, OfAnotherFormAreErrors) {
    for (const char* hours :
         {"08:00-18:00", "8:00-18:00Z", "08:00-18:00+1:00", "08:60-18:00Z", "24:01-03:00Z",
          "08:00-08:00Z", "08:00/18:00Z", "08:00-18:00+15:00", "08:00-18:00UTC", ""}) {
        const auto problems = problems_of(role_with("hours: ['" + std::string{hours} + "']"));
        ASSERT_EQ(problems.size(), 1U) << hours;
        EXPECT_NE(problems[0].find("hours with their zone"), std::string::npos) << problems[0];
    }
}

TEST(Signers, MustBeKnownAndAmongThose) {
    const std::string policy = role_with("signers: '" + kSigner + "'");
    Question question = ssh_on_22();
    EXPECT_FALSE(approves(policy, question));
    question.signer = kSigner;
    EXPECT_TRUE(approves(policy, question));
    question.signer[63] = 'b';
    EXPECT_FALSE(approves(policy, question));
}

TEST(Signers, AreReadAsToolsPrintThem) {
    std::string printed = "AA";
    for (int i = 1; i < 32; ++i)
        printed += ":AA";
    Question question = ssh_on_22();
    question.signer = kSigner;
    EXPECT_TRUE(approves(role_with("signers: ['" + printed + "']"), question));
    for (const std::string& wrong : {printed.substr(3), kSigner + "a", "g" + kSigner.substr(1)})
        EXPECT_EQ(problems_of(role_with("signers: ['" + wrong + "']")).size(), 1U) << wrong;
}

TEST(Signers, AloneSayWhomARoleCovers) {
    const std::string policy = "roles: {r: {signers: " + kSigner + ", allow: {ssh: {tcp: 22}}}}";
    Question question = ssh_on_22();
    question.app = "com.any";
    EXPECT_FALSE(approves(policy, question));
    question.signer = kSigner;
    EXPECT_TRUE(approves(policy, question));
    EXPECT_EQ(problems_of("roles: {r: {platforms: ios, deny: [ssh]}}").size(), 1U);
}

TEST(Platforms, AreConditions) {
    const std::string policy = role_with("platforms: ios");
    Question question = ssh_on_22();
    EXPECT_FALSE(approves(policy, question));
    question.platform = Platform::kAndroid;
    EXPECT_FALSE(approves(policy, question));
    question.platform = Platform::kIos;
    EXPECT_TRUE(approves(policy, question));
    EXPECT_EQ(problems_of(role_with("platforms: windows")).size(), 1U);
}

TEST(Conditions, ThatDoNotHoldAreTold) {
    const auto decision = decide(policy_of(role_with("platforms: ios")), ssh_on_22());
    ASSERT_FALSE(decision.steps.empty());
    EXPECT_EQ(decision.steps[0].text, "roles.r: does not apply: it is for other platforms");
    EXPECT_TRUE(decision.steps[0].applies);
    EXPECT_EQ(decision.role, "");
}

std::string exception_for(const std::string& match, const std::string& more = "") {
    return "EnterpriseExceptionList:\n  - {id: E, owner: o, reason: r, expires: 2027-01-01, match: "
           "{" +
           match + "}}\n" + more;
}

TEST(Exceptions, TakeConditions) {
    Question question = ssh_on_22();
    const std::string policy =
        exception_for("platforms: android, hours: '07:00-08:00Z', signers: " + kSigner);
    question.platform = Platform::kAndroid;
    question.signer = kSigner;
    EXPECT_TRUE(approves(policy, question));
    question.time += 1h;
    EXPECT_FALSE(approves(policy, question));
}

TEST(Exceptions, TakeRolesByName) {
    const std::string policy =
        exception_for("roles: admins", "roles: {admins: {apps: [com.x], deny: [irc]}}");
    EXPECT_TRUE(approves(policy, ssh_on_22()));
    Question other = ssh_on_22();
    other.app = "com.y";
    EXPECT_FALSE(approves(policy, other));
}

TEST(Exceptions, TakeServiceClassesAsDestinations) {
    const std::string classes =
        "AllowedServiceClasses: {cloud: {names: ['*.cloud.example'], prefixes: [203.0.113.0/24], "
        "allow: {tls: {tcp: 443}}}}";
    const std::string policy = exception_for("service_classes: cloud", classes);
    Question question = ssh_on_22();
    EXPECT_FALSE(approves(policy, question));
    question.name = "A.Cloud.Example:22";
    EXPECT_TRUE(approves(policy, question));
    question.name.clear();
    question.destination = parse_address("203.0.113.7");
    EXPECT_TRUE(approves(policy, question));
    // One of the destinations is enough.
    EXPECT_TRUE(approves(
        exception_for("service_classes: cloud, destinations: 192.0.2.0/24", classes), question));
}

TEST(Exceptions, MustNameWhatThereIs) {
    const auto roles = problems_of(
        exception_for("roles: admin", "roles: {admins: {apps: [com.x], allow: {ssh: {tcp: 22}}}}"));
    ASSERT_EQ(roles.size(), 1U);
    EXPECT_NE(roles[0].find("there is no role 'admin'; did you mean 'admins'?"), std::string::npos);
    EXPECT_EQ(problems_of(exception_for("service_classes: [cloud]")).size(), 1U);
}

std::string two(const std::string& first, const std::string& second,
                const std::string& second_expires = "2027-01-01") {
    return "EnterpriseExceptionList:\n"
           "  - {id: A, owner: o, reason: r, expires: 2027-01-01, match: {" +
           first +
           "}}\n"
           "  - {id: B, owner: o, reason: r, expires: " +
           second_expires + ", match: {" + second + "}}\n";
}

void expect_shadowed(const std::string& policy, const std::string& id) {
    const auto problems = problems_of(policy);
    ASSERT_EQ(problems.size(), 1U) << policy;
    EXPECT_NE(problems[0].find("warning: exception '" + id + "' is never needed"),
              std::string::npos)
        << problems[0];
}

TEST(Exceptions, ThatAnotherCoversAreWarnedAbout) {
    expect_shadowed(two("apps: com.*", "apps: com.x"), "B");
    expect_shadowed(two("apps: com.x", "apps: com.*"), "A");
    expect_shadowed(two("apps: com.x", "apps: com.x"), "B");
    expect_shadowed(two("apps: com.x", "apps: com.x, protocols: ssh"), "B");
    expect_shadowed(two("ports: {tcp: '1-100'}", "ports: {tcp: [22, 53]}"), "B");
    expect_shadowed(two("destinations: 10.0.0.0/8", "destinations: [10.1.0.0/16, 10.2.0.1]"), "B");
    expect_shadowed(two("destinations: '*.example'", "destinations: 'a.example'"), "B");
    expect_shadowed(two("platforms: [ios, android]", "platforms: ios"), "B");
    expect_shadowed(two("apps: com.x", "apps: com.x", "2026-12-01"), "B");
    expect_shadowed(two("apps: com.x", "apps: com.x", "2027-12-01"), "A");
}

TEST(Exceptions, ThatAnotherCoversInPartAreNot) {
    for (const auto& [first, second] : std::vector<std::pair<std::string, std::string>>{
             {"apps: com.x", "protocols: ssh"},
             {"apps: com.x, platforms: ios", "apps: com.x, hours: '07:00-08:00Z'"},
             {"ports: {tcp: 22, udp: 23}", "ports: {tcp: 22, udp: 22}"},
             {"destinations: 10.1.0.0/16", "destinations: 10.0.0.0/8, protocols: ssh"},
             {"destinations: 10.0.0.0/8", "destinations: [10.1.0.0/16, a.example]"},
             {"apps: [com.x, com.y]", "apps: [com.y, com.z]"}}) {
        EXPECT_TRUE(problems_of(two(first, second)).empty()) << first << " / " << second;
    }
    // The larger one ends earlier.
    EXPECT_TRUE(problems_of(two("apps: com.*", "apps: com.x", "2027-12-01")).empty());
}

TEST(Exceptions, OfOneCharacterDoNotCoverThoseOfAny) {
    ExceptionMatch one;
    one.apps = {"com.?"};
    ExceptionMatch any;
    any.apps = {"com.*"};
    EXPECT_FALSE(covers(one, any));
    EXPECT_TRUE(covers(any, one));
    EXPECT_TRUE(covers(one, one));
}

TEST(Conditions, AreWrittenOutAsTheyWereRead) {
    const std::string conditions =
        "signers: " + kSigner + ", platforms: [ios], hours: ['22:00-06:00+02:00']";
    const std::string text =
        "roles: {admins: {apps: [com.x], " + conditions + ", allow: {ssh: {tcp: 22}}}}\n" +
        "AllowedServiceClasses: {cloud: {names: ['*.c'], allow: {tls: {tcp: 443}}}}\n" +
        exception_for("roles: admins, service_classes: cloud, " + conditions);
    const std::string written = policy_yaml(policy_of(text));
    EXPECT_EQ(policy_yaml(policy_of(written)), written);
    for (const char* part : {"roles: [\"admins\"]", "service_classes: [\"cloud\"]",
                             "platforms: [\"ios\"]", "hours: [\"22:00-06:00+02:00\"]"}) {
        EXPECT_NE(written.find(part), std::string::npos) << part;
    }
}

class PlainWithConditions : public testing::Test {
  protected:
    bool approves_ssh(const std::string& policy) {
        const std::vector<std::string> protocols{"unknown", "ssh"};
        const std::vector<AppGroup> groups{{"office", {"com.x"}}, {"crm", {}}};
        const PlainApproval approval{policy_of(policy), protocols, groups};
        return approval.approves(ProtocolId{1}, Transport::kTcp, PortNumber{22}, AppGroupId{1}) ||
               approval.approves(ProtocolId{1}, Transport::kTcp, PortNumber{22}, AppGroupId{2});
    }
};

TEST_F(PlainWithConditions, NothingIsPlainlyAllowedUnderACondition) {
    const std::string groups = "roles: {r: {app_groups: [office, crm], ";
    EXPECT_TRUE(approves_ssh(groups + "allow: {ssh: {tcp: 22}}}}"));
    for (const std::string condition : {"platforms: ios", "hours: '00:00-24:00Z'"}) {
        EXPECT_FALSE(approves_ssh(groups + condition + ", allow: {ssh: {tcp: 22}}}}")) << condition;
    }
    EXPECT_FALSE(approves_ssh("roles: {r: {signers: " + kSigner + ", allow: {ssh: {tcp: 22}}}}"));
}

TEST_F(PlainWithConditions, WhatMayBeDeniedIsNotPlain) {
    const std::string allowed = "AllowedProtocolPortMappings: {ssh: {tcp: 22}}\n";
    EXPECT_TRUE(approves_ssh(allowed));
    EXPECT_FALSE(approves_ssh(
        allowed + "roles: {r: {app_groups: [office, crm], platforms: ios, deny: [ssh]}}"));
    EXPECT_FALSE(approves_ssh(allowed + "roles: {r: {signers: " + kSigner + ", deny: [ssh]}}"));
}

}  // namespace
}  // namespace sensor::judge::test
