#include "sensor/identify/protocols/dhcp.h"

#include <gtest/gtest.h>

#include "tests/support/hex.h"
#include "tests/unit/identify/dialogue.h"

namespace sensor::identify {
namespace {

using namespace test;

/// The fixed part with transaction 3d1d4e5f, the cookie, and `options`.
Payload message(std::uint8_t op, bytes::View options) {
    constexpr auto kStart = "01 01 06 00 3d1d4e5f 0000 8000"_hex;
    constexpr auto kHardware = "020000000001"_hex;
    constexpr auto kCookie = "63825363"_hex;
    const Payload addresses(16, 0);
    const Payload rest(10 + 64 + 128, 0);
    return concatenated({changed(kStart, 0, {op}), addresses, kHardware, rest, kCookie, options});
}

// Message type, host name "phone", end, padding.
const Payload kDiscover = message(1, "35 01 01 0c 05 70686f6e65 ff 0000"_hex);
const Payload kOffer = message(2, "35 01 02 33 04 00000e10 ff"_hex);
constexpr std::size_t kOptionsAt = 240;

TEST(Dhcp, RecognisesBothSides) {
    EXPECT_EQ(ask(dhcp::validate, datagram(kDiscover)).role, Role::kClient);
    EXPECT_EQ(ask(dhcp::validate, reply(kOffer)).role, Role::kServer);
    EXPECT_EQ(ask(dhcp::validate, multicast(kOffer)).role, Role::kEither);
    EXPECT_EQ(recognised_as(multicast(kDiscover)), "dhcp");
    EXPECT_EQ(recognised_as(datagram(kOffer)), "dhcp");
}

TEST(Dhcp, AcceptsBootpWithTheCookie) {
    EXPECT_EQ(ask(dhcp::validate, datagram(message(1, "ff"_hex))).match, Match::kYes);
    EXPECT_EQ(ask(dhcp::validate, datagram(message(1, {}))).match, Match::kNo) << "no end";
}

TEST(Dhcp, ConfirmsAReplyOfTheSameTransaction) {
    Dialogue right{Transport::kUdp};
    Dialogue wrong{Transport::kUdp};
    Dialogue echo{Transport::kUdp};
    right.client(kDiscover).server(kOffer);
    wrong.client(kDiscover).server(changed(kOffer, 7, {0x60}));
    echo.client(kDiscover).server(kDiscover);

    EXPECT_EQ(right.protocol(), "dhcp");
    EXPECT_EQ(right.confirmed(), Confirmed::kBoth);
    EXPECT_EQ(wrong.confirmed(), Confirmed::kClient);
    EXPECT_EQ(echo.confirmed(), Confirmed::kClient);
}

TEST(Dhcp, ChecksEveryField) {
    const std::vector<std::pair<const char*, Payload>> near_misses{
        {"op 0", changed(kDiscover, 0, {0})},
        {"op 3", changed(kDiscover, 0, {3})},
        {"a client's type from a server", changed(kDiscover, 0, {2})},
        {"hardware type 38", changed(kDiscover, 1, {38})},
        {"Ethernet address of 7", changed(kDiscover, 2, {7})},
        {"17 hops", changed(kDiscover, 3, {17})},
        {"reserved flags", changed(kDiscover, 11, {1})},
        {"cookie", changed(kDiscover, 239, {0x64})},
        {"message type of two bytes", changed(kDiscover, kOptionsAt + 1, {2})},
        {"message type 0", changed(kDiscover, kOptionsAt + 2, {0})},
        {"message type 19", changed(kDiscover, kOptionsAt + 2, {19})},
        {"option past the end", changed(kDiscover, kOptionsAt + 4, {0x20})},
        {"no end", changed(kDiscover, kOptionsAt + 10, {0})},
    };
    for (const auto& [what, payload] : near_misses) {
        EXPECT_EQ(ask(dhcp::validate, datagram(payload)).match, Match::kNo) << what;
    }
}

TEST(Dhcp, IsNeverSureOfACutDatagram) {
    const auto unpadded = bytes::View{kDiscover}.first(kDiscover.size() - 2);
    EXPECT_TRUE(accepted_cuts(dhcp::validate, datagram(unpadded)).empty());
}

}  // namespace
}  // namespace sensor::identify
