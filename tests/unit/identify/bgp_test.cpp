#include "sensor/identify/protocols/bgp.h"

#include <gtest/gtest.h>

#include "tests/support/hex.h"
#include "tests/unit/identify/dialogue.h"

namespace sensor::identify {
namespace {

using namespace test;

/// A message of `type` with marker and length.
Payload message(std::uint8_t type, bytes::View body) {
    Payload whole(16, 0xff);
    const std::size_t size = 19 + body.size();
    whole.push_back(static_cast<std::uint8_t>(size >> 8U));
    whole.push_back(static_cast<std::uint8_t>(size));
    whole.push_back(type);
    whole.insert(whole.end(), body.begin(), body.end());
    return whole;
}

// AS 64500, hold time 90 s, 192.0.2.1: multiprotocol IPv4 unicast, route refresh, four-byte AS.
const Payload kOpen =
    message(1, "04 fbf4 005a c0000201 10 02 0e 01 04 00010001 02 00 41 04 0000fbf4"_hex);
const Payload kTheirs = message(1, "04 fbf5 00b4 c0000202 00"_hex);
const Payload kKeepalive = message(4, {});
// 198.51.100.0/24 through 192.0.2.1.
const Payload kUpdate =
    message(2, "0000 0014 400101 00 400206 02 01 0000fbf4 400304 c0000201 18 c63364"_hex);
const Payload kNotification = message(3, "06 02"_hex);
const Payload kRefresh = message(5, "0001 00 01"_hex);

Match of(bytes::View said) {
    return ask(bgp::validate, stream(said)).match;
}

TEST(Bgp, RecognisesEveryMessage) {
    const std::array<Payload, 8> all{
        kOpen,
        kTheirs,
        kKeepalive,
        kUpdate,
        kNotification,
        kRefresh,
        message(2, "0000 0000"_hex),
        message(1, "04 fbf4 005a c0000201 ff ff 0005 02 0002 0200"_hex)};
    for (const Payload& said : all) {
        EXPECT_EQ(of(said), Match::kYes) << +said[18];
        EXPECT_EQ(recognised_as(stream(said)), "bgp") << +said[18];
    }
    EXPECT_EQ(of(concatenated({kOpen, kKeepalive, kUpdate})), Match::kYes);
}

TEST(Bgp, ConfirmsTwoSpeakers) {
    Dialogue dialogue{Transport::kTcp};
    Dialogue refused{Transport::kTcp};
    Dialogue echo{Transport::kTcp};
    dialogue.client(kOpen).server(concatenated({kTheirs, kKeepalive}));
    refused.client(kOpen).server(kNotification);
    echo.client(kOpen).server(kOpen);

    EXPECT_EQ(dialogue.protocol(), "bgp");
    EXPECT_EQ(dialogue.confirmed(), Confirmed::kBoth);
    EXPECT_EQ(refused.confirmed(), Confirmed::kBoth);
    EXPECT_EQ(echo.confirmed(), Confirmed::kClient);
}

TEST(Bgp, ChecksEveryField) {
    const std::vector<std::pair<const char*, Payload>> near_misses{
        {"marker", changed(kOpen, 15, {0xfe})},
        {"length 18", changed(kKeepalive, 17, {18})},
        {"a keepalive with a body", message(4, "00"_hex)},
        {"length short", changed(kOpen, 17, {44})},
        {"type 0", changed(kOpen, 18, {0})},
        {"type 6", changed(kOpen, 18, {6})},
        {"version 3", changed(kOpen, 19, {3})},
        {"AS 0", changed(kOpen, 20, {0, 0})},
        {"hold time 2", changed(kOpen, 22, {0, 2})},
        {"identifier 0", changed(kOpen, 24, {0, 0, 0, 0})},
        {"parameters short of the end", changed(kOpen, 28, {15})},
        {"parameter 3", changed(kOpen, 29, {3})},
        {"parameter past the end", changed(kOpen, 30, {15})},
        {"capability 0", changed(kOpen, 31, {0})},
        {"capability past the end", changed(kOpen, 40, {5})},
        {"attributes past the end", changed(kUpdate, 22, {0x24})},
        {"attribute past its list", changed(kUpdate, 25, {0x12})},
        {"attribute flags", changed(kUpdate, 23, {0x41})},
        {"attribute 0", changed(kUpdate, 24, {0})},
        {"routes without attributes", message(2, "0000 0000 18 c63364"_hex)},
        {"error 0", changed(kNotification, 19, {0})},
        {"error 9", changed(kNotification, 19, {9})},
        {"refresh of family 0", changed(kRefresh, 20, {0})},
        {"refresh of subtype 3", changed(kRefresh, 21, {3})},
    };
    for (const auto& [what, payload] : near_misses)
        EXPECT_EQ(of(payload), Match::kNo) << what;
}

TEST(Bgp, WaitsForAWholeOpen) {
    for (std::size_t size = 0; size < kOpen.size(); ++size)
        EXPECT_EQ(of(bytes::View{kOpen}.first(size)), Match::kNeedMore) << size;
}

TEST(Bgp, NeedsNoEndOfAnUpdate) {
    const auto large = changed(kUpdate, 16, {0x0f, 0xff});
    EXPECT_EQ(of(bytes::View{large}.first(18)), Match::kNeedMore);
    EXPECT_EQ(of(large), Match::kYes);
}

}  // namespace
}  // namespace sensor::identify
