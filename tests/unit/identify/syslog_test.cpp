#include "sensor/identify/protocols/syslog.h"

#include <gtest/gtest.h>

#include "tests/unit/identify/dialogue.h"

namespace sensor::identify {
namespace {

using namespace test;
using namespace std::string_view_literals;

constexpr auto kNew =
    R"(<34>1 2026-09-21T07:02:11.003Z host.example.org su - ID47 [ex@32473 k="a\"]b"] failed)"sv;
constexpr auto kOld = "<34>Sep  1 07:02:11 host su: 'su root' failed on /dev/pts/8"sv;

Match of_datagram(std::string_view said) {
    return ask(syslog::validate, datagram(bytes::view_of(said))).match;
}
Match of_stream(std::string_view said) {
    return ask(syslog::validate, stream(bytes::view_of(said))).match;
}

TEST(Syslog, RecognisesBothFormats) {
    for (const auto said : {kNew, kOld}) {
        EXPECT_EQ(of_datagram(said), Match::kYes) << said;
        EXPECT_EQ(recognised_as(datagram(bytes::view_of(said))), "syslog") << said;
    }
    EXPECT_EQ(ask(syslog::validate, datagram(bytes::view_of(kOld))).role, Role::kClient);
}

TEST(Syslog, RecognisesHeadersAsTheyVary) {
    for (const auto said : {
             "<191>1 - - - - - -"sv,
             "<0>1 2026-09-21T07:02:11+02:00 h app 12 - [a@1 x=\"\"][b@1]"sv,
             "<13>Sep 21 07:02:11 host tag: x"sv,
             "<13>Sep 1 07:02:11 host x"sv,
             "<13>Sep 21 2026 07:02:11 host x"sv,
             "<189>72: Mar  3 19:57:17.371: %LINK-5-CHANGED: up"sv,
             "<189>72: *Mar  1 00:00:17.371: %LINK-5-CHANGED: up"sv,
             "<167>2026-05-24T09:50:52.926451+02:00 host app[3]: x"sv,
             "<30>dnsmasq[123]: query[A] www.example.org from 192.0.2.7\n"sv,
             "<134>854 09/21/2026-07:02:11 CONFIG port connect"sv,
         }) {
        EXPECT_EQ(of_datagram(said), Match::kYes) << said;
    }
}

TEST(Syslog, IsNamedByItsSenderAlone) {
    Dialogue dialogue{Transport::kUdp};
    dialogue.client(bytes::view_of(kOld)).client(bytes::view_of(kNew));

    EXPECT_EQ(dialogue.protocol(), "syslog");
    EXPECT_EQ(dialogue.confirmed(), Confirmed::kClient);
    dialogue.server(bytes::view_of(kOld));
    EXPECT_EQ(dialogue.confirmed(), Confirmed::kClient) << "echo";
}

TEST(Syslog, ChecksEveryField) {
    for (const auto said : {
             "<192>1 2026-09-21T07:02:11Z h a - - - x"sv,
             "<034>Sep  1 07:02:11 host x"sv,
             "<>Sep  1 07:02:11 host x"sv,
             "<1x>Sep  1 07:02:11 host x"sv,
             "<1234>Sep  1 07:02:11 host x"sv,
             "<34 >Sep  1 07:02:11 host x"sv,
             "<34>Sep  1 07:"sv,
             "<6>[   12.345678] usb 1-1: new device"sv,  // a kernel's console
             "<34>short"sv,
             "<34>not\x01readable to the very end"sv,
             "<34>\xc3\xa4 begins with no letter of ASCII"sv,
         }) {
        EXPECT_EQ(of_datagram(said), Match::kNo) << said;
    }
    // Without text that is readable to its end, the time has to be one.
    for (const auto said :
         {"1 2026-13-21T07:02:11Z h a - - - \x01"sv, "1 2026-09-32T07:02:11Z h a - - - \x01"sv,
          "1 2026-09-21T24:02:11Z h a - - - \x01"sv, "1 2026-09-21T07:02:11 h a - - - \x01"sv,
          "1 2026-09-21T07:02:11Z h a - - [a \x01"sv, "1 2026-09-21T07:02:11Z h a - - x \x01"sv,
          "Sex  1 07:02:11 host \x01"sv, "Sep 32 07:02:11 host \x01"sv,
          "Sep  1 07:62:11 host \x01"sv, "Sep  1 07-02:11 host \x01"sv}) {
        EXPECT_EQ(of_datagram("<34>" + std::string{said}), Match::kNo) << said;
    }
}

TEST(SyslogOverTcp, ReadsLinesAndCountedFrames) {
    EXPECT_EQ(of_stream(std::string{kOld} + "\n" + std::string{kNew} + "\n"), Match::kYes);
    EXPECT_EQ(of_stream(std::string{kNew} + "\n"), Match::kYes);
    EXPECT_EQ(of_stream("<30>app[1]: a line without time\n"sv), Match::kYes);
    EXPECT_EQ(of_stream("<30>a line without time or tag\n"sv), Match::kNo);
    const auto counted = std::to_string(kNew.size()) + " " + std::string{kNew};
    EXPECT_EQ(of_stream(counted), Match::kYes);
    EXPECT_EQ(of_stream(counted + counted), Match::kYes);
    EXPECT_EQ(of_stream(counted + "<34>"), Match::kNo);
    EXPECT_EQ(of_stream("012 <34>Sep  1 0"sv), Match::kNo);
    EXPECT_EQ(of_stream("5 <34>Sep  1 07:02:11"sv), Match::kNo);
    EXPECT_EQ(recognised_as(stream(bytes::view_of(counted))), "syslog");
    EXPECT_EQ(recognised_as(stream(bytes::view_of(kOld))), "syslog");
}

TEST(SyslogOverTcp, WaitsForTheHeader) {
    constexpr std::size_t kTime = "<34>Sep  1 07:02:11"sv.size();
    for (std::size_t size = 0; size < kTime; ++size)
        EXPECT_EQ(of_stream(kOld.substr(0, size)), Match::kNeedMore) << size;
    EXPECT_EQ(of_stream(kOld.substr(0, kTime)), Match::kYes);
    EXPECT_EQ(of_stream(kNew.substr(0, 70)), Match::kNeedMore) << "in the structured data";
    EXPECT_EQ(of_stream("<34>Sep  1 07:\n"sv), Match::kNo);
}

}  // namespace
}  // namespace sensor::identify
