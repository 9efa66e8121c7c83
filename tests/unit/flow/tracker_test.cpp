#include "sensor/flow/tracker.h"

#include "tests/unit/flow/tracking.h"

namespace sensor::flow {
namespace {

using namespace test;

TEST_F(TrackerTest, FollowsAHandshake) {
    Session* session = see({.flags = kTcpSyn, .sequence = 100});
    ASSERT_NE(session, nullptr);
    EXPECT_EQ(session->tcp_state, TcpState::kSynSent);
    EXPECT_EQ(session->client(), kPhone);
    EXPECT_TRUE(session->has(kDirectionKnown));

    EXPECT_EQ(see(answer({.flags = kTcpSyn | kTcpAck, .sequence = 900})), session);
    EXPECT_EQ(session->tcp_state, TcpState::kSynReceived);
    EXPECT_EQ(see({.sequence = 101}), session);
    EXPECT_EQ(session->tcp_state, TcpState::kEstablished);
    EXPECT_EQ(session->packets, (std::array<std::uint32_t, 2>{2, 1}));
    EXPECT_EQ(session->wire_bytes, (std::array<std::uint64_t, 2>{80, 40}));
}

TEST_F(TrackerTest, TakesTheReceiverOfASynAckForTheClient) {
    Session* session = see(answer({.flags = kTcpSyn | kTcpAck, .sequence = 900}));

    EXPECT_EQ(session->client(), kPhone);
    EXPECT_EQ(session->tcp_state, TcpState::kSynReceived);
    EXPECT_TRUE(session->has(kDirectionKnown));
}

TEST_F(TrackerTest, SeesTheHandshakeWhenTheMirrorSwapsItsBeginning) {
    see(answer({.flags = kTcpSyn | kTcpAck, .sequence = 900}));
    see({.flags = kTcpSyn, .sequence = 100});
    Session* session = see({.sequence = 101});

    EXPECT_EQ(session->tcp_state, TcpState::kEstablished);
    see({.sequence = 101, .payload = "hello"});
    EXPECT_EQ(said_[0], "hello");
}

TEST_F(TrackerTest, SeesTheHandshakeWhenTheSynIsRepeatedLate) {
    see({.flags = kTcpSyn, .sequence = 100});
    see(answer({.flags = kTcpSyn | kTcpAck, .sequence = 900}));
    see({.flags = kTcpSyn, .sequence = 100});

    EXPECT_EQ(see({.sequence = 101})->tcp_state, TcpState::kEstablished);
    EXPECT_EQ(count(FlowCounter::kSessions), 1U);
}

TEST_F(TrackerTest, GuessesTheServerByItsPortMidstream) {
    Session* session = see(answer({.flags = kTcpAck, .payload = "data"}));

    EXPECT_EQ(session->client(), kPhone);
    EXPECT_EQ(session->tcp_state, TcpState::kMidstream);
    EXPECT_FALSE(session->has(kDirectionKnown));
    EXPECT_EQ(said_[0], "data");
}

TEST_F(TrackerTest, TakesTheFirstSenderForTheClientOverUdp) {
    const Seen first{.source = kServer, .destination = kPhone, .transport = Transport::kUdp};

    EXPECT_EQ(see(first)->client(), kServer);
    EXPECT_EQ(see(answer(first))->client(), kServer);
    EXPECT_EQ(count(FlowCounter::kSessions), 1U);
}

TEST_F(TrackerTest, NotesMulticast) {
    const Endpoint group{ipv4_address(0xe00000fb), PortNumber{5353}};

    EXPECT_TRUE(see({.destination = group, .transport = Transport::kUdp})->has(kMulticast));
    EXPECT_FALSE(see({.transport = Transport::kUdp})->has(kMulticast));
}

TEST_F(TrackerTest, KeepsScopesAndTransportsApart) {
    Session* tcp = see({.flags = kTcpSyn});
    Session* udp = see({.transport = Transport::kUdp});
    Session* scoped = see({.flags = kTcpSyn, .scope = 7});

    EXPECT_NE(tcp, udp);
    EXPECT_NE(tcp, scoped);
    EXPECT_EQ(tracker_.session_count(), 3U);
}

TEST_F(TrackerTest, SkipsWhatWasNotDecoded) {
    see({.flags = kTcpSyn});
    burst_->packets[0].status = DecodeStatus::kTruncated;
    burst_->round_end = 0;

    tracker_.run(*burst_);

    EXPECT_TRUE(burst_->due().empty());
    EXPECT_EQ(burst_->round_end, 1U);
    EXPECT_EQ(count(FlowCounter::kTracked), 1U);
}

TEST_F(TrackerTest, ClosesWithAFinFromBothSides) {
    Session* session = open();
    see({.after = 1s, .flags = kTcpFin | kTcpAck, .sequence = 101});
    EXPECT_EQ(session->tcp_state, TcpState::kEstablished);
    see(answer({.after = 1s, .flags = kTcpFin | kTcpAck, .sequence = 901}));
    EXPECT_EQ(session->tcp_state, TcpState::kClosed);
    see({.after = 2s, .sequence = 102});

    expire(11s);
    EXPECT_TRUE(tracker_.ended().empty());
    expire(14s);
    ASSERT_EQ(tracker_.ended().size(), 1U);
    EXPECT_EQ(tracker_.ended()[0].reason, EndReason::kClosed);
    EXPECT_EQ(ended_after(0), 12s);
}

TEST_F(TrackerTest, ClosesWithAReset) {
    see({.flags = kTcpSyn});
    Session* session = see(answer({.flags = kTcpRst | kTcpAck}));

    EXPECT_EQ(session->tcp_state, TcpState::kReset);
    expire(12s);
    ASSERT_EQ(tracker_.ended().size(), 1U);
    EXPECT_EQ(tracker_.ended()[0].reason, EndReason::kReset);
    EXPECT_EQ(ended_after(0), 10s);
}

TEST_F(TrackerTest, BeginsAnewWhenPortsAreUsedAgain) {
    open();
    see({.after = 1s, .flags = kTcpRst, .sequence = 101});

    Session* second = see({.after = 2s, .flags = kTcpSyn, .sequence = 5000});

    ASSERT_EQ(tracker_.ended().size(), 1U);
    EXPECT_EQ(tracker_.ended()[0].reason, EndReason::kReset);
    EXPECT_EQ(ended_after(0), 2s);
    EXPECT_EQ(tracker_.ended()[0].packet, number_);
    EXPECT_EQ(second->start_ns, nanoseconds_of(kBase + 2s));
    EXPECT_EQ(count(FlowCounter::kSessions), 2U);
}

TEST_F(TrackerTest, BeginsAnewWhenPortsAreUsedAgainWithinABurst) {
    see_all({{.flags = kTcpSyn, .sequence = 100},
             answer({.flags = kTcpRst | kTcpAck}),
             {.after = 1ms, .flags = kTcpSyn, .sequence = 5000}});

    ASSERT_EQ(tracker_.ended().size(), 1U);
    EXPECT_EQ(count(FlowCounter::kSessions), 2U);
    EXPECT_EQ(tracker_.session_count(), 1U);
}

TEST_F(TrackerTest, BeginsAnewWhenTheEndWasMissed) {
    open();
    see({.after = 1s, .sequence = 101, .payload = "old"});

    Session* second = open(5s, 77'000);
    see({.after = 6s, .sequence = 77'001, .payload = "new"});

    EXPECT_EQ(said_[0], "new");
    EXPECT_EQ(second->tcp_state, TcpState::kEstablished);
    ASSERT_EQ(tracker_.ended().size(), 1U);
    EXPECT_EQ(ended_after(0), 5s);
    EXPECT_EQ(count(FlowCounter::kSessions), 2U);
}

TEST_F(TrackerTest, BeginsAnewWhenASessionCaughtMidwayIsOpenedAgain) {
    see({.sequence = 555});

    Session* second = open(5s, 77'000);
    see({.after = 6s, .sequence = 77'001, .payload = "new"});

    EXPECT_EQ(said_[0], "new");
    EXPECT_EQ(second->tcp_state, TcpState::kEstablished);
}

TEST_F(TrackerTest, CountsEveryPacketOnce) {
    for (std::uint16_t port = 1; port <= 50; ++port) {
        const Endpoint from{kPhone.address, PortNumber{port}};
        see({.source = from, .flags = kTcpSyn});
        see(answer({.source = from, .flags = kTcpSyn | kTcpAck}));
    }

    EXPECT_EQ(count(FlowCounter::kSessions), 50U);
    EXPECT_EQ(count(FlowCounter::kTracked), 100U);
    EXPECT_EQ(count(FlowCounter::kUntrackedTableFull), 0U);
    EXPECT_EQ(tracker_.session_count(), 50U);
}

TEST_F(TrackerTest, KeepsTheClientsTags) {
    Tags server;
    server.vlans[0] = 900;
    Tags client;
    client.vlans[0] = 110;
    see(answer({.flags = kTcpSyn | kTcpAck, .tags = server}));
    Session* session = see({.flags = kTcpAck, .tags = client});
    EXPECT_EQ(tracker_.tags_of(*session), client);
    EXPECT_TRUE(session->has(kTagsFromClient));

    see(answer({.flags = kTcpAck, .tags = server}));
    EXPECT_EQ(tracker_.tags_of(*session), client);
}

TEST_F(TrackerTest, HandsTagsOnWhenASessionEnds) {
    Tags tags;
    tags.vni = Vni{5010};
    see({.flags = kTcpSyn, .tags = tags});

    expire(60s);

    ASSERT_EQ(tracker_.ended().size(), 1U);
    EXPECT_EQ(tracker_.ended()[0].tags, tags);
}

/// A session of which nothing is left to be found out.
class SteadySession : public TrackerTest {
  protected:
    SteadySession() {
        open();
        identify_ = [](Session& session) {
            for (const auto done : {kIdentified, kAttributed, kJudged})
                session.set(done);
        };
        session_ = see({.after = 3ms, .flags = kTcpAck, .sequence = 101, .payload = "hello"});
        see(answer({.after = 4ms, .flags = kTcpAck, .sequence = 901}));
    }
    [[nodiscard]] bool is_due(const Seen& packet) {
        see(packet);
        return !burst_->due().empty();
    }
    Session* session_ = nullptr;
};

TEST_F(SteadySession, IsCountedAndNothingElse) {
    const auto packets = session_->packets;
    const auto bytes = session_->wire_bytes;

    EXPECT_FALSE(is_due({.after = 1s, .flags = kTcpAck | kTcpPsh, .payload = "more"}));
    EXPECT_FALSE(is_due(answer({.after = 2s, .flags = kTcpAck})));

    EXPECT_EQ(session_->packets[0], packets[0] + 1);
    EXPECT_EQ(session_->packets[1], packets[1] + 1);
    EXPECT_EQ(session_->wire_bytes[0], bytes[0] + 44);
    EXPECT_EQ(session_->last_seen_ns, nanoseconds_of(kBase + 2s));
    EXPECT_TRUE(session_->tcp_flags[0] & kTcpPsh);
    EXPECT_EQ(count(FlowCounter::kTracked), 7U);
}

TEST_F(SteadySession, IsDueWhenItEnds) {
    EXPECT_TRUE(is_due({.after = 1s, .flags = kTcpFin | kTcpAck}));
    EXPECT_TRUE(is_due(answer({.after = 1s, .flags = kTcpRst})));
    EXPECT_EQ(session_->tcp_state, TcpState::kReset);
}

TEST_F(SteadySession, IsDueWhileItAwaitsAnything) {
    const Seen packet{.after = 1s, .flags = kTcpAck};
    for (const auto missing : {kIdentified, kAttributed, kJudged, kTagsFromClient}) {
        session_->clear(missing);
        identify_ = {};
        EXPECT_TRUE(is_due(packet)) << missing;
        session_->set(missing);
        EXPECT_FALSE(is_due(packet)) << missing;
    }
    session_->watch_as(kAnnounces, true);
    EXPECT_TRUE(is_due(packet));
    session_->watch_as(kAnnounces, false);
    session_->course = Course::kFollowed;
    EXPECT_TRUE(is_due(packet));
    session_->course = Course::kEnded;
    EXPECT_FALSE(is_due(packet));
}

TEST_F(SteadySession, IsWatchedUntilItWasToldToPersist) {
    session_->set(kUnapproved);
    EXPECT_TRUE(is_due({.after = 1s, .flags = kTcpAck}));
    session_->set(kPersistenceTold);
    EXPECT_FALSE(is_due({.after = 2s, .flags = kTcpAck}));
}

TEST_F(SteadySession, IsAnotherAfterItsTimeout) {
    EXPECT_TRUE(is_due({.after = 2h, .flags = kTcpAck}));
    EXPECT_EQ(count(FlowCounter::kSessions), 2U);
}

TEST_F(SteadySession, TakesTagsThatComeLate) {
    Tags tags;
    tags.vlans[0] = 7;
    tags.vlan_count = 1;
    EXPECT_TRUE(is_due({.after = 1s, .flags = kTcpAck, .tags = tags}));
}

}  // namespace
}  // namespace sensor::flow
