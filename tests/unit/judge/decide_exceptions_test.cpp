// Exceptions: when they approve what nothing else does.
#include "tests/unit/judge/asking.h"

namespace sensor::judge::test {
namespace {

constexpr std::string_view kException = R"(
EnterpriseExceptionList:
  - id: EX-7
    owner: dev@example.org
    reason: proxy
    expires: 2026-09-21
    match:
      apps: ["com.dev.*"]
      app_groups: [devtools]
      devices: ["serial:R5*"]
      protocols: [http, unknown]
      ports: {tcp: 8888}
      destinations: [10.0.0.0/8, "*.dev.example"]
)";

Question excepted() {
    Question question = ask_tcp("http", 8888, "com.dev.proxy");
    question.app_group = "devtools";
    question.device = "serial:R5CT3";
    question.destination = parse_address("10.1.2.3");
    return question;
}

TEST(Exceptions, ApplyWhenAllConditionsHold) {
    const Decision decision = decide(policy_of(kException), excepted());

    EXPECT_TRUE(decision.approved);
    EXPECT_EQ(decision.rule, "EnterpriseExceptionList.EX-7");
    EXPECT_EQ(decision.exceptions_hit, std::vector<std::string>{"EX-7"});
}

TEST(Exceptions, DoNotApplyWhenOneConditionFails) {
    const Policy policy = policy_of(kException);
    const auto fails = [&](auto&& change, std::string_view why) {
        Question question = excepted();
        change(question);
        const Decision decision = decide(policy, question);
        EXPECT_FALSE(decision.approved) << why;
        EXPECT_TRUE(decision.exceptions_hit.empty());
        EXPECT_TRUE(has_step(decision, why)) << testing::PrintToString(texts_of(decision.steps));
    };

    fails([](Question& q) { q.app = "com.other"; }, "it is for other apps");
    fails([](Question& q) { q.app.clear(); }, "it is for other apps");
    fails([](Question& q) { q.app_group = "office"; }, "it is for other app groups");
    fails([](Question& q) { q.device = "serial:C39"; }, "it is for other devices");
    fails([](Question& q) { q.protocol = "ssh"; }, "it is for other protocols");
    fails([](Question& q) { q.port = PortNumber{8889}; }, "it is for tcp/8888");
    fails([](Question& q) { q.transport = Transport::kUdp; }, "it is for tcp/8888");
    fails([](Question& q) { q.destination = parse_address("192.0.2.1"); },
          "it is for other destinations");
    fails([](Question& q) { q.destination.reset(); }, "it is for other destinations");
}

TEST(Exceptions, MayKnowTheDestinationByName) {
    Question question = excepted();
    question.destination = parse_address("192.0.2.1");
    question.name = "proxy.dev.example:8888";

    EXPECT_TRUE(decide(policy_of(kException), question).approved);
}

TEST(Exceptions, ExpireAtTheEndOfTheirDay) {
    const Policy policy = policy_of(kException);
    const Timestamp midnight{std::chrono::sys_days{std::chrono::year{2026} / 9 / 22}};
    Question question = excepted();

    question.time = midnight - 1ns;
    EXPECT_TRUE(decide(policy, question).approved);
    question.time = midnight;
    const Decision decision = decide(policy, question);
    EXPECT_FALSE(decision.approved);
    EXPECT_TRUE(has_step(decision, "it expired at the end of 2026-09-21"));
}

TEST(Exceptions, AllThatMatchAreHit) {
    const Policy policy = policy_of(R"(
EnterpriseExceptionList:
  - {id: A, owner: o, reason: r, expires: 2027-01-01, match: {protocols: ssh}}
  - {id: B, owner: o, reason: r, expires: 2027-01-01, match: {ports: {tcp: 22}}}
)");

    const Decision decision = decide(policy, ask_tcp("ssh", 22));
    EXPECT_EQ(decision.rule, "EnterpriseExceptionList.A");
    EXPECT_EQ(decision.exceptions_hit, (std::vector<std::string>{"A", "B"}));
}

}  // namespace
}  // namespace sensor::judge::test
