#include <gtest/gtest.h>

#include "lib/yaml/scalar.h"
#include "lib/yaml/yaml.h"

namespace yaml {
namespace {

TEST(YamlScalar, LeavesNamesAsTheyStand) {
    for (const char* text : {"com.example.app", "tls", "learned-office", "A_b-2", "nulls", "e3"})
        EXPECT_EQ(scalar_text(text), text);
}

TEST(YamlScalar, QuotesWhatIsReadAsSomethingElse) {
    for (const std::string text :
         {"null",  "Null", "NULL", "true",       "False", "yes", "No",  "on",   "OFF",  "y", "N",
          "~",     "123",  "1e3",  "0x1f",       "0o17",  "1_0", "1.5", ".inf", ".nan", "-", "-1",
          "1:20",  "=",    "<<",   "2001-01-01", "",      "_1",  "a b", "a:b",  "a#",   "*", "&a",
          "[tls]", "{}",   "? a",  "!!int",      "%a",    "@a",  "`a",  "|",    ">",    ",", "'a'"})
        EXPECT_EQ(scalar_text(text), "\"" + text + "\"");
}

TEST(YamlScalar, IsReadBackAsTheSameText) {
    for (const std::string& text :
         {std::string{"null"}, std::string{"say \"a\\b\""}, std::string{"line\none\ttab"},
          std::string{"\x01\x7f"}, std::string{"a: b # c"}, std::string{"gr\u00fcn"}}) {
        Problems problems;
        const auto root = load_text(scalar_text(text) + ": " + scalar_text(text) + "\n", "t");
        ASSERT_TRUE(root) << text;
        Map map{*root, "t", problems};
        const auto entries = map.entries();
        ASSERT_EQ(entries.size(), 1U) << text;
        EXPECT_EQ(entries[0].first.scalar(), text);
        EXPECT_EQ(entries[0].second.scalar(), text);
    }
}

}  // namespace
}  // namespace yaml
