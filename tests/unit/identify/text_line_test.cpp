#include "sensor/identify/text_line.h"

#include <gtest/gtest.h>

namespace text = sensor::identify::text;
using sensor::identify::Match;

TEST(TextLine, ReadsLinesThatEndInCrlfOrInLf) {
    text::LineReader lines{bytes::view_of("one\r\ntwo\nthr")};
    std::string_view line;

    ASSERT_TRUE(lines.next(line));
    EXPECT_EQ(line, "one");
    ASSERT_TRUE(lines.next(line));
    EXPECT_EQ(line, "two");
    EXPECT_FALSE(lines.next(line));
    EXPECT_EQ(lines.rest(), "thr");
    EXPECT_TRUE(lines.may_go_on());
}

TEST(TextLine, ComparesWithoutRegardToCase) {
    EXPECT_TRUE(text::same("eHlO", "EHLO"));
    EXPECT_FALSE(text::same("EHLO", "EHL"));
    EXPECT_TRUE(text::begins("imap4REV1", "IMAP4"));
    EXPECT_FALSE(text::begins("IMA", "IMAP4"));
}

TEST(TextLine, TextIsUtf8WithoutControls) {
    EXPECT_TRUE(text::is_text("Gr\u00fc\u00df dich\t\u20ac \U0001F600"));
    EXPECT_TRUE(text::is_text("cut \xe2\x82"));
    EXPECT_FALSE(
        text::is_text("latin \xfc"
                      "ber"));
    EXPECT_FALSE(text::is_text("\x80"));
    EXPECT_FALSE(text::is_text("bell \a"));
    EXPECT_FALSE(text::is_text("delete \x7f"));
    EXPECT_FALSE(text::is_text(std::string_view{"nul \0", 5}));
}

TEST(TextLine, PlainIsAnyEncodingWithoutControls) {
    EXPECT_TRUE(text::is_plain("latin \xfc, tab\t"));
    EXPECT_FALSE(text::is_plain("bell \a"));
    EXPECT_FALSE(text::is_plain("delete \x7f"));
}

TEST(TextLine, TakesWordAfterWord) {
    std::string_view rest = "a001 LOGIN  x";

    EXPECT_EQ(text::take_word(rest), "a001");
    EXPECT_EQ(text::take_word(rest), "LOGIN");
    EXPECT_EQ(text::take_word(rest), "");
    EXPECT_EQ(text::take_word(rest), "x");
    EXPECT_EQ(text::take_word(rest), "");
}

TEST(TextLine, WeighsUntilALineIsTheProtocolsOwn) {
    const auto weigh = [](std::string_view line) {
        if (line == "mine") return text::Weight::kOwn;
        return line == "ours" ? text::Weight::kShared : text::Weight::kIllegal;
    };
    const auto match = [&](std::string_view said, bool spoken = false) {
        return text::weigh_lines(bytes::view_of(said), spoken, weigh);
    };

    EXPECT_EQ(match("ours\r\n"), Match::kNeedMore);
    EXPECT_EQ(match("ours\r\n", true), Match::kYes);
    EXPECT_EQ(match("ours\r\nmine\r\n"), Match::kYes);
    EXPECT_EQ(match("ours\r\nmine"), Match::kNeedMore);
    EXPECT_EQ(match("ours\r\ntheirs\r\nmine\r\n"), Match::kNo);
    EXPECT_EQ(match("ours\r\n\x01"), Match::kNo);
    EXPECT_EQ(match(std::string(text::kMaxLine, 'x')), Match::kNo);
}
