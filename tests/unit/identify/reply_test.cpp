#include "sensor/identify/reply.h"

#include <gtest/gtest.h>

namespace text = sensor::identify::text;
using sensor::identify::Match;

namespace {

text::Reply reply_in(std::string_view said, text::Inner inner) {
    text::LineReader lines{bytes::view_of(said)};
    return text::take_reply(lines, inner);
}

}  // namespace

TEST(Reply, ReadsTheCode) {
    EXPECT_EQ(text::code_of("220 ready"), 220U);
    EXPECT_EQ(text::code_of("250-SIZE"), 250U);
    EXPECT_EQ(text::code_of("250"), 250U);
    EXPECT_EQ(text::code_of("25"), 0U);
    EXPECT_EQ(text::code_of("2200 ready"), 0U);
    EXPECT_EQ(text::code_of("260 ready"), 0U);
    EXPECT_EQ(text::code_of("620 ready"), 0U);
}

TEST(Reply, EndsWithTheLineWhoseCodeASpaceFollows) {
    EXPECT_EQ(reply_in("250-a\r\n", text::Inner::kCoded).match, Match::kNeedMore);

    const auto reply = reply_in("250-a\r\n250-b\r\n250 c\r\n220 d\r\n", text::Inner::kCoded);

    EXPECT_EQ(reply.match, Match::kYes);
    EXPECT_EQ(reply.code, 250U);
    EXPECT_EQ(reply.text, "a\r\n250-b\r\n250 c");
}

TEST(Reply, HoldsLinesWithoutCodeInFtpOnly) {
    constexpr std::string_view kSaid = "220-hello\r\nfree text\r\n220 done\r\n";

    EXPECT_EQ(reply_in(kSaid, text::Inner::kFree).match, Match::kYes);
    EXPECT_EQ(reply_in(kSaid, text::Inner::kCoded).match, Match::kNo);
}

TEST(Reply, MentionsNamesInWordsButNotInHostNames) {
    EXPECT_TRUE(text::mentions("mail.example.org ESMTP", "SMTP"));
    EXPECT_TRUE(text::mentions("(vsFTPd)", "FTP"));
    EXPECT_TRUE(text::mentions("This is ftp.", "FTP"));
    EXPECT_FALSE(text::mentions("ftp.example.org ready", "FTP"));
    EXPECT_FALSE(text::mentions("", "FTP"));
}

TEST(Reply, GreetingThatNamesBothDecidesNothing) {
    EXPECT_EQ(text::weigh_greeting("ESMTP", "SMTP", "FTP"), text::Weight::kOwn);
    EXPECT_EQ(text::weigh_greeting("FTP", "SMTP", "FTP"), text::Weight::kIllegal);
    EXPECT_EQ(text::weigh_greeting("SMTP and FTP", "SMTP", "FTP"), text::Weight::kShared);
    EXPECT_EQ(text::weigh_greeting("ready", "SMTP", "FTP"), text::Weight::kShared);
}
