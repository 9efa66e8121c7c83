#include <gtest/gtest.h>

#include "lib/json/reader.h"

namespace json {
namespace {

TEST(Reader, ReadsOneTextAfterAnother) {
    Reader reader;
    for (int i = 0; i < 1000; ++i) {
        std::string text = R"({"number":)" + std::to_string(i) + R"(,"text":"a\nb","big":)" +
                           std::to_string(UINT64_MAX) + "}";

        const auto value = reader.parse(text);

        ASSERT_TRUE(value) << value.error().message;
        EXPECT_EQ(value->find("number")->integer(), i);
        EXPECT_EQ(value->find("text")->text(), "a\nb");
        EXPECT_EQ(value->find("big")->unsigned_integer(), UINT64_MAX);
    }
}

TEST(Reader, ReadsWhatIsLargerThanItsRoom) {
    Reader reader;
    std::string text = "[";
    for (int i = 0; i < 100'000; ++i)
        text += "{\"a\":1},";
    text += "2]";

    const auto value = reader.parse(text);

    ASSERT_TRUE(value) << value.error().message;
    EXPECT_EQ(value->elements().size(), 100'001U);
}

TEST(Reader, SurvivesDeepNesting) {
    constexpr std::size_t kDepth = 200'000;
    Reader reader;
    for (int i = 0; i < 2; ++i) {
        std::string deep = std::string(kDepth, '[') + std::string(kDepth, ']');
        EXPECT_TRUE(reader.parse(deep));
    }
}

TEST(Reader, RefusesATextCutAnywhere) {
    const std::string whole = R"({"a":[1,"b",{"c":null}],"d":true})";
    Reader reader;
    for (std::size_t size = 0; size < whole.size(); ++size) {
        std::string cut = whole.substr(0, size);
        EXPECT_FALSE(reader.parse(cut)) << whole.substr(0, size);
    }
    std::string text = whole;
    EXPECT_TRUE(reader.parse(text));
}

TEST(Reader, RefusesWhatFollowsTheValue) {
    Reader reader;
    std::string more = "{} {}";
    EXPECT_FALSE(reader.parse(more));
    std::string hidden = std::string{"{}\0x", 4};
    const auto value = reader.parse(hidden);
    ASSERT_FALSE(value);
    EXPECT_NE(value.error().message.find("byte 3"), std::string::npos);
}

TEST(Reader, SurvivesNestingWithoutEnd) {
    Reader reader;
    std::string text(1U << 20U, '[');
    EXPECT_FALSE(reader.parse(text));
}

}  // namespace
}  // namespace json
