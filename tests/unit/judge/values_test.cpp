#include <gtest/gtest.h>

#include "sensor/judge/exception_match.h"
#include "sensor/judge/glob.h"
#include "sensor/judge/port_set.h"
#include "sensor/judge/wording.h"

namespace sensor::judge {
namespace {

using namespace std::chrono_literals;

TEST(Glob, StarStandsForAnyRunOfCharacters) {
    EXPECT_TRUE(glob_matches("com.example.*", "com.example.mail"));
    EXPECT_TRUE(glob_matches("com.example.*", "com.example.a.b"));
    EXPECT_TRUE(glob_matches("*.push.apple.com", "7-courier.push.apple.com"));
    EXPECT_TRUE(glob_matches("*a*b*", "xxaybz"));
    EXPECT_TRUE(glob_matches("*", ""));
    EXPECT_FALSE(glob_matches("com.example.*", "com.example"));
    EXPECT_FALSE(glob_matches("*.push.apple.com", "push.apple.com"));
    EXPECT_FALSE(glob_matches("*a*b", "xxaybz"));
}

TEST(Glob, QuestionMarkStandsForOneCharacter) {
    EXPECT_TRUE(glob_matches("alt?-mtalk", "alt3-mtalk"));
    EXPECT_FALSE(glob_matches("alt?-mtalk", "alt-mtalk"));
    EXPECT_FALSE(glob_matches("?", ""));
}

TEST(Glob, WithoutWildcardsItIsTheWholeText) {
    EXPECT_TRUE(glob_matches("com.whatsapp", "com.whatsapp"));
    EXPECT_FALSE(glob_matches("com.whatsapp", "com.whatsapp.w4b"));
    EXPECT_FALSE(glob_matches("com.whatsapp", ""));
}

TEST(Glob, ManyStarsStayCheap) {
    const std::string text(2000, 'a');
    EXPECT_FALSE(glob_matches("*a*a*a*a*a*a*a*a*a*a*b", text));
}

TEST(HostName, LosesCasePortAndFinalDot) {
    EXPECT_EQ(plain_host_name("MTalk.Google.COM"), "mtalk.google.com");
    EXPECT_EQ(plain_host_name("proxy.dev.example:8888"), "proxy.dev.example");
    EXPECT_EQ(plain_host_name("example.org."), "example.org");
    EXPECT_EQ(plain_host_name("[2001:db8::1]:80"), "[2001:db8::1]:80");
    EXPECT_EQ(plain_host_name(""), "");
}

TEST(PortSet, MergesWhatTouchesOrOverlaps) {
    PortSet ports;
    ports.add(Transport::kTcp, {100, 200});
    ports.add(Transport::kTcp, {201, 300});
    ports.add(Transport::kTcp, {150, 160});
    ports.add(Transport::kTcp, {443, 443});

    EXPECT_EQ(to_string(ports), "tcp/100-300, 443");
    EXPECT_TRUE(ports.contains(Transport::kTcp, PortNumber{300}));
    EXPECT_FALSE(ports.contains(Transport::kTcp, PortNumber{301}));
    EXPECT_FALSE(ports.contains(Transport::kUdp, PortNumber{200}));
    EXPECT_FALSE(ports.contains(Transport::kNone, PortNumber{200}));
}

TEST(PortSet, SaysItsPortsForPeople) {
    PortSet ports;
    EXPECT_EQ(to_string(ports), "no port");
    ports.add(Transport::kUdp, kAnyPort);
    EXPECT_EQ(to_string(ports), "udp/any");
    ports.add(Transport::kTcp, {53, 53});
    EXPECT_EQ(to_string(ports), "tcp/53 and udp/any");
}

TEST(Wording, SaysTheTwoLargestUnits) {
    EXPECT_EQ(length_of(0ns), "0 ms");
    EXPECT_EQ(length_of(250ms), "250 ms");
    EXPECT_EQ(length_of(45s), "45 s");
    EXPECT_EQ(length_of(4min), "4 min");
    EXPECT_EQ(length_of(4min + 11s), "4 min 11 s");
    EXPECT_EQ(length_of(2h + 5min + 9s), "2 h 5 min");
    EXPECT_EQ(length_of(2h + 9s), "2 h");
    EXPECT_EQ(length_of(76h), "3 d 4 h");
}

TEST(Wording, SaysTheTimeOfDayInUtc) {
    const Timestamp day{std::chrono::sys_days{std::chrono::year{2026} / 9 / 21}};
    EXPECT_EQ(clock_time(day + 6h + 58min + 900ms), "06:58:00Z");
    EXPECT_EQ(clock_time(day + 23h + 59min + 59s), "23:59:59Z");
}

}  // namespace
}  // namespace sensor::judge
