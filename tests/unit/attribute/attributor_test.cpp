#include "sensor/attribute/attributor.h"

#include <array>
#include <memory>

#include "tests/support/eal_environment.h"

namespace sensor::attribute {
namespace {

const Endpoint kClient{ipv4_address(0x0a14010e), PortNumber{50000}};  // the key's low endpoint
const Endpoint kServer{ipv4_address(0xc6336407), PortNumber{443}};

constexpr auto kTaggedGroup = AppGroupId{1};
constexpr auto kLeasedGroup = AppGroupId{2};

class AttributorTest : public test::EalTest {
  protected:
    void SetUp() override {
        EalTest::SetUp();
        static int tables = 0;
        auto made = LeaseTable::create("attributor" + std::to_string(++tables), 8, quiescence);
        ASSERT_TRUE(made) << made.error().message;
        leases = std::make_unique<LeaseTable>(*std::move(made));
        leases->publish(
            kClient.address,
            std::vector{Lease{
                .from_ns = 100, .to_ns = 200, .device = DeviceNumber{7}, .group = kLeasedGroup}});
        session.key = FlowKey::between(kClient, kServer, Transport::kTcp, 0);
        session.set(kClientIsLow);
        attributor = std::make_unique<Attributor>(map, *leases);
    }
    /// Puts one packet into the burst and runs it.
    void run(const Endpoint& from, const Endpoint& to, std::int64_t time_ns, const Tags& tags,
             MirrorPort port = {}) {
        burst->size = 1;
        burst->begin_round();
        burst->add_due(0);
        burst->views[0].seen = timestamp_of(time_ns);
        burst->views[0].source = port;
        burst->packets[0].source = from;
        burst->packets[0].destination = to;
        burst->packets[0].source_is_low = from <= to;
        burst->packets[0].tags = tags;
        burst->packets[0].has_tags = tags != Tags{};
        burst->sessions[0] = &session;
        attributor->run(*burst);
    }
    [[nodiscard]] std::uint64_t count(AttributeCounter name) const {
        return attributor->counters()[name];
    }
    static Tags vlan(std::uint16_t id) {
        Tags tags;
        tags.vlans[0] = id;
        tags.vlan_count = 1;
        return tags;
    }
    static TagRule vlan_rule(std::uint16_t id, AppGroupId group) {
        TagRule rule{.conditions = {}, .group = group};
        rule.conditions.asked = kAnyVlan;
        rule.conditions.vlans[0] = id;
        return rule;
    }

