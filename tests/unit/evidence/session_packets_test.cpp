#include "sensor/evidence/session_packets.h"

#include <gtest/gtest.h>

#include "tests/unit/evidence/packets.h"

namespace sensor::evidence {
namespace {

using Indexes = std::vector<int>;

class SessionPacketsTest : public testing::Test {
  protected:
    /// Takes up what was sent for records up to this time.
    void advance(SessionPackets& sessions, std::int64_t time) {
        const RecordOrder order{.epoch = 0, .time_ns = time, .packet = 1, .flow_id = ~0ULL};
        for (Packet packet; sessions.next_until(order, packet);)
            sessions.add(std::move(packet));
    }
    static Indexes indexes(const SessionPackets& sessions, std::uint64_t flow_id) {
        Indexes all;
        const auto* packets = sessions.of(flow_id);
        if (packets == nullptr) return all;
        for (const Packet& packet : *packets)
            all.push_back(packet.about.index);
        return all;
    }

    Channel one_{std::size_t{1} << 20U, WhenFull::kDrop};
    Channel two_{std::size_t{1} << 20U, WhenFull::kDrop};
    Options options_;
};

TEST_F(SessionPacketsTest, TakesUpPacketsInTheOrderOfTheirRecordsWhicheverWorkerSentThem) {
    SessionPackets sessions{options_, {&one_, &two_}};
    send(two_, packet_of(8, 1, 30));
    send(one_, packet_of(7, 1, 10));
    send(one_, packet_of(7, 2, 10));
    send(one_, packet_of(7, 3, 40));
    sessions.gather();

    advance(sessions, 9);
    EXPECT_EQ(indexes(sessions, 7), Indexes{});
    advance(sessions, 10);
    EXPECT_EQ(indexes(sessions, 7), (Indexes{1, 2}));
    EXPECT_EQ(indexes(sessions, 8), Indexes{});
    advance(sessions, 35);
    EXPECT_EQ(indexes(sessions, 7), (Indexes{1, 2}));
    EXPECT_EQ(indexes(sessions, 8), Indexes{1});
    advance(sessions, 40);
    EXPECT_EQ(indexes(sessions, 7), (Indexes{1, 2, 3}));
}

TEST_F(SessionPacketsTest, KeepsBytesAndWhatIsKnownOfThem) {
    SessionPackets sessions{options_, {&one_}};
    const Packet sent = packet_of(7, 1, 10, 0x42);
    send(one_, sent);
    sessions.gather();
    advance(sessions, 10);

    ASSERT_NE(sessions.of(7), nullptr);
    const Packet& kept = sessions.of(7)->front();
    EXPECT_EQ(kept.bytes, sent.bytes);
    EXPECT_EQ(kept.about.time_ns, sent.about.time_ns);
    EXPECT_EQ(kept.about.original_bytes, 100U);
}

TEST_F(SessionPacketsTest, TheOldestSessionsMakeRoomAndThatIsCounted) {
    options_.memory_bytes = 5 * packet_of(1, 1).cost();
    SessionPackets sessions{options_, {&one_}};
    for (std::uint64_t flow = 1; flow <= 4; ++flow) {
        sessions.add(packet_of(flow, 1));
        sessions.add(packet_of(flow, 2));
    }

    EXPECT_EQ(indexes(sessions, 1), Indexes{});
    EXPECT_EQ(indexes(sessions, 2), Indexes{});
    EXPECT_EQ(indexes(sessions, 3), (Indexes{1, 2}));
    EXPECT_EQ(indexes(sessions, 4), (Indexes{1, 2}));
    EXPECT_EQ(sessions.counts().overwritten, 4U);
}

TEST_F(SessionPacketsTest, ApprovedSessionsMakeRoomFirst) {
    options_.memory_bytes = 2 * packet_of(1, 1).cost();
    SessionPackets sessions{options_, {&one_}};
    Packet approved = packet_of(2, 1);
    approved.about.is_unapproved = false;
    sessions.add(packet_of(1, 1));
    sessions.add(approved);
    sessions.add(packet_of(3, 1));

    EXPECT_EQ(indexes(sessions, 1), Indexes{1});
    EXPECT_EQ(indexes(sessions, 2), Indexes{});
    EXPECT_EQ(indexes(sessions, 3), Indexes{1});
}

TEST_F(SessionPacketsTest, AnotherClockFindsNothing) {
    SessionPackets sessions{options_, {&one_}};
    sessions.add(packet_of(1, 1));
    sessions.clear();
    EXPECT_EQ(indexes(sessions, 1), Indexes{});
    sessions.add(packet_of(1, 2));
    EXPECT_EQ(indexes(sessions, 1), Indexes{2});
}

}  // namespace
}  // namespace sensor::evidence
