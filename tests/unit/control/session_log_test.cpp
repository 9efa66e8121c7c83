#include "sensor/control/session_log.h"

#include <gtest/gtest.h>

namespace sensor::control {
namespace {

using namespace std::chrono_literals;

const Address kPhone = ipv4_address(0x0a14010e);
const Address kTablet = ipv4_address(0x0a14010f);

SessionRecord record(std::uint64_t flow_id, std::int64_t start_ns, const Address& client = kPhone,
                     RecordKind kind = RecordKind::kEnd) {
    SessionRecord made{};
    made.kind = kind;
    made.order.flow_id = flow_id;
    made.session.start_ns = start_ns;
    made.session.key =
        FlowKey::between({client, PortNumber{50000}}, {ipv4_address(0xc6336407), PortNumber{443}},
                         Transport::kTcp, 0);
    made.session.set(kClientIsLow);
    return made;
}

std::vector<std::uint64_t> flows(SessionLog& log, const Address& client, std::int64_t from_ns = 0,
                                 std::int64_t to_ns = 1000) {
    std::vector<std::uint64_t> all;
    log.each_of(client, timestamp_of(from_ns), timestamp_of(to_ns),
                [&](const SessionLog::Entry& entry) { all.push_back(entry.record.order.flow_id); });
    return all;
}
using Flows = std::vector<std::uint64_t>;

TEST(SessionLog, FindsAClientsSessionsByTheirStart) {
    SessionLog log{8};
    log.note(record(1, 10));
    log.note(record(2, 20, kTablet));
    log.note(record(3, 30));
    log.note(record(4, 40));

    EXPECT_EQ(flows(log, kPhone), (Flows{1, 3, 4}));
    EXPECT_EQ(flows(log, kPhone, 30, 30), (Flows{3}));
    EXPECT_EQ(flows(log, kTablet), (Flows{2}));
    EXPECT_EQ(flows(log, ipv4_address(1)), Flows{});
}

TEST(SessionLog, TheOldestMakesRoom) {
    SessionLog log{3};
    for (std::uint64_t flow = 1; flow <= 7; ++flow)
        log.note(record(flow, static_cast<std::int64_t>(flow), flow % 2 == 0 ? kPhone : kTablet));

    EXPECT_EQ(flows(log, kPhone), (Flows{6}));
    EXPECT_EQ(flows(log, kTablet), (Flows{5, 7}));
    EXPECT_EQ(log.size(), 3U);
}

TEST(SessionLog, ASessionIsNotedOnceHoweverOftenItIsTold) {
    SessionLog log{3};
    log.note(record(1, 10, kPhone, RecordKind::kUnapproved)).finding = "f";
    log.note(record(2, 20));
    SessionLog::Entry& entry = log.note(record(1, 10));

    EXPECT_EQ(entry.finding, "f");
    EXPECT_EQ(entry.record.kind, RecordKind::kEnd);
    EXPECT_EQ(flows(log, kPhone), (Flows{1, 2}));

    log.note(record(1, 99));
    EXPECT_EQ(flows(log, kPhone), (Flows{1, 2, 1})) << "it had ended: this is another";
}

TEST(SessionLog, OneThatWasForgottenWhileOpenIsNotedAnew) {
    SessionLog log{1};
    log.note(record(1, 10, kPhone, RecordKind::kUnapproved)).finding = "f";
    log.note(record(2, 20));

    EXPECT_EQ(log.note(record(1, 10)).finding, "");
    EXPECT_EQ(flows(log, kPhone), (Flows{1}));
}

TEST(LightOf, DiffersWhereAppOrStateIsKnownToDiffer) {
    Observation session;
    const std::uint64_t before = light_of(session);
    EXPECT_EQ(light_of(session), before);

    session.last += 1s;
    EXPECT_EQ(light_of(session), before) << "more of the session is no other light";
    session.attribution.app = "com.x";
    const std::uint64_t named = light_of(session);
    EXPECT_NE(named, before);
    session.context.locked = Tristate::kYes;
    EXPECT_NE(light_of(session), named);
    session.context.locked = Tristate::kUnknown;
    session.context.since_job = Duration{0};
    EXPECT_NE(light_of(session), named) << "just now is not never";
}

}  // namespace
}  // namespace sensor::control
