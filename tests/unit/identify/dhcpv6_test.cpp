#include "sensor/identify/protocols/dhcpv6.h"

#include <gtest/gtest.h>

#include "tests/support/hex.h"
#include "tests/unit/identify/dialogue.h"

namespace sensor::identify {
namespace {

using namespace test;

constexpr auto kClientId = "0001 000a 0003 0001 020000000001"_hex;
constexpr auto kServerId = "0002 000a 0003 0001 020000000002"_hex;
// Elapsed time, an option request, an IA_NA.
constexpr auto kAsked =
    "0008 0002 0000  0006 0004 0017 0018  0003 000c 000000010000000000000000"_hex;
// An IA_NA with 2001:db8::1, DNS server 2001:db8::53.
constexpr auto kGiven =
    "0003 0028 000000010000000000000000 0005 0018 20010db8000000000000000000000001 0000003c "
    "00000078"
    "0017 0010 20010db8000000000000000000000053"_hex;

Payload message(unsigned type, std::initializer_list<bytes::View> options) {
    Payload whole{static_cast<std::uint8_t>(type), 0x12, 0x34, 0x56};
    for (const bytes::View option : options)
        whole.insert(whole.end(), option.begin(), option.end());
    return whole;
}
/// A relay's message of `type` around `inner`, with an Interface-Id.
Payload relayed(std::uint8_t type, bytes::View inner) {
    constexpr auto kAddresses =
        "20010db8000100000000000000000001 fe800000000000000000000000000007"_hex;
    const Payload header{type, 0};
    const Payload option{0, 9, 0, static_cast<std::uint8_t>(inner.size())};
    return concatenated({header, kAddresses, "0012 0004 65746830"_hex, option, inner});
}
const Payload kSolicit = message(1, {kClientId, kAsked});
const Payload kAdvertise = message(2, {kClientId, kServerId, kGiven});

Match of(bytes::View said) {
    return ask(dhcpv6::validate, datagram(said)).match;
}

TEST(Dhcpv6, RecognisesEveryMessage) {
    for (const unsigned type : {1U, 4U, 6U})
        EXPECT_EQ(of(message(type, {kClientId, kAsked})), Match::kYes);
    for (const unsigned type : {2U, 3U, 5U, 7U, 8U, 9U}) {
        EXPECT_EQ(of(message(type, {kServerId, kClientId, kGiven})), Match::kYes) << type;
    }
    EXPECT_EQ(of(message(7, {kServerId})), Match::kYes) << "answers an anonymous client";
    EXPECT_EQ(of(message(10, {kServerId, kClientId, "0013 0001 05"_hex})), Match::kYes);
    EXPECT_EQ(of(message(11, {kAsked})), Match::kYes) << "asks anonymously";
    EXPECT_EQ(recognised_as(multicast(kSolicit)), "dhcpv6");
    EXPECT_EQ(recognised_as(reply(kAdvertise)), "dhcpv6");
    EXPECT_EQ(recognised_as(datagram(relayed(12, kSolicit))), "dhcpv6");
    EXPECT_EQ(recognised_as(datagram(relayed(12, relayed(12, kSolicit)))), "dhcpv6");
    EXPECT_EQ(recognised_as(reply(relayed(13, kAdvertise))), "dhcpv6");
}

TEST(Dhcpv6, ConfirmsTheSameTransaction) {
    Dialogue direct{Transport::kUdp};
    Dialogue through{Transport::kUdp};
    Dialogue other{Transport::kUdp};
    Dialogue echo{Transport::kUdp};
    direct.client(message(3, {kClientId, kServerId, kAsked}))
        .server(message(7, {kClientId, kServerId}));
    through.client(relayed(12, kSolicit)).server(relayed(13, kAdvertise));
    other.client(kSolicit).server(changed(kAdvertise, 3, {0x57}));
    echo.client(kSolicit).server(kSolicit);

    EXPECT_EQ(direct.protocol(), "dhcpv6");
    EXPECT_EQ(direct.confirmed(), Confirmed::kBoth);
    EXPECT_EQ(through.confirmed(), Confirmed::kBoth);
    EXPECT_EQ(other.confirmed(), Confirmed::kClient);
    EXPECT_EQ(echo.confirmed(), Confirmed::kClient);
}

TEST(Dhcpv6, TakesAnAnswerForTheServers) {
    EXPECT_EQ(ask(dhcpv6::validate, datagram(kAdvertise)).role, Role::kServer);
    EXPECT_EQ(ask(dhcpv6::validate, datagram(kSolicit)).role, Role::kClient);
    EXPECT_EQ(ask(dhcpv6::validate, multicast(kSolicit)).role, Role::kEither);
}

TEST(Dhcpv6, ChecksEveryField) {
    const std::vector<std::pair<const char*, Payload>> near_misses{
        {"type 0", changed(kSolicit, 0, {0})},
        {"type 16", changed(kSolicit, 0, {16})},
        {"type 200", changed(kSolicit, 0, {200})},
        {"a solicit without a client", message(1, {kAsked})},
        {"a solicit to one server", message(1, {kClientId, kServerId})},
        {"an advertise without a server", message(2, {kClientId})},
        {"a reply without a server", message(7, {kClientId})},
        {"a reconfigure of nothing", message(10, {kClientId, kServerId})},
        {"a question without elapsed time", message(11, {"0006 0002 0017"_hex})},
        {"option 0", changed(kSolicit, 5, {0})},
        {"option of no code", changed(kSolicit, 4, {3})},
        {"identifier of type 5", changed(kSolicit, 9, {5})},
        {"option past the end", changed(kSolicit, 35, {0x0d})},
        {"option request of 3 bytes", message(1, {kClientId, "0006 0003 001700"_hex})},
        {"elapsed time of 1 byte", message(1, {kClientId, "0008 0001 00"_hex})},
        {"a DNS server of 15 bytes",
         message(1, {kClientId, "0017 000f 000102030405060708090a0b0c0d0e"_hex})},
        {"rapid commit with a value", message(1, {kClientId, "000e 0001 00"_hex})},
        {"a byte too many", concatenated({kSolicit, "00"_hex})},
        {"hops 33", changed(relayed(12, kSolicit), 1, {33})},
        {"relays an answer forwards", relayed(12, kAdvertise)},
        {"relays a question back", relayed(13, kSolicit)},
        {"turns round on the way", relayed(12, relayed(13, kAdvertise))},
        {"relays nothing", changed(relayed(12, kSolicit), 43, {10})},
    };
    for (const auto& [what, payload] : near_misses)
        EXPECT_EQ(of(payload), Match::kNo) << what;
}

TEST(Dhcpv6, SurvivesRelaysWithoutEnd) {
    Payload chain = kSolicit;
    for (unsigned i = 0; i < 4; ++i)
        chain = relayed(12, chain);
    EXPECT_EQ(of(chain), Match::kYes);
    Payload deep;
    for (unsigned left = 40; left != 0; --left) {
        const auto size = static_cast<std::uint16_t>((left - 1) * 38 + 4);
        const Payload header{12, 0};
        const Payload zeros(32);
        const Payload option{0, 9, static_cast<std::uint8_t>(size >> 8U),
                             static_cast<std::uint8_t>(size)};
        deep = concatenated({deep, header, zeros, option});
    }
    deep = concatenated({deep, "01 000001"_hex});
    EXPECT_EQ(of(deep), Match::kNo);
}

TEST(Dhcpv6, IsNeverSureOfACutDatagram) {
    // An option less is a message too.
    const std::vector<std::size_t> between{18, 24, 32};
    EXPECT_EQ(accepted_cuts(dhcpv6::validate, datagram(kSolicit)), between);
    EXPECT_TRUE(accepted_cuts(dhcpv6::validate, datagram(relayed(12, kSolicit))).empty());
}

}  // namespace
}  // namespace sensor::identify
