#include "sensor/identify/protocols/ssdp.h"

#include <string>

#include <gtest/gtest.h>

#include "tests/unit/identify/dialogue.h"

namespace sensor::identify {
namespace {

using namespace test;
using bytes::view_of;

constexpr std::string_view kSearch =
    "M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: \"ssdp:discover\"\r\nMX: 1\r\n"
    "ST: ssdp:all\r\nUSER-AGENT: OS/1 UPnP/1.1 Finder/2\r\n\r\n";
constexpr std::string_view kNotify =
    "NOTIFY * HTTP/1.1\r\nHost: 239.255.255.250:1900\r\nNT: upnp:rootdevice\r\nNTS: ssdp:alive\r\n"
    "USN: uuid:1::upnp:rootdevice\r\nServer: OS/1 UPnP/1.0 Box/3\r\n\r\n";
constexpr std::string_view kAnswer =
    "HTTP/1.1 200 OK\r\nST: upnp:rootdevice\r\nUSN: uuid:1::upnp:rootdevice\r\nEXT:\r\n\r\n";

std::string replaced(std::string_view text, std::string_view from, std::string_view to) {
    std::string copy{text};
    return copy.replace(copy.find(from), from.size(), to);
}

TEST(Ssdp, RecognisesSearchNoticeAndAnswer) {
    EXPECT_EQ(recognised_as(multicast(view_of(kSearch))), "ssdp");
    EXPECT_EQ(recognised_as(multicast(view_of(kNotify))), "ssdp");
    EXPECT_EQ(recognised_as(datagram(view_of(kAnswer))), "ssdp");
}

TEST(Ssdp, TurnsTheSessionOfAnAnswerRound) {
    Dialogue dialogue{Transport::kUdp};
    dialogue.client(view_of(kAnswer));

    EXPECT_EQ(dialogue.protocol(), "ssdp");
    EXPECT_TRUE(dialogue.is_turned_round());
}

TEST(Ssdp, ConfirmsAUnicastSearch) {
    Dialogue dialogue{Transport::kUdp};
    dialogue.client(view_of(kSearch)).server(view_of(kAnswer));
    EXPECT_EQ(dialogue.confirmed(), Confirmed::kBoth);
}

TEST(Ssdp, ChecksWhatMakesTheMessage) {
    const std::vector<std::pair<const char*, std::string>> near_misses{
        {"method", replaced(kSearch, "M-SEARCH", "M-SEARCX")},
        {"target", replaced(kSearch, "* HTTP", "/ HTTP")},
        {"no ST", replaced(kSearch, "ST: ssdp:all", "XT: ssdp:all")},
        {"empty ST", replaced(kSearch, "ST: ssdp:all", "ST:")},
        {"other MAN", replaced(kSearch, "ssdp:discover", "ssdp:discovex")},
        {"no NT", replaced(kNotify, "NT:", "XT:")},
        {"no USN", replaced(kNotify, "USN:", "XSN:")},
        {"no USN in an answer", replaced(kAnswer, "USN:", "XSN:")},
        {"a line that is no header", replaced(kAnswer, "ST:", "ST ")},
        {"a control character", replaced(kSearch, "MX: 1", "MX: \x01")},
    };
    for (const auto& [what, text] : near_misses) {
        EXPECT_EQ(recognised_as(multicast(view_of(text))), "unknown") << what;
    }
}

TEST(Ssdp, IsNotSureBeforeItsHeaders) {
    const std::size_t target = kSearch.find("ssdp:all");
    for (const std::size_t size : accepted_cuts(ssdp::validate, multicast(view_of(kSearch)))) {
        EXPECT_GT(size, target);
    }
}

TEST(Ssdp, NotesSoftware) {
    EXPECT_EQ(fact_of(ssdp::kProtocol, multicast(view_of(kSearch)), Fact::kUserAgent),
              "OS/1 UPnP/1.1 Finder/2");
    EXPECT_EQ(fact_of(ssdp::kProtocol, multicast(view_of(kNotify)), Fact::kSoftware),
              "OS/1 UPnP/1.0 Box/3");
}

}  // namespace
}  // namespace sensor::identify
