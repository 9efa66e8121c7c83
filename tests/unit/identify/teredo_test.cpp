#include "sensor/identify/protocols/teredo.h"

#include <gtest/gtest.h>

#include "tests/support/hex.h"
#include "tests/unit/identify/dialogue.h"

namespace sensor::identify {
namespace {

using namespace test;

constexpr auto kAuthentication = "0001 00 00 cd5669400b22df88 00"_hex;
constexpr auto kSigned = "0001 02 04 6964 01020304 cd5669400b22df88 00"_hex;
constexpr auto kOrigin = "0000 f12a b9c82815"_hex;
constexpr auto kClient = "2001000041379e508000f12ab9c82815"_hex;  // a Teredo address
constexpr auto kPeer = "20014860000200100000000000000068"_hex;
constexpr auto kLinkLocal = "fe800000000000008000ffffffffffff"_hex;
constexpr auto kAllRouters = "ff020000000000000000000000000002"_hex;
constexpr auto kPing = "8000 c57c d373 b69b 53aa0126"_hex;
constexpr auto kNonce = "01 04 a1b2c3d4"_hex;  // a trailer

Payload packet(std::uint8_t next_header, bytes::View source, bytes::View destination,
               bytes::View payload) {
    return concatenated({"60000000"_hex, Payload{0, static_cast<std::uint8_t>(payload.size())},
                         Payload{next_header, 0x40}, source, destination, payload});
}
Payload solicitation() {
    return packet(58, kLinkLocal, kAllRouters, "8500a91d00000000"_hex);
}
Payload advertisement() {
    return packet(58, kLinkLocal, kLinkLocal, "86001f5700000000 00000000 000007d0"_hex);
}
Payload ping() {
    return packet(58, kClient, kPeer, kPing);
}
Payload bubble() {
    return packet(59, kLinkLocal, kClient, {});
}

TEST(Teredo, RecognisesWhatEitherEndSends) {
    const std::vector<std::pair<Payload, Role>> datagrams{
        {solicitation(), Role::kClient},
        {concatenated({kAuthentication, solicitation()}), Role::kClient},
        {concatenated({kSigned, solicitation()}), Role::kClient},
        {concatenated({kOrigin, advertisement()}), Role::kServer},
        {concatenated({kAuthentication, kOrigin, advertisement()}), Role::kServer},
        {ping(), Role::kEither},
        {packet(58, kPeer, kClient, kPing), Role::kEither},
        {packet(17, kPeer, kClient, kPing), Role::kEither},
        {bubble(), Role::kEither},
        {concatenated({kOrigin, bubble()}), Role::kEither},
        {concatenated({bubble(), kNonce}), Role::kEither},
    };
    for (const auto& [payload, role] : datagrams) {
        EXPECT_EQ(ask(teredo::validate, datagram(payload)).role, role) << payload.size();
        EXPECT_EQ(recognised_as(datagram(payload)), "teredo") << payload.size();
    }
}

TEST(Teredo, ConfirmsAClientThatQualifies) {
    Dialogue dialogue{Transport::kUdp};
    dialogue.client(concatenated({kAuthentication, solicitation()}));
    dialogue.server(concatenated({kAuthentication, kOrigin, advertisement()}));
    EXPECT_EQ(dialogue.protocol(), "teredo");
    EXPECT_EQ(dialogue.confirmed(), Confirmed::kBoth);
}

TEST(Teredo, ChecksEveryField) {
    const std::vector<std::pair<const char*, Payload>> near_misses{
        {"IPv4", changed(ping(), 0, {0x45})},
        {"nobody of Teredo", packet(58, kPeer, kPeer, kPing)},
        {"another prefix", changed(ping(), 10, {0, 1})},
        {"length", changed(ping(), 5, {0x0d})},
        {"a bubble with content", packet(59, kLinkLocal, kClient, kPing)},
        {"nothing where something comes", packet(17, kLinkLocal, kClient, {})},
        {"indication 2", concatenated({"0002 f12a b9c82815"_hex, bubble()})},
        {"origin before authentication", concatenated({kOrigin, kAuthentication, bubble()})},
        {"two origins", concatenated({kOrigin, kOrigin, bubble()})},
        {"a signature past the end", concatenated({changed(kSigned, 3, {0x60}), bubble()})},
        {"a solicitation of somebody", packet(58, kLinkLocal, kPeer, "8500a91d00000000"_hex)},
        {"a solicitation with a code", changed(solicitation(), 41, {1})},
        {"an advertisement of no origin", advertisement()},
        {"an advertisement to everybody",
         concatenated({kOrigin, packet(58, kLinkLocal, kAllRouters, "86001f5700000000"_hex)})},
        {"trailer 0", concatenated({bubble(), changed(kNonce, 0, {0})})},
        {"trailer 6", concatenated({bubble(), changed(kNonce, 0, {6})})},
        {"a trailer past the end", concatenated({bubble(), changed(kNonce, 1, {5})})},
    };
    for (const auto& [what, payload] : near_misses) {
        EXPECT_EQ(ask(teredo::validate, datagram(payload)).match, Match::kNo) << what;
    }
}

TEST(Teredo, IsNeverSureOfACutDatagram) {
    const auto whole = concatenated({kAuthentication, kOrigin, ping()});
    EXPECT_TRUE(accepted_cuts(teredo::validate, datagram(whole)).empty());
    EXPECT_TRUE(accepted_cuts(teredo::validate, datagram(solicitation())).empty());
}

}  // namespace
}  // namespace sensor::identify
