#include <atomic>
#include <memory>
#include <thread>

#include <dlfcn.h>
#include <linux/if_packet.h>
#include <sys/socket.h>

#include "lib/dpdk/fanout.h"
#include "lib/dpdk/quiescence.h"
#include "lib/dpdk/shared_table.h"
#include "tests/support/eal_environment.h"

namespace dpdk {
namespace {

SlotTable::Key key_of(unsigned number) {
    SlotTable::Key key{};
    key[15] = static_cast<std::uint8_t>(number);
    key[14] = static_cast<std::uint8_t>(number >> 8U);
    return key;
}

/// Counts how many of its kind are alive.
struct Counted {
    Counted(std::atomic<int>& alive_values, int initial) : value{initial}, alive{alive_values} {
        ++alive;
    }
    Counted(const Counted&) = delete;
    Counted& operator=(const Counted&) = delete;
    ~Counted() { --alive; }
    int value;
    std::atomic<int>& alive;
};

/// As a plugin finds it.
int set_option(int level, int option) {
    const auto found = reinterpret_cast<decltype(&::setsockopt)>(dlsym(RTLD_DEFAULT, "setsockopt"));
    const int value = 1;
    constexpr int kNoSocket = -1;
    return found(kNoSocket, level, option, &value, sizeof value);
}

TEST(WithoutFanout, KeepsSocketsOutOfGroupsWhileItLives) {
    EXPECT_EQ(set_option(SOL_PACKET, PACKET_FANOUT), -1);
    {
        const WithoutFanout guard;
        EXPECT_EQ(set_option(SOL_PACKET, PACKET_FANOUT), 0);
        EXPECT_EQ(set_option(SOL_PACKET, PACKET_LOSS), -1);
        EXPECT_EQ(set_option(SOL_SOCKET, PACKET_FANOUT), -1);
    }
    EXPECT_EQ(set_option(SOL_PACKET, PACKET_FANOUT), -1);
}

TEST(Quiescence, PassesAtOnceWithoutReaders) {
    Quiescence quiescence{2};

    EXPECT_TRUE(quiescence.passed(quiescence.mark()));
}

TEST(Quiescence, WaitsForEveryReader) {
    Quiescence quiescence{2};
    auto first = quiescence.enter(0);
    auto second = quiescence.enter(1);

    const auto token = quiescence.mark();

    EXPECT_FALSE(quiescence.passed(token));
    first.report();
    EXPECT_FALSE(quiescence.passed(token));
    second.report();
    EXPECT_TRUE(quiescence.passed(token));
}

TEST(Quiescence, AReportFromBeforeTheMarkDoesNotCount) {
    Quiescence quiescence{1};
    auto reader = quiescence.enter(0);
    reader.report();

    const auto token = quiescence.mark();

    EXPECT_FALSE(quiescence.passed(token));
}

TEST(Quiescence, DoesNotWaitForAReaderThatLeft) {
    Quiescence quiescence{1};
    Quiescence::Token token{};
    {
        const auto reader = quiescence.enter(0);
        token = quiescence.mark();
        EXPECT_FALSE(quiescence.passed(token));
    }

    EXPECT_TRUE(quiescence.passed(token));
}

class SharedTableTest : public test::EalTest {
  protected:
    using Table = SharedTable<Counted>;
    Table table(const std::string& name, std::size_t capacity) {
        auto made = Table::create(name, capacity, quiescence);
        EXPECT_TRUE(made) << made.error().message;
        return *std::move(made);
    }
    std::unique_ptr<const Counted> value(int number) {
        return std::make_unique<const Counted>(alive, number);
    }
    std::atomic<int> alive{0};
    Quiescence quiescence{2};
};

TEST_F(SharedTableTest, FindsWhatWasPut) {
    auto shared = table("finds", 8);

    EXPECT_EQ(shared.find(key_of(1)), nullptr);
    ASSERT_TRUE(shared.put(key_of(1), value(7)));

    ASSERT_NE(shared.find(key_of(1)), nullptr);
    EXPECT_EQ(shared.find(key_of(1))->value, 7);
    EXPECT_EQ(shared.find(key_of(2)), nullptr);
}

TEST_F(SharedTableTest, KeepsAReplacedValueUntilItsReaderReports) {
    auto shared = table("replaces", 8);
    auto reader = quiescence.enter(0);
    ASSERT_TRUE(shared.put(key_of(1), value(1)));
    const Counted* held = shared.find(key_of(1));

    ASSERT_TRUE(shared.put(key_of(1), value(2)));
    shared.reclaim();

    EXPECT_EQ(held->value, 1);
    EXPECT_EQ(alive, 2);
    EXPECT_EQ(shared.find(key_of(1))->value, 2);
    EXPECT_EQ(shared.slots().size(), 1U);
    EXPECT_EQ(shared.slots().retired(), 1U);
    reader.report();
    shared.reclaim();
    EXPECT_EQ(alive, 1);
}

TEST_F(SharedTableTest, RefusesAndCountsWhenFull) {
    auto shared = table("full", 100);

    for (unsigned number = 0; number < 100; ++number) {
        ASSERT_TRUE(shared.put(key_of(number), value(1))) << number;
    }

    EXPECT_FALSE(shared.put(key_of(100), value(1)));
    EXPECT_EQ(shared.slots().refused(), 1U);
    EXPECT_EQ(alive, 100);
    EXPECT_TRUE(shared.put(key_of(99), value(2))) << "replacing needs no room";
}

TEST_F(SharedTableTest, GivesThePlaceOfAnErasedKeyBackAfterTheGracePeriod) {
    constexpr unsigned kCapacity = 8;
    auto shared = table("erases", kCapacity);
    auto reader = quiescence.enter(0);

    // Many more keys than there are places: each goes back once the reader has reported.
    for (unsigned number = 0; number < 1000; ++number) {
        ASSERT_TRUE(shared.put(key_of(number), value(static_cast<int>(number)))) << number;
        const Counted* held = shared.find(key_of(number));
        ASSERT_TRUE(shared.erase(key_of(number)));
        EXPECT_EQ(shared.find(key_of(number)), nullptr);
        EXPECT_EQ(held->value, static_cast<int>(number));
        reader.report();
    }

    EXPECT_FALSE(shared.erase(key_of(1)));
    shared.reclaim();
    EXPECT_EQ(alive, 0);
    EXPECT_EQ(shared.slots().size(), 0U);
}

TEST_F(SharedTableTest, RefusesWhileErasedKeysHoldEveryPlace) {
    auto shared = table("stalled", 8);
    auto reader = quiescence.enter(0);  // a reader that never reports

    unsigned taken = 0;
    while (taken < 1000 && shared.put(key_of(taken), value(1))) {
        shared.erase(key_of(taken++));
    }

    EXPECT_GE(taken, 8U);
    EXPECT_LT(taken, 1000U);
    reader.report();
    EXPECT_TRUE(shared.put(key_of(taken), value(1)));
}

TEST_F(SharedTableTest, FreesEverythingWithItself) {
    {
        auto shared = table("ends", 8);
        ASSERT_TRUE(shared.put(key_of(1), value(1)));
        ASSERT_TRUE(shared.put(key_of(1), value(2)));
        ASSERT_TRUE(shared.put(key_of(2), value(3)));
    }

    EXPECT_EQ(alive, 0);
}

TEST_F(SharedTableTest, SaysWhyThereIsNoTable) {
    const auto none = Table::create("none", 0, quiescence);
    const auto first = Table::create("twice", 8, quiescence);
    const auto second = Table::create("twice", 8, quiescence);

    EXPECT_FALSE(none);
    ASSERT_TRUE(first);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().message, "no memory for a table of 8 entries: File exists");
}

/// A value whose two halves always agree, unless it is read after it was freed or half written.
struct Pair {
    std::uint64_t value;
    std::uint64_t complement;
    ~Pair() { complement = value; }
};

TEST_F(SharedTableTest, AReaderNeverSeesAHalfWrittenOrFreedValue) {
    constexpr unsigned kKeys = 64;
    constexpr unsigned kRounds = 20'000;
    constexpr std::uint64_t kReads = 200'000;
    auto made = SharedTable<Pair>::create("concurrent", kKeys, quiescence);
    ASSERT_TRUE(made);
    SharedTable<Pair>& shared = *made;
    std::atomic<bool> stop{false};
    std::atomic<std::uint64_t> seen{0};
    std::atomic<std::uint64_t> torn{0};
    const auto read = [&](unsigned index) {
        auto reader = quiescence.enter(index);
        while (!stop.load(std::memory_order_relaxed)) {
            for (unsigned number = 0; number < kKeys; ++number) {
                const Pair* pair = shared.find(key_of(number));
                if (pair == nullptr) continue;
                ++seen;
                // The low byte of a value is its key: a place given away too early would show.
                if (pair->complement != ~pair->value || (pair->value & 0xffU) != number) ++torn;
            }
            reader.report();
        }
    };
    std::thread first{read, 0};
    std::thread second{read, 1};

    std::uint64_t refused = 0;
    for (std::uint64_t round = 0; round < kRounds || seen < kReads; ++round) {
        const auto number = static_cast<unsigned>(round * 7 % kKeys);
        if (round % 5 == 0) {
            shared.erase(key_of(number));
            continue;
        }
        const std::uint64_t stored = round << 8U | number;
        if (!shared.put(key_of(number), std::unique_ptr<const Pair>{new Pair{stored, ~stored}})) {
            ++refused;  // erased keys still wait for the readers
            std::this_thread::yield();
        }
    }
    stop = true;
    first.join();
    second.join();

    EXPECT_EQ(torn, 0U);
    shared.reclaim();
    EXPECT_EQ(shared.slots().retired(), 0U);
    EXPECT_EQ(shared.slots().refused(), refused);
}

}  // namespace
}  // namespace dpdk
