#include "sensor/control/review/proposal.h"

#include <gtest/gtest.h>

namespace sensor::control {
namespace {

Learned learned(std::vector<Pair> pairs) {
    Learned learned;
    learned.sessions = 100;
    for (Pair& pair : pairs)
        learned.learned.push_back({std::move(pair), {.sessions = 9, .devices = 3, .days = 2}});
    return learned;
}

Pair app(std::string name, std::string protocol, std::uint16_t port,
         Transport transport = Transport::kTcp) {
    return {false, std::move(name), std::move(protocol), transport, PortNumber{port}};
}

std::string merged(const std::string& text, const Learned& additions,
                   std::vector<std::string>* by_hand = nullptr) {
    const auto done = merge_into(text, "p.yaml", additions);
    EXPECT_TRUE(done) << done.error().message;
    if (by_hand != nullptr) {
        *by_hand = done->by_hand;
    } else {
        EXPECT_TRUE(done->by_hand.empty());
    }
    return done->text;
}

constexpr std::string_view kSupport = "3 devices, 2 days, 9 sessions";

TEST(Proposal, ListsAppsAndGroupsWithTheirSupport) {
    const std::string text =
        proposal_text(learned({app("com.a", "tls", 8443),
                               app("com.a", "tls", 9443),
                               {true, "office", "sip", Transport::kUdp, PortNumber{5060}}}));

    EXPECT_NE(text.find("apps:\n"
                        "  com.a:  # review: learned\n"
                        "    allow:\n"
                        "      tls: {tcp: [8443, 9443]}  # review: tcp/8443: " +
                        std::string{kSupport} + "; tcp/9443: " + std::string{kSupport} + "\n"),
              std::string::npos)
        << text;
    EXPECT_NE(text.find("roles:\n"
                        "  learned-office:  # review: learned\n"
                        "    app_groups: [office]\n"
                        "    allow:\n"
                        "      sip: {udp: [5060]}"),
              std::string::npos)
        << text;
}

TEST(Proposal, TellsWhatItLeftOutAndNeverAsYaml) {
    Learned left;
    left.left_out[LeftOut::kUnnamable].push_back(
        {app("evil:\nroles: x", "tls", 1), {.sessions = 1, .devices = 1, .days = 1}});

    const std::string text = proposal_text(left);

    for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1)
        EXPECT_EQ(text[at], '#') << text;
    EXPECT_NE(text.find("1 device, 1 day, 1 session"), std::string::npos);
}

TEST(Proposal, QuotesNamesThatYamlWouldReadAsSomethingElse) {
    for (const std::string name : {"null", "true", "123", "yes", "1e3", "2001-01-01"}) {
        const auto additions = learned({app(name, "tls", 8443)});
        for (const std::string& text :
             {proposal_text(additions), merged("apps:\n  com.x:\n    deny: [ssh]\n", additions),
              merged("apps:\n  \"" + name + "\":\n    allow:\n      http: {tcp: 81}\n", additions)})
            EXPECT_NE(text.find("  \"" + name + "\":"), std::string::npos) << text;
    }
    const std::string text =
        proposal_text(learned({{true, "my: group", "tls", Transport::kTcp, PortNumber{1}}}));
    EXPECT_NE(text.find("\n  \"learned-my: group\":"), std::string::npos) << text;
    EXPECT_NE(text.find("app_groups: [\"my: group\"]\n"), std::string::npos) << text;
}

TEST(Proposal, MarksWhatWasLearnedOnRequest) {
    Learned asked = learned({app("com.a", "ssh", 443)});
    asked.learned[0].note = "against ReservedPorts.tcp/443";
    EXPECT_NE(proposal_text(asked).find("9 sessions, against ReservedPorts.tcp/443\n"),
              std::string::npos);
}

TEST(Merge, PutsANewAppUnderAppsAndKeepsEveryLine) {
    const std::string text = "# mine\napps:  # of ours\n    com.x:\n        deny: [ssh]\n# end\n";

    EXPECT_EQ(merged(text, learned({app("com.a", "tls", 8443)})),
              "# mine\napps:  # of ours\n"
              "    com.a:  # review: learned\n"
              "      allow:\n"
              "        tls: {tcp: [8443]}  # review: tcp/8443: 3 devices, 2 days, 9 sessions\n"
              "    com.x:\n        deny: [ssh]\n# end\n");
}

TEST(Merge, AddsToTheAllowOfAnAppThatIsThere) {
    const std::string text = "apps:\n  com.a:\n    allow:  # few\n      http: {tcp: 81}\n";

    EXPECT_EQ(merged(text, learned({app("com.a", "tls", 8443)})),
              "apps:\n  com.a:\n    allow:  # few\n"
              "      tls: {tcp: [8443]}  # review: tcp/8443: 3 devices, 2 days, 9 sessions\n"
              "      http: {tcp: 81}\n");
}

TEST(Merge, GivesAnAppThatHasNoneAnAllow) {
    EXPECT_EQ(merged("apps:\n  com.a:\n    deny: [ssh]\n", learned({app("com.a", "tls", 8443)})),
              "apps:\n  com.a:\n    allow:\n"
              "      tls: {tcp: [8443]}  # review: tcp/8443: 3 devices, 2 days, 9 sessions\n"
              "    deny: [ssh]\n");
}

TEST(Merge, AppendsASectionThatIsNotThere) {
    for (const char* text : {"", "TimeWindow: 1h", "TimeWindow: 1h\n"}) {
        const std::string whole = merged(text, learned({app("com.a", "tls", 8443)}));
        EXPECT_TRUE(whole.starts_with(text));
        EXPECT_NE(whole.find("\napps:\n  com.a:"), std::string::npos) << whole;
    }
}

TEST(Merge, LeavesToPeopleWhatIsNotWrittenAsPlainBlocks) {
    const auto additions = learned({app("com.a", "tls", 8443)});
    for (const std::string text :
         {"apps: {com.a: {deny: [ssh]}}\n", "apps:\n  com.a: {deny: [ssh]}\n",
          "apps:\n  com.a:\n    allow: {http: {tcp: 81}}\n",
          "apps:\n  com.a: &a\n    allow:\n      http: {tcp: 81}\n",
          "apps:\n  com.b: &b\n    allow:\n      http: {tcp: 81}\n  com.a: *b\n",
          "apps:\n  com.a:\n    allow:\n      tls: {tcp: 81}\n"}) {
        std::vector<std::string> by_hand;
        EXPECT_EQ(merged(text, additions, &by_hand), text);
        ASSERT_EQ(by_hand.size(), 1U) << text;
        EXPECT_TRUE(by_hand[0].starts_with("p.yaml:")) << by_hand[0];
        EXPECT_NE(by_hand[0].find("by hand: tls: {tcp: [8443]}"), std::string::npos) << by_hand[0];
    }
}

TEST(Merge, TellsProblemsOfTheTextThatPeopleHave) {
    const std::string text = "apps:\n  com.x:\n    deny: [ssh]";
    const auto done = merge_into(text, "p.yaml", learned({app("com.a", "tls", 8443)}));
    ASSERT_TRUE(done);
    const auto told = [&](int line) {
        return told_of({.place = {"p.yaml", line, 3}, .message = "no"}, *done);
    };

    EXPECT_EQ(told(1), "p.yaml:1:3: error: no");
    EXPECT_EQ(told(2), "p.yaml: the line to be added `com.a:  # review: learned`: no");
    EXPECT_EQ(told(5), "p.yaml:2:3: error: no");
    EXPECT_EQ(told(6), "p.yaml:3:3: error: no");
    EXPECT_EQ(told(7), "p.yaml:7:3: error: no");
}

TEST(Merge, RefusesWhatIsNoYaml) {
    EXPECT_FALSE(merge_into("apps: [", "p.yaml", learned({app("com.a", "tls", 1)})));
}

TEST(PolicyWith, AllowsWhatWasLearned) {
    const judge::Policy policy =
        policy_with({}, learned({app("com.a", "tls", 8443),
                                 {true, "office", "sip", Transport::kUdp, PortNumber{5060}}}));

    ASSERT_EQ(policy.apps.size(), 1U);
    EXPECT_TRUE(policy.apps[0].rules.allow.at("tls").contains(Transport::kTcp, PortNumber{8443}));
    ASSERT_EQ(policy.roles.size(), 1U);
    EXPECT_EQ(policy.roles[0].app_groups, std::vector<std::string>{"office"});
}

}  // namespace
}  // namespace sensor::control
