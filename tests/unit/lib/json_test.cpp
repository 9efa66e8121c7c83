#include "lib/json/json.h"

#include <limits>

#include <gtest/gtest.h>

namespace json {
namespace {

Document parsed(std::string_view text) {
    auto document = Document::parse(text);
    EXPECT_TRUE(document) << document.error().message;
    return *std::move(document);
}

std::string written(std::string_view value) {
    Writer out;
    out.text(value);
    return std::string{out.view()};
}

TEST(Document, GivesValuesByType) {
    const auto document = parsed(R"({"t":"x","i":-7,"d":1.5,"b":true,"n":null,"a":[1],"o":{}})");
    const Value root = document.root();

    EXPECT_TRUE(root.is_object());
    EXPECT_EQ(root.find("t")->text(), "x");
    EXPECT_EQ(root.find("i")->integer(), -7);
    EXPECT_EQ(root.find("i")->number(), -7.0);
    EXPECT_EQ(root.find("d")->number(), 1.5);
    EXPECT_EQ(root.find("b")->boolean(), true);
    EXPECT_TRUE(root.find("n")->is_null());
    EXPECT_TRUE(root.find("a")->is_array());
    EXPECT_TRUE(root.find("o")->is_object());
}

TEST(Document, GivesNothingForAnotherType) {
    const auto document = parsed(R"({"t":"7","d":1.5,"big":9223372036854775808})");
    const Value root = document.root();

    EXPECT_FALSE(root.find("t")->integer());
    EXPECT_FALSE(root.find("t")->number());
    EXPECT_FALSE(root.find("t")->boolean());
    EXPECT_FALSE(root.find("d")->integer());
    EXPECT_FALSE(root.find("d")->text());
    EXPECT_FALSE(root.find("big")->integer());
    EXPECT_FALSE(root.find("t")->find("x"));
    EXPECT_TRUE(root.find("t")->members().empty());
    EXPECT_TRUE(root.find("t")->elements().empty());
    EXPECT_FALSE(root.find("absent"));
}

TEST(Document, GivesMembersAndElementsInOrder) {
    const auto document = parsed(R"({"z":[3,1,2],"a":0})");

    const auto members = document.root().members();
    ASSERT_EQ(members.size(), 2U);
    EXPECT_EQ(members[0].first, "z");
    EXPECT_EQ(members[1].first, "a");
    const auto elements = members[0].second.elements();
    ASSERT_EQ(elements.size(), 3U);
    EXPECT_EQ(elements[0].integer(), 3);
    EXPECT_EQ(elements[2].integer(), 2);
}

TEST(Document, KeepsZeroBytesInText) {
    const auto document = parsed(R"("a\u0000b")");

    EXPECT_EQ(document.root().text(), (std::string_view{"a\0b", 3}));
}

TEST(Document, SaysWhereTheTextIsWrong) {
    const auto document = Document::parse(R"({"a":1,})");

    ASSERT_FALSE(document);
    EXPECT_EQ(document.error().message, "Missing a name for object member. (at byte 8)");
}

class Malformed : public ::testing::TestWithParam<std::string_view> {};
TEST_P(Malformed, IsRefused) {
    EXPECT_FALSE(Document::parse(GetParam()));
}
INSTANTIATE_TEST_SUITE_P(Texts, Malformed,
                         ::testing::Values("", " ", "{", "[1", "tru", "{}{}", "\"\xff\"",
                                           "\"a\nb\"", "{'a':1}", "01", "\"\\ud800\""));

TEST(Document, SurvivesDeepNesting) {
    constexpr std::size_t kDepth = 200'000;
    const std::string deep = std::string(kDepth, '[') + std::string(kDepth, ']');

    EXPECT_TRUE(Document::parse(deep));
    EXPECT_FALSE(Document::parse(deep.substr(0, kDepth)));
}

TEST(Writer, WritesCompactObjects) {
    Writer out;
    out.begin_object();
    out.member("text", "x").member("negative", -1).member("flag", true);
    out.member("large", std::numeric_limits<std::uint64_t>::max());
    out.member("small", std::numeric_limits<std::int64_t>::min());
    out.member_if("absent", "").member_if("present", "p");
    out.key("list").begin_array().number(0.5).number(300.0).boolean(false).end_array();
    out.end_object();

    EXPECT_EQ(out.view(), R"({"text":"x","negative":-1,"flag":true,)"
                          R"("large":18446744073709551615,"small":-9223372036854775808,)"
                          R"("present":"p","list":[0.5,300.0,false]})");
}

TEST(Writer, TextOfALiteralIsNotABoolean) {
    Writer out;
    const char* literal = "yes";
    out.begin_object().member("a", literal).member("b", std::string{"no"}).end_object();

    EXPECT_EQ(out.view(), R"({"a":"yes","b":"no"})");
}

TEST(Writer, StartsAnew) {
    Writer out;
    out.begin_array().end_array();
    out.clear();
    out.integer(7);

    EXPECT_EQ(out.view(), "7");
}

TEST(Writer, EscapesWhatMustBe) {
    EXPECT_EQ(written("\"\\\n\t\x01"), R"("\"\\\n\t\u0001")");
    EXPECT_EQ(written(std::string_view{"\0", 1}), R"("\u0000")");
}

TEST(Writer, KeepsUtf8) {
    EXPECT_EQ(written("\u00fc\u20ac\U0001f600"), "\"\u00fc\u20ac\U0001f600\"");
}

struct RepairCase {
    std::string_view bytes;
    std::string_view repaired;
};
class Repair : public ::testing::TestWithParam<RepairCase> {};
TEST_P(Repair, ReplacesEveryByteThatIsNoUtf8) {
    const std::string text = written(GetParam().bytes);

    EXPECT_EQ(text, '"' + std::string{GetParam().repaired} + '"');
    EXPECT_TRUE(Document::parse(text));
}
INSTANTIATE_TEST_SUITE_P(
    Bytes, Repair,
    ::testing::Values(RepairCase{"\xff", "\ufffd"}, RepairCase{"a\x80z", "a\ufffdz"},
                      RepairCase{"\xc3", "\ufffd"}, RepairCase{"\xe2\x82", "\ufffd\ufffd"},
                      RepairCase{"\xc0\xaf", "\ufffd\ufffd"},
                      RepairCase{"\xe0\x80\xaf", "\ufffd\ufffd\ufffd"},
                      RepairCase{"\xed\xa0\x80", "\ufffd\ufffd\ufffd"},
                      RepairCase{"\xf4\x90\x80\x80", "\ufffd\ufffd\ufffd\ufffd"},
                      RepairCase{"\xf0\x8f\xbf\xbf", "\ufffd\ufffd\ufffd\ufffd"},
                      RepairCase{"\xc3\x28", "\ufffd("}));

}  // namespace
}  // namespace json
