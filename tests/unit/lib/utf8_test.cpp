#include "lib/bytes/utf8.h"

#include <cstdint>

#include <gtest/gtest.h>

namespace bytes {
namespace {

using namespace std::string_view_literals;

TEST(Utf8, ReadsCharactersOfEveryLength) {
    const std::pair<std::string_view, char32_t> characters[] = {
        {"\x00"sv, 0},
        {"a", 'a'},
        {"\x7f", 0x7f},
        {"\xc2\x80", 0x80},
        {"\xdf\xbf", 0x7ff},
        {"\xe0\xa0\x80", 0x800},
        {"\xed\x9f\xbf", 0xd7ff},
        {"\xee\x80\x80", 0xe000},
        {"\xef\xbf\xbf", 0xffff},
        {"\xf0\x90\x80\x80", 0x10000},
        {"\xf4\x8f\xbf\xbf", 0x10ffff},
    };
    for (const auto& [text, value] : characters) {
        const CodePoint point = first_code_point(text);
        EXPECT_TRUE(point.valid) << static_cast<std::uint32_t>(value);
        EXPECT_EQ(point.value, value);
        EXPECT_EQ(point.length, text.size());
        for (std::size_t size = 1; size < text.size(); ++size)
            EXPECT_FALSE(first_code_point(text.substr(0, size)).valid) << "cut at " << size;
    }
}

TEST(Utf8, RefusesWhatIsNoCharacter) {
    for (const std::string_view text :
         {"\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xed\xbf\xbf",
          "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "\xc2\x41",
          "\xe2\x82\x41", "\xf0\x90\x80\x41"}) {
        const CodePoint point = first_code_point(text);
        EXPECT_FALSE(point.valid);
        EXPECT_EQ(point.length, 1U);
    }
}

}  // namespace
}  // namespace bytes
