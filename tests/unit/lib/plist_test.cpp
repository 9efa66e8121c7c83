#include "lib/plist/plist.h"

#include <vector>

#include <gtest/gtest.h>

#include "lib/json/json.h"

namespace plist {
namespace {

const std::string kHead = R"(<?xml version="1.0" encoding="UTF-8"?>)"
                          "\n"
                          R"(<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" )"
                          R"("http://www.apple.com/DTDs/PropertyList-1.0.dtd">)"
                          "\n";

std::string json_of(const std::string& value) {
    const auto json = to_json(kHead + "<plist version=\"1.0\">" + value + "</plist>");
    if (json) return *json;
    ADD_FAILURE() << value << ": " << json.error().message;
    return {};
}

std::string objection_to(const std::string& document) {
    const auto json = to_json(document);
    if (!json) return json.error().message;
    ADD_FAILURE() << document << ": " << *json;
    return {};
}

std::string objection_in(const std::string& value) {
    return objection_to("<plist>" + value + "</plist>");
}

TEST(Plist, ReadsEveryKindOfValue) {
    EXPECT_EQ(json_of("<dict>\n"
                      "  <key>text</key><string>a &amp; \xc3\xa9 &#10;</string>\n"
                      "  <key>none</key><string/>\n"
                      "  <key>whole</key><integer>-7</integer>\n"
                      "  <key>large</key><integer>18446744073709551615</integer>\n"
                      "  <key>part</key><real>1.5</real>\n"
                      "  <key>yes</key><true/><key>no</key><false></false>\n"
                      "  <key>when</key><date>2026-09-20T07:00:00Z</date>\n"
                      "  <key>bytes</key><data>\n\tAQID\n\tBA==\n</data>\n"
                      "  <key>list</key><array><string>a</string><array/><dict/></array>\n"
                      "</dict>\n"),
              R"({"text":"a & é \n","none":"","whole":-7,"large":18446744073709551615,)"
              R"("part":1.5,"yes":true,"no":false,"when":"2026-09-20T07:00:00Z",)"
              R"("bytes":"AQIDBA==","list":["a",[],{}]})");
    EXPECT_EQ(json_of("<string><![CDATA[<a>]]></string>"), R"("<a>")");
    EXPECT_EQ(json_of("<array/>"), "[]");
    EXPECT_EQ(json_of("<dict><key>\"</key><true/></dict>"), R"({"\"":true})");
}

TEST(Plist, RefusesWhatIsNone) {
    EXPECT_EQ(objection_to("<a/>"), "the document must be a <plist> (line 1)");
    EXPECT_EQ(objection_in(""), "the <plist> is empty");
    EXPECT_EQ(objection_in("<a/>"), "<a> is no value of these lists (line 1)");
    EXPECT_EQ(objection_in("<true/><true/>"), "<true> stands where no value may (line 1)");
    EXPECT_EQ(objection_in("<dict>\n<true/></dict>"), "<true> stands where no value may (line 2)");
    EXPECT_EQ(objection_in("<dict><key>a</key></dict>"), "a <key> has no value (line 1)");
    EXPECT_EQ(objection_in("<dict><key>a</key><key>b</key></dict>"),
              "<key> stands where none may (line 1)");
    EXPECT_EQ(objection_in("<array><key>a</key></array>"), "<key> stands where none may (line 1)");
    EXPECT_EQ(objection_in("<key>a</key>"), "<key> stands where none may (line 1)");
    EXPECT_EQ(objection_in("<string>a<string>b</string></string>"),
              "<string> stands where no value may (line 1)");
    EXPECT_EQ(objection_in("<dict><key><true/></key></dict>"),
              "<true> stands where no value may (line 1)");
    EXPECT_EQ(objection_in("<array>a</array>"), "text stands between the values (line 1)");
    EXPECT_EQ(objection_in("<plist/>"), "<plist> is no value of these lists (line 1)");
    for (const std::string number : {"", "1.5", "0x10", " 1", "99999999999999999999", "a"})
        EXPECT_NE(objection_in("<integer>" + number + "</integer>"), "") << number;
    EXPECT_EQ(objection_in("<real>a</real>"), "'a' is no real (line 1)");
    EXPECT_EQ(objection_in("<true>a</true>"), "'a' is no true (line 1)");
    EXPECT_NE(objection_in("<string>\xff</string>"), "");
    EXPECT_NE(objection_in("<string>\x01</string>"), "");
    EXPECT_NE(objection_in("<string>"), "");
    EXPECT_NE(objection_to("<plist><true/></plist><plist/>"), "");
}

TEST(Plist, ExpandsNoEntities) {
    const auto with = [](const std::string& declarations, const std::string& text) {
        return objection_to("<!DOCTYPE plist [" + declarations + "]><plist><string>" + text +
                            "</string></plist>");
    };
    constexpr std::string_view kRefusal = "the document declares entities or elements (line 1)";
    EXPECT_EQ(with(R"(<!ENTITY a "lol"><!ENTITY b "&a;&a;">)", "&b;"), kRefusal);
    EXPECT_EQ(with(R"(<!ENTITY a SYSTEM "file:///etc/passwd">)", "&a;"), kRefusal);
    EXPECT_EQ(with(R"(<!ENTITY % a SYSTEM "file:///etc/passwd"> %a;)", ""), kRefusal);
    EXPECT_EQ(objection_to(kHead + "<plist><string>&a;</string></plist>"),
              "'&a;' is no character (line 3)");
    EXPECT_NE(objection_in("<string>&a;</string>"), "");
}

TEST(Plist, BoundsItsDepth) {
    const auto nested = [](std::size_t depth) {
        std::string value;
        for (std::size_t i = 0; i < depth; ++i)
            value += "<array>";
        for (std::size_t i = 0; i < depth; ++i)
            value += "</array>";
        return value;
    };
    EXPECT_EQ(json_of(nested(kMostDepth)).size(), 2 * kMostDepth);
    EXPECT_EQ(objection_in(nested(kMostDepth + 1)), "values are nested too deeply (line 1)");
    EXPECT_EQ(objection_in(nested(500'000)), "values are nested too deeply (line 1)");
}

TEST(Plist, TakesNothingOfWhatIsCut) {
    const std::string whole = kHead +
                              "<plist version=\"1.0\"><dict><key>UDID</key><string>a&lt;b</string>"
                              "<key>n</key><integer>12</integer></dict></plist>";
    for (std::size_t length = 0; length < whole.size(); ++length) {
        const std::vector<char> cut(whole.begin(),
                                    whole.begin() + static_cast<std::ptrdiff_t>(length));
        EXPECT_FALSE(to_json({cut.data(), cut.size()}).has_value()) << length;
    }
    const auto json = to_json(whole + "\n");
    ASSERT_TRUE(json.has_value());
    EXPECT_EQ(*json, R"({"UDID":"a<b","n":12})");
}

TEST(Plist, KnowsXml) {
    EXPECT_TRUE(looks_like_xml(kHead));
    EXPECT_TRUE(looks_like_xml("\xef\xbb\xbf \n<plist/>"));
    EXPECT_FALSE(looks_like_xml("{}"));
    EXPECT_FALSE(looks_like_xml("bplist00"));
    EXPECT_FALSE(looks_like_xml(" "));
    EXPECT_FALSE(looks_like_xml(""));
}

}  // namespace
}  // namespace plist
