#include "sensor/decode/layers/provider_bridge.h"

#include "tests/unit/decode/decoding.h"

namespace sensor::decode {
namespace {

using namespace test;

/// Service 0x010203 with a priority, then the customer's frame.
PacketBuilder bridged(std::uint8_t last = 0x03) {
    return packet()
        .ethernet(0x88e7)
        .bytes("60 0102"_hex)
        .be(last)
        .ethernet()
        .ipv4({})
        .tcp()
        .text("hello");
}

TEST(ProviderBridge, CarriesTheCustomersFrame) {
    const auto found = decoded(bridged());
    const auto tagged = decoded(packet()
                                    .ethernet(0x88a8)
                                    .vlan(200, 0x88e7)
                                    .bytes("00 010203"_hex)
                                    .ethernet(0x8100)
                                    .vlan(31)
                                    .ipv4({})
                                    .tcp()
                                    .text("tagged"));

    ASSERT_EQ(found.packet.status, DecodeStatus::kOk);
    EXPECT_EQ(found.payload(), "hello");
    EXPECT_EQ(tagged.payload(), "tagged");
    EXPECT_EQ(tagged.packet.tags.vlans, (std::array<std::uint16_t, 2>{200, 31}));
}

TEST(ProviderBridge, TellsServicesApart) {
    EXPECT_NE(decoded(bridged(3)).key(), decoded(bridged(4)).key());
    EXPECT_NE(decoded(bridged()).key(), decoded(packet().ethernet().ipv4({}).tcp()).key());
}

TEST(ProviderBridge, IsTruncatedAnywhereBeforeThePayload) {
    expect_sound_at_every_cut(bridged());
}

}  // namespace
}  // namespace sensor::decode
