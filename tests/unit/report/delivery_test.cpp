#include "sensor/report/delivery.h"

#include <algorithm>
#include <atomic>
#include <thread>

#include <gtest/gtest.h>

#include "tests/support/temporary_directory.h"

namespace sensor::report {
namespace {

using std::chrono::milliseconds;
using namespace std::chrono_literals;

/// What the test decides of a destination, and what that has got.
struct Destination {
    std::atomic<bool> is_dead = false;
    std::atomic<bool> is_stuck = false;
    std::mutex mutex;
    std::vector<std::string> records;

    std::vector<std::string> got() {
        const std::scoped_lock lock{mutex};
        return records;
    }
};

class TestCarrier final : public Carrier {
  public:
    explicit TestCarrier(Destination& destination) : destination_{destination} {}
    Outcome deliver(std::string_view lines, milliseconds patience) override {
        if (destination_.is_dead) return {.error = "dead"};
        if (destination_.is_stuck) {
            std::this_thread::sleep_for(patience);
            return {};
        }
        Outcome outcome;
        const std::scoped_lock lock{destination_.mutex};
        while (!lines.empty()) {
            const std::string record{lines.substr(0, lines.find('\n'))};
            lines.remove_prefix(record.size() + 1);
            ++outcome.done;
            if (record == "too long") {
                ++outcome.refused;
            } else {
                destination_.records.push_back(record);
            }
        }
        return outcome;
    }

  private:
    Destination& destination_;
};

class DeliveryTest : public testing::Test {
  protected:
    void start(std::uint64_t most_bytes = 1 << 20U) {
        auto spool = spool::Spool::open(directory_.path("spool"), most_bytes);
        ASSERT_TRUE(spool) << spool.error().message;
        start_with(std::move(*spool));
    }
    void start_with(std::unique_ptr<spool::Spool> spool, std::size_t queue_bytes = 1 << 20U) {
        delivery_ = std::make_unique<Delivery>(
            DeliveryOptions{.name = "test",
                            .destination = "here",
                            .carrier = std::make_unique<TestCarrier>(destination_),
                            .spool = std::move(spool),
                            .queue_bytes = queue_bytes,
                            .first_retry = 10ms,
                            .longest_retry = 20ms,
                            .goodbye = 200ms,
                            .notice = [this](std::string_view line) {
                                const std::scoped_lock lock{destination_.mutex};
                                notices_.emplace_back(line);
                            }});
    }
    void write(int from, int to) {
        for (int i = from; i < to; ++i) {
            delivery_->write(std::to_string(i));
            const DeliveryCounts now = delivery_->counts();
            EXPECT_EQ(now.handed, now.written + now.lost() + now.waiting);
        }
    }
    template <class Condition>
    void wait_for(const Condition& condition) {
        for (int i = 0; i < 2000 && !condition(delivery_->counts()); ++i)
            std::this_thread::sleep_for(5ms);
        EXPECT_TRUE(condition(delivery_->counts()));
    }
    static std::vector<std::string> numbers(int from, int to) {
        std::vector<std::string> texts;
        for (int i = from; i < to; ++i)
            texts.push_back(std::to_string(i));
        return texts;
    }

