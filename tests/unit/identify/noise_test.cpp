// No protocol may be seen in bytes that mean nothing.
#include <gtest/gtest.h>

#include "sensor/identify/catalog.h"
#include "tests/unit/identify/dialogue.h"

namespace sensor::identify {
namespace {

constexpr unsigned kPayloads = 200'000;
/// Headers alone, what binary protocols have fixed sizes at, and a full frame.
constexpr std::array<std::size_t, 16> kSizes{1,  2,  4,  8,  12,  16,  20,  24,
                                             32, 48, 64, 68, 240, 300, 516, 1400};

unsigned recognised_in_noise(Transport transport, bool direction_known, std::uint32_t seed) {
    Identifier identifier{test::catalog_signatures()};
    test::Noise noise{seed};
    unsigned recognised = 0;
    for (unsigned i = 0; i < kPayloads; ++i) {
        const test::Payload payload = noise.next(kSizes[i % kSizes.size()]);
        const Exchange exchange{
            .said = payload,
            .direction = i % 32 < 16 ? Direction::kToServer : Direction::kToClient,
            .transport = transport,
            .direction_known = direction_known,
            .multicast = i % 7 == 0};
        const auto found = identifier.recognise(exchange, ProtocolId::kUnknown);
        if (found.match != Match::kYes) continue;
        ADD_FAILURE() << test::catalog_signatures().name_of(found.protocol) << " in payload " << i;
        ++recognised;
    }
    return recognised;
}

TEST(Noise, IsNoProtocolOverUdp) {
    EXPECT_EQ(recognised_in_noise(Transport::kUdp, true, 1), 0U);
    EXPECT_EQ(recognised_in_noise(Transport::kUdp, false, 2), 0U);
}

TEST(Noise, IsNoProtocolOverTcp) {
    EXPECT_EQ(recognised_in_noise(Transport::kTcp, true, 3), 0U);
    EXPECT_EQ(recognised_in_noise(Transport::kTcp, false, 4), 0U);
}

/// Bytes that are all alike are not random, and more often met.
TEST(Noise, IsNoProtocolWhenOneByteRepeats) {
    for (const std::size_t size : kSizes) {
        for (unsigned byte = 0; byte < 256; ++byte) {
            const test::Payload payload(size, static_cast<std::uint8_t>(byte));

            EXPECT_EQ(test::recognised_as(test::datagram(payload)), "unknown")
                << byte << " x " << size;
            EXPECT_EQ(test::recognised_as(test::stream(payload)), "unknown")
                << byte << " x " << size;
        }
    }
}

/// A validator is asked even where no signature nominates it.
TEST(Noise, PassesNoValidator) {
    test::Noise noise{5};
    for (unsigned i = 0; i < kPayloads; ++i) {
        const test::Payload payload = noise.next(kSizes[i % kSizes.size()]);
        for (const Protocol& protocol : kCatalog) {
            const Transport transport =
                (protocol.transports & kOverUdp) != 0 ? Transport::kUdp : Transport::kTcp;
            const Verdict verdict = protocol.validate({.said = payload, .transport = transport});
            EXPECT_NE(verdict.match, Match::kYes) << protocol.name << " in payload " << i;
        }
    }
}

}  // namespace
}  // namespace sensor::identify
