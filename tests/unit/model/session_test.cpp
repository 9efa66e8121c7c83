#include "sensor/model/session.h"

#include <gtest/gtest.h>

#include "sensor/model/record.h"

namespace sensor {
namespace {

constexpr Endpoint kLow{ipv4_address(1), PortNumber{49152}};
constexpr Endpoint kHigh{ipv4_address(2), PortNumber{443}};

Session session_of_low() {
    Session session;
    session.key = FlowKey::between(kLow, kHigh, Transport::kTcp, 0);
    session.set(kClientIsLow);
    return session;
}

TEST(Session, KnowsItsClientAndDirections) {
    Session session = session_of_low();

    EXPECT_EQ(session.client(), kLow);
    EXPECT_EQ(session.server(), kHigh);
    EXPECT_EQ(session.direction_of(true), Direction::kToServer);
    EXPECT_EQ(session.direction_of(false), Direction::kToClient);
    session.clear(kClientIsLow);
    EXPECT_EQ(session.client(), kHigh);
    EXPECT_EQ(session.direction_of(true), Direction::kToClient);
}

TEST(Session, SetsAndClearsOneFlagAtATime) {
    Session session;

    session.set(kConflict);
    session.set(kJudged);
    session.clear(kConflict);

    EXPECT_FALSE(session.has(kConflict));
    EXPECT_TRUE(session.has(kJudged));
}

TEST(Session, CountsAttemptsOfEachDirectionUpToALimit) {
    Session session;

    for (int i = 0; i < 100; ++i)
        session.count_attempt(Direction::kToServer);
    session.count_attempt(Direction::kToClient);

    EXPECT_EQ(session.attempts_of(Direction::kToServer), 14U);
    EXPECT_EQ(session.attempts_of(Direction::kToClient), 1U);
    EXPECT_FALSE(session.is_exhausted(Direction::kToServer));
    session.exhaust(Direction::kToClient);
    EXPECT_TRUE(session.is_exhausted(Direction::kToClient));
    EXPECT_FALSE(session.is_exhausted(Direction::kToServer));
}

TEST(Session, TurnsRoundWithAllThatWasCounted) {
    Session session = session_of_low();
    session.wire_bytes = {100, 7};
    session.packets = {2, 1};
    session.next_sequence = {11, 22};
    session.spoken = {ProtocolId{3}, ProtocolId::kUnknown};
    session.tcp_flags = {kTcpSyn, kTcpFin};
    session.count_attempt(Direction::kToServer);
    session.exhaust(Direction::kToClient);
    session.set(kTagsFromClient);
    session.set(kAttributed);

    session.turn_round();

    EXPECT_EQ(session.client(), kHigh);
    EXPECT_EQ(session.wire_bytes, (std::array<std::uint64_t, 2>{7, 100}));
    EXPECT_EQ(session.packets, (std::array<std::uint32_t, 2>{1, 2}));
    EXPECT_EQ(session.next_sequence, (std::array<std::uint32_t, 2>{22, 11}));
    EXPECT_EQ(session.spoken[1], ProtocolId{3});
    EXPECT_EQ(session.tcp_flags, (std::array<std::uint8_t, 2>{kTcpFin, kTcpSyn}));
    EXPECT_TRUE(session.is_exhausted(Direction::kToServer));
    EXPECT_EQ(session.attempts_of(Direction::kToClient), 1U);
    EXPECT_FALSE(session.has(kTagsFromClient));
    EXPECT_FALSE(session.has(kAttributed));
}

TEST(Session, KnowsWhoseTokenItKeepsAfterTurningRound) {
    Session session = session_of_low();
    session.token = 7;
    session.set(kTokenFromServer);

    session.turn_round();

    EXPECT_FALSE(session.has(kTokenFromServer));
}

TEST(Session, IsConfirmedByThoseWhoSpokeItsProtocol) {
    constexpr ProtocolId kSsh{1};
    constexpr ProtocolId kTls{2};
    Session session;
    EXPECT_EQ(session.confirmed(), Confirmed::kNone);

    session.protocol = kSsh;
    session.spoken = {kSsh, ProtocolId::kUnknown};
    EXPECT_EQ(session.confirmed(), Confirmed::kClient);
    session.spoken = {kTls, kSsh};
    EXPECT_EQ(session.confirmed(), Confirmed::kServer);
    session.spoken = {kSsh, kSsh};
    EXPECT_EQ(session.confirmed(), Confirmed::kBoth);
}

TEST(FlowId, DependsOnKeyAndStartAlone) {
    Session session = session_of_low();
    session.start_ns = 1;
    const auto id = flow_id_of(session);

    EXPECT_LT(id, std::uint64_t{1} << 51U);
    Session later = session;
    later.last_seen_ns = 99;
    later.turn_round();
    EXPECT_EQ(flow_id_of(later), id);
    later.start_ns = 2;
    EXPECT_NE(flow_id_of(later), id);
    Session elsewhere = session;
    elsewhere.key.scope = 1;
    EXPECT_NE(flow_id_of(elsewhere), id);
}

TEST(RecordOrder, IsByEpochTimePacketAndSession) {
    const RecordOrder base{.epoch = 1, .time_ns = 10, .packet = 5, .flow_id = 7};

    EXPECT_LT(base, (RecordOrder{.epoch = 2, .time_ns = 0, .packet = 0, .flow_id = 0}));
    EXPECT_LT(base, (RecordOrder{.epoch = 1, .time_ns = 11, .packet = 0, .flow_id = 0}));
    EXPECT_LT(base, (RecordOrder{.epoch = 1, .time_ns = 10, .packet = 6, .flow_id = 0}));
    EXPECT_LT(base, (RecordOrder{.epoch = 1, .time_ns = 10, .packet = 5, .flow_id = 8}));
}

}  // namespace
}  // namespace sensor
