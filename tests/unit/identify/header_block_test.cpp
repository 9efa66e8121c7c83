#include "sensor/identify/header_block.h"

#include <array>

#include <gtest/gtest.h>

namespace text = sensor::identify::text;
using sensor::identify::Match;

namespace {

constexpr std::array kRequired{text::HeaderName{"Via", "v"}, text::HeaderName{"Call-ID", "i"}};

Match match(std::string_view block) {
    return text::match_headers(text::LineReader{bytes::view_of(block)}, kRequired);
}

}  // namespace

TEST(HeaderBlock, MatchesOnceWhatIsRequiredIsThere) {
    EXPECT_EQ(match("Via: x\r\n"), Match::kNeedMore);
    EXPECT_EQ(match("Via: x\r\nCALL-id : y\r\n"), Match::kYes);
    EXPECT_EQ(match("i: y\r\nv: x\r\n\r\nbody"), Match::kYes);
    EXPECT_EQ(match("Via: x\r\n\r\nCall-ID: y\r\n"), Match::kNo);
    EXPECT_EQ(match("Via: x\r\nCall-ID:\r\n\r\n"), Match::kNo);
}

TEST(HeaderBlock, RefusesWhatIsNoHeader) {
    EXPECT_EQ(match("Via: x\r\nCall-ID: y\r\nno header\r\n"), Match::kNo);
    EXPECT_EQ(match("two words: x\r\n"), Match::kNo);
    EXPECT_EQ(match(" folded first\r\n"), Match::kNo);
    EXPECT_EQ(match("Via: x\r\n folded\r\nCall-ID: y\r\n"), Match::kYes);
    EXPECT_EQ(match("Via: \x01\r\nCall-ID: y\r\n"), Match::kNo);
}

TEST(HeaderBlock, FindsAHeadersValue) {
    const text::LineReader lines{bytes::view_of("A: 1\r\nuser-agent:  phone 2 \r\n\r\nB: 3\r\n")};

    EXPECT_EQ(text::find_header(lines, "User-Agent"), "phone 2");
    EXPECT_EQ(text::find_header(lines, "B"), std::nullopt);
}
