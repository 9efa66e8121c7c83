#include "sensor/commands/command.h"

#include <gtest/gtest.h>

namespace sensor::commands {
namespace {

const std::vector<CommandLine::Option> kOptions{{"-c"}, {"--list", true, true}, {"--flag", false}};

std::string refusal_of(const Words& words) {
    const auto line = CommandLine::read(words, kOptions);
    return line ? std::string{} : line.error().message;
}

TEST(CommandLine, ReadsOptionsAndWordsInAnyOrder) {
    const auto line =
        CommandLine::read({"one", "-c", "dir", "--list=a", "two", "--flag"}, kOptions);

    ASSERT_TRUE(line);
    EXPECT_EQ(line->positional(), (Words{"one", "two"}));
    EXPECT_EQ(line->value("-c"), "dir");
    EXPECT_TRUE(line->has("--flag"));
    EXPECT_FALSE(line->has("--other"));
    EXPECT_FALSE(line->value("--other").has_value());
}

TEST(CommandLine, KeepsEveryValueOfAnOptionThatMayRepeat) {
    const auto line = CommandLine::read({"--list", "a", "--list=b"}, kOptions);

    ASSERT_TRUE(line);
    EXPECT_EQ(line->values("--list"), (Words{"a", "b"}));
}

TEST(CommandLine, RefusesAnOptionGivenTwice) {
    EXPECT_EQ(refusal_of({"-c", "a", "-c", "b"}), "-c is given twice; give it once");
    EXPECT_EQ(refusal_of({"--flag", "--flag"}), "--flag is given twice; give it once");
}

TEST(CommandLine, TakesWhatFollowsTwoDashesForWords) {
    const auto line = CommandLine::read({"--", "-c", "--flag"}, kOptions);

    ASSERT_TRUE(line);
    EXPECT_EQ(line->positional(), (Words{"-c", "--flag"}));
    EXPECT_FALSE(line->has("--flag"));
}

TEST(CommandLine, TakesOneDashForAWord) {
    const auto line = CommandLine::read({"-"}, kOptions);

    ASSERT_TRUE(line);
    EXPECT_EQ(line->positional(), Words{"-"});
}

TEST(CommandLine, SaysWhatItCannotRead) {
    EXPECT_EQ(refusal_of({"--flga"}), "unknown option '--flga'");
    EXPECT_EQ(refusal_of({"--flag=yes"}), "--flag takes no value");
    EXPECT_EQ(refusal_of({"-c"}), "-c needs a value");
}

TEST(NumberOf, IsWholeAndInItsRange) {
    EXPECT_EQ(*number_of("--n", "7", 1, 9), 7);
    for (const std::string text : {"0", "10", "", "7.5", "seven", "7 "}) {
        const auto number = number_of("--n", text, 1, 9);
        ASSERT_FALSE(number) << text;
        EXPECT_EQ(number.error().message,
                  "--n wants a whole number from 1 to 9, got '" + text + "'");
    }
}

}  // namespace
}  // namespace sensor::commands
