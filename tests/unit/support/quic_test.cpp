// The examples of RFC 9001 appendix A.
#include "tests/support/traffic/messages/quic.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "tests/support/hex.h"

namespace traffic::quic {
namespace {

using test::operator""_hex;

constexpr auto kDestinationId = "8394c8f03e515708"_hex;

TEST(Quic, DerivesTheClientKeysOfRfc9001) {
    const InitialKeys keys = client_keys(kDestinationId);

    EXPECT_EQ(keys.key, "1f369613dd76d5467730efcbe3b1a22d"_hex);
    EXPECT_EQ(keys.iv, "fa044b2f42a3fd3b46fb255c"_hex);
    EXPECT_EQ(keys.header_protection, "9f50449e04a0e810283a1e9933adedd2"_hex);
}

TEST(Quic, DerivesTheServerKeysOfRfc9001) {
    const InitialKeys keys = server_keys(kDestinationId);

    EXPECT_EQ(keys.key, "cf3a5331653c364c88f0f379b6067e37"_hex);
    EXPECT_EQ(keys.iv, "0ac1493ca1905853b0bba03e"_hex);
    EXPECT_EQ(keys.header_protection, "c206b8d9b9f0f37644430b490eeaa314"_hex);
}

TEST(Quic, ProtectsTheClientInitialOfRfc9001) {
    constexpr auto kHeader = "c300000001088394c8f03e5157080000449e00000002"_hex;
    constexpr auto kCrypto =
        "060040f1010000ed0303ebf8fa56f12939b9584a3896472ec40bb863cfd3e86804fe3a47f06a2b69484c"
        "00000413011302010000c000000010000e00000b6578616d706c652e636f6dff01000100000a00080006"
        "001d0017001800100007000504616c706e000500050100000000003300260024001d00209370b2c9caa4"
        "7fbabaf4559fedba753de171fa71f50f1ce15d43e994ec74d748002b0003020304000d0010000e040305"
        "0306030203080408050806002d00020101001c00024001003900320408ffffffffffffffff05048000ff"
        "ff07048000ffff0801100104800075300901100f088394c8f03e51570806048000ffff"_hex;
    constexpr std::size_t kPayload = 1162;  // bytes, padding included
    Bytes payload{kCrypto.begin(), kCrypto.end()};
    payload.resize(kPayload);

    const Bytes packet =
        protect(client_keys(kDestinationId), {kHeader.begin(), kHeader.end()}, 2, payload);

    constexpr auto kStart =
        "c000000001088394c8f03e5157080000449e7b9aec34 d1b1c98dd7689fb8ec11d242b123dc9b"_hex;
    constexpr auto kEnd = "e221af44860018ab0856972e194cd934"_hex;
    ASSERT_EQ(packet.size(), 1200U);
    EXPECT_TRUE(std::ranges::equal(bytes::View{packet}.first(kStart.size()), kStart));
    EXPECT_TRUE(std::ranges::equal(bytes::View{packet}.last(kEnd.size()), kEnd));
}

TEST(Quic, FillsTheFirstDatagramsOfBothSides) {
    const Connection ids = connection(5);

    EXPECT_EQ(client_initial(ids, {.server_name = "video.example.net", .alpn = {"h3"}}).size(),
              1200U);
    EXPECT_EQ(server_initial(ids).size(), 1200U);
    EXPECT_EQ(client_packet(ids, 60, 1).size(), 60U);
}

}  // namespace
}  // namespace traffic::quic
