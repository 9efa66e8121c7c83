#include "sensor/identify/protocols/whois.h"

#include <gtest/gtest.h>

#include "tests/unit/identify/dialogue.h"

namespace sensor::identify {
namespace {

using namespace test;

constexpr std::string_view kIana =
    "% IANA WHOIS server\n% for more information\n\ndomain:       EXAMPLE.COM\n\n"
    "organisation: Internet Assigned Numbers Authority\n\ncreated:      1992-01-01\n"
    "source:       IANA\n";
constexpr std::string_view kRegistry =
    "   Domain Name: EXAMPLE.COM\r\n   Registry Domain ID: 2336799_DOMAIN_COM-VRSN\r\n"
    "   Registrar WHOIS Server: whois.iana.org\r\n";
constexpr std::string_view kArin =
    "\n#\n# ARIN WHOIS data and services are subject to the Terms of Use\n#\n\n"
    "NetRange:       192.0.2.0 - 192.0.2.255\nCIDR:           192.0.2.0/24\n"
    "NetName:        TEST-NET-1\n";
constexpr std::string_view kRipe =
    "% This is the RIPE Database query service.\n\ninetnum:  192.0.2.0 - 192.0.2.255\n"
    "netname:  EXAMPLE\ndescr:    An example\n";

Match server(std::string_view said) {
    return ask(whois::validate, stream_back(bytes::view_of(said))).match;
}
Match client(std::string_view said, std::uint32_t token = 0) {
    return ask(whois::validate, stream(bytes::view_of(said), token)).match;
}

TEST(Whois, NamesAnswersOfRegistries) {
    for (const std::string_view said : {kIana, kRegistry, kArin, kRipe}) {
        EXPECT_EQ(recognised_as(stream_back(bytes::view_of(said))), "whois") << said;
        EXPECT_EQ(server(said.substr(0, said.size() / 2)), Match::kNeedMore) << said;
        EXPECT_EQ(ask(whois::validate, stream_back(bytes::view_of(said))).role, Role::kServer);
    }
}

TEST(Whois, TakesAQueryOnlyBesideItsAnswer) {
    for (const std::string_view said : {"example.com\r\n", "192.0.2.1\n",
                                        "-r -T inetnum 192.0.2.0/24\r\n", "domain =x.org\r\n"}) {
        EXPECT_EQ(client(said), Match::kNo) << said;
        EXPECT_EQ(client(said, 1), Match::kYes) << said;
        EXPECT_EQ(recognised_as(stream(bytes::view_of(said))), "unknown") << said;
        Dialogue dialogue{Transport::kTcp};
        dialogue.client(bytes::view_of(said)).server(bytes::view_of(kIana));
        EXPECT_EQ(dialogue.protocol(), "whois");
        EXPECT_EQ(dialogue.confirmed(), Confirmed::kBoth);
    }
    Dialogue pieces{Transport::kTcp};
    pieces.client(bytes::view_of("example.com")).client(bytes::view_of("\r\n"));
    pieces.server(bytes::view_of(kRegistry.substr(0, 40)));
    pieces.server(bytes::view_of(kRegistry.substr(40)));
    EXPECT_EQ(pieces.protocol(), "whois");
    EXPECT_EQ(pieces.confirmed(), Confirmed::kBoth);
}

TEST(Whois, StaysUnknownWithoutARegistrysForm) {
    for (const std::string_view said :
         {"No match for example.com\r\n", "Login: root\nName: root\nDirectory: /root\n",
          "HTTP/1.0 200 OK\r\nServer: x\r\n", "domain\n", "# comment only\n", "\n\n",
          "source: IANA\ncreated: today\ndomain: x\n"}) {
        EXPECT_NE(server(said), Match::kYes) << said;
    }
    EXPECT_EQ(server("Domain: example.com\nEntry: 1\nValue: 2\n"), Match::kNeedMore);
    EXPECT_EQ(server("Login: root\nName: root\n"), Match::kNo);
    EXPECT_EQ(client("two\r\nlines\r\n", 1), Match::kNo);
    EXPECT_EQ(client("\r\n", 1), Match::kNo);
    EXPECT_EQ(client("a\x01"
                     "b\r\n",
                     1),
              Match::kNo);
}

}  // namespace
}  // namespace sensor::identify
