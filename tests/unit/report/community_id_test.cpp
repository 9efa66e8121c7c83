#include "sensor/report/community_id.h"

#include <gtest/gtest.h>

#include "tests/unit/report/samples.h"

namespace sensor::report {
namespace {

// The specification's own examples.
TEST(CommunityId, OfTcpIsTheSpecifications) {
    EXPECT_EQ(community_id(endpoint("128.232.110.120", 34855), endpoint("66.35.250.204", 80),
                           Transport::kTcp),
              "1:LQU9qZlK+B5F3KDmev6m5PMibrg=");
}

TEST(CommunityId, OfUdpIsTheSpecifications) {
    EXPECT_EQ(
        community_id(endpoint("192.168.1.52", 54585), endpoint("8.8.8.8", 53), Transport::kUdp),
        "1:d/FP5EW3wiY1vCndhwleRRKHowQ=");
}

TEST(CommunityId, IsTheSameForBothDirections) {
    const auto client = endpoint("2001:db8::14", 40001);
    const auto server = endpoint("2001:db8:1::20", 8088);

    EXPECT_EQ(community_id(client, server, Transport::kTcp),
              community_id(server, client, Transport::kTcp));
}

TEST(CommunityId, OrdersEndpointsOfOneAddressByPort) {
    EXPECT_EQ(community_id(endpoint("127.0.0.1", 9), endpoint("127.0.0.1", 300), Transport::kUdp),
              community_id(endpoint("127.0.0.1", 300), endpoint("127.0.0.1", 9), Transport::kUdp));
}

TEST(CommunityId, OfIpv6HashesSixteenBytesAnAddress) {
    EXPECT_EQ(community_id(endpoint("2001:db8::14", 40001), endpoint("2001:db8:1::20", 8088),
                           Transport::kTcp),
              "1:NOCFElkOHxvphxZI3bTbMmLGDWg=");
}

TEST(CommunityId, DependsOnTheSeed) {
    EXPECT_EQ(community_id(endpoint("128.232.110.120", 34855), endpoint("66.35.250.204", 80),
                           Transport::kTcp, 1),
              "1:3V71V58M3Ksw/yuFALMcW0LAHvc=");
}

}  // namespace
}  // namespace sensor::report
