// What becomes of a text or a file before anything is asked of it.
#include <gtest/gtest.h>

#include "lib/yaml/yaml.h"
#include "tests/support/temporary_directory.h"

namespace yaml {
namespace {

Node load(std::string_view text) {
    auto node = load_text(text, "f.yaml");
    if (node) return *node;
    ADD_FAILURE() << node.error().message;
    return {};
}

TEST(YamlLoad, PlacesASyntaxError) {
    const auto failed = load_text("a: 1\nb: [1, 2\n", "f.yaml");

    ASSERT_FALSE(failed.has_value());
    EXPECT_TRUE(failed.error().message.starts_with("f.yaml:3:1: error: "))
        << failed.error().message;
}

TEST(YamlLoad, CollectsASyntaxErrorAmongOtherProblems) {
    Problems problems;

    EXPECT_FALSE(load_text("a: 'open", "f.yaml", problems).defined());
    EXPECT_TRUE(problems.has_errors());
}

TEST(YamlLoad, RefusesASecondDocument) {
    const auto failed = load_text("a: 1\n---\nb: 2\n", "f.yaml");
    ASSERT_FALSE(failed.has_value());
    EXPECT_EQ(failed.error().message,
              "f.yaml:2:1: error: a second document begins here; put everything into one");

    EXPECT_TRUE(load("---\na: 1\n").is_map());
    EXPECT_TRUE(load("a: 1\n---\n# nothing\n").is_map());
    EXPECT_FALSE(load_text("a: 1\n---\nb: [\n", "f.yaml").has_value());
    EXPECT_FALSE(load_text("{a: 1} b", "f.yaml").has_value());
}

/// yaml-cpp 0.7 reads such texts as empty documents without end.
TEST(YamlLoad, RefusesWhatBeginsNothing) {
    for (const auto& [text, place] : {std::pair{"!i,g s {", "f.yaml:1:3"}, {", a", "f.yaml:1:1"}}) {
        const auto failed = load_text(text, "f.yaml");
        ASSERT_FALSE(failed.has_value()) << text;
        EXPECT_EQ(failed.error().message,
                  std::string{place} + ": error: nothing that YAML knows begins here");
    }
}

TEST(YamlLoad, SaysThatTabsDoNotIndent) {
    const std::string problem =
        "error: a tab stands in the indentation, which YAML forbids; use spaces";
    for (const auto& [text, place] :
         {std::pair{"a:\n\tb: 1\n", "f.yaml:2:1: "}, {"a:\n  b: 1\n \tc: 2\n", "f.yaml:3:2: "}}) {
        const auto failed = load_text(text, "f.yaml");
        ASSERT_FALSE(failed.has_value()) << text;
        EXPECT_EQ(failed.error().message, place + problem);
    }
    EXPECT_TRUE(load("a: 1\t# one\n\t\nb: 2\n").is_map());
}

TEST(YamlLoad, RefusesWhatIsNotUtf8) {
    const auto place_in = [](std::string_view text) {
        const auto failed = load_text(text, "f.yaml");
        if (failed) return std::string{};
        const std::string& message = failed.error().message;
        EXPECT_NE(message.find(": error: this is not UTF-8 text"), std::string::npos) << message;
        return message.substr(0, message.find(": error"));
    };

    EXPECT_EQ(place_in("a: 1\nb: gr\xfc\xdf"
                       "e\n"),
              "f.yaml:2:6");
    EXPECT_EQ(place_in("a: \xc3\xbc\xc0\xaf\n"), "f.yaml:1:5") << "longer than it need be";
    EXPECT_EQ(place_in("a: \xed\xa0\x80\n"), "f.yaml:1:4") << "a surrogate";
    EXPECT_EQ(place_in("a: \xe2\x82"), "f.yaml:1:4") << "cut short";
    EXPECT_EQ(place_in(std::string_view{"\xff\xfe"
                                        "a\0",
                                        4}),
              "f.yaml:1:1")
        << "UTF-16";
    EXPECT_EQ(load("a: gr\xc3\xbc\xc3\x9f"
                   "e \xe2\x82\xac \xf0\x9f\x98\x80")
                  .is_map(),
              true);
}

TEST(YamlLoad, TakesNothingForNull) {
    EXPECT_TRUE(load("").is_null());
    EXPECT_TRUE(load("# only a comment\n").is_null());
}

TEST(YamlLoad, ReadsAFile) {
    const test::TemporaryDirectory directory;

    const auto node = load_file(directory.write("f.yaml", "- 1\n- 2\n"));

    ASSERT_TRUE(node.has_value());
    EXPECT_EQ(node->elements().size(), 2U);
    EXPECT_EQ(node->place().file, directory.path("f.yaml"));
    EXPECT_TRUE(load_file(directory.write("empty.yaml", "")).has_value());
}

TEST(YamlLoad, SaysThatAFileCannotBeRead) {
    const test::TemporaryDirectory directory;

    const auto absent = load_file(directory.path("none.yaml"));
    const auto folder = load_file(directory.path());

    ASSERT_FALSE(absent.has_value());
    EXPECT_EQ(absent.error().message, directory.path("none.yaml") +
                                          ": cannot be read; check that it exists and is readable");
    EXPECT_FALSE(folder.has_value());
}

TEST(YamlLoad, ReadsRegularFilesOfReasonableSizeOnly) {
    const test::TemporaryDirectory directory;
    const std::string large = directory.write("large.yaml", std::string(kMostBytes, '#'));

    EXPECT_TRUE(load_file(large).has_value());
    directory.write("large.yaml", std::string(kMostBytes + 1, '#'));
    EXPECT_EQ(load_file(large).error().message,
              large + ": is larger than 16 MiB, too large for configuration");
    EXPECT_EQ(load_file("/dev/zero").error().message, "/dev/zero: is not a regular file");
    EXPECT_EQ(read_text(directory.path()).error().message, "is a folder, not a file");
}

TEST(YamlLoad, RefusesBottomlessNesting) {
    EXPECT_FALSE(load_text(std::string(100'000, '['), "f.yaml").has_value());
}

}  // namespace
}  // namespace yaml
