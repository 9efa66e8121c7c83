#include "sensor/pipeline/outbox.h"

#include <thread>

#include <gtest/gtest.h>

namespace sensor::pipeline {
namespace {

TEST(Outbox, DropsAndCountsWhatALiveWorkerCannotWaitFor) {
    Outbox outbox{3, WhenFull::kDrop};
    for (int i = 0; i < 5; ++i)
        outbox.send(SessionRecord{});

    EXPECT_EQ(outbox.counters()[OutboxCounter::kSessionRecords], 3U);
    EXPECT_EQ(outbox.counters()[OutboxCounter::kDroppedRecords], 2U);
}

TEST(Outbox, WaitsForRoomInAReplayAndLosesNothing) {
    Outbox outbox{3, WhenFull::kWait};
    constexpr std::uint64_t kRecords = 1000;
    std::jthread worker{[&] {
        for (std::uint64_t i = 0; i < kRecords; ++i) {
            SessionRecord record;
            record.flow_id = i;
            outbox.send(record);
        }
    }};
    std::vector<SessionRecord> records(2);
    for (std::uint64_t seen = 0; seen < kRecords;) {
        const std::size_t count = outbox.sessions().pop(records);
        for (std::size_t i = 0; i < count; ++i)
            ASSERT_EQ(records[i].flow_id, seen++);
    }
    EXPECT_EQ(outbox.counters()[OutboxCounter::kDroppedRecords], 0U);
}

TEST(Outbox, PromisesNothingBeforeItIsAsked) {
    Outbox outbox{3, WhenFull::kDrop};
    EXPECT_LT(outbox.reached().time_ns, 0);

    outbox.reach(0, 500);
    EXPECT_EQ(outbox.reached().time_ns, 500);
    outbox.reach(1, 20);
    EXPECT_EQ(outbox.reached().epoch, 1U);
    EXPECT_EQ(outbox.reached().time_ns, 20);
    EXPECT_FALSE(outbox.reached().finished);
}

}  // namespace
}  // namespace sensor::pipeline
