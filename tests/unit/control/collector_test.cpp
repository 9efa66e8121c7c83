#include "sensor/control/collector.h"

#include <gtest/gtest.h>

namespace sensor::control {
namespace {

using pipeline::Outbox;
using pipeline::WhenFull;

class CollectorTest : public testing::Test {
  protected:
    static SessionRecord record(std::int64_t time_ns, std::uint64_t flow_id,
                                RecordKind kind = RecordKind::kEnd, std::uint32_t epoch = 0) {
        SessionRecord record;
        record.order = {.epoch = epoch, .time_ns = time_ns, .packet = 0, .flow_id = flow_id};
        record.kind = kind;
        return record;
    }
    static FactsRecord facts(std::uint64_t flow_id, std::uint32_t epoch, std::string_view name) {
        FactsRecord record{.flow_id = flow_id, .epoch = epoch, .direction = {}, .facts = {}};
        record.facts.add(Fact::kTlsSni, name);
        return record;
    }
    static void send(Outbox& outbox, auto record) { outbox.send(record); }
    /// Flow ids in the order they come out.
    std::vector<std::uint64_t> gathered() {
        collector_.gather();
        std::vector<std::uint64_t> ids;
        while (const Told* told = collector_.next())
            ids.push_back(told->observation.flow_id);
        return ids;
    }

