#include "sensor/judge/behaviour.h"

#include "tests/unit/judge/cast.h"

namespace sensor::judge::test {
namespace {

std::string key_of(const Observation& session) {
    return behaviour_key(FindingKind::kPortMismatch, session);
}

TEST(BehaviourKey, IsTheSameForSessionsThatDifferInNothingThatMatters) {
    const Observation one = tcp("tls", 8088);
    Observation other = tcp("tls", 8088);
    other.client.port = PortNumber{50000};
    other.client.address = *parse_address("10.20.9.9");
    other.start += 5min;
    other.attribution.app_group = "office";

    EXPECT_EQ(key_of(one), key_of(other));
}

TEST(BehaviourKey, DiffersInEachOfItsParts) {
    const Observation base = tcp("tls", 8088);
    const auto differs = [&](auto&& change) {
        Observation other = base;
        change(other);
        EXPECT_NE(key_of(base), key_of(other));
    };

    differs([](Observation& o) { o.attribution.device = "serial:R5CT2"; });
    differs([](Observation& o) { o.attribution.app = "com.other"; });
    differs([](Observation& o) { o.protocol = "http"; });
    differs([](Observation& o) { o.server.address = *parse_address("198.51.100.21"); });
    differs([](Observation& o) { o.server.port = PortNumber{8089}; });
    differs([](Observation& o) { o.transport = Transport::kUdp; });
    EXPECT_NE(key_of(base), behaviour_key(FindingKind::kPortMasquerade, base));
}

TEST(BehaviourKey, FallsBackToAddressTunnelAndGroup) {
    Observation base = tcp("tls", 8088, "");
    base.attribution.device.clear();
    base.attribution.app_group = "office";
    Observation other_group = base;
    other_group.attribution.app_group = "crm";
    Observation other_client = base;
    other_client.client.address = *parse_address("10.20.1.15");
    Observation other_tunnel = base;
    other_tunnel.tags.tunnel = TunnelKind::kVxlan;
    other_tunnel.tags.vni = Vni{5010};
    Observation other_vlan = base;
    other_vlan.tags.vlan_count = 1;
    other_vlan.tags.vlans = {110, 0};

    for (const Observation& other : {other_group, other_client, other_tunnel, other_vlan})
        EXPECT_NE(key_of(base), key_of(other));
}

class Table : public testing::Test {
  protected:
    Behaviour& add(std::string key, Timestamp start = kBase) {
        return table_.add(std::move(key), tcp("tls", 8088, "a", start));
    }
    BehaviourTable table_{2};
};

TEST_F(Table, FindsByKeyAndBySession) {
    Behaviour& behaviour = add("k");
    table_.open_session(behaviour, 7);

    EXPECT_EQ(table_.find("k"), &behaviour);
    EXPECT_EQ(table_.find("other"), nullptr);
    EXPECT_EQ(table_.find_session(7), &behaviour);
    table_.close_session(7);
    EXPECT_EQ(table_.find_session(7), nullptr);
    EXPECT_TRUE(behaviour.open_sessions.empty());
    table_.close_session(7);
}

TEST_F(Table, RemovalForgetsKeyAndSessions) {
    Behaviour& behaviour = add("k");
    table_.open_session(behaviour, 7);

    table_.remove(behaviour);

    EXPECT_EQ(table_.find("k"), nullptr);
    EXPECT_EQ(table_.find_session(7), nullptr);
    EXPECT_EQ(table_.oldest(), nullptr);
}

TEST_F(Table, TheLongestInactiveIsTheOldest) {
    const Behaviour& first = add("a");
    const Behaviour& second = add("b");
    EXPECT_TRUE(table_.full());
    EXPECT_EQ(table_.oldest(), &first);

    table_.touch(first);

    EXPECT_EQ(table_.oldest(), &second);
}

TEST_F(Table, RemembersABoundedNumberOfOpenSessions) {
    Behaviour& behaviour = add("a");
    for (std::uint64_t flow_id = 0; flow_id < 100; ++flow_id)
        table_.open_session(behaviour, flow_id);

    EXPECT_EQ(behaviour.open_sessions.size(), BehaviourTable::kOpenSessions);
    EXPECT_EQ(table_.find_session(99), nullptr);
}

TEST_F(Table, IdsDependOnKeyAndFirstSession) {
    const std::string id = add("a").id;
    EXPECT_EQ(id.size(), 16U);
    EXPECT_EQ(id.find_first_not_of("0123456789abcdef"), std::string::npos);

    BehaviourTable again{3};
    EXPECT_EQ(again.add("a", tcp("ssh", 1, "z", kBase)).id, id);
    EXPECT_NE(again.add("b", tcp("tls", 8088, "a", kBase)).id, id);
    BehaviourTable later{1};
    EXPECT_NE(later.add("a", tcp("tls", 8088, "a", kBase + 1ns)).id, id);
}

}  // namespace
}  // namespace sensor::judge::test
