#include "sensor/identify/tpkt.h"

#include <gtest/gtest.h>

#include "tests/support/hex.h"
#include "tests/unit/identify/dialogue.h"

namespace sensor::identify {
namespace {

using namespace test;

// A request with TPDU size 1024 and both selectors; its confirmation; data of three bytes.
constexpr auto kRequest = "03 00 0016 11 e0 0000 0014 00 c0 01 0a c1 02 0100 c2 02 0102"_hex;
constexpr auto kConfirm = "03 00 000b 06 d0 0014 0007 00"_hex;
constexpr auto kData = "03 00 000a 02 f0 80 616263"_hex;

TEST(Tpkt, ReadsARequestWithItsParameters) {
    const auto tpdu = tpkt::read(kRequest);
    const auto parameters = tpkt::read_parameters(tpdu.variable);

    EXPECT_EQ(tpdu.match, Match::kYes);
    EXPECT_EQ(tpdu.type, tpkt::TpduType::kConnectionRequest);
    EXPECT_EQ(tpdu.source, 0x14);
    EXPECT_TRUE(tpdu.user.empty());
    ASSERT_TRUE(parameters);
    EXPECT_EQ(parameters->size_exponent, 10);
    EXPECT_EQ(parameters->calling.size(), 2U);
    EXPECT_EQ(parameters->called[1], 2);
}

TEST(Tpkt, ReadsConfirmationsAndData) {
    const auto confirm = tpkt::read(kConfirm);
    const auto both = concatenated({kData, kConfirm});
    const auto data = tpkt::read(both);

    EXPECT_EQ(confirm.match, Match::kYes);
    EXPECT_EQ(confirm.destination, 0x14);
    EXPECT_EQ(confirm.source, 7);
    EXPECT_EQ(data.match, Match::kYes);
    EXPECT_TRUE(data.is_last);
    EXPECT_EQ(bytes::text_of(data.user), "abc");
    EXPECT_EQ(data.rest.size(), kConfirm.size());
    EXPECT_FALSE(tpkt::read(changed(kData, 6, {0})).is_last);
}

TEST(Tpkt, ChecksEveryField) {
    const std::vector<std::pair<const char*, Payload>> near_misses{
        {"version", changed(kRequest, 0, {2})},
        {"reserved", changed(kRequest, 1, {1})},
        {"length below its own", changed(kRequest, 2, {0, 3})},
        {"length below the shortest", changed(kRequest, 2, {0, 6})},
        {"header past the packet", changed(kRequest, 4, {0x12})},
        {"header too short", changed(kRequest, 4, {5})},
        {"credit in class 0", changed(kRequest, 5, {0xe1})},
        {"unknown code", changed(kRequest, 5, {0x90})},
        {"destination before the answer", changed(kRequest, 7, {1})},
        {"class 2", changed(kRequest, 10, {0x20})},
        {"data with a number", changed(kData, 6, {0x81})},
        {"data with a long header", changed(kData, 4, {3})},
    };
    for (const auto& [what, payload] : near_misses) {
        EXPECT_EQ(tpkt::read(payload).match, Match::kNo) << what;
    }
}

TEST(Tpkt, RefusesParametersThatDoNotAddUp) {
    EXPECT_FALSE(tpkt::read_parameters("c0 01 06"_hex));
    EXPECT_FALSE(tpkt::read_parameters("c0 02 0a0a"_hex));
    EXPECT_FALSE(tpkt::read_parameters("c1 02 01"_hex));
    EXPECT_FALSE(tpkt::read_parameters("01 00"_hex));
    EXPECT_TRUE(tpkt::read_parameters({}));
}

TEST(Tpkt, NeedsMoreUntilItsHeaderIsThere) {
    for (std::size_t size = 0; size < kRequest.size(); ++size) {
        EXPECT_EQ(tpkt::read(bytes::View{kRequest}.first(size)).match, Match::kNeedMore) << size;
    }
    const auto cut = tpkt::read(bytes::View{kData}.first(8));
    EXPECT_EQ(cut.match, Match::kYes);
    EXPECT_TRUE(cut.is_cut);
    EXPECT_EQ(bytes::text_of(cut.user), "a");
}

}  // namespace
}  // namespace sensor::identify
