// Allowances that a deny goes before, exceptions that nobody needs, and names that are none.
#include "sensor/judge/policy_idle.h"

#include "tests/unit/judge/cast.h"

namespace sensor::judge::test {
namespace {

using Lines = std::vector<std::string>;

std::string dead(std::string_view place, std::string_view path, std::string_view protocol,
                 std::string_view denier) {
    return "policy.yaml:" + std::string{place} + ": error: " + std::string{path} + " allows " +
           std::string{protocol} + ", which " + std::string{denier} +
           " denies to all of the same apps, and deny goes before; remove one";
}

TEST(DeadAllowance, OfAnAppThatAPatternDenies) {
    EXPECT_EQ(problems_of("apps:\n  com.a: {allow: {tls: {tcp: 1}}}\n  com.*: {deny: [tls]}\n"),
              Lines{dead("2:3", "apps.com.a", "tls", "apps.com.*")});
    // Some of them may, and another protocol may.
    EXPECT_EQ(problems_of("apps:\n  com.*: {allow: {tls: {tcp: 1}}}\n  com.a: {deny: [tls]}\n"),
              Lines{});
    EXPECT_EQ(problems_of("apps:\n  com.a: {allow: {tls: {tcp: 1}}}\n  com.*: {deny: [ssh]}\n"),
              Lines{});
    EXPECT_EQ(problems_of("apps:\n  com.a: {allow: {tls: {tcp: 1}}}\n  org.*: {deny: [tls]}\n"),
              Lines{});
}

TEST(DeadAllowance, OfARole) {
    EXPECT_EQ(problems_of("roles:\n"
                          "  r: {apps: [com.*], deny: [ssh]}\n"
                          "  s: {apps: [com.a, com.b], allow: {ssh: {tcp: 22}}}\n"),
              Lines{dead("3:3", "roles.s", "ssh", "roles.r")});
    EXPECT_EQ(problems_of("roles:\n  s: {apps: [com.a], allow: {ssh: {tcp: 22}}}\n"
                          "apps: {com.a: {deny: [ssh]}}\n"),
              Lines{dead("2:3", "roles.s", "ssh", "apps.com.a")});
}

TEST(DeadAllowance, IsNoneOfARoleThatTheDenyIsNotAlwaysAbout) {
    for (const std::string_view denying :
         {"apps: [com.a]", "apps: [com.*], platforms: ios", "apps: [com.*], hours: '07:00-08:00Z'",
          "apps: [com.*], app_managed: false"}) {
        EXPECT_EQ(problems_of("roles:\n"
                              "  r: {" +
                              std::string{denying} +
                              ", deny: [ssh]}\n"
                              "  s: {apps: [com.a, com.b], allow: {ssh: {tcp: 22}}}\n"),
                  Lines{})
            << denying;
    }
}

std::string exception_for(std::string_view match) {
    return "EnterpriseExceptionList: [{id: A, owner: o, reason: r, expires: 2027-01-01, match: {" +
           std::string{match} + "}}]\n";
}

TEST(NeedlessException, OfWhatTheDefaultsAllow) {
    const std::string defaults = "AllowedProtocolPortMappings: {tls: {tcp: [443, 853]}}\n";
    const std::string exception = exception_for("apps: [com.a], protocols: tls, ports: {tcp: 443}");

    EXPECT_EQ(problems_of(exception + defaults),
              Lines{"policy.yaml:1:32: warning: exception 'A' is never needed: "
                    "AllowedProtocolPortMappings allows all that it matches; remove it"});
    EXPECT_EQ(problems_of(exception + defaults + "apps: {com.a: {deny: [tls]}}\n"), Lines{});
    EXPECT_EQ(problems_of(exception_for("protocols: tls, ports: {tcp: [443, 444]}") + defaults),
              Lines{});
    EXPECT_EQ(problems_of(exception_for("apps: [com.a], ports: {tcp: 443}") + defaults), Lines{});
    EXPECT_EQ(problems_of(exception_for("protocols: [tls, ssh], ports: {tcp: 443}") + defaults),
              Lines{});
}

TEST(Exception, OfABareStarWouldMatchEverything) {
    EXPECT_EQ(problems_of(exception_for("apps: ['*']")),
              Lines{"policy.yaml:1:84: error: exception 'A' would match everything; give match a "
                    "condition"});
    EXPECT_EQ(problems_of(exception_for("apps: ['*'], protocols: ssh")), Lines{});
}

TEST(Exception, HasAnIdThatIsAName) {
    const std::string wrong = "expected an id of letters, digits and - _ . : / #, such as EX-1";
    for (const std::string_view id : {"'a b'", "\"a\\nb\"", "'a\"b'", "''"}) {
        const std::string policy = "EnterpriseExceptionList: [{id: " + std::string{id} +
                                   ", owner: o, reason: r, expires: 2027-01-01, "
                                   "match: {protocols: ssh}}]\n";
        EXPECT_EQ(problems_of(policy), Lines{"policy.yaml:1:32: error: " + wrong}) << id;
    }
}

TEST(Exception, OfADayToComeIsWarnedAbout) {
    EXPECT_EQ(problems_of("EnterpriseExceptionList: [{id: A, owner: o, reason: r, created: "
                          "2027-01-01, expires: 2027-02-01, match: {protocols: ssh}}]\n"),
              Lines{"policy.yaml:1:65: warning: exception 'A' was created on a day to come; it "
                    "applies all the same"});
}

TEST(ServiceClass, HasNamesOfHosts) {
    for (const std::string_view name : {"http://a.com/", "a.com:443", "a.com/x", "2001:db8::1"}) {
        const std::string policy = "AllowedServiceClasses: {s: {names: ['" + std::string{name} +
                                   "'], allow: {tls: {tcp: 1}}}}\n";
        EXPECT_EQ(problems_of(policy),
                  Lines{"policy.yaml:1:37: error: expected the name of a host, without scheme, "
                        "port or path, got '" +
                        std::string{name} + "'"});
    }
    const auto policy =
        policy_of("AllowedServiceClasses: {s: {names: [A.Com.], allow: {tls: {tcp: 1}}}}\n");
    EXPECT_EQ(policy.service_classes.at(0).names, Lines{"a.com"});
}

}  // namespace
}  // namespace sensor::judge::test