    test::TemporaryDirectory directory_;
    Destination destination_;
    std::vector<std::string> notices_;
    std::unique_ptr<Delivery> delivery_;
};

TEST_F(DeliveryTest, DeliversInOrder) {
    start();
    write(0, 1000);
    EXPECT_TRUE(delivery_->close());
    EXPECT_EQ(destination_.got(), numbers(0, 1000));
    EXPECT_EQ(delivery_->counts().written, 1000U);
    EXPECT_EQ(notices_, std::vector<std::string>{});
}

TEST_F(DeliveryTest, WhatADeadDestinationMissesItGetsInOrderWhenItIsBack) {
    start();
    write(0, 10);
    wait_for([](const DeliveryCounts& now) { return now.written == 10; });
    destination_.is_dead = true;
    write(10, 500);
    wait_for([](const DeliveryCounts& now) { return !now.is_up && now.spool_bytes > 0; });
    write(500, 600);
    destination_.is_dead = false;
    wait_for([](const DeliveryCounts& now) { return now.written == 600; });
    write(600, 610);
    EXPECT_TRUE(delivery_->close());
    EXPECT_EQ(destination_.got(), numbers(0, 610));
    EXPECT_EQ(delivery_->counts().spool_bytes, 0U);
    EXPECT_EQ(notices_,
              (std::vector<std::string>{
                  "output 'test': cannot write to here: dead; records wait on disk until it can",
                  "output 'test': writing to here again; 0 records were lost"}));
}

TEST_F(DeliveryTest, WhatWaitsIsDeliveredByALaterProcess) {
    destination_.is_dead = true;
    start();
    write(0, 100);
    EXPECT_TRUE(delivery_->close());
    EXPECT_EQ(delivery_->counts().waiting, 100U);
    destination_.is_dead = false;
    delivery_.reset();
    start();
    write(100, 110);
    wait_for([](const DeliveryCounts& now) { return now.written == 110; });
    EXPECT_EQ(delivery_->counts().handed, 110U);
    EXPECT_EQ(destination_.got(), numbers(0, 110));
}

TEST_F(DeliveryTest, AStuckDestinationHoldsUpNobodyAndLosesNothing) {
    destination_.is_stuck = true;
    start();
    const auto begun = std::chrono::steady_clock::now();
    write(0, 1000);
    std::this_thread::sleep_for(50ms);  // so that there is something in its hand
    write(1000, 2000);
    EXPECT_LT(std::chrono::steady_clock::now() - begun, 10s);
    wait_for([](const DeliveryCounts& now) { return now.spool_bytes > 0; });
    destination_.is_stuck = false;
    wait_for([](const DeliveryCounts& now) { return now.written == 2000; });
    EXPECT_EQ(destination_.got(), numbers(0, 2000));
}

TEST_F(DeliveryTest, WhatAStuckDestinationDidNotTakeStaysOnDiskAtTheEnd) {
    destination_.is_stuck = true;
    start();
    write(0, 100);
    EXPECT_TRUE(delivery_->close());
    EXPECT_EQ(delivery_->counts().waiting, 100U);
    destination_.is_stuck = false;
    delivery_.reset();
    start();
    wait_for([](const DeliveryCounts& now) { return now.written == 100; });
    EXPECT_EQ(destination_.got(), numbers(0, 100));
}

TEST_F(DeliveryTest, BeyondTheBoundTheOldestAreLostAndCounted) {
    destination_.is_dead = true;
    start(4096);
    for (int i = 0; i < 200; ++i) {
        write(i, i + 1);
        wait_for([](const DeliveryCounts& now) { return now.waiting == 0 || now.spool_bytes > 0; });
        std::this_thread::sleep_for(1ms);
        delivery_->write(std::string(100, 'x'));
    }
    wait_for([](const DeliveryCounts& now) { return now.spool_full > 0; });
    destination_.is_dead = false;
    wait_for([](const DeliveryCounts& now) { return now.waiting == 0; });
    const DeliveryCounts now = delivery_->counts();
    EXPECT_EQ(now.handed, 400U);
    EXPECT_EQ(now.written + now.spool_full, 400U);
    EXPECT_EQ(destination_.got().size(), now.written);
    const auto closed = delivery_->close();
    ASSERT_FALSE(closed);
    EXPECT_EQ(closed.error().message,
              "output 'test': " + std::to_string(now.spool_full) + " of 400 records were lost");
}

TEST_F(DeliveryTest, WithoutADiskWhatFitsInTheQueueWaits) {
    destination_.is_dead = true;
    start_with(nullptr, 100);
    for (int i = 0; i < 50; ++i)
        delivery_->write("0123456789");
    wait_for([](const DeliveryCounts& now) { return !now.is_up; });
    const std::uint64_t lost = delivery_->counts().queue_full;
    EXPECT_GT(lost, 0U);
    destination_.is_dead = false;
    wait_for([](const DeliveryCounts& now) { return now.waiting == 0; });
    EXPECT_EQ(destination_.got().size(), 50 - lost);
}

TEST_F(DeliveryTest, WhatCanNeverBeDeliveredIsCountedAndHoldsUpNobody) {
    start();
    write(0, 1);
    delivery_->write("too long");
    write(1, 2);
    EXPECT_FALSE(delivery_->close());
    EXPECT_EQ(destination_.got(), numbers(0, 2));
    EXPECT_EQ(delivery_->counts().refused, 1U);
    EXPECT_EQ(delivery_->counts().written, 2U);
}

TEST_F(DeliveryTest, WhatComesAfterTheEndIsCounted) {
    start();
    EXPECT_TRUE(delivery_->close());
    delivery_->write("late");
    EXPECT_EQ(delivery_->counts().queue_full, 1U);
}

TEST(FileCarrier, AFullDiskIsToldAndAnewFileAfterRotation) {
    const test::TemporaryDirectory directory;
    const auto full = file_carrier("/dev/full");
    EXPECT_EQ(full->deliver("one\n", 1ms).error, "No space left on device");
    const auto carrier = file_carrier(directory.path("a"));
    EXPECT_EQ(carrier->deliver("one\ntwo\n", 1ms).done, 2U);
    std::filesystem::rename(directory.path("a"), directory.path("b"));
    EXPECT_EQ(carrier->deliver("three\n", 1ms).done, 1U);
    carrier->reopen();
    EXPECT_EQ(carrier->deliver("four\n", 1ms).done, 1U);
    EXPECT_EQ(std::filesystem::file_size(directory.path("a")), 5U);
    EXPECT_EQ(std::filesystem::file_size(directory.path("b")), 14U);
}

}  // namespace
}  // namespace sensor::report
