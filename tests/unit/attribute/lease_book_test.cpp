#include "sensor/attribute/lease_book.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "sensor/attribute/lease_table.h"
#include "tests/support/eal_environment.h"

namespace sensor::attribute {
namespace {

const Address kAddress = ipv4_address(0x0a14010e);

Address address(std::uint32_t number) {
    return ipv4_address(0x0a000000 + number);
}
LeaseEvent event(std::int64_t time_ns, bool granted, std::uint32_t device,
                 AppGroupId group = AppGroupId::kNone) {
    return {.time_ns = time_ns, .device = DeviceNumber{device}, .group = group, .granted = granted};
}
Lease lease(std::int64_t from_ns, std::int64_t to_ns, std::uint32_t device,
            AppGroupId group = AppGroupId::kNone) {
    return {from_ns, to_ns, DeviceNumber{device}, group};
}
std::string_view name_of(DeviceNumber device) {
    static const std::vector<std::string> names = [] {
        std::vector<std::string> all;
        for (int i = 0; i < 100; ++i)
            all.push_back("device-" + std::to_string(i));
        return all;
    }();
    return names.at(static_cast<std::size_t>(device));
}
/// Of devices that stay who they are.
const LeaseBook::Devices kDevices{.name = name_of,
                                  .current = [](DeviceNumber device) { return device; }};

std::vector<Lease> leases_of(std::vector<LeaseEvent> events) {
    LeaseBook book{{}, kDevices};
    for (const LeaseEvent& each : events)
        book.apply(kAddress, each);
    return book.leases(kAddress);
}
using Leases = std::vector<Lease>;

TEST(LeaseBook, ALeaseLastsFromGrantToRelease) {
    EXPECT_EQ(leases_of({event(10, true, 1), event(20, false, 1)}), Leases{lease(10, 20, 1)});
    EXPECT_EQ(leases_of({event(10, true, 1)}), Leases{lease(10, Lease::kOpenEnd, 1)});
    EXPECT_EQ(leases_of({event(10, false, 1)}), Leases{});
    EXPECT_EQ(leases_of({event(10, true, 1), event(10, false, 1)}),
              Leases{lease(10, Lease::kOpenEnd, 1)})
        << "a release at the moment of a grant ends what was before";
}

TEST(LeaseBook, AGrantToAnotherEndsALeaseAndALateReleaseDoesNot) {
    EXPECT_EQ(leases_of({event(10, true, 1), event(20, true, 2), event(25, false, 1)}),
              (Leases{lease(10, 20, 1), lease(20, Lease::kOpenEnd, 2)}));
}

TEST(LeaseBook, ARenewalGoesOn) {
    EXPECT_EQ(leases_of({event(10, true, 1, AppGroupId{3}), event(20, true, 1),
                         event(30, true, 1, AppGroupId{3}), event(40, false, 1)}),
              Leases{lease(10, 40, 1, AppGroupId{3})});
    EXPECT_EQ(leases_of({event(10, true, 1), event(20, true, 1, AppGroupId{3})}),
              (Leases{lease(10, 20, 1), lease(20, Lease::kOpenEnd, 1, AppGroupId{3})}));
    EXPECT_EQ(leases_of({event(10, true, 1), event(20, false, 1), event(20, true, 1)}),
              (Leases{lease(10, 20, 1), lease(20, Lease::kOpenEnd, 1)}));
}

TEST(LeaseBook, TheOrderOfArrivalDoesNotMatter) {
    std::vector<LeaseEvent> events{
        event(10, true, 1),
        event(20, false, 1),
        event(20, true, 2),
        event(25, false, 1),
        event(30, true, 1, AppGroupId{1}),
        event(30, true, 3, AppGroupId{2}),
        event(40, true, 3),
    };
    const Leases expected = leases_of(events);
    ASSERT_EQ(expected.size(), 3U);
    std::ranges::sort(events);

    do {
        ASSERT_EQ(leases_of(events), expected);
    } while (std::next_permutation(events.begin(), events.end()));
}

TEST(LeaseBook, AnEventTwiceIsNoNews) {
    LeaseBook book{{}, kDevices};

    const auto first = book.apply(kAddress, event(10, true, 1));
    const auto second = book.apply(kAddress, event(10, true, 1));

    EXPECT_TRUE(first.is_news);
    EXPECT_EQ(first.changed, std::vector{kAddress});
    EXPECT_FALSE(second.is_news);
    EXPECT_TRUE(second.changed.empty());
}

TEST(LeaseBook, DropsTheOldestEventsOfAnAddress) {
    LeaseBook book{{.addresses = 8, .events_per_address = 3}, kDevices};
    std::size_t dropped = 0;
    for (const std::int64_t time : {30, 10, 50, 20, 40})
        dropped += book.apply(kAddress, event(time, true, static_cast<std::uint32_t>(time)))
                       .dropped_events;

    const auto leases = book.leases(kAddress);

    EXPECT_EQ(dropped, 2U);
    EXPECT_EQ((Leases{leases.begin(), leases.end()}),
              (Leases{lease(30, 40, 30), lease(40, 50, 40), lease(50, Lease::kOpenEnd, 50)}));
}

TEST(LeaseBook, ForgetsTheAddressLongestWithoutAnEvent) {
    LeaseBook book{{.addresses = 2, .events_per_address = 8}, kDevices};
    book.apply(address(1), event(10, true, 1));
    book.apply(address(2), event(20, true, 2));
    book.apply(address(1), event(30, true, 3));

    const auto outcome = book.apply(address(3), event(40, true, 4));

    EXPECT_EQ(outcome.dropped_events, 1U);
    EXPECT_EQ(outcome.changed, (std::vector{address(2), address(3)}));
    EXPECT_TRUE(book.leases(address(2)).empty());
    EXPECT_EQ(book.leases(address(1)).size(), 2U);
    EXPECT_EQ(book.leases(address(3)).size(), 1U);

    const auto stale = book.apply(address(4), event(1, true, 1));
    EXPECT_EQ(stale.changed, std::vector{address(4)});
    EXPECT_TRUE(book.leases(address(4)).empty()) << "older than all that are kept";
}

TEST(LeaseAt, BelongsFromItsFirstMomentUntilItsEnd) {
    const Leases leases{lease(10, 20, 1), lease(20, 30, 2), lease(40, Lease::kOpenEnd, 3)};
    const auto holder = [&](std::int64_t time_ns) {
        const Lease* found = lease_at(leases, time_ns);
        return found == nullptr ? 0U : static_cast<unsigned>(found->device);
    };

    EXPECT_EQ(holder(9), 0U);
    EXPECT_EQ(holder(10), 1U);
    EXPECT_EQ(holder(19), 1U);
    EXPECT_EQ(holder(20), 2U);
    EXPECT_EQ(holder(29), 2U);
    EXPECT_EQ(holder(30), 0U);
    EXPECT_EQ(holder(39), 0U);
    EXPECT_EQ(holder(40), 3U);
    EXPECT_EQ(holder(Lease::kOpenEnd - 1), 3U);
    EXPECT_EQ(lease_at({}, 10), nullptr);
}

class LeaseTableTest : public test::EalTest {
  protected:
    dpdk::Quiescence quiescence{1};
};

TEST_F(LeaseTableTest, AnswersAsOfATime) {
    auto table = LeaseTable::create("answers", 8, quiescence);
    ASSERT_TRUE(table) << table.error().message;

    ASSERT_TRUE(table->publish(kAddress, Leases{lease(10, 20, 1), lease(30, 40, 2)}));

    EXPECT_EQ(table->find(kAddress, 9), std::nullopt);
    EXPECT_EQ(table->find(kAddress, 10), lease(10, 20, 1));
    EXPECT_EQ(table->find(kAddress, 20), std::nullopt);
    EXPECT_EQ(table->find(kAddress, 39), lease(30, 40, 2));
    EXPECT_EQ(table->find(address(1), 10), std::nullopt);
}

TEST_F(LeaseTableTest, ReplacesAndForgetsHistories) {
    auto table = LeaseTable::create("forgets", 1, quiescence);
    ASSERT_TRUE(table) << table.error().message;

    ASSERT_TRUE(table->publish(kAddress, Leases{lease(10, 20, 1)}));
    ASSERT_TRUE(table->publish(kAddress, Leases{lease(10, 20, 2)}));
    EXPECT_EQ(table->find(kAddress, 15), lease(10, 20, 2));
    EXPECT_FALSE(table->publish(address(1), Leases{lease(10, 20, 1)}));
    EXPECT_EQ(table->refused(), 1U);
    ASSERT_TRUE(table->publish(kAddress, {}));
    EXPECT_EQ(table->find(kAddress, 15), std::nullopt);
    EXPECT_TRUE(table->publish(address(1), Leases{lease(10, 20, 1)}));
    EXPECT_EQ(table->addresses(), 1U);
}

}  // namespace
}  // namespace sensor::attribute
