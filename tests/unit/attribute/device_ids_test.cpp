#include "sensor/attribute/device_ids.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace sensor::attribute {
namespace {

using Outcome = DeviceIds::Outcome;
using Names = std::vector<std::string_view>;

TEST(DeviceIds, AnIdIsOneDevicesForGood) {
    DeviceIds ids{8};

    const auto device = ids.find_or_add("serial:A");

    ASSERT_TRUE(device);
    EXPECT_EQ(ids.find_or_add("serial:A"), device);
    EXPECT_EQ(ids.find("serial:A"), device);
    EXPECT_EQ(ids.find("serial:B"), std::nullopt);
    EXPECT_EQ(ids.size(), 1U);
}

TEST(DeviceIds, FurtherIdsFindTheDevice) {
    DeviceIds ids{8};
    const DeviceNumber device = *ids.find_or_add("mac:a1b2c3d4e5f6");

    EXPECT_EQ(ids.link(device, "serial:A").outcome, Outcome::kAdded);
    EXPECT_EQ(ids.link(device, "serial:A").outcome, Outcome::kKnown);

    EXPECT_EQ(ids.find("serial:A"), device);
    EXPECT_EQ(ids.name(device), "serial:A");
    EXPECT_EQ(ids.ids(device), (Names{"serial:A", "mac:a1b2c3d4e5f6"}));
}

TEST(DeviceIds, JoinsDevicesThatTurnOutToBeOne) {
    DeviceIds ids{8};
    const DeviceNumber lease = *ids.find_or_add("mac:a1b2c3d4e5f6");
    const DeviceNumber inventory = *ids.find_or_add("serial:A");

    const auto link = ids.link(inventory, "mac:a1b2c3d4e5f6");

    EXPECT_EQ(link.outcome, Outcome::kJoined);
    EXPECT_EQ(ids.current(link.absorbed), link.survivor);
    EXPECT_EQ(ids.current(lease), ids.current(inventory));
    EXPECT_EQ(ids.name(lease), "serial:A");
    EXPECT_EQ(ids.size(), 1U);
}

TEST(DeviceIds, DoesNotJoinWhatContradictsItself) {
    DeviceIds ids{8};
    const DeviceNumber a = *ids.find_or_add("serial:A");
    const DeviceNumber b = *ids.find_or_add("serial:B");
    EXPECT_EQ(ids.link(a, "mac:a1b2c3d4e5f6").outcome, Outcome::kAdded);

    EXPECT_EQ(ids.link(b, "mac:a1b2c3d4e5f6").outcome, Outcome::kConflict);
    EXPECT_EQ(ids.link(b, "mac:a1b2c3d4e5f6").outcome, Outcome::kConflict);

    EXPECT_EQ(ids.find("mac:a1b2c3d4e5f6"), a);
    EXPECT_NE(ids.current(a), ids.current(b));
    ASSERT_EQ(ids.conflicts().size(), 1U);
    EXPECT_EQ(ids.conflicts().front().one, "serial:A");
    EXPECT_EQ(ids.conflicts().front().other, "serial:B");
}

TEST(DeviceIds, ADeviceMayHaveTwoImeisAndManyMacs) {
    DeviceIds ids{8};
    const DeviceNumber device = *ids.find_or_add("imei:352099001761481");

    EXPECT_EQ(ids.link(device, "imei:352099001761499").outcome, Outcome::kAdded);
    EXPECT_EQ(ids.link(device, "mac:a1b2c3d4e5f6").outcome, Outcome::kAdded);
    EXPECT_EQ(ids.link(device, "mac:a1b2c3d4e5f7").outcome, Outcome::kAdded);
}

TEST(DeviceIds, TheNameDoesNotDependOnTheOrderOfIds) {
    std::vector<std::string_view> all{
        "imei:352099001761481", "mac:a1b2c3d4e5f6", "phone-114", "serial:A", "udid:00ff",
        "user:a@ex.org"};
    const Names ranked{"serial:A",  "imei:352099001761481", "udid:00ff", "mac:a1b2c3d4e5f6",
                       "phone-114", "user:a@ex.org"};
    std::ranges::sort(all);
    do {
        DeviceIds ids{8};
        const DeviceNumber device = *ids.find_or_add(all.front());
        for (const std::string_view id : all)
            (void)ids.link(device, id);
        ASSERT_EQ(ids.ids(device), ranked);
    } while (std::ranges::next_permutation(all).found);
}

TEST(DeviceIds, IsBounded) {
    DeviceIds ids{1};
    const DeviceNumber only = *ids.find_or_add("serial:A");

    EXPECT_EQ(ids.find_or_add("serial:B"), std::nullopt);
    std::size_t added = 0;
    while (ids.link(only, "mac:" + std::to_string(added)).outcome == Outcome::kAdded)
        ++added;
    EXPECT_EQ(added, 7U);
}

}  // namespace
}  // namespace sensor::attribute