    std::vector<std::string> names_{"unknown", "tls"};
    Outbox first_{1U << 14U, WhenFull::kWait};
    Outbox second_{1U << 14U, WhenFull::kWait};
    Collector collector_{{&first_, &second_}, names_};
};

TEST_F(CollectorTest, PassesNothingOnBeforeEveryWorkerHasPromised) {
    send(first_, record(10, 1));
    first_.reach(0, 100);

    EXPECT_EQ(gathered(), (std::vector<std::uint64_t>{}));
    second_.reach(0, 10);
    EXPECT_EQ(gathered(), (std::vector<std::uint64_t>{})) << "an equal time may still follow";
    second_.reach(0, 11);
    EXPECT_EQ(gathered(), (std::vector<std::uint64_t>{1}));
}

TEST_F(CollectorTest, DatagramsComeInTheirTurn) {
    const auto datagram = [](std::int64_t time_ns, std::string_view text) {
        DatagramRecord record;
        record.order = {.epoch = 0, .time_ns = time_ns, .packet = 1, .flow_id = 0};
        record.set_payload(bytes::view_of(text));
        return record;
    };
    const auto next = [&] {
        const DatagramRecord* record = collector_.next_datagram();
        return record == nullptr ? "" : std::string{bytes::text_of(record->payload())};
    };
    send(first_, datagram(20, "second"));
    send(second_, datagram(10, "first"));
    send(second_, record(15, 7));
    first_.reach(0, 100);
    second_.reach(0, 20);
    collector_.gather();

    EXPECT_EQ(next(), "first");
    EXPECT_EQ(next(), "") << "a record precedes it";
    EXPECT_EQ(collector_.next()->observation.flow_id, 7U);
    EXPECT_EQ(next(), "") << "the other worker may still send one before it";
    first_.finish();
    second_.finish();
    collector_.gather();
    EXPECT_FALSE(collector_.finished());
    EXPECT_EQ(next(), "second");
    EXPECT_TRUE(collector_.finished());
}

TEST_F(CollectorTest, MergesByTimeThenFlowWhicheverWorkerItCameFrom) {
    send(first_, record(30, 1));
    send(first_, record(20, 9));
    send(second_, record(20, 2));
    send(second_, record(10, 3));
    first_.finish();
    second_.finish();

    EXPECT_EQ(gathered(), (std::vector<std::uint64_t>{3, 2, 9, 1}));
    EXPECT_TRUE(collector_.finished());
}

TEST_F(CollectorTest, TellsOfASessionBeforeItsEndAtTheSameMoment) {
    send(first_, record(10, 1, RecordKind::kEnd));
    send(first_, record(10, 1, RecordKind::kUnapproved));
    first_.finish();
    second_.finish();

    collector_.gather();
    EXPECT_EQ(collector_.next()->kind, RecordKind::kUnapproved);
    EXPECT_EQ(collector_.next()->kind, RecordKind::kEnd);
}

TEST_F(CollectorTest, AnEarlierEpochComesFirstWhateverItsTimes) {
    send(second_, record(1, 2, RecordKind::kEnd, 1));
    send(first_, record(1000, 1, RecordKind::kEnd, 0));
    first_.finish();
    second_.finish();

    EXPECT_EQ(gathered(), (std::vector<std::uint64_t>{1, 2}));
}

TEST_F(CollectorTest, FinishedWorkersHoldNobodyUp) {
    first_.finish();
    send(second_, record(10, 5));
    second_.reach(0, 20);

    EXPECT_EQ(gathered(), (std::vector<std::uint64_t>{5}));
    EXPECT_FALSE(collector_.finished());
}

TEST_F(CollectorTest, KeepsTheFactsOfEqualFlowsInTwoEpochsApart) {
    send(first_, facts(7, 0, "old.example"));
    send(first_, record(10, 7, RecordKind::kEnd, 0));
    send(first_, facts(7, 1, "new.example"));
    send(first_, record(5, 7, RecordKind::kEnd, 1));
    first_.finish();
    second_.finish();

    collector_.gather();
    EXPECT_EQ(collector_.next()->observation.fact(Fact::kTlsSni), "old.example");
    EXPECT_EQ(collector_.next()->observation.fact(Fact::kTlsSni), "new.example");
}

TEST_F(CollectorTest, TellsASessionOnlyWhatItHadToldByThen) {
    send(first_, facts(7, 0, "early.example"));
    send(first_, record(10, 7, RecordKind::kUnapproved));
    send(first_, facts(7, 0, "late.example"));
    send(first_, record(20, 7));
    first_.finish();
    second_.finish();

    collector_.gather();
    EXPECT_EQ(collector_.next()->observation.fact(Fact::kTlsSni), "early.example");
    EXPECT_EQ(collector_.next()->observation.fact(Fact::kTlsSni), "late.example");
}

TEST_F(CollectorTest, ForgetsTheFactsOfASessionWhoseEndWasLost) {
    send(first_, facts(7, 0, "lost.example"));
    send(first_, record(20, 8));
    send(first_, facts(9, 0, "next.example"));
    send(first_, record(30, 9));
    first_.finish();
    second_.finish();

    collector_.gather();
    EXPECT_EQ(collector_.next()->observation.fact(Fact::kTlsSni), "");
    EXPECT_EQ(collector_.next()->observation.fact(Fact::kTlsSni), "next.example");
}

TEST_F(CollectorTest, ObservesWhatTheSessionSays) {
    SessionRecord told = record(10, 7);
    told.session.key =
        FlowKey::between({ipv4_address(0x0a010203), PortNumber{40000}},
                         {ipv4_address(0xc0000201), PortNumber{8088}}, Transport::kTcp, 0);
    told.session.set(kClientIsLow);
    told.session.set(kOverlapConflict);
    told.session.protocol = ProtocolId{1};
    told.session.spoken = {ProtocolId{1}, ProtocolId::kUnknown};
    told.session.packets = {3, 2};
    told.reason = EndReason::kReset;
    first_.send(told);
    first_.finish();
    second_.finish();

    collector_.gather();
    const Told* seen = collector_.next();
    ASSERT_NE(seen, nullptr);
    EXPECT_EQ(to_string(seen->observation.client.address), "10.1.2.3");
    EXPECT_EQ(seen->observation.server.port, PortNumber{8088});
    EXPECT_EQ(seen->observation.protocol, "tls");
    EXPECT_EQ(seen->observation.protocol_to_server, "tls");
    EXPECT_EQ(seen->observation.protocol_to_client, "");
    EXPECT_EQ(seen->observation.confirmed, Confirmed::kClient);
    EXPECT_EQ(seen->observation.packets_to_server, 3U);
    EXPECT_EQ(seen->observation.end_reason, EndReason::kReset);
    EXPECT_TRUE(seen->observation.overlap_conflict);
    EXPECT_FALSE(seen->observation.loss_seen);
}

}  // namespace
}  // namespace sensor::control
