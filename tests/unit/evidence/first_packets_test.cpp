#include "sensor/evidence/first_packets.h"

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

#include "sensor/evidence/packet.h"

namespace sensor::evidence {
namespace {

class FirstPacketsTest : public testing::Test {
  protected:
    /// 40 bytes of headers, and payload up to `length`; every byte is `fill`.
    bool keep(FirstPackets& ring, std::uint32_t session, std::uint8_t fill,
              std::size_t length = 100) {
        const std::vector<std::uint8_t> frame(length, fill);
        DecodedPacket packet;
        packet.payload = bytes::View{frame}.subspan(40);
        return ring.keep(session,
                         {.frame = frame,
                          .captured = static_cast<std::uint32_t>(length),
                          .link = LinkType::kLinuxCooked,
                          .source = MirrorPort{3},
                          .seen = timestamp_of(1000 + fill)},
                         packet);
    }
    std::vector<Packet> received() {
        std::vector<Packet> all;
        dpdk::MessageReader reader{channel_.ring(), 4096};
        while (const dpdk::MessageHeader* message = reader.next()) {
            const auto& packet = *reinterpret_cast<const KeptPacket*>(message);
            all.push_back({packet, {packet.bytes().begin(), packet.bytes().end()}});
        }
        return all;
    }
    /// First byte of each packet that was sent.
    std::vector<int> fills() {
        std::vector<int> all;
        for (const Packet& packet : received())
            all.push_back(packet.bytes.empty() ? -1 : packet.bytes[0]);
        return all;
    }

