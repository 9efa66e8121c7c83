// When sessions end without a packet that says so, and what happens when the table is full.
#include <map>

#include "tests/unit/flow/tracking.h"

namespace sensor::flow {
namespace {

using namespace test;

class FullTable : public TrackerTest {
  protected:
    FullTable() : TrackerTest{Timeouts{}, {.sessions = 3, .first_bytes = 2}} {}
    Session* from_port(std::uint16_t port, Duration after) {
        return see({.after = after,
                    .source = {kPhone.address, PortNumber{port}},
                    .flags = kTcpSyn,
                    .sequence = 100});
    }
};

TEST_F(TrackerTest, EndsEachKindOfSessionAfterItsTimeout) {
    const auto port = [](std::uint16_t number) {
        return Endpoint{kPhone.address, PortNumber{number}};
    };
    see({.source = port(1), .flags = kTcpSyn});                   // 30 s
    see({.source = port(2), .flags = kTcpSyn, .sequence = 100});  // 1 h
    see({.source = port(2), .sequence = 101, .payload = "hello"});
    see({.source = port(3), .flags = kTcpSyn});  // 10 s
    see(answer({.source = port(3), .flags = kTcpRst}));
    see({.source = port(4), .transport = Transport::kUdp});  // 30 s
    see({.source = port(5), .transport = Transport::kUdp});  // 3 min
    see(answer({.source = port(5), .transport = Transport::kUdp}));
    see({.source = port(6), .flags = kTcpAck});  // 1 h

    for (Duration now = 0s; now < 3700s; now += 500ms)
        expire(now);

    std::map<std::uint16_t, Duration> ends;
    for (std::size_t i = 0; i < tracker_.ended().size(); ++i) {
        const auto client = tracker_.ended()[i].session.client();
        ends[static_cast<std::uint16_t>(client.port)] = ended_after(i);
    }
    EXPECT_EQ(ends, (std::map<std::uint16_t, Duration>{
                        {1, 30s}, {2, 3600s}, {3, 10s}, {4, 30s}, {5, 180s}, {8088, 3600s}}));
    EXPECT_EQ(tracker_.session_count(), 0U);
}

TEST_F(TrackerTest, CountsATimeoutFromTheLastPacket) {
    see({.after = 0s, .transport = Transport::kUdp});
    see({.after = 20s + 1ns, .transport = Transport::kUdp});

    expire(49s);
    EXPECT_TRUE(tracker_.ended().empty());
    expire(52s);
    ASSERT_EQ(tracker_.ended().size(), 1U);
    EXPECT_EQ(ended_after(0), 50s + 1ns);
    EXPECT_EQ(tracker_.ended()[0].reason, EndReason::kTimeout);
    EXPECT_EQ(tracker_.ended()[0].packet, 0U);
}

TEST_F(TrackerTest, BeginsAnewAtTheVeryEndOfATimeout) {
    see({.after = 0s, .transport = Transport::kUdp});
    see({.after = 30s - 1ns, .transport = Transport::kUdp});
    EXPECT_EQ(count(FlowCounter::kSessions), 1U);

    see({.after = 60s - 1ns, .transport = Transport::kUdp});  // nobody called expire()

    EXPECT_EQ(count(FlowCounter::kSessions), 2U);
    ASSERT_EQ(tracker_.ended().size(), 1U);
    EXPECT_EQ(ended_after(0), 60s - 1ns);
    EXPECT_EQ(tracker_.ended()[0].reason, EndReason::kTimeout);
}

TEST_F(TrackerTest, ExpiresNoMoreThanItsBudgetAtOnce) {
    for (std::uint16_t port = 1; port <= 10; ++port)
        see({.source = {kPhone.address, PortNumber{port}}, .flags = kTcpSyn});

    expire(100s, 4);
    EXPECT_EQ(tracker_.ended().size(), 4U);
    tracker_.clear_ended();
    expire(100s, 100);
    EXPECT_EQ(tracker_.ended().size(), 6U);
}

TEST_F(TrackerTest, EndsTheSameSessionsAtTheSameTimesHoweverOftenItIsAsked) {
    const auto ends = [](Duration step, unsigned budget) {
        Tracker tracker{Timeouts{}, {.sessions = 1000, .first_bytes = 10}, 600s};
        auto burst = std::make_unique<Burst>();
        std::map<std::uint64_t, std::int64_t> found;
        const auto collect = [&] {
            for (const Ended& ended : tracker.ended())
                found[flow_id_of(ended.session)] = ended.time_ns;
            tracker.clear_ended();
        };
        for (std::uint16_t i = 0; i < 500; ++i) {
            const Endpoint from{kPhone.address, PortNumber{static_cast<std::uint16_t>(i % 97)}};
            burst->size = 1;
            burst->round_begin = burst->round_end = 0;
            burst->views[0] = {.seen = kBase + i * 1700ms, .number = i + 1U};
            burst->packets[0] = {.transport = Transport::kUdp,
                                 .source_is_low = from <= kServer,
                                 .source = from,
                                 .destination = kServer,
                                 .flow_hash = symmetric_hash(from, kServer, Transport::kUdp, 0)};
            tracker.run(*burst);
            tracker.settle(*burst);
            if (i * 1700ms % step == 0ms) tracker.expire(burst->views[0].seen, budget);
            collect();
        }
        const Timestamp last = kBase + 499 * 1700ms;
        tracker.begin_end(EndReason::kTraceEnd, last);
        while (tracker.end_some(7))
            collect();
        collect();
        return found;
    };

    const auto often = ends(1700ms, 1000);

    EXPECT_GT(often.size(), 400U);
    EXPECT_EQ(ends(17s, 1000), often);
    EXPECT_EQ(ends(1700ms, 1), often);
    EXPECT_EQ(ends(100'000s, 1), often);  // never but at the start
}

TEST_F(TrackerTest, SaysUntilWhenNoSessionWillEndAnyMore) {
    see({.after = 0s, .flags = kTcpSyn});
    see({.after = 100s, .source = {kPhone.address, PortNumber{2}}, .flags = kTcpSyn});
    expire(100s);
    ASSERT_EQ(tracker_.ended().size(), 1U);

    const auto settled = timestamp_of(tracker_.settled_until_ns()) - kBase;

    EXPECT_GT(settled, 98s);
    EXPECT_LE(settled, 100s);
    tracker_.clear_ended();
    expire(140s);
    ASSERT_EQ(tracker_.ended().size(), 1U);
    EXPECT_GE(ended_after(0), settled);
}

TEST_F(TrackerTest, EndsAllWhenTheTraceDoes) {
    open();
    see({.after = 1s, .source = {kPhone.address, PortNumber{2}}, .flags = kTcpSyn});
    see(answer({.after = 1s, .source = {kPhone.address, PortNumber{2}}, .flags = kTcpRst}));

    tracker_.begin_end(EndReason::kTraceEnd, kBase + 2s);
    EXPECT_TRUE(tracker_.end_some(1));
    EXPECT_TRUE(tracker_.end_some(10));
    EXPECT_FALSE(tracker_.end_some(10));

    ASSERT_EQ(tracker_.ended().size(), 2U);
    EXPECT_EQ(tracker_.session_count(), 0U);
    for (const Ended& ended : tracker_.ended()) {
        const bool is_reset = ended.session.tcp_state == TcpState::kReset;
        EXPECT_EQ(ended.reason, is_reset ? EndReason::kReset : EndReason::kTraceEnd);
        EXPECT_EQ(timestamp_of(ended.time_ns), kBase + 2s);
    }
}

TEST_F(TrackerTest, StartsAnewAtAnyTimeOnceItIsEmpty) {
    see({.after = 1000s, .flags = kTcpSyn});
    tracker_.begin_end(EndReason::kTraceEnd, kBase + 1000s);
    EXPECT_TRUE(tracker_.end_some(10));
    EXPECT_FALSE(tracker_.end_some(10));
    tracker_.clear_ended();

    see({.after = 0s, .flags = kTcpSyn});
    expire(29s);
    EXPECT_TRUE(tracker_.ended().empty());
    expire(32s);
    ASSERT_EQ(tracker_.ended().size(), 1U);
    EXPECT_EQ(ended_after(0), 30s);
}

TEST_F(TrackerTest, TakesLongSilenceInItsStride) {
    see({.flags = kTcpSyn});
    expire(24h * 365 * 30);
    EXPECT_EQ(tracker_.ended().size(), 1U);
    EXPECT_NE(see({.after = 24h * 365 * 60, .flags = kTcpSyn}), nullptr);
}

TEST_F(FullTable, EvictsTheOldestWithoutAVerdict) {
    from_port(1, 0s);
    from_port(2, 5s);
    from_port(3, 10s);

    EXPECT_NE(from_port(4, 20s), nullptr);

    ASSERT_EQ(tracker_.ended().size(), 1U);
    EXPECT_EQ(tracker_.ended()[0].session.client().port, PortNumber{1});
    EXPECT_EQ(tracker_.ended()[0].reason, EndReason::kEvicted);
    EXPECT_EQ(ended_after(0), 20s);
    EXPECT_EQ(tracker_.ended()[0].packet, number_);
    EXPECT_EQ(count(FlowCounter::kEvicted), 1U);
    EXPECT_EQ(tracker_.session_count(), 3U);
}

TEST_F(FullTable, NeverEvictsWhatIsIdentified) {
    identify_ = [](Session& session) { session.set(kIdentified); };
    from_port(1, 0s);
    from_port(2, 5s);
    from_port(3, 10s);

    EXPECT_EQ(from_port(4, 20s), nullptr);

    EXPECT_TRUE(tracker_.ended().empty());
    EXPECT_EQ(count(FlowCounter::kUntrackedTableFull), 1U);
    EXPECT_EQ(count(FlowCounter::kEvicted), 0U);
    EXPECT_EQ(count(FlowCounter::kTracked) + count(FlowCounter::kUntrackedTableFull), number_);
}

TEST_F(FullTable, EvictsNothingThatTheSameBurstPointsAt) {
    std::vector<Seen> packets;
    for (std::uint16_t port = 1; port <= 5; ++port)
        packets.push_back({.source = {kPhone.address, PortNumber{port}}, .flags = kTcpSyn});

    EXPECT_EQ(see_all(packets), nullptr);

    EXPECT_EQ(count(FlowCounter::kUntrackedTableFull), 2U);
    EXPECT_EQ(count(FlowCounter::kEvicted), 0U);
}

TEST_F(FullTable, EndsWhatIsOverForThatReasonAndCountsNoEviction) {
    from_port(1, 0s);
    from_port(2, 5s);
    from_port(3, 10s);

    from_port(4, 33s);

    ASSERT_EQ(tracker_.ended().size(), 1U);
    EXPECT_EQ(tracker_.ended()[0].reason, EndReason::kTimeout);
    EXPECT_EQ(ended_after(0), 30s);
    EXPECT_EQ(count(FlowCounter::kEvicted), 0U);
}

TEST_F(FullTable, HasRoomAgainAfterExpiry) {
    identify_ = [](Session& session) { session.set(kIdentified); };
    from_port(1, 0s);
    from_port(2, 0s);
    from_port(3, 0s);
    EXPECT_EQ(from_port(4, 1s), nullptr);

    expire(40s);

    EXPECT_NE(from_port(4, 41s), nullptr);
}

}  // namespace
}  // namespace sensor::flow