    dpdk::Quiescence quiescence{1};
    std::unique_ptr<LeaseTable> leases;
    TagMap map{std::vector{vlan_rule(110, kTaggedGroup)}};
    std::unique_ptr<Attributor> attributor;
    Session session;
    std::unique_ptr<Burst> burst = std::make_unique<Burst>();
};

TEST_F(AttributorTest, ATagNamesTheGroup) {
    run(kClient, kServer, 150, vlan(110));

    EXPECT_TRUE(session.has(kAttributed));
    EXPECT_EQ(session.app_group, kTaggedGroup);
    EXPECT_EQ(session.tag_rule, TagRuleId{1});
    EXPECT_EQ(count(AttributeCounter::kByTag), 1U);
}

TEST_F(AttributorTest, ALeaseNamesTheGroupWhenNoTagDoes) {
    run(kClient, kServer, 150, vlan(111));

    EXPECT_TRUE(session.has(kAttributed));
    EXPECT_EQ(session.app_group, kLeasedGroup);
    EXPECT_EQ(session.tag_rule, TagRuleId::kNone);
    EXPECT_EQ(count(AttributeCounter::kByLease), 1U);
}

TEST_F(AttributorTest, ALeaseCountsFromItsFirstMomentUntilItsEnd) {
    for (const auto& [time_ns, group] : {std::pair{99, AppGroupId::kNone},
                                         {100, kLeasedGroup},
                                         {199, kLeasedGroup},
                                         {200, AppGroupId::kNone}}) {
        session.clear(kAttributed);
        run(kClient, kServer, time_ns, {});
        EXPECT_EQ(session.app_group, group) << time_ns;
    }
}

TEST_F(AttributorTest, CountsTagsThatNoRuleKnows) {
    run(kClient, kServer, 300, vlan(111));
    session.clear(kAttributed);
    run(kClient, kServer, 300, {});

    EXPECT_TRUE(session.has(kAttributed));
    EXPECT_EQ(session.app_group, AppGroupId::kNone);
    EXPECT_EQ(count(AttributeCounter::kUnmappedTags), 1U);
    EXPECT_EQ(count(AttributeCounter::kNone), 1U);
}

TEST_F(AttributorTest, ListsTagsThatNoRuleKnows) {
    for (const std::uint16_t id : std::array<std::uint16_t, 4>{111, 112, 111, 110}) {
        session.clear(kAttributed);
        run(kClient, kServer, 300, vlan(id));
    }
    session.clear(kAttributed);
    run(kClient, kServer, 150, vlan(113));  // its lease names a group
    session.clear(kAttributed);
    run(kClient, kServer, 300, {});
    run(kClient, kServer, 300, vlan(114));  // of a session that is attributed

    const UnmappedTags& unmapped = attributor->unmapped();
    ASSERT_EQ(unmapped.size(), 2U);
    EXPECT_EQ(unmapped[0].tags, vlan(111));
    EXPECT_EQ(unmapped.sessions(0), 2U);
    EXPECT_EQ(unmapped[1].tags, vlan(112));
    EXPECT_EQ(unmapped.sessions(1), 1U);
}

TEST_F(AttributorTest, APortNamesTheGroup) {
    TagRule rule{.conditions = {}, .group = kTaggedGroup};
    rule.conditions.asked = kPort;
    rule.conditions.port = MirrorPort{1};
    const TagMap ports{std::vector{rule}};
    attributor = std::make_unique<Attributor>(ports, *leases);

    run(kClient, kServer, 300, {}, MirrorPort{1});
    EXPECT_EQ(session.app_group, kTaggedGroup);
    session.clear(kAttributed);
    run(kClient, kServer, 300, {}, MirrorPort{0});
    EXPECT_EQ(session.app_group, AppGroupId::kNone);
}

TEST_F(AttributorTest, ALeaseWithoutAGroupNamesNone) {
    leases->publish(kClient.address, std::vector{Lease{}});

    run(kClient, kServer, 150, {});

    EXPECT_EQ(session.app_group, AppGroupId::kNone);
    EXPECT_EQ(count(AttributeCounter::kNone), 1U);
}

TEST_F(AttributorTest, WaitsForAPacketOfTheClients) {
    run(kServer, kClient, 150, vlan(110));
    EXPECT_FALSE(session.has(kAttributed));
    EXPECT_EQ(session.app_group, AppGroupId::kNone);

    run(kClient, kServer, 150, vlan(110));
    EXPECT_TRUE(session.has(kAttributed));
}

TEST_F(AttributorTest, TheClientMayBeTheHighEndpoint) {
    session.clear(kClientIsLow);

    run(kClient, kServer, 150, vlan(110));
    EXPECT_FALSE(session.has(kAttributed));

    run(kServer, kClient, 150, vlan(110));
    EXPECT_EQ(session.app_group, kTaggedGroup);
}

TEST_F(AttributorTest, ASessionIsAttributedOnce) {
    run(kClient, kServer, 150, vlan(110));
    run(kClient, kServer, 160, vlan(111));

    EXPECT_EQ(session.app_group, kTaggedGroup);
    EXPECT_EQ(count(AttributeCounter::kByTag), 1U);
    EXPECT_EQ(count(AttributeCounter::kByLease), 0U);
}

TEST_F(AttributorTest, ASessionThatTurnedRoundIsAttributedAnew) {
    run(kClient, kServer, 150, vlan(110));
    session.turn_round();

    run(kServer, kClient, 160, {});

    EXPECT_EQ(session.app_group, AppGroupId::kNone);
    EXPECT_EQ(session.tag_rule, TagRuleId::kNone);
    EXPECT_EQ(count(AttributeCounter::kNone), 1U);
}

TEST_F(AttributorTest, LooksAtPacketsThatAreDueOnly) {
    run(kClient, kServer, 160, {});
    session.clear(kAttributed);
    burst->begin_round();

    attributor->run(*burst);

    EXPECT_FALSE(session.has(kAttributed));
}

}  // namespace
}  // namespace sensor::attribute
