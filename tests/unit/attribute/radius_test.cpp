#include "sensor/attribute/feeds/radius.h"

#include <gtest/gtest.h>

#include "tests/unit/attribute/radius_requests.h"

namespace sensor::attribute::feeds {
namespace {

using namespace std::chrono_literals;
using namespace test;

constexpr Timestamp kNoon{1'790'000'000s};
const Endpoint kGateway{*parse_address("192.0.2.1"), PortNumber{40000}};

RadiusReader reader(bool trust_unverified = false) {
    return RadiusReader{{.clients = {{*parse_prefix("192.0.2.0/24"), std::string{kSecret}},
                                     {*parse_prefix("192.0.2.7/32"), "another"}},
                         .groups = {},
                         .trust_unverified = trust_unverified}};
}

/// When the lease begins that such a request tells of.
std::optional<Timestamp> begin_of(std::initializer_list<Bytes> more) {
    Bytes all;
    for (const Bytes& one : more)
        all.insert(all.end(), one.begin(), one.end());
    auto fresh = reader();
    const auto heard =
        fresh.read(request({kStart, kSession, kNas, kFramed, kStation, all}), kGateway, kNoon);
    if (heard.events.size() != 1) return std::nullopt;
    return heard.events.front().time;
}

TEST(Radius, ARequestBecomesALease) {
    auto radius = reader();
    const Bytes start = request({kStart, kSession, kNas, kFramed, kStation});
    const auto heard = radius.read(start, kGateway, kNoon);

    EXPECT_EQ(heard.outcome, RadiusOutcome::kAccepted);
    ASSERT_EQ(heard.events.size(), 1U);
    EXPECT_EQ(heard.events[0].device, "mac:a1b2c3d4e5f6");
    EXPECT_EQ(heard.events[0].source, "radius");
    EXPECT_EQ(std::get<LeaseFact>(heard.events[0].fact),
              (LeaseFact{*parse_address("10.20.1.14"), true, ""}));
    EXPECT_EQ(heard.response,
              radius::response_to(*radius::parse_packet(start), std::string{kSecret}));
}

TEST(Radius, OutcomesOfWhatIsNotUsed) {
    auto radius = reader();
    const auto outcome = [&](const Bytes& bytes, const Endpoint& from = kGateway) {
        const auto heard = radius.read(bytes, from, kNoon);
        EXPECT_TRUE(heard.events.empty() && heard.response.empty());
        return heard.outcome;
    };
    const Bytes start = request({kStart, kSession, kNas, kFramed, kStation});
    Bytes cut = start;
    cut.pop_back();
    const Endpoint stranger{*parse_address("198.51.100.1"), PortNumber{40000}};
    const Endpoint other{*parse_address("192.0.2.7"), PortNumber{40000}};
    EXPECT_EQ(outcome(start, stranger), RadiusOutcome::kUnknownClient);
    EXPECT_EQ(outcome(start, other), RadiusOutcome::kWrongAuthenticator);  // the longest block's
    EXPECT_EQ(outcome(cut), RadiusOutcome::kMalformed);
    EXPECT_EQ(outcome({}), RadiusOutcome::kMalformed);
    EXPECT_EQ(outcome(request({kStart, kSession}, 1, "wrong")), RadiusOutcome::kWrongAuthenticator);
    EXPECT_EQ(outcome(request({kStart, kSession}, 1, kSecret, 1)), RadiusOutcome::kOtherCode);
    EXPECT_EQ(outcome(request({kSession})), RadiusOutcome::kIncomplete);
    EXPECT_EQ(radius.read(start, kGateway, kNoon).outcome, RadiusOutcome::kAccepted);
}

TEST(Radius, ARetransmissionIsAnsweredAndTellsNothing) {
    auto radius = reader();
    const Bytes start = request({kStart, kSession, kNas, kFramed, kStation});
    const auto first = radius.read(start, kGateway, kNoon);
    const auto again = radius.read(start, kGateway, kNoon + 3s);

    EXPECT_EQ(again.outcome, RadiusOutcome::kRepeated);
    EXPECT_TRUE(again.events.empty());
    EXPECT_EQ(again.response, first.response);
}

TEST(Radius, ARetransmissionOfWhatFoundNoRoomTellsItAll) {
    auto radius = reader();
    const Bytes start = request({kStart, kSession, kNas, kFramed, kStation});
    EXPECT_EQ(radius.read(start, kGateway, kNoon).events.size(), 1U);
    radius.undo();
    const auto again = radius.read(start, kGateway, kNoon + 3s);

    EXPECT_EQ(again.outcome, RadiusOutcome::kAccepted);
    EXPECT_EQ(again.events.size(), 1U);
}

TEST(Radius, TheEventsOwnTimeCounts) {
    EXPECT_EQ(begin_of({}), kNoon);
    EXPECT_EQ(begin_of({tlv(41, 12U)}), kNoon - 12s);
    EXPECT_EQ(begin_of({tlv(55, 1'789'999'000U)}), kNoon - 1000s);
    EXPECT_EQ(begin_of({tlv(55, 1'789'999'000U), tlv(41, 12U)}), kNoon - 1000s);
}

TEST(Radius, AClockThatNobodySetIsNotBelieved) {
    EXPECT_EQ(begin_of({tlv(55, 86'400U)}), kNoon);  // 1970
    EXPECT_EQ(begin_of({tlv(55, 1'790'000'301U)}), kNoon);
    EXPECT_EQ(begin_of({tlv(55, 1'790'000'299U)}), kNoon + 299s);
    // Nor is a delay that began before 1970.
    EXPECT_EQ(begin_of({tlv(41, 1'790'000'000U)}), Timestamp{});
    EXPECT_EQ(begin_of({tlv(41, 1'790'000'001U)}), kNoon);
}

TEST(Radius, WithoutASecretItIsBelievedOnlyOnDemand) {
    const Endpoint stranger{*parse_address("198.51.100.1"), PortNumber{40000}};
    const Bytes start = request({kStart, kSession, kNas, kFramed, kStation}, 1, "whatever");
    auto trusting = reader(true);
    const auto heard = trusting.read(start, stranger, kNoon);
    EXPECT_EQ(heard.outcome, RadiusOutcome::kAccepted);
    EXPECT_EQ(heard.events.size(), 1U);
    EXPECT_TRUE(heard.response.empty());
    // Where there is a secret it decides all the same.
    EXPECT_EQ(trusting.read(start, kGateway, kNoon).outcome, RadiusOutcome::kWrongAuthenticator);
}

TEST(Radius, OutcomesHaveNames) {
    EXPECT_EQ(name_of(RadiusOutcome::kAccepted), "accepted");
    EXPECT_EQ(name_of(RadiusOutcome::kIncomplete), "incomplete");
}

}  // namespace
}  // namespace sensor::attribute::feeds