    Channel channel_{std::size_t{1} << 20U, WhenFull::kDrop};
    Options options_{.directory = {}, .packets = 4, .memory_bytes = 1};
};

using Fills = std::vector<int>;

TEST_F(FirstPacketsTest, SendsASessionsPacketsOldestFirstWithWhatIsKnownOfThem) {
    FirstPackets ring{options_, 10, channel_};
    EXPECT_TRUE(keep(ring, 1, 0x10));
    EXPECT_TRUE(keep(ring, 2, 0x20));
    EXPECT_TRUE(keep(ring, 1, 0x11, 900));

    const RecordOrder order{.epoch = 1, .time_ns = 2, .packet = 3, .flow_id = 77};
    ring.send(1, {.flow_id = 77, .order = order, .is_unapproved = true});

    const auto packets = received();
    ASSERT_EQ(packets.size(), 2U);
    EXPECT_EQ(packets[0].bytes, std::vector<std::uint8_t>(40, 0x10));
    EXPECT_EQ(packets[1].bytes, std::vector<std::uint8_t>(40, 0x11));
    const KeptPacket& second = packets[1].about;
    EXPECT_EQ(second.flow_id, 77U);
    EXPECT_EQ(second.order, order);
    EXPECT_EQ(second.time_ns, 1000 + 0x11);
    EXPECT_EQ(second.original_bytes, 900U);
    EXPECT_EQ(second.index, 2);
    EXPECT_EQ(second.source, MirrorPort{3});
    EXPECT_EQ(second.link, LinkType::kLinuxCooked);
    EXPECT_TRUE(second.is_unapproved);
    EXPECT_EQ(ring.counters()[PacketCounter::kKept], 3U);
    EXPECT_EQ(ring.counters()[PacketCounter::kSent], 2U);
}

TEST_F(FirstPacketsTest, KeepsSoManyPacketsOfASessionAndNoMore) {
    FirstPackets ring{options_, 10, channel_};
    EXPECT_TRUE(ring.wants(5));
    EXPECT_TRUE(keep(ring, 5, 1));
    EXPECT_TRUE(keep(ring, 5, 2));
    EXPECT_TRUE(keep(ring, 5, 3));
    EXPECT_FALSE(keep(ring, 5, 4));
    EXPECT_FALSE(ring.wants(5));
    EXPECT_TRUE(ring.wants(6));

    ring.forget(5);

    EXPECT_TRUE(ring.wants(5)) << "its number is another session's now";
}

TEST_F(FirstPacketsTest, SendsNothingTwice) {
    FirstPackets ring{options_, 10, channel_};
    keep(ring, 1, 0x10);
    ring.send(1, {});
    ring.send(1, {});
    keep(ring, 1, 0x11);
    ring.send(1, {});

    EXPECT_EQ(fills(), (Fills{0x10, 0x11}));
}

TEST_F(FirstPacketsTest, ASessionThatWasForgottenLeavesNothingToTheNext) {
    FirstPackets ring{options_, 10, channel_};
    keep(ring, 1, 0x10);
    ring.forget(1);
    keep(ring, 1, 0x20);
    ring.send(1, {});

    EXPECT_EQ(fills(), Fills{0x20});
}

TEST_F(FirstPacketsTest, NewPacketsOverwriteTheOldestAndThatIsCounted) {
    FirstPackets ring{options_, 300, channel_};
    const std::size_t capacity = ring.capacity();
    ASSERT_EQ(capacity, 64U) << "the fewest there can be";
    keep(ring, 1, 0x10);
    keep(ring, 1, 0x11);
    keep(ring, 1, 0x12);
    for (std::size_t i = 0; i + 2 < capacity; ++i)
        keep(ring, static_cast<std::uint32_t>(2 + i), 0x20);

    ring.send(1, {});

    EXPECT_EQ(fills(), (Fills{0x11, 0x12}));
    EXPECT_EQ(ring.counters()[PacketCounter::kOverwritten], 1U);
}

TEST_F(FirstPacketsTest, AfterTheRingHasGoneRoundSeveralTimesEveryPlaceIsRight) {
    FirstPackets ring{options_, 10, channel_};
    for (unsigned round = 0; round < 5 * ring.capacity(); ++round) {
        const auto fill = static_cast<std::uint8_t>(round);
        ring.forget(1);
        keep(ring, 1, fill);
        keep(ring, 2, 0xff);
        keep(ring, 1, static_cast<std::uint8_t>(fill + 1));
        ring.forget(2);
        ring.send(1, {});
        ASSERT_EQ(fills(), (Fills{fill, static_cast<std::uint8_t>(fill + 1)})) << round;
    }
    EXPECT_EQ(ring.counters()[PacketCounter::kOverwritten], 0U);
}

TEST_F(FirstPacketsTest, WhatIsGoneAltogetherIsCountedAndNothingIsSent) {
    FirstPackets ring{options_, 300, channel_};
    keep(ring, 1, 0x10);
    keep(ring, 1, 0x11);
    for (std::uint32_t i = 0; i < ring.capacity(); ++i)
        keep(ring, 2 + i, 0x20);

    ring.send(1, {});

    EXPECT_EQ(fills(), Fills{});
    EXPECT_EQ(ring.counters()[PacketCounter::kOverwritten], 2U);
}

TEST_F(FirstPacketsTest, LongFramesAreCutAtTheSnapLength) {
    options_.snap_bytes = 100;
    options_.payload_bytes = kWholePayload;
    FirstPackets ring{options_, 10, channel_};
    keep(ring, 1, 0x10, 1500);
    keep(ring, 1, 0x11, 100);
    keep(ring, 1, 0x12, 99);
    ring.send(1, {});

    const auto packets = received();
    ASSERT_EQ(packets.size(), 3U);
    EXPECT_EQ(packets[0].bytes, std::vector<std::uint8_t>(100, 0x10));
    EXPECT_EQ(packets[0].about.original_bytes, 1500U);
    EXPECT_EQ(packets[1].bytes, std::vector<std::uint8_t>(100, 0x11));
    EXPECT_EQ(packets[2].bytes, std::vector<std::uint8_t>(99, 0x12));
}

TEST_F(FirstPacketsTest, AFullChannelLosesPacketsAndCountsThem) {
    Channel narrow{1024, WhenFull::kDrop};
    FirstPackets ring{options_, 300, narrow};
    for (std::uint32_t session = 1; session <= 20; ++session) {
        keep(ring, session, 1);
        ring.send(session, {});
    }

    const std::uint64_t sent = ring.counters()[PacketCounter::kSent];
    EXPECT_GT(sent, 0U);
    EXPECT_EQ(sent + ring.counters()[PacketCounter::kDropped], 20U);
}

}  // namespace
}  // namespace sensor::evidence
