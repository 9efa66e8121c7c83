#include "sensor/report/style.h"

#include <gtest/gtest.h>

namespace sensor::report {
namespace {

using Lines = std::vector<std::string_view>;

TEST(Printable, KeepsTextOfAnyLanguage) {
    EXPECT_EQ(printable("M\u00fcller \u7530\u4e2d \U0001f600"),
              "M\u00fcller \u7530\u4e2d \U0001f600");
}

TEST(Printable, ShowsWhatWouldSteerTheTerminal) {
    EXPECT_EQ(printable("a\x1b[2Jb\r\n\x7f"), "a\\x1b[2Jb\\x0d\\x0a\\x7f");
    EXPECT_EQ(printable("\u009b"), "\\xc2\\x9b");       // CSI as one character
    EXPECT_EQ(printable("\u202e"), "\\xe2\\x80\\xae");  // right-to-left override
    EXPECT_EQ(printable(std::string_view{"\0", 1}), "\\x00");
}

TEST(Printable, LooksAtEveryByte) {
    for (std::size_t at = 0; at < 70; ++at) {
        std::string text(70, '~');
        text[at] = '\x1f';
        EXPECT_EQ(printable(text), text.substr(0, at) + "\\x1f" + text.substr(at + 1));
        text[at] = '\x7f';
        EXPECT_EQ(printable(text), text.substr(0, at) + "\\x7f" + text.substr(at + 1));
        text[at] = ' ';
        EXPECT_EQ(printable(text), text);
    }
}

TEST(Printable, ShowsMalformedUtf8ByteByByte) {
    EXPECT_EQ(printable("\xff"), "\\xff");
    EXPECT_EQ(printable("\xc3"), "\\xc3");
    EXPECT_EQ(printable("\xc0\xaf"), "\\xc0\\xaf");                    // overlong
    EXPECT_EQ(printable("\xe0\x80\xaf"), "\\xe0\\x80\\xaf");           // ditto
    EXPECT_EQ(printable("\xed\xa0\x80"), "\\xed\\xa0\\x80");           // surrogate
    EXPECT_EQ(printable("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80");  // above U+10FFFF
}

TEST(Columns, CountCodePoints) {
    EXPECT_EQ(columns_of(""), 0U);
    EXPECT_EQ(columns_of("M\u00fcller"), 6U);
    EXPECT_EQ(left_aligned("\u00fc", 3), "\u00fc  ");
    EXPECT_EQ(right_aligned("\u00fc", 3), "  \u00fc");
    EXPECT_EQ(right_aligned("long", 2), "long");
}

TEST(Wrapped, BreaksAtBlanks) {
    EXPECT_EQ(wrapped("one two three", 7), (Lines{"one two", "three"}));
    EXPECT_EQ(wrapped("one two", 7), (Lines{"one two"}));
    EXPECT_EQ(wrapped("", 7), (Lines{""}));
}

TEST(Wrapped, CutsAWordThatIsTooLongBetweenCharacters) {
    EXPECT_EQ(wrapped("\u00fc\u00fc\u00fc\u00fc\u00fc", 2),
              (Lines{"\u00fc\u00fc", "\u00fc\u00fc", "\u00fc"}));
    EXPECT_EQ(wrapped("abc", 0), (Lines{"a", "b", "c"}));
}

TEST(Painted, IsPlainUnlessColourWasAsked) {
    EXPECT_EQ(painted("x", Ink::kRed, {.color = false}), "x");
    EXPECT_EQ(painted("x", Ink::kRed, {.color = true}), "\x1b[1;31mx\x1b[0m");
    EXPECT_EQ(painted("x", Ink::kPlain, {.color = true}), "x");
}

TEST(Labelled, IndentsWhatItWraps) {
    EXPECT_EQ(labelled("to", "aaaaaaaaaaaaaaaaaaaa bbbbbbbbbbbbbbbbbbbb", {.width = 40}),
              "  to        aaaaaaaaaaaaaaaaaaaa\n"
              "            bbbbbbbbbbbbbbbbbbbb\n");
}

}  // namespace
}  // namespace sensor::report
