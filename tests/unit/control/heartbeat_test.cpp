#include "sensor/control/heartbeat.h"

#include <gtest/gtest.h>

namespace sensor::control {
namespace {

using namespace std::chrono_literals;
constexpr Heartbeat::Time kBegun{1h};

TEST(Heartbeat, StallsWhenNothingChanges) {
    Heartbeat heart{kBegun};
    heart.beat(7, kBegun + 10s);
    heart.beat(7, kBegun + 30s);
    EXPECT_FALSE(heart.is_stalled(kBegun + 40s));
    EXPECT_TRUE(heart.is_stalled(kBegun + 40s + 1ns));

    heart.beat(6, kBegun + 50s);  // a clock that was set back is a change, too
    EXPECT_FALSE(heart.is_stalled(kBegun + 80s));
}

TEST(Heartbeat, StallsIfItNeverBegins) {
    const Heartbeat heart{kBegun};
    EXPECT_FALSE(heart.is_stalled(kBegun + 30s));
    EXPECT_TRUE(heart.is_stalled(kBegun + 31s));
}

}  // namespace
}  // namespace sensor::control
