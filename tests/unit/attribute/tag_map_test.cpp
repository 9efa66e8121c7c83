#include "sensor/attribute/tag_map.h"

#include <memory>

#include <gtest/gtest.h>

#include "sensor/attribute/identity_config.h"
#include "tests/support/hex.h"

namespace sensor::attribute {
namespace {

using test::operator""_hex;

const Address kClient = ipv4_address(0x0a140101);  // 10.20.1.1

TagMap map_of(const std::string& rules) {
    const auto document =
        yaml::load_text("app_groups: {g1: {}, g2: {}, g3: {}}\ntag_rules:\n" + rules, "test");
    EXPECT_TRUE(document);
    yaml::Problems problems;
    const IdentityConfig config = read_identity(*document, problems);
    for (const yaml::Problem& problem : problems.sorted())
        ADD_FAILURE() << problem.to_string();
    return TagMap{config.rules};
}

/// The number of the rule that matches, 0 for none.
int rule(const TagMap& map, const Tags& tags, bytes::View options = {},
         const Address& client = kClient) {
    return static_cast<int>(map.resolve(tags, options, client).rule);
}

Tags vlans(std::uint16_t outer, std::uint16_t inner = 0) {
    Tags tags;
    tags.vlans = {outer, inner};
    tags.vlan_count = inner == 0 ? 1 : 2;
    return tags;
}

Tags tunnel(TunnelKind kind, std::uint32_t vni) {
    Tags tags;
    tags.tunnel = kind;
    tags.vni = Vni{vni};
    tags.depth = 1;
    return tags;
}

Tags group_policy(std::uint16_t id) {
    Tags tags = tunnel(TunnelKind::kVxlan, 5010);
    tags.has_group_policy = 1;
    tags.group_policy = id;
    return tags;
}

TEST(TagMap, WithoutRulesNothingMatches) {
    EXPECT_EQ(map_of("  []\n").resolve(vlans(110), {}, kClient), TagMatch{});
}

TEST(TagMap, TellsGroupAndRule) {
    const TagMap map = map_of("  - {vlan: 1, app_group: g1}\n  - {vlan: 110, app_group: g3}\n");

    const TagMatch match = map.resolve(vlans(110), {}, kClient);

    EXPECT_EQ(match.group, AppGroupId{3});
    EXPECT_EQ(match.rule, TagRuleId{2});
}

TEST(TagMap, AVlanMayBeAnywhereInTheStack) {
    const TagMap map = map_of("  - {vlan: 110, app_group: g1}\n");

    EXPECT_EQ(rule(map, vlans(110)), 1);
    EXPECT_EQ(rule(map, vlans(110, 31)), 1);
    EXPECT_EQ(rule(map, vlans(31, 110)), 1);
    EXPECT_EQ(rule(map, vlans(111)), 0);
    EXPECT_EQ(rule(map, {}), 0);
    Tags none = vlans(110);
    none.vlan_count = 0;
    EXPECT_EQ(rule(map, none), 0);
}

TEST(TagMap, AVlanPairIsExact) {
    const TagMap map = map_of("  - {vlans: [200, 31], app_group: g1}\n");

    EXPECT_EQ(rule(map, vlans(200, 31)), 1);
    EXPECT_EQ(rule(map, vlans(31, 200)), 0);
    EXPECT_EQ(rule(map, vlans(200)), 0);
    EXPECT_EQ(rule(map, vlans(200, 32)), 0);
}

TEST(TagMap, AVniNeedsATunnelOfEitherKind) {
    const TagMap map = map_of("  - {vni: 700, app_group: g1}\n  - {vni: 0, app_group: g2}\n");

    EXPECT_EQ(rule(map, tunnel(TunnelKind::kVxlan, 700)), 1);
    EXPECT_EQ(rule(map, tunnel(TunnelKind::kGeneve, 700)), 1);
    EXPECT_EQ(rule(map, tunnel(TunnelKind::kVxlan, 701)), 0);
    EXPECT_EQ(rule(map, tunnel(TunnelKind::kVxlan, 0)), 2);
    EXPECT_EQ(rule(map, {}), 0) << "no tunnel is not network 0";
}

TEST(TagMap, AGroupPolicyMustBePresent) {
    const TagMap map =
        map_of("  - {group_policy: 310, app_group: g1}\n  - {group_policy: 0, app_group: g2}\n");

    EXPECT_EQ(rule(map, group_policy(310)), 1);
    EXPECT_EQ(rule(map, group_policy(311)), 0);
    EXPECT_EQ(rule(map, group_policy(0)), 2);
    EXPECT_EQ(rule(map, tunnel(TunnelKind::kVxlan, 5010)), 0);
}

TEST(TagMap, ASourceIsTheClientsBlock) {
    const TagMap map = map_of("  - {source: 10.20.0.0/16, app_group: g1}\n");

    EXPECT_EQ(rule(map, {}), 1);
    EXPECT_EQ(rule(map, {}, {}, ipv4_address(0x0a15ffff)), 0);
    EXPECT_EQ(rule(map, {}, {}, *parse_address("2001:db8::1")), 0);
}

TEST(TagMap, AllConditionsMustHold) {
    const TagMap map = map_of("  - {vni: 5010, group_policy: 310, app_group: g1}\n");

    EXPECT_EQ(rule(map, group_policy(310)), 1);
    EXPECT_EQ(rule(map, group_policy(311)), 0);
    Tags other = group_policy(310);
    other.vni = Vni{5011};
    EXPECT_EQ(rule(map, other), 0);
}

TEST(TagMap, TheRuleWithMostConditionsWins) {
    const TagMap map = map_of(
        "  - {vlan: 200, app_group: g1}\n"
        "  - {source: 10.20.1.1/32, app_group: g1}\n"
        "  - {vlans: [200, 31], app_group: g2}\n"
        "  - {vlan: 200, source: 10.20.0.0/16, vni: 700, app_group: g3}\n");
    Tags tags = vlans(200, 31);

    EXPECT_EQ(rule(map, tags), 3) << "a pair is two conditions";
    tags.tunnel = TunnelKind::kVxlan;
    tags.vni = Vni{700};
    EXPECT_EQ(rule(map, tags), 4);
}

TEST(TagMap, ThenTheLongestSourceWinsThenTheFirstWritten) {
    const TagMap map = map_of(
        "  - {vlan: 110, app_group: g1}\n"
        "  - {vlan: 31, app_group: g2}\n"
        "  - {source: 10.0.0.0/8, app_group: g1}\n"
        "  - {source: 10.20.0.0/16, app_group: g2}\n");

    EXPECT_EQ(rule(map, {}), 4);
    EXPECT_EQ(rule(map, {}, {}, ipv4_address(0x0a000001)), 3);
    EXPECT_EQ(rule(map, vlans(110), {}, ipv4_address(0xc0000201)), 1);
    EXPECT_EQ(rule(map, vlans(31, 110), {}, ipv4_address(0xc0000201)), 1) << "the first written";
}

TEST(TagMap, FindsAGeneveOptionAmongOthers) {
    const TagMap map = map_of(
        "  - {geneve_option: {class: 0xff01, type: 1, value: 0000002a}, app_group: g1}\n"
        "  - {geneve_option: {class: 0xff01, type: 1}, app_group: g2}\n");
    const Tags tags = tunnel(TunnelKind::kGeneve, 700);

    EXPECT_EQ(rule(map, tags, "ff01 01 01 0000002a"_hex), 1);
    EXPECT_EQ(rule(map, tags, "0108 01 02 0000000000000001 ff01 01 01 0000002a"_hex), 1);
    EXPECT_EQ(rule(map, tags, "ff01 01 01 0000002b ff01 01 01 0000002a"_hex), 1) << "repeated";
    EXPECT_EQ(rule(map, tags, "ff01 01 e1 0000002a"_hex), 1) << "reserved bits are ignored";
    EXPECT_EQ(rule(map, tags, "ff01 01 01 0000002b"_hex), 2);
    EXPECT_EQ(rule(map, tags, "ff01 01 00"_hex), 2) << "an option without a value";
    EXPECT_EQ(rule(map, tags, "ff01 01 02 0000002a00000000"_hex), 2) << "a longer value";
    EXPECT_EQ(rule(map, tags, "ff01 81 01 0000002a"_hex), 0) << "the critical bit counts";
    EXPECT_EQ(rule(map, tags, "ff02 01 01 0000002a"_hex), 0);
    EXPECT_EQ(rule(map, tags), 0);
}

TEST(TagMap, PadsAValueToWholeWords) {
    const TagMap map =
        map_of("  - {geneve_option: {class: 1, type: 2, value: 2a2b2c2d2e}, app_group: g1}\n");
    const Tags tags = tunnel(TunnelKind::kGeneve, 700);

    EXPECT_EQ(rule(map, tags, "0001 02 02 2a2b2c2d 2e000000"_hex), 1);
    EXPECT_EQ(rule(map, tags, "0001 02 02 2a2b2c2d 2e000001"_hex), 0);
    EXPECT_EQ(rule(map, tags, "0001 02 01 2a2b2c2d"_hex), 0);
}

TEST(TagMap, ATruncatedOptionIsNotThere) {
    const TagMap map = map_of(
        "  - {geneve_option: {class: 0xff01, type: 1, value: 0000002a}, app_group: g1}\n"
        "  - {geneve_option: {class: 0xff01, type: 1}, app_group: g2}\n"
        "  - {geneve_option: {class: 0x0108, type: 1}, app_group: g3}\n");
    const Tags tags = tunnel(TunnelKind::kGeneve, 700);
    const auto whole = "0108 01 02 0000000000000001 ff01 01 01 0000002a"_hex;
    constexpr std::size_t kFirst = 12;  // bytes of the first option

    for (std::size_t length = 0; length <= whole.size(); ++length) {
        // An allocation of its own, so that a read past the end is seen by the sanitizer.
        const std::unique_ptr<std::uint8_t[]> cut{new std::uint8_t[length]};
        std::copy_n(whole.begin(), length, cut.get());
        const int expected = length == whole.size() ? 1 : length >= kFirst ? 3 : 0;
        EXPECT_EQ(rule(map, tags, {cut.get(), length}), expected) << length;
    }
}

}  // namespace
}  // namespace sensor::attribute
