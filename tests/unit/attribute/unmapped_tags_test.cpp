#include "sensor/attribute/unmapped_tags.h"

#include <thread>

#include <gtest/gtest.h>

#include "sensor/attribute/tag_text.h"
#include "tests/support/hex.h"
#include "tests/unit/attribute/tags_of.h"

namespace sensor::attribute {
namespace {

using test::operator""_hex;

/// What is said of a session with these tags.
std::string text(const Tags& tags, bytes::View options = {}) {
    UnmappedTags unmapped;
    unmapped.count(tags, options);
    EXPECT_EQ(unmapped.size(), 1U);
    return text_of(unmapped[0]);
}

TEST(UnmappedTags, KeepsTheFirstAndCountsTheOthers) {
    UnmappedTags unmapped;
    for (int round = 0; round < 2; ++round) {
        for (std::uint16_t id = 1; id <= UnmappedTags::kCapacity + 3; ++id)
            unmapped.count(vlans(id), {});
    }

    ASSERT_EQ(unmapped.size(), UnmappedTags::kCapacity);
    EXPECT_EQ(unmapped[0].tags, vlans(1));
    EXPECT_EQ(unmapped[15].tags, vlans(16));
    EXPECT_EQ(unmapped.sessions(0), 2U);
    EXPECT_EQ(unmapped.sessions(15), 2U);
    EXPECT_EQ(unmapped.others(), 6U);
}

TEST(UnmappedTags, TakesOneNetworkForOneWhateverItsTunnelsEnds) {
    UnmappedTags unmapped;
    Tags tags = keyed(TunnelKind::kGtp, 77);
    for (std::uint32_t end = 1; end <= 3; ++end) {
        tags.outer_source = ipv4_address(0xc0000200 + end);
        tags.outer_destination = ipv4_address(0xc0000210 + end);
        tags.depth = static_cast<std::uint8_t>(end);
        unmapped.count(tags, {});
    }

    EXPECT_EQ(unmapped.size(), 1U);
    EXPECT_EQ(unmapped.sessions(0), 3U);
}

TEST(UnmappedTags, TellsWhatARuleCouldAskFor) {
    EXPECT_EQ(text(vlans(42)), "vlan 42");
    Tags pair = vlans(200);
    pair.vlans[1] = 31;
    pair.vlan_count = 2;
    EXPECT_EQ(text(pair), "vlans 200/31");
    EXPECT_EQ(text(keyed(TunnelKind::kGtp, 77)), "gtp teid 77");
    EXPECT_EQ(text(keyed(TunnelKind::kGre, 0)), "gre key 0");
    EXPECT_EQ(text(keyed(TunnelKind::kErspan, 100)), "erspan session 100");
    EXPECT_EQ(text(keyed(TunnelKind::kL2tpOverIp, 5)), "l2tp session 5");
    EXPECT_EQ(text(keyed(TunnelKind::kPptp, 7)), "pptp call 7");
    Tags bare = keyed(TunnelKind::kGre, 0);
    bare.has = 0;
    EXPECT_EQ(text(bare), "gre");
    bare.tunnel = TunnelKind::kIpInIp;
    EXPECT_EQ(text(bare), "ip-in-ip");
    Tags all = vlans(42);
    all.tunnel = TunnelKind::kVxlan;
    all.vni = Vni{5010};
    all.mpls_label = 17;
    all.nsh_path = 5;
    all.nsh_context = 7;
    all.has = kHasMplsLabel | kHasNshPath | kHasNshContext;
    all.group_policy = 310;
    all.has_group_policy = 1;
    EXPECT_EQ(text(all),
              "vlan 42 mpls label 17 vni 5010 nsh path 5 nsh context 7 group-policy 310");
}

TEST(UnmappedTags, TellsTheFirstGeneveOption) {
    Tags tags;
    tags.tunnel = TunnelKind::kGeneve;
    tags.vni = Vni{7};

    EXPECT_EQ(text(tags, "ff01 01 01 0000002a 0108 02 00"_hex),
              "vni 7 geneve-option ff01/1=0000002a");
    EXPECT_EQ(text(tags, "0108 02 00"_hex), "vni 7 geneve-option 0108/2");
    EXPECT_EQ(text(tags, "ff01 01 02 0000002a"_hex), "vni 7") << "cut short";
    UnmappedTags unmapped;
    unmapped.count(tags, "ff01 01 01 0000002a"_hex);
    unmapped.count(tags, "ff01 01 01 0000002b"_hex);
    unmapped.count(tags, "ff01 01 01 0000002a"_hex);
    EXPECT_EQ(unmapped.size(), 2U) << "another value is another tag";
    EXPECT_EQ(unmapped.sessions(0), 2U);
}

TEST(UnmappedTags, TakesAnOptionOfAnyLength) {
    Tags tags;
    tags.tunnel = TunnelKind::kGeneve;
    std::vector<std::uint8_t> option{0xff, 0x01, 0x01, 0xff};  // 31 words: the longest
    option.resize(4 + GeneveOption::kMaxValue, 0xab);
    UnmappedTags unmapped;

    unmapped.count(tags, option);

    EXPECT_TRUE(unmapped[0].has_option);
    EXPECT_EQ(unmapped[0].option.value_bytes, GeneveOption::kMaxValue);
}

TEST(UnmappedTags, MayBeReadWhileTheyGrow) {
    UnmappedTags unmapped;
    std::atomic<bool> is_over{false};
    std::size_t torn = 0;
    std::thread reader{[&] {
        bool was_over = false;
        while (!was_over) {
            was_over = is_over.load();
            const std::size_t size = unmapped.size();
            for (std::size_t place = 0; place < size; ++place) {
                if (unmapped[place].tags != vlans(static_cast<std::uint16_t>(place + 1))) ++torn;
            }
        }
    }};
    for (std::uint16_t id = 1; id <= 2 * UnmappedTags::kCapacity; ++id)
        unmapped.count(vlans(id), {});
    is_over = true;
    reader.join();

    EXPECT_EQ(torn, 0U);
    EXPECT_EQ(unmapped.size(), UnmappedTags::kCapacity);
}

}  // namespace
}  // namespace sensor::attribute
