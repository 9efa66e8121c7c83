#include "sensor/model/flow_key.h"

#include <unordered_set>

#include <gtest/gtest.h>

#include "sensor/model/flow_hash.h"

namespace sensor {
namespace {

constexpr Endpoint kPhone{ipv4_address(0x0a14010e), PortNumber{49152}};
constexpr Endpoint kServer{ipv4_address(0xc6336414), PortNumber{8088}};

TEST(FlowKey, IsTheSameForBothDirections) {
    const auto there = FlowKey::between(kPhone, kServer, Transport::kTcp, 7);
    const auto back = FlowKey::between(kServer, kPhone, Transport::kTcp, 7);

    EXPECT_EQ(there, back);
    EXPECT_EQ(there.low(), kPhone);
    EXPECT_EQ(there.high(), kServer);
    EXPECT_EQ(symmetric_hash(there), symmetric_hash(kServer, kPhone, Transport::kTcp, 7));
}

TEST(FlowKey, OrdersPortsWhereAddressesAreEqual) {
    const Endpoint a{kPhone.address, PortNumber{1}};
    const Endpoint b{kPhone.address, PortNumber{2}};

    EXPECT_EQ(FlowKey::between(a, b, Transport::kUdp, 0),
              FlowKey::between(b, a, Transport::kUdp, 0));
    EXPECT_EQ(FlowKey::between(b, a, Transport::kUdp, 0).low(), a);
}

TEST(FlowKey, DiffersByEveryPart) {
    const Endpoint swapped_phone{kPhone.address, kServer.port};
    const Endpoint swapped_server{kServer.address, kPhone.port};
    const std::array keys{
        FlowKey::between(kPhone, kServer, Transport::kTcp, 0),
        FlowKey::between(kPhone, kServer, Transport::kUdp, 0),
        FlowKey::between(kPhone, kServer, Transport::kTcp, 1),
        FlowKey::between(swapped_phone, swapped_server, Transport::kTcp, 0),
        FlowKey::between(kPhone, swapped_server, Transport::kTcp, 0),
    };

    for (std::size_t i = 0; i < keys.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            EXPECT_NE(keys[i], keys[j]);
            EXPECT_NE(symmetric_hash(keys[i]), symmetric_hash(keys[j]));
        }
    }
}

TEST(SymmetricHash, RarelyMeetsItself) {
    std::unordered_set<std::uint64_t> hashes;
    std::size_t sessions = 0;
    for (std::uint32_t client = 0; client < 64; ++client) {
        for (std::uint16_t port = 49152; port < 49152 + 256; ++port) {
            for (std::uint32_t server = 0; server < 4; ++server) {
                const Endpoint from{ipv4_address(0x0a140000 + client), PortNumber{port}};
                const Endpoint to{ipv4_address(0xc6336414 + server), PortNumber{443}};
                hashes.insert(symmetric_hash(from, to, Transport::kTcp, 0));
                ++sessions;
            }
        }
    }

    EXPECT_EQ(hashes.size(), sessions);
}

}  // namespace
}  // namespace sensor
