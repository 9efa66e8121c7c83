#include "lib/json/json.h"

#include <gtest/gtest.h>

namespace json {
namespace {

Document parsed(std::string_view text) {
    auto document = Document::parse(text);
    EXPECT_TRUE(document) << document.error().message;
    return *std::move(document);
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

}  // namespace
}  // namespace json
