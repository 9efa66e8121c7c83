#include "sensor/attribute/identity_config.h"

#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

namespace sensor::attribute {
namespace {

struct Read {
    IdentityConfig config;
    std::vector<std::string> problems;
};

Read read(const std::string& text) {
    Read result;
    const auto document = yaml::load_text(text, "identity.yaml");
    if (!document) {
        result.problems.push_back(document.error().message);
        return result;
    }
    yaml::Problems problems;
    result.config = read_identity(*document, problems);
    for (const yaml::Problem& problem : problems.sorted())
        result.problems.push_back(problem.to_string());
    return result;
}

using Lines = std::vector<std::string>;

/// One rule, in a file with the groups office and crm; the rule's line is 4, its column 6.
Lines problems_of(const std::string& rule) {
    return read("app_groups:\n  office: {apps: [a, b]}\ntag_rules:\n  - " + rule + "\n").problems;
}
Lines error_at(int column, const std::string& message) {
    return {"identity.yaml:4:" + std::to_string(column) + ": error: " + message};
}

constexpr const char* kWhole = R"(
clock_skew: 250ms
app_groups:
  office:   {apps: [com.example.mail, com.example.chat]}
  crm:      {apps: [com.example.crm]}
  devtools: {}
  guests:
tag_rules:
  - {vlan: 110, app_group: office}
  - {vlans: [200, 31], app_group: office}
  - {vni: 5010, group_policy: 310, app_group: crm}
  - {geneve_option: {class: 0xff01, type: 1, value: "0000002a"}, app_group: devtools}
  - {geneve_option: {class: 65281, type: 0x81}, vni: 7, app_group: devtools}
  - {source: 10.60.0.0/16, app_group: guests}
  - {source: "2001:db8::/32", vlan: 7, app_group: guests}
)";

TEST(IdentityConfig, ReadsAWholeFile) {
    const auto [config, problems] = read(kWhole);

    EXPECT_EQ(problems, Lines{});
    EXPECT_EQ(config.clock_skew, std::chrono::milliseconds{250});
    ASSERT_EQ(config.groups.size(), 4U);
    EXPECT_EQ(config.groups[0].name, "office");
    EXPECT_EQ(config.groups[0].apps, (Lines{"com.example.mail", "com.example.chat"}));
    EXPECT_TRUE(config.groups[3].apps.empty());
    EXPECT_EQ(config.rule_texts,
              (Lines{"vlan 110", "vlans 200/31", "vni 5010 group-policy 310",
                     "geneve-option ff01/1=0000002a", "vni 7 geneve-option ff01/129",
                     "source 10.60.0.0/16", "vlan 7 source 2001:db8::/32"}));
    ASSERT_EQ(config.rules.size(), 7U);
    EXPECT_EQ(config.rules[2].group, AppGroupId{2});
    EXPECT_EQ(config.rules[2].conditions.count(), 2);
    EXPECT_EQ(config.rules[1].conditions.count(), 2) << "a pair says as much as two conditions";
}

TEST(IdentityConfig, NamesGroupsAndRulesByNumber) {
    const auto config = read(kWhole).config;

    EXPECT_EQ(config.find_group("crm"), AppGroupId{2});
    EXPECT_EQ(config.find_group("cr"), AppGroupId::kNone);
    EXPECT_EQ(config.find_group(""), AppGroupId::kNone);
    ASSERT_NE(config.group(AppGroupId{4}), nullptr);
    EXPECT_EQ(config.group(AppGroupId{4})->name, "guests");
    EXPECT_EQ(config.group(AppGroupId::kNone), nullptr);
    EXPECT_EQ(config.group(AppGroupId{5}), nullptr);
    EXPECT_EQ(config.rule_text(TagRuleId{1}), "vlan 110");
    EXPECT_EQ(config.rule_text(TagRuleId::kNone), "");
    EXPECT_EQ(config.rule_text(TagRuleId{8}), "");
}

TEST(IdentityConfig, AnEmptyFileHasDefaults) {
    const auto [config, problems] = read("");

    EXPECT_EQ(problems, Lines{});
    EXPECT_EQ(config.clock_skew, std::chrono::seconds{5});
    EXPECT_TRUE(config.groups.empty());
    EXPECT_TRUE(config.rules.empty());
}

/// Lines that begin with "#  " are the examples of the shipped file.
std::string shipped(bool with_examples) {
    std::ifstream file{OFFPORT_CONFIG "/identity.yaml"};
    std::string text;
    for (std::string line; std::getline(file, line);) {
        const bool is_example = line.starts_with("#  ");
        text += (is_example && with_examples ? line.substr(1) : line) + "\n";
    }
    return text;
}

TEST(IdentityConfig, TheShippedFileIsRight) {
    const auto [config, problems] = read(shipped(false));

    EXPECT_EQ(problems, Lines{});
    EXPECT_EQ(config.clock_skew, std::chrono::seconds{5});
    EXPECT_TRUE(config.rules.empty());
}

TEST(IdentityConfig, TheExamplesInTheShippedFileAreRight) {
    const auto [config, problems] = read(shipped(true));

    EXPECT_EQ(problems, Lines{});
    EXPECT_EQ(config.groups.size(), 5U);
    EXPECT_EQ(config.rules.size(), 13U);
}

TEST(IdentityConfig, ReportsUnknownKeys) {
    EXPECT_EQ(read("clok_skew: 5s\n").problems,
              (Lines{"identity.yaml:1:1: error: unknown key 'clok_skew' in identity.yaml; did you "
                     "mean 'clock_skew'?"}));
    EXPECT_EQ(read("app_groups:\n  office: {app: [a]}\n").problems,
              (Lines{"identity.yaml:2:12: error: unknown key 'app' in app group 'office'; did you "
                     "mean 'apps'?"}));
    EXPECT_EQ(problems_of("{vlna: 110, app_group: office}"),
              (Lines{"identity.yaml:4:5: error: a tag rule needs a condition: vlan, vlans, "
                     "mpls_label, vni, gre_key, erspan_session, gtp_teid, l2tp_session, pptp_call, "
                     "nsh_path, nsh_context, group_policy, sgt, geneve_option, port or source",
                     "identity.yaml:4:6: error: unknown key 'vlna' in a tag rule; did you mean "
                     "'vlan'?"}));
    EXPECT_EQ(problems_of("{geneve_option: {class: 1, type: 1, data: 00}, app_group: office}"),
              error_at(41, "unknown key 'data' in a geneve_option; known are class, type, value"));
}

TEST(IdentityConfig, ReportsWrongShapes) {
    EXPECT_EQ(read("[1]\n").problems,
              (Lines{"identity.yaml:1:1: error: expected identity.yaml as a mapping of keys to "
                     "values"}));
    EXPECT_EQ(read("clock_skew: 5\n").problems,
              (Lines{"identity.yaml:1:13: error: expected a duration such as 90s, 10m, 2h or 7d, "
                     "got '5'"}));
    EXPECT_EQ(read("clock_skew: 1000000d\n").problems.size(), 1U) << "beyond 64 bits";
    EXPECT_EQ(read("app_groups: [office]\n").problems,
              (Lines{"identity.yaml:1:13: error: expected app_groups as a mapping of keys to "
                     "values"}));
    EXPECT_EQ(read("app_groups: {office: mail}\n").problems,
              (Lines{"identity.yaml:1:22: error: expected app group 'office' as a mapping of keys "
                     "to values"}));
    EXPECT_EQ(read("app_groups:\n  ? [a]\n  : {}\n").problems.front(),
              "identity.yaml:2:5: error: an app group needs a name");
    EXPECT_EQ(read("tag_rules: {vlan: 1}\n").problems,
              (Lines{"identity.yaml:1:12: error: expected tag_rules as a list of rules"}));
    EXPECT_EQ(problems_of("110"),
              error_at(5, "expected a tag rule such as {vlan: 110, app_group: office}"));
}

TEST(IdentityConfig, ReportsWrongApps) {
    EXPECT_EQ(read("app_groups:\n  office: {apps: [a, b, a]}\n").problems,
              (Lines{"identity.yaml:2:25: error: app 'a' is listed twice; remove one"}));
    EXPECT_EQ(read("app_groups:\n  office: {apps: ['']}\n").problems,
              (Lines{"identity.yaml:2:19: error: expected a package or bundle id"}));
    EXPECT_EQ(read("app_groups:\n  office: {apps: [[a]]}\n").problems,
              (Lines{"identity.yaml:2:19: error: expected a text"}));
    EXPECT_EQ(read("app_groups:\n  office: {}\n  office: {}\n").problems,
              (Lines{"identity.yaml:3:3: error: key 'office' is given twice in app_groups; remove "
                     "one"}));
}

TEST(IdentityConfig, ReportsUnknownGroupsWithTheNearest) {
    EXPECT_EQ(problems_of("{vlan: 110, app_group: ofice}"),
              error_at(28,
                       "app group 'ofice' is not defined under app_groups; did you mean "
                       "'office'?"));
    EXPECT_EQ(problems_of("{vlan: 110, app_group: devtools}"),
              error_at(28, "app group 'devtools' is not defined under app_groups; add it there"));
    EXPECT_EQ(problems_of("{vlan: 110}"), error_at(5, "a tag rule needs the key 'app_group'"));
}

TEST(IdentityConfig, ReportsNumbersOutOfRange) {
    const auto expected = [](int last, const std::string& got) {
        return "expected a whole number from 0 to " + std::to_string(last) + ", got '" + got + "'";
    };
    const auto vlan = [](const std::string& got) {
        return "expected a whole number from 1 to 4094, got '" + got + "'";
    };
    EXPECT_EQ(problems_of("{vlan: 0, app_group: office}"), error_at(12, vlan("0")));
    EXPECT_EQ(problems_of("{vlan: 4095, app_group: office}"), error_at(12, vlan("4095")));
    EXPECT_EQ(problems_of("{vlan: ten, app_group: office}"), error_at(12, vlan("ten")));
    EXPECT_EQ(problems_of("{vlans: [1, 4095], app_group: office}"), error_at(17, vlan("4095")));
    EXPECT_EQ(problems_of("{vni: 16777216, app_group: office}"),
              error_at(11, expected(16777215, "16777216")));
    EXPECT_EQ(problems_of("{vni: 0x1000000, app_group: office}"),
              error_at(11, expected(16777215, "0x1000000")));
    EXPECT_EQ(problems_of("{group_policy: 65536, app_group: office}"),
              error_at(20, expected(65535, "65536")));
    EXPECT_EQ(problems_of("{geneve_option: {class: 65536, type: 1}, app_group: office}"),
              error_at(29, expected(65535, "65536")));
    EXPECT_EQ(problems_of("{geneve_option: {class: 1, type: 0x100}, app_group: office}"),
              error_at(38, expected(255, "0x100")));
}

TEST(IdentityConfig, PutsEveryConditionIntoWords) {
    const auto text = [](const std::string& conditions) {
        const auto read_one = read("app_groups: {office: {}}\ntag_rules:\n  - {" + conditions +
                                   ", app_group: office}\n");
        EXPECT_EQ(read_one.problems, Lines{}) << conditions;
        return read_one.config.rule_texts.empty() ? "" : read_one.config.rule_texts.front();
    };
    EXPECT_EQ(text("mpls_label: 1048575"), "mpls label 1048575");
    EXPECT_EQ(text("gre_key: 0xffffffff"), "gre key 4294967295");
    EXPECT_EQ(text("erspan_session: 1023"), "erspan session 1023");
    EXPECT_EQ(text("gtp_teid: 77"), "gtp teid 77");
    EXPECT_EQ(text("l2tp_session: 5"), "l2tp session 5");
    EXPECT_EQ(text("pptp_call: 65535"), "pptp call 65535");
    EXPECT_EQ(text("nsh_path: 0xffffff"), "nsh path 16777215");
    EXPECT_EQ(text("nsh_context: 0"), "nsh context 0");
    EXPECT_EQ(text("sgt: 310"), "group-policy 310");
    EXPECT_EQ(text("port: 1"), "port 1");
    EXPECT_EQ(text("port: 65536"), "port 65536");
    EXPECT_EQ(text("source: 10.0.0.0/8, sgt: 1, nsh_context: 2, nsh_path: 3, gre_key: 4, "
                   "mpls_label: 16, vlan: 6, port: 7"),
              "port 7 vlan 6 mpls label 16 gre key 4 nsh path 3 nsh context 2 group-policy 1 "
              "source 10.0.0.0/8");
}

TEST(IdentityConfig, ReportsNumbersThatNoTagHas) {
    const auto with = [](const std::string& name, const std::string& value) {
        return problems_of("{" + name + ": " + value + ", app_group: office}");
    };
    const auto expected = [](const std::string& name, const std::string& range,
                             const std::string& got) {
        return error_at(static_cast<int>(name.size()) + 8,
                        "expected a whole number from " + range + ", got '" + got + "'");
    };
    struct Case {
        std::string name;
        std::string range;
        std::string beyond;
    };
    for (const auto& [name, range, beyond] :
         std::vector<Case>{{"mpls_label", "16 to 1048575", "1048576"},
                           {"mpls_label", "16 to 1048575", "15"},
                           {"gre_key", "0 to 4294967295", "4294967296"},
                           {"erspan_session", "0 to 1023", "1024"},
                           {"gtp_teid", "0 to 4294967295", "0x100000000"},
                           {"l2tp_session", "0 to 4294967295", "-1"},
                           {"pptp_call", "0 to 65535", "65536"},
                           {"nsh_path", "0 to 16777215", "16777216"},
                           {"nsh_context", "0 to 4294967295", "4294967296"},
                           {"sgt", "0 to 65535", "65536"},
                           {"port", "1 to 65536", "0"}}) {
        EXPECT_EQ(with(name, beyond), expected(name, range, beyond));
    }
}

TEST(IdentityConfig, ReportsConditionsThatExcludeEachOther) {
    EXPECT_EQ(problems_of("{group_policy: 1, sgt: 1, app_group: office}"),
              error_at(28, "group_policy and sgt are two names of one tag; give one of them"));
    EXPECT_EQ(problems_of("{gre_key: 1, gtp_teid: 2, app_group: office}"),
              error_at(28,
                       "gre_key and gtp_teid are never in one packet: both are of the innermost "
                       "tunnel; give one of them"));
    EXPECT_EQ(problems_of("{erspan_session: 1, vni: 2, app_group: office}"),
              error_at(22,
                       "vni and erspan_session are never in one packet: both are of the innermost "
                       "tunnel; give one of them"));
}

TEST(IdentityConfig, AcceptsTheLimits) {
    EXPECT_EQ(problems_of("{vlan: 1, app_group: office}"), Lines{});
    EXPECT_EQ(problems_of("{vlan: 4094, app_group: office}"), Lines{});
    EXPECT_EQ(problems_of("{vni: 0xffffff, app_group: office}"), Lines{});
    EXPECT_EQ(problems_of("{vni: 0, app_group: office}"), Lines{});
    EXPECT_EQ(problems_of("{group_policy: 65535, app_group: office}"), Lines{});
    EXPECT_EQ(problems_of("{source: 0.0.0.0/0, app_group: office}"), Lines{});
    EXPECT_EQ(problems_of("{source: 10.1.2.3, app_group: office}"), Lines{});
}

TEST(IdentityConfig, ReportsWrongVlanPairs) {
    const std::string message =
        "expected two VLAN ids, outermost first, such as [200, 31]; for a single one write vlan";
    EXPECT_EQ(problems_of("{vlans: [200], app_group: office}"), error_at(13, message));
    EXPECT_EQ(problems_of("{vlans: [200, 31, 5], app_group: office}"), error_at(13, message));
    EXPECT_EQ(problems_of("{vlans: 200, app_group: office}"), error_at(13, message));
    EXPECT_EQ(problems_of("{vlan: 5, vlans: [200, 31], app_group: office}"),
              error_at(12, "give vlan or vlans in one rule, not both"));
}

TEST(IdentityConfig, ReportsWrongGeneveOptions) {
    const auto value = [](const std::string& got) {
        return "expected the option's value as 1 to 124 bytes in hexadecimal, two digits each, "
               "such as \"0000002a\", got '" +
               got + "'";
    };
    const auto with = [](const std::string& text) {
        return problems_of("{geneve_option: {class: 1, type: 1, value: \"" + text +
                           "\"}, app_group: office}");
    };
    const std::string longest(248, 'a');
    EXPECT_EQ(with(longest), Lines{});
    EXPECT_EQ(with("2A"), Lines{});
    EXPECT_EQ(with(""), error_at(48, value("")));
    EXPECT_EQ(with("2a3"), error_at(48, value("2a3")));
    EXPECT_EQ(with("0x2a"), error_at(48, value("0x2a")));
    EXPECT_EQ(with(longest + "aa"), error_at(48, value(longest + "aa")));
    EXPECT_EQ(problems_of("{geneve_option: {type: 1}, app_group: office}"),
              error_at(21, "a geneve_option needs the key 'class'"));
    EXPECT_EQ(problems_of("{geneve_option: {class: 1}, app_group: office}"),
              error_at(21, "a geneve_option needs the key 'type'"));
    EXPECT_EQ(problems_of("{geneve_option: 7, app_group: office}"),
              error_at(21, "expected a geneve_option as a mapping of keys to values"));
}

TEST(IdentityConfig, ReportsWrongSources) {
    EXPECT_EQ(
        problems_of("{source: 10.60.0.0/33, app_group: office}"),
        error_at(
            14,
            "expected an address block such as 192.0.2.0/24 or 2001:db8::/32, got '10.60.0.0/33'"));
    EXPECT_EQ(problems_of("{source: [10.0.0.0/8], app_group: office}"),
              error_at(14, "expected a text"));
    EXPECT_EQ(problems_of("{source: 10.60.1.0/16, app_group: office}"),
              error_at(14,
                       "'10.60.1.0/16' has bits beyond its prefix length; did you mean "
                       "10.60.0.0/16?"));
}

TEST(IdentityConfig, ReportsRulesWithTheSameConditions) {
    const std::string start = "app_groups: {a: {}, b: {}}\ntag_rules:\n";
    const auto problems = read(start +
                               "  - {vlan: 7, vni: 9, app_group: a}\n"
                               "  - {vlan: 7, app_group: a}\n"
                               "  - {vni: 9, vlan: 7, app_group: b}\n")
                              .problems;
    EXPECT_EQ(problems, (Lines{"identity.yaml:5:5: error: the conditions of this tag rule (vlan 7 "
                               "vni 9) are those of line 3; remove one of the two"}));

    const auto padded =
        read(start +
             "  - {geneve_option: {class: 1, type: 1, value: 2a}, app_group: a}\n"
             "  - {geneve_option: {class: 1, type: 1, value: 2a000000}, app_group: a}\n")
            .problems;
    EXPECT_EQ(padded.size(), 1U) << "values are compared as they are matched, with their padding";
}

TEST(IdentityConfig, ReportsEverythingAtOnce) {
    EXPECT_EQ(read("clock_skew: soon\napp_groups: {a: {apps: [x, x]}}\ntag_rules:\n"
                   "  - {vlan: 0, app_group: b}\n  - {app_group: a}\n")
                  .problems.size(),
              5U);
}

}  // namespace
}  // namespace sensor::attribute
