#include <limits>

#include <gtest/gtest.h>

#include "lib/json/json.h"
#include "lib/json/writer.h"

namespace json {
namespace {

std::string written(std::string_view value) {
    Writer out;
    out.text(value);
    return std::string{out.view()};
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

/// Every byte of a text is looked at, whatever its length and wherever it stands.
TEST(Writer, EscapesWhereverItStands) {
    for (std::size_t length = 1; length < 40; ++length) {
        const std::string plain(length, 'x');
        EXPECT_EQ(written(plain), '"' + plain + '"');
        for (std::size_t at = 0; at < length; ++at) {
            std::string text = plain;
            text[at] = '"';
            EXPECT_EQ(written(text), '"' + std::string(at, 'x') + "\\\"" +
                                         std::string(length - at - 1, 'x') + '"');
            text[at] = '\xff';
            EXPECT_EQ(written(text), '"' + std::string(at, 'x') + "\ufffd" +
                                         std::string(length - at - 1, 'x') + '"');
        }
    }
}

TEST(Writer, EscapesNoOtherAscii) {
    for (char c = ' '; c < 0x7f; ++c) {
        if (c == '"' || c == '\\') continue;
        const std::string text(9, c);
        EXPECT_EQ(written(text), '"' + text + '"');
    }
    EXPECT_EQ(written("\x7f"), "\"\x7f\"");
    EXPECT_EQ(written("\b\f\r\x1f"), R"("\b\f\r\u001F")");
}

TEST(Writer, EscapesKeysOfRunTime) {
    Writer out;
    out.begin_object().escaped_key("a\"b").integer(1).escaped_key("c").integer(2).end_object();

    EXPECT_EQ(out.view(), R"({"a\"b":1,"c":2})");
}

TEST(Writer, SeparatesWhateverFollowsAValue) {
    Writer out;
    out.begin_array().begin_object().end_object().begin_array().end_array().boolean(true);
    out.text("x").number(2).integer(3).begin_object().key("k").begin_array().end_array();
    out.end_object().end_array();

    EXPECT_EQ(out.view(), R"([{},[],true,"x",2.0,3,{"k":[]}])");
}

TEST(Writer, GrowsToAnyLength) {
    Writer out;
    out.begin_array();
    std::string expected = "[";
    for (int i = 0; i < 3000; ++i) {
        out.integer(i).text(std::string(static_cast<std::size_t>(i % 100), '\n'));
        expected += (i == 0 ? "" : ",") + std::to_string(i) + ",\"";
        for (int j = 0; j < i % 100; ++j)
            expected += "\\n";
        expected += '"';
    }
    out.end_array();

    EXPECT_EQ(out.view(), expected + "]");
}

TEST(Writer, CanBeMoved) {
    Writer first;
    first.begin_object().member("a", 1);
    Writer second = std::move(first);
    second.member("b", 2).end_object();

    EXPECT_EQ(second.view(), R"({"a":1,"b":2})");
}

struct NumberCase {
    double value;
    std::string_view text;
};
class Numbers : public ::testing::TestWithParam<NumberCase> {};
TEST_P(Numbers, AreShortAndReadBack) {
    Writer out;
    out.number(GetParam().value);

    EXPECT_EQ(out.view(), GetParam().text);
}
INSTANTIATE_TEST_SUITE_P(
    Doubles, Numbers,
    ::testing::Values(NumberCase{0, "0.0"}, NumberCase{-0.0, "-0.0"}, NumberCase{1, "1.0"},
                      NumberCase{0.001, "0.001"}, NumberCase{7.91, "7.91"},
                      NumberCase{2311.25, "2311.25"}, NumberCase{1.0 / 3, "0.3333333333333333"},
                      NumberCase{0.0004, "0.0004"}, NumberCase{-1.5, "-1.5"},
                      NumberCase{999'999'999.999, "999999999.999"},
                      NumberCase{1'000'000'000.5, "1000000000.5"}, NumberCase{1e21, "1e21"},
                      NumberCase{5e-324, "5e-324"},
                      NumberCase{std::numeric_limits<double>::infinity(), "null"},
                      NumberCase{std::numeric_limits<double>::quiet_NaN(), "null"}));

TEST(Writer, WritesThousandthsAsTheyAreRead) {
    for (std::int64_t n = 0; n < 3'000'000; n += 7) {
        Writer out;
        const double value = static_cast<double>(n) / 1000;
        out.number(value);
        ASSERT_EQ(std::stod(std::string{out.view()}), value);
        ASSERT_LE(out.view().size(), std::to_string(n).size() + 5);  // "0.001" of 1
    }
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
