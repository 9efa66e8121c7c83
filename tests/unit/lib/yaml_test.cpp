#include "lib/yaml/yaml.h"

#include <gtest/gtest.h>

namespace yaml {
namespace {

using namespace std::chrono_literals;
using Lines = std::vector<std::string>;

Node load(std::string_view text) {
    auto node = load_text(text, "f.yaml");
    if (node) return *node;
    ADD_FAILURE() << node.error().message;
    return {};
}

Lines lines_of(const Problems& problems) {
    Lines lines;
    for (const Problem& problem : problems.sorted())
        lines.push_back(problem.to_string());
    return lines;
}

/// What `read(Map&, Problems&)` finds wrong with the mapping in `text`.
template <class Read>
Lines problems_in(std::string_view text, Read&& read) {
    Problems problems;
    Map map{load(text), "a thing", problems};
    read(map, problems);
    return lines_of(problems);
}

TEST(YamlNode, KnowsItsKind) {
    EXPECT_FALSE(Node{}.defined());
    EXPECT_TRUE(load("{a: 1}").is_map());
    EXPECT_TRUE(load("[1]").is_sequence());
    EXPECT_TRUE(load("word").is_scalar());
    EXPECT_TRUE(load("~").is_null());
    EXPECT_EQ(load("[1]").scalar(), "");
}

TEST(YamlNode, CountsLinesAndColumnsFromOne) {
    Problems problems;
    Map map{load("first: 1\nsecond:\n  - x\n  - yy\n"), "a thing", problems};

    const auto elements = map.optional("second").elements();

    ASSERT_EQ(elements.size(), 2U);
    EXPECT_EQ(elements[1].place().line, 4);
    EXPECT_EQ(elements[1].place().column, 5);
    EXPECT_EQ(elements[1].place().file, "f.yaml");
    EXPECT_EQ(Node{}.place().line, 0);
}

TEST(YamlNode, IsASequenceOfItselfUnlessItIsOneOrNull) {
    EXPECT_EQ(load("word").elements().size(), 1U);
    EXPECT_EQ(load("{a: 1}").elements().size(), 1U);
    EXPECT_EQ(load("[a, b]").elements().size(), 2U);
    EXPECT_TRUE(load("~").elements().empty());
    EXPECT_TRUE(Node{}.elements().empty());
}

TEST(YamlNode, IsCopiedWithItsPlace) {
    Node copy;
    {
        const Node original = load("\n  word");
        copy = original;
    }
    const Node second{copy};

    EXPECT_EQ(second.scalar(), "word");
    EXPECT_EQ(second.place().line, 2);
}

TEST(YamlMap, FindsKeys) {
    Problems problems;
    Map map{load("{a: 1, b: ~}"), "a thing", problems};

    EXPECT_EQ(map.required("a").scalar(), "1");
    EXPECT_TRUE(map.optional("b").is_null());
    EXPECT_FALSE(map.optional("c").defined());
    map.finish();
    EXPECT_FALSE(problems.has_errors());
}

TEST(YamlMap, ReportsAnAbsentKey) {
    EXPECT_EQ(problems_in("\n\n a: 1", [](Map& map, Problems&) { (void)map.required("id"); }),
              (Lines{"f.yaml:3:2: error: a thing needs the key 'id'"}));
}

TEST(YamlMap, ReportsUnknownKeysWithTheNearest) {
    const auto read = [](Map& map, Problems&) {
        (void)map.optional("ports");
        (void)map.optional("apps");
        map.finish();
    };

    EXPECT_EQ(
        problems_in("apps: 1\nprots: 1\nsomething: 1\n", read),
        (Lines{"f.yaml:2:1: error: unknown key 'prots' in a thing; did you mean 'ports'?",
               "f.yaml:3:1: error: unknown key 'something' in a thing; known are ports, apps"}));
}

TEST(YamlMap, ReportsAnUnknownKeyWhereNoneIsKnown) {
    EXPECT_EQ(problems_in("a: 1", [](Map& map, Problems&) { map.finish(); }),
              (Lines{"f.yaml:1:1: error: unknown key 'a' in a thing"}));
}

TEST(YamlMap, ReportsAKeyGivenTwice) {
    const auto read = [](Map& map, Problems&) {
        EXPECT_EQ(map.optional("a").scalar(), "1");
        map.finish();
    };

    EXPECT_EQ(problems_in("a: 1\na: 2\n", read),
              (Lines{"f.yaml:2:1: error: key 'a' is given twice in a thing; remove one"}));
}

TEST(YamlMap, GivesTheFirstOfAKeyGivenTwice) {
    Problems problems;
    Map map{load("{a: 1, b: 2, a: 3}"), "a thing", problems};

    const auto entries = map.entries();
    ASSERT_EQ(entries.size(), 2U);
    EXPECT_EQ(entries[0].second.scalar(), "1");
}

TEST(YamlMap, ReportsEachKeyThatIsNoWordOnce) {
    EXPECT_EQ(problems_in("[a]: 1\n[b]: 2\n", [](Map& map, Problems&) { map.finish(); }),
              (Lines{"f.yaml:1:1: error: a key of a thing must be a word",
                     "f.yaml:2:1: error: a key of a thing must be a word"}));
}

TEST(YamlMap, ReportsWhatIsNoMapping) {
    const auto read = [](Map& map, Problems&) {
        (void)map.required("id");
        map.finish();
    };

    EXPECT_EQ(problems_in("[1, 2]", read),
              (Lines{"f.yaml:1:1: error: expected a thing as a mapping of keys to values"}));
}

TEST(YamlMap, TakesNullAndAbsenceForAnEmptyOne) {
    EXPECT_TRUE(problems_in("~", [](Map& map, Problems&) { map.finish(); }).empty());
    Problems problems;
    Map map{Node{}, "a thing", problems};
    EXPECT_FALSE(map.required("id").defined());
    EXPECT_TRUE(map.entries().empty());
    EXPECT_FALSE(problems.has_errors());
}

TEST(YamlMap, GivesEntriesInOrderAndAsksForAll) {
    Problems problems;
    Map map{load("{zebra: 1, apple: 2}"), "a thing", problems};

    const auto entries = map.entries();
    map.finish();

    ASSERT_EQ(entries.size(), 2U);
    EXPECT_EQ(entries[0].first.scalar(), "zebra");
    EXPECT_EQ(entries[1].second.scalar(), "2");
    EXPECT_FALSE(problems.has_errors());
}

/// The problems that `convert` has with `text`.
template <class Convert>
Lines refused(std::string_view text, Convert&& convert) {
    Problems problems;
    EXPECT_FALSE(convert(load(text), problems).has_value()) << text;
    return lines_of(problems);
}
template <class Convert>
auto taken(std::string_view text, Convert&& convert) {
    Problems problems;
    auto value = convert(load(text), problems);
    EXPECT_FALSE(problems.has_errors()) << text;
    return value;
}

TEST(YamlText, IsAScalar) {
    EXPECT_EQ(taken("'5'", as_text), "5");
    EXPECT_EQ(taken("''", as_text), "");
    EXPECT_EQ(refused("[a]", as_text), (Lines{"f.yaml:1:1: error: expected a text"}));
}

TEST(YamlBool, IsOneOfThreeWordsEach) {
    for (const auto* text : {"true", "yes", "on"})
        EXPECT_EQ(taken(text, as_bool), true);
    for (const auto* text : {"false", "no", "off"})
        EXPECT_EQ(taken(text, as_bool), false);
    EXPECT_EQ(refused("maybe", as_bool),
              (Lines{"f.yaml:1:1: error: expected true or false, got 'maybe'"}));
    EXPECT_EQ(refused("{}", as_bool), (Lines{"f.yaml:1:1: error: expected true or false"}));
}

TEST(YamlInteger, IsInItsRange) {
    const auto port = [](const Node& node, Problems& problems) {
        return as_integer(node, 1, 65535, problems);
    };

    EXPECT_EQ(taken("1", port), 1);
    EXPECT_EQ(taken("65535", port), 65535);
    for (const std::string text :
         {"0", "65536", "-1", "1.5", "0x10", "+1", "''", "1 2", "99999999999999999999"}) {
        const std::string shown = text == "''" ? "" : text;
        EXPECT_EQ(refused(text, port),
                  (Lines{"f.yaml:1:1: error: expected a whole number from 1 to 65535, got '" +
                         shown + "'"}));
    }
    EXPECT_EQ(refused("[1]", port),
              (Lines{"f.yaml:1:1: error: expected a whole number from 1 to 65535"}));
}

TEST(YamlNumber, IsInItsRange) {
    const auto share = [](const Node& node, Problems& problems) {
        return as_number(node, 0, 1, problems);
    };

    EXPECT_EQ(taken("0.2", share), 0.2);
    EXPECT_EQ(taken("1", share), 1.0);
    for (const auto* text : {"1.01", "-0.1", "nan", "inf", "0.2x"})
        EXPECT_EQ(refused(text, share),
                  (Lines{"f.yaml:1:1: error: expected a number from 0 to 1, got '" +
                         std::string{text} + "'"}));
}

TEST(YamlDuration, HasAUnit) {
    EXPECT_EQ(taken("250ms", as_duration), 250ms);
    EXPECT_EQ(taken("90s", as_duration), 90s);
    EXPECT_EQ(taken("10m", as_duration), 10min);
    EXPECT_EQ(taken("2h", as_duration), 2h);
    EXPECT_EQ(taken("7d", as_duration), 7 * 24h);
    EXPECT_EQ(taken("0s", as_duration), 0s);
    EXPECT_EQ(taken("36500d", as_duration), 36500 * 24h);
}

TEST(YamlDuration, RefusesWhatIsNone) {
    for (const auto* text :
         {"10", "s", "1.5h", "-1s", "10 m", "10min", "99999999999999999999s", "1000000d"}) {
        EXPECT_EQ(
            refused(text, as_duration),
            (Lines{"f.yaml:1:1: error: expected a duration such as 90s, 10m, 2h or 7d, got '" +
                   std::string{text} + "'"}));
    }
    EXPECT_EQ(refused("{}", as_duration),
              (Lines{"f.yaml:1:1: error: expected a duration such as 90s, 10m, 2h or 7d"}));
}

TEST(YamlWord, IsOneOfThoseKnown) {
    const auto platform = [](const Node& node, Problems& problems) {
        return as_word(node, {"android", "ios"}, problems);
    };
    Problems problems;

    EXPECT_EQ(taken("ios", platform), "ios");
    (void)platform(load("andriod"), problems);
    (void)platform(load("\nwindows"), problems);
    EXPECT_EQ(lines_of(problems),
              (Lines{"f.yaml:1:1: error: 'andriod' is not known here; did you mean 'android'?",
                     "f.yaml:2:1: error: 'windows' is not known here; known are android, ios"}));
}

TEST(YamlWord, ThatIsNotKnownYieldsNothing) {
    const auto platform = [](const Node& node, Problems& problems) {
        return as_word(node, {"android", "ios"}, problems);
    };

    EXPECT_EQ(refused("windows", platform).size(), 1U);
}

TEST(YamlTexts, AreAListOrOne) {
    Problems problems;

    EXPECT_EQ(as_texts(load("[a, b]"), problems), (Lines{"a", "b"}));
    EXPECT_EQ(as_texts(load("a"), problems), (Lines{"a"}));
    EXPECT_EQ(as_texts(load("~"), problems), Lines{});
    EXPECT_FALSE(problems.has_errors());
    EXPECT_EQ(as_texts(load("[a, [b], c]"), problems), (Lines{"a", "c"}));
    EXPECT_EQ(lines_of(problems), (Lines{"f.yaml:1:5: error: expected a text"}));
}

TEST(YamlConverters, SayNothingOfWhatIsAbsent) {
    Problems problems;
    const Node absent;

    EXPECT_FALSE(as_text(absent, problems) || as_bool(absent, problems) ||
                 as_integer(absent, 0, 1, problems) || as_number(absent, 0, 1, problems) ||
                 as_duration(absent, problems) || as_word(absent, {"a"}, problems));
    EXPECT_TRUE(as_texts(absent, problems).empty());
    EXPECT_FALSE(problems.has_errors());
}

TEST(YamlProblems, AreSortedByPlaceAndTellWarningsFromErrors) {
    Problems problems;
    problems.warning({.file = "b.yaml", .line = 1, .column = 1}, "third");
    problems.warning({.file = "a.yaml", .line = 10, .column = 1}, "second");
    EXPECT_FALSE(problems.has_errors());
    problems.error({.file = "a.yaml", .line = 9, .column = 5}, "first");

    EXPECT_TRUE(problems.has_errors());
    EXPECT_EQ(lines_of(problems), (Lines{"a.yaml:9:5: error: first", "a.yaml:10:1: warning: second",
                                         "b.yaml:1:1: warning: third"}));
}

TEST(YamlNearest, IsASlipAway) {
    EXPECT_EQ(nearest("prots", {"apps", "ports"}), "ports");
    EXPECT_EQ(nearest("AllowedProtocolPortMaping", {"AllowedProtocolPortMappings"}),
              "AllowedProtocolPortMappings");
    EXPECT_EQ(nearest("windows", {"android", "ios"}), "");
    EXPECT_EQ(nearest("word", {}), "");
}

}  // namespace
}  // namespace yaml
