#include "sensor/identify/protocols/nfs.h"

#include <gtest/gtest.h>

#include "tests/support/hex.h"
#include "tests/unit/identify/dialogue.h"

namespace sensor::identify {
namespace {

using namespace test;

// NULL of version 3 over UDP; the same over TCP; the answers.
constexpr auto kCall =
    "67de017b 00000000 00000002 000186a3 00000003 00000000 00000000 00000000 00000000 00000000"_hex;
constexpr auto kRecord =
    "80000028"
    "67de017b 00000000 00000002 000186a3 00000003 00000000 00000000 00000000 00000000 00000000"_hex;
constexpr auto kReply = "67de017b 00000001 00000000 00000000 00000000 00000000"_hex;
constexpr auto kReplyRecord = "80000018 67de017b 00000001 00000000 00000000 00000000 00000000"_hex;

TEST(Nfs, RefinesRpc) {
    EXPECT_EQ(recognised_as(datagram(kCall)), "nfs");
    EXPECT_EQ(recognised_as(stream(kRecord)), "nfs");
    EXPECT_EQ(recognised_as(datagram(changed(kCall, 15, {0xa5}))), "rpc") << "mount";
}

TEST(Nfs, ConfirmsByTheCallsId) {
    Dialogue over_udp{Transport::kUdp};
    Dialogue over_tcp{Transport::kTcp};
    Dialogue wrong{Transport::kUdp};
    over_udp.client(kCall).server(kReply);
    over_tcp.client(kRecord).server(kReplyRecord);
    wrong.client(kCall).server(changed(kReply, 3, {0}));

    EXPECT_EQ(over_udp.protocol(), "nfs");
    EXPECT_EQ(over_udp.confirmed(), Confirmed::kBoth);
    EXPECT_EQ(over_tcp.protocol(), "nfs");
    EXPECT_EQ(over_tcp.confirmed(), Confirmed::kBoth);
    EXPECT_EQ(wrong.confirmed(), Confirmed::kClient);
}

TEST(Nfs, KnowsTheProceduresOfEachVersion) {
    struct Last {
        std::uint8_t version;
        std::uint8_t procedure;
    };
    for (const auto [version, procedure] : {Last{2, 17}, Last{3, 21}, Last{4, 1}}) {
        const auto last = changed(changed(kCall, 19, {version}), 23, {procedure});
        const auto next = static_cast<std::uint8_t>(procedure + 1);
        EXPECT_EQ(ask(nfs::validate, datagram(last)).match, Match::kYes);
        EXPECT_EQ(ask(nfs::validate, datagram(changed(last, 23, {next}))).match, Match::kNo);
    }
    EXPECT_EQ(recognised_as(datagram(changed(kCall, 19, {5}))), "rpc");
}

TEST(Nfs, NeedsMoreAtEveryLength) {
    for (std::size_t size = 0; size < kRecord.size(); ++size) {
        EXPECT_EQ(ask(nfs::validate, stream(bytes::View{kRecord}.first(size))).match,
                  Match::kNeedMore)
            << size;
    }
    EXPECT_TRUE(accepted_cuts(nfs::validate, datagram(kCall)).empty());
}

}  // namespace
}  // namespace sensor::identify
