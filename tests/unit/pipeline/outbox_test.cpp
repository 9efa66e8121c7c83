#include "sensor/pipeline/outbox.h"

#include <cstring>
#include <thread>

#include <gtest/gtest.h>

namespace sensor::pipeline {
namespace {

TEST(Outbox, DropsAndCountsWhatALiveWorkerCannotWaitFor) {
    Outbox outbox{63 * sizeof(dpdk::MessageUnit), WhenFull::kDrop};
    SessionRecord record;  // 16 units: the fourth finds one too few
    for (int i = 0; i < 5; ++i)
        outbox.send(record);

    EXPECT_EQ(outbox.counters()[OutboxCounter::kSessionRecords], 3U);
    EXPECT_EQ(outbox.counters()[OutboxCounter::kDroppedRecords], 2U);
}

TEST(Outbox, OfADatagramOnlyWhatIsInUseCrosses) {
    Outbox outbox{1U << 14U, WhenFull::kDrop};
    DatagramRecord record;
    const std::array<std::uint8_t, 5000> payload{1, 2, 3};
    record.set_payload(bytes::View{payload}.first(3));
    outbox.send(record);
    EXPECT_EQ(outbox.ring().used_bytes(),
              dpdk::units_for(record.bytes_in_use()) * sizeof(dpdk::MessageUnit));
    EXPECT_EQ(record.payload().size(), 3U);
    EXPECT_EQ(record.payload()[2], 3);
    EXPECT_EQ(outbox.counters()[OutboxCounter::kDatagramRecords], 1U);
    record.set_payload(payload);
    EXPECT_EQ(record.payload().size(), 4096U) << "longer ones are cut";
}

TEST(Outbox, WaitsForRoomInAReplayAndLosesNothing) {
    Outbox outbox{3 * sizeof(SessionRecord), WhenFull::kWait};
    constexpr std::uint64_t kRecords = 1000;
    std::jthread worker{[&] {
        for (std::uint64_t i = 0; i < kRecords; ++i) {
            SessionRecord record;
            record.order.flow_id = i;
            outbox.send(record);
        }
    }};
    dpdk::MessageReader reader{outbox.ring(), Outbox::kLongestRecord};
    for (std::uint64_t seen = 0; seen < kRecords;) {
        const dpdk::MessageHeader* message = reader.next();
        if (message == nullptr) continue;
        SessionRecord record;
        std::memcpy(static_cast<void*>(&record), message, sizeof record);
        ASSERT_EQ(record.order.flow_id, seen++);
    }
    EXPECT_EQ(outbox.counters()[OutboxCounter::kDroppedRecords], 0U);
}

TEST(Outbox, PromisesNothingBeforeItIsAsked) {
    Outbox outbox{64, WhenFull::kDrop};
    EXPECT_LT(outbox.reached().order.time_ns, 0);

    outbox.reach(0, 500);
    EXPECT_EQ(outbox.reached().order.time_ns, 500);
    outbox.reach(1, 20);
    EXPECT_EQ(outbox.reached().order.epoch, 1U);
    EXPECT_EQ(outbox.reached().order.time_ns, 20);
    EXPECT_FALSE(outbox.reached().finished);
}

TEST(Outbox, PromisesFlowByFlowWhereAnEpochEnds) {
    Outbox outbox{64, WhenFull::kDrop};
    outbox.reach(0, 500);
    EXPECT_EQ(outbox.reached().order, (RecordOrder{.epoch = 0, .time_ns = 500}));

    outbox.reach_end_of(7);
    EXPECT_EQ(outbox.reached().order,
              (RecordOrder{
                  .epoch = 0, .time_ns = 500, .packet = RecordOrder::kAfterPackets, .flow_id = 7}));
    outbox.reach(1, 20);
    EXPECT_EQ(outbox.reached().order, (RecordOrder{.epoch = 1, .time_ns = 20}));
}

}  // namespace
}  // namespace sensor::pipeline
