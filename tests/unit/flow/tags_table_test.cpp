#include "sensor/flow/tags_table.h"

#include <gtest/gtest.h>

namespace sensor::flow {
namespace {

Tags tags_of(std::uint32_t vni, std::uint16_t vlan = 0) {
    Tags tags;
    tags.vni = Vni{vni};
    tags.vlans[0] = vlan;
    tags.tunnel = TunnelKind::kVxlan;
    return tags;
}

TEST(TagsTable, GivesEqualTagsOneNumber) {
    TagsTable table;

    const auto one = table.intern(tags_of(1));
    const auto two = table.intern(tags_of(2));

    EXPECT_NE(one, 0);
    EXPECT_NE(one, two);
    EXPECT_EQ(table.intern(tags_of(1)), one);
    EXPECT_EQ(table.intern(tags_of(2)), two);
    EXPECT_EQ(table.intern(tags_of(2)), two);
    EXPECT_NE(table.intern(tags_of(2, 7)), two);
    EXPECT_EQ(table[one], tags_of(1));
    EXPECT_EQ(table[two], tags_of(2));
}

TEST(TagsTable, KeepsNoneForNone) {
    TagsTable table;

    EXPECT_EQ(table.intern(Tags{}), 0);
    (void)table.intern(tags_of(1));
    EXPECT_EQ(table.intern(Tags{}), 0);
    EXPECT_EQ(table[0], Tags{});
    EXPECT_EQ(table.refused(), 0U);
}

TEST(TagsTable, CountsWhatFindsNoRoomAndKeepsTheRest) {
    TagsTable table;
    for (std::uint32_t vni = 1; vni <= TagsTable::kCapacity; ++vni)
        ASSERT_EQ(table.intern(tags_of(vni)), vni);

    EXPECT_EQ(table.intern(tags_of(70'000)), 0);
    EXPECT_EQ(table.refused(), 1U);
    EXPECT_EQ(table.intern(tags_of(65'535)), 65'535);
    EXPECT_EQ(table.intern(tags_of(1)), 1);
}

}  // namespace
}  // namespace sensor::flow
