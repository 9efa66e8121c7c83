#include "sensor/report/cef.h"

#include <gtest/gtest.h>

#include "tests/unit/report/samples.h"

namespace sensor::report {
namespace {

TEST(Cef, RecordIsWhole) {
    EXPECT_EQ(cef_text(flashlight_finding(), {.host = "tap-1", .version = "1.2"}),
              "CEF:0|offport|offport|1.2|1509001|TLS on tcp/8088 by com.example.flashlight, "
              "approved on tcp/443|8|rt=1789976232671 start=1789974131420 end=1789976232671 "
              "dvchost=tap-1 externalId=8f14e45fceea167a cat=port-mismatch src=10.20.1.14 "
              "dst=198.51.100.20 spt=40001 dpt=8088 proto=TCP app=tls cnt=8 in=4210 out=1480 "
              "shost=phone-114 suser=a.berg@example.org outcome=open cs1=com.example.flashlight "
              "cs1Label=app cs2=serial:R5CT1 cs2Label=device cs3=AllowedProtocolPortMappings.tls "
              "cs3Label=rule cs4=tls on tcp/443 cs4Label=expected cs5=T1509 cs5Label=technique "
              "cn1=87 cn1Label=score cn2=3 cn2Label=revision");
}

TEST(Cef, HeaderEscapesPipesAndBackslashesOnly) {
    EXPECT_EQ(cef_header_text(R"(a|b\c=d)"), R"(a\|b\\c=d)");
    EXPECT_EQ(cef_header_text("a\nb\rc\td\x7f"), "a b c d ");
    EXPECT_EQ(cef_header_text(""), "");
}

TEST(Cef, ValuesEscapeEqualsBackslashesAndLineBreaks) {
    EXPECT_EQ(cef_value_text(R"(a|b\c=d)"), R"(a|b\\c\=d)");
    EXPECT_EQ(cef_value_text("a\nb\r\nc"), R"(a\nb\r\nc)");
    EXPECT_EQ(cef_value_text(std::string_view{"a\0b\x1b[1m", 7}), "a b [1m");
    EXPECT_EQ(cef_value_text("a\xc2\x85"
                             "b"),
              "a b");  // a line break to some: U+0085
}

TEST(Cef, BytesThatAreNoUtf8AreReplaced) {
    EXPECT_EQ(cef_value_text("f\xc3\xbcr"), "f\xc3\xbcr");
    EXPECT_EQ(cef_value_text("f\xfcr"), "f\xef\xbf\xbdr");
    EXPECT_EQ(cef_value_text("\xc3"), "\xef\xbf\xbd");                  // cut
    EXPECT_EQ(cef_value_text("\xc0\xbd"), "\xef\xbf\xbd\xef\xbf\xbd");  // an overlong `=`
    EXPECT_EQ(cef_header_text("\xed\xa0\x80|").substr(9), R"(\|)");     // a surrogate
}

TEST(Cef, NothingThatAFindingHoldsMakesAFieldOfItsOwn) {
    Finding finding = flashlight_finding();
    finding.session.attribution.app = "x|y dst=1.1.1.1\nCEF:0|";
    finding.session.attribution.user = "a\\ suser=root";

    const std::string text = cef_text(finding, {.host = "tap-1", .version = "1|2"});

    EXPECT_EQ(text.find('\n'), std::string::npos);
    EXPECT_TRUE(
        text.starts_with(R"(CEF:0|offport|offport|1\|2|1509001|TLS on tcp/8088 by x\|y dst=)"
                         R"(1.1.1.1 CEF:0\|, approved)"))
        << text;
    EXPECT_NE(text.find(R"(suser=a\\ suser\=root )"), std::string::npos) << text;
    EXPECT_NE(text.find(R"(cs1=x|y dst\=1.1.1.1\nCEF:0| cs1Label=app)"), std::string::npos) << text;
}

TEST(Cef, Ipv6HasFieldsOfItsOwn) {
    Finding finding = flashlight_finding();
    finding.session.client = endpoint("2001:db8::1", 40001);
    finding.session.server = endpoint("2001:db8::2", 8088);

    const std::string text = cef_text(finding, {});

    EXPECT_NE(text.find(" c6a2=2001:db8::1 c6a2Label=Source IPv6 Address c6a3=2001:db8::2 "
                        "c6a3Label=Destination IPv6 Address spt=40001 "),
              std::string::npos)
        << text;
    EXPECT_EQ(text.find(" src="), std::string::npos);
}

}  // namespace
}  // namespace sensor::report
