#include "sensor/attribute/tag_map.h"

#include <array>
#include <memory>
#include <optional>

#include <gtest/gtest.h>

#include "sensor/attribute/identity_config.h"
#include "tests/support/hex.h"
#include "tests/unit/attribute/tags_of.h"

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
         const Address& client = kClient, MirrorPort port = {}) {
    return static_cast<int>(map.resolve(tags, options, client, port).rule);
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

Tags labelled(std::uint32_t label) {
    Tags tags;
    tags.mpls_label = label;
    tags.has = kHasMplsLabel;
    return tags;
}

Tags chained(std::uint32_t path, std::optional<std::uint32_t> context = {}) {
    Tags tags;
    tags.nsh_path = path;
    tags.nsh_context = context.value_or(0);
    tags.has = static_cast<std::uint8_t>(kHasNshPath | (context ? kHasNshContext : 0));
    return tags;
}

TEST(TagMap, WithoutRulesNothingMatches) {
    EXPECT_EQ(map_of("  []\n").resolve(vlans(110), {}, kClient, {}), TagMatch{});
}

TEST(TagMap, TellsGroupAndRule) {
    const TagMap map = map_of("  - {vlan: 1, app_group: g1}\n  - {vlan: 110, app_group: g3}\n");

    const TagMatch match = map.resolve(vlans(110), {}, kClient, {});

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

TEST(TagMap, ASecurityGroupTagIsAGroupPolicy) {
    EXPECT_EQ(rule(map_of("  - {sgt: 310, app_group: g1}\n"), group_policy(310)), 1);
}

TEST(TagMap, AnMplsLabelMustBePresent) {
    const TagMap map = map_of("  - {mpls_label: 17, app_group: g1}\n");

    EXPECT_EQ(rule(map, labelled(17)), 1);
    EXPECT_EQ(rule(map, labelled(18)), 0);
    Tags none = labelled(17);
    none.has = 0;
    EXPECT_EQ(rule(map, none), 0);
    EXPECT_EQ(rule(map, vlans(17)), 0);
    EXPECT_EQ(rule(map, keyed(TunnelKind::kGre, 17)), 0);
}

TEST(TagMap, AKeyIsThatOfItsKindOfTunnelOnly) {
    constexpr std::array kKeys{
        std::pair{"gre_key", TunnelKind::kGre}, std::pair{"erspan_session", TunnelKind::kErspan},
        std::pair{"gtp_teid", TunnelKind::kGtp}, std::pair{"l2tp_session", TunnelKind::kL2tp},
        std::pair{"pptp_call", TunnelKind::kPptp}};
    constexpr std::array kKinds{TunnelKind::kGre,  TunnelKind::kErspan, TunnelKind::kGtp,
                                TunnelKind::kL2tp, TunnelKind::kPptp,   TunnelKind::kNone};
    for (const auto& [name, kind] : kKeys) {
        const TagMap map = map_of("  - {" + std::string{name} + ": 77, app_group: g1}\n");
        for (const TunnelKind other : kKinds) {
            const int expected = other == kind ? 1 : 0;
            EXPECT_EQ(rule(map, keyed(other, 77)), expected) << name << " in " << name_of(other);
        }
        EXPECT_EQ(rule(map, keyed(kind, 78)), 0) << name;
        EXPECT_EQ(rule(map, tunnel(TunnelKind::kVxlan, 77)), 0) << name;
        EXPECT_EQ(rule(map, vlans(77)), 0) << name;
    }
}

TEST(TagMap, AnL2tpSessionMayBeOverIp) {
    const TagMap map = map_of("  - {l2tp_session: 77, app_group: g1}\n");

    EXPECT_EQ(rule(map, keyed(TunnelKind::kL2tpOverIp, 77)), 1);
}

TEST(TagMap, AKeyOfZeroIsNotNone) {
    const TagMap map = map_of(
        "  - {gre_key: 0, app_group: g1}\n"
        "  - {erspan_session: 0, app_group: g2}\n");
    Tags without = keyed(TunnelKind::kGre, 0);
    without.has = 0;

    EXPECT_EQ(rule(map, keyed(TunnelKind::kGre, 0)), 1);
    EXPECT_EQ(rule(map, without), 0);
    EXPECT_EQ(rule(map, keyed(TunnelKind::kErspan, 0)), 2);
    EXPECT_EQ(rule(map, {}), 0);
}

TEST(TagMap, AServiceChainIsItsPathOrItsContext) {
    const TagMap path = map_of(
        "  - {nsh_path: 5, app_group: g1}\n"
        "  - {nsh_path: 0, app_group: g2}\n");
    const TagMap context = map_of(
        "  - {nsh_context: 7, app_group: g1}\n"
        "  - {nsh_context: 0, app_group: g2}\n");

    EXPECT_EQ(rule(path, chained(5)), 1);
    EXPECT_EQ(rule(path, chained(5, 7)), 1);
    EXPECT_EQ(rule(path, chained(7, 5)), 0);
    EXPECT_EQ(rule(path, chained(0)), 2);
    EXPECT_EQ(rule(path, labelled(5)), 0);
    EXPECT_EQ(rule(path, {}), 0) << "no chain is not path 0";
    EXPECT_EQ(rule(context, chained(5, 7)), 1);
    EXPECT_EQ(rule(context, chained(7, 5)), 0);
    EXPECT_EQ(rule(context, chained(5, 0)), 2);
    EXPECT_EQ(rule(context, chained(5)), 0) << "no metadata is not 0";
}

TEST(TagMap, APortIsWhereThePacketCameInFromOne) {
    const TagMap map = map_of("  - {port: 2, app_group: g1}\n");

    EXPECT_EQ(rule(map, vlans(110), {}, kClient, MirrorPort{1}), 1);
    EXPECT_EQ(rule(map, {}, {}, kClient, MirrorPort{1}), 1);
    EXPECT_EQ(rule(map, {}, {}, kClient, MirrorPort{2}), 0);
    EXPECT_EQ(rule(map, {}, {}, kClient, MirrorPort{0}), 0);
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

TEST(TagMap, TagsOfEveryLayerStandInOneRule) {
    const TagMap map = map_of(
        "  - {port: 3, vlans: [200, 31], mpls_label: 17, gtp_teid: 77, nsh_path: 5, "
        "nsh_context: 7, sgt: 310, geneve_option: {class: 0xff01, type: 1}, "
        "source: 10.20.0.0/16, app_group: g1}\n");
    const auto option = "ff01 01 00"_hex;
    Tags all = keyed(TunnelKind::kGtp, 77);
    all.vlans = {200, 31};
    all.vlan_count = 2;
    all.mpls_label = 17;
    all.nsh_path = 5;
    all.nsh_context = 7;
    all.has = kHasTunnelKey | kHasMplsLabel | kHasNshPath | kHasNshContext;
    all.group_policy = 310;
    all.has_group_policy = 1;
    const auto without = [&](auto&& change) {
        Tags tags = all;
        change(tags);
        return rule(map, tags, option, kClient, MirrorPort{2});
    };

    EXPECT_EQ(rule(map, all, option, kClient, MirrorPort{2}), 1);
    EXPECT_EQ(rule(map, all, option, kClient, MirrorPort{3}), 0);
    EXPECT_EQ(rule(map, all, {}, kClient, MirrorPort{2}), 0);
    EXPECT_EQ(rule(map, all, option, ipv4_address(0x0a150101), MirrorPort{2}), 0);
    EXPECT_EQ(without([](Tags& tags) { tags.vlan_count = 1; }), 0);
    EXPECT_EQ(without([](Tags& tags) { tags.mpls_label = 18; }), 0);
    EXPECT_EQ(without([](Tags& tags) { tags.tunnel_key = 78; }), 0);
    EXPECT_EQ(without([](Tags& tags) { tags.tunnel = TunnelKind::kGre; }), 0);
    EXPECT_EQ(without([](Tags& tags) { tags.nsh_path = 6; }), 0);
    EXPECT_EQ(without([](Tags& tags) { tags.nsh_context = 8; }), 0);
    EXPECT_EQ(without([](Tags& tags) { tags.has_group_policy = 0; }), 0);
}

TEST(TagMap, EveryConditionCountsForTheOrder) {
    const TagMap map = map_of(
        "  - {mpls_label: 17, app_group: g1}\n"
        "  - {mpls_label: 17, source: 10.20.0.0/16, app_group: g2}\n"
        "  - {mpls_label: 17, source: 10.20.1.0/24, app_group: g3}\n"
        "  - {mpls_label: 17, nsh_path: 5, port: 1, app_group: g1}\n"
        "  - {mpls_label: 17, port: 2, app_group: g2}\n");
    Tags tags = labelled(17);
    constexpr Address kElsewhere = ipv4_address(0xc0000201);

    EXPECT_EQ(rule(map, tags), 3) << "the longest source";
    EXPECT_EQ(rule(map, tags, {}, kClient, MirrorPort{1}), 3) << "as many, and a source";
    EXPECT_EQ(rule(map, tags, {}, kElsewhere, MirrorPort{1}), 5);
    EXPECT_EQ(rule(map, tags, {}, kElsewhere, MirrorPort{2}), 1);
    tags.has = kHasMplsLabel | kHasNshPath;
    tags.nsh_path = 5;
    EXPECT_EQ(rule(map, tags), 4) << "three conditions before two";
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
