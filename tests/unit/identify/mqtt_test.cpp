#include "sensor/identify/protocols/mqtt.h"

#include <gtest/gtest.h>

#include "tests/support/hex.h"
#include "tests/unit/identify/dialogue.h"

namespace sensor::identify {
namespace {

using namespace test;

// 3.1.1, clean session, keep alive 60, client id "pump-7".
constexpr auto kConnect = "10 12 0004 4d515454 04 02 003c 0006 70756d702d37"_hex;
// The same with will, user and password.
constexpr auto kFullConnect =
    "10 20 0004 4d515454 04 ce 003c 0006 70756d702d37 0001 61 0002 6162 0001 75 0002 7077"_hex;
// 3.1, and 5.0 with a session expiry and a user property.
constexpr auto kOldConnect = "10 12 0006 4d5149736470 03 02 003c 0004 70756d70"_hex;
constexpr auto kNewConnect =
    "10 1f 0004 4d515454 05 02 003c 0c 11 0000003c 26 0001 61 0001 62 0006 70756d702d37"_hex;
constexpr auto kAccepted = "20 02 00 00"_hex;
// 5.0 with a receive maximum.
constexpr auto kNewAccepted = "20 06 00 00 03 21 0014"_hex;

Match answer(bytes::View said, unsigned level) {
    return ask(mqtt::validate, stream_back(said, level == 0 ? 0 : 0x100U | level)).match;
}

TEST(Mqtt, RecognisesEveryVersionsConnect) {
    for (const bytes::View connect : {bytes::View{kConnect}, bytes::View{kFullConnect},
                                      bytes::View{kOldConnect}, bytes::View{kNewConnect}}) {
        EXPECT_EQ(ask(mqtt::validate, stream(connect)).match, Match::kYes);
        EXPECT_EQ(recognised_as(stream(connect)), "mqtt");
    }
}

TEST(Mqtt, ConfirmsWithTheVersionsConnack) {
    Dialogue old{Transport::kTcp};
    Dialogue current{Transport::kTcp};
    Dialogue mixed{Transport::kTcp};
    old.client(kConnect).server(kAccepted);
    current.client(kNewConnect).server(kNewAccepted);
    mixed.client(kConnect).server(kNewAccepted);

    EXPECT_EQ(old.protocol(), "mqtt");
    EXPECT_EQ(old.confirmed(), Confirmed::kBoth);
    EXPECT_EQ(current.confirmed(), Confirmed::kBoth);
    EXPECT_NE(mixed.confirmed(), Confirmed::kBoth);
}

TEST(Mqtt, BelievesAConnackOnlyAfterAConnect) {
    EXPECT_EQ(answer(kAccepted, 0), Match::kNeedMore);
    EXPECT_EQ(answer(kAccepted, 4), Match::kYes);
    EXPECT_EQ(answer(kAccepted, 5), Match::kNo);
    EXPECT_EQ(answer("20 02 00 01"_hex, 5), Match::kYes) << "refuses version 5 in the old way";
    EXPECT_EQ(answer(kNewAccepted, 4), Match::kNo);
    EXPECT_EQ(answer("20 02 02 00"_hex, 4), Match::kNo);
    EXPECT_EQ(answer("20 02 00 06"_hex, 4), Match::kNo);
    EXPECT_EQ(answer("20 03 00 00 00"_hex, 5), Match::kYes);
    EXPECT_EQ(answer("20 03 00 01 00"_hex, 5), Match::kNo);
    EXPECT_EQ(answer("20 06 00 00 03 7f 0014"_hex, 5), Match::kNo);
    EXPECT_EQ(answer("20 06 00 00 02 21 0014"_hex, 5), Match::kNo);
    EXPECT_EQ(answer("20"_hex, 4), Match::kNeedMore);
}

TEST(Mqtt, ChecksEveryField) {
    const std::vector<std::pair<const char*, Payload>> near_misses{
        {"fixed header flags", changed(kConnect, 0, {0x11})},
        {"remaining length too short", changed(kConnect, 1, {0x11})},
        {"protocol name", changed(kConnect, 4, {'q'})},
        {"level 3 of MQTT", changed(kConnect, 8, {3})},
        {"level 6", changed(kConnect, 8, {6})},
        {"level 4 of MQIsdp", changed(kOldConnect, 10, {4})},
        {"reserved flag", changed(kConnect, 9, {0x03})},
        {"will QoS without will", changed(kConnect, 9, {0x0a})},
        {"will QoS 3", changed(kFullConnect, 9, {0xde})},
        {"password without user", changed(kFullConnect, 9, {0x4e})},
        {"client id shorter than told", changed(kConnect, 13, {5})},
        {"client id longer than told", changed(kConnect, 13, {7})},
        {"NUL in the client id", changed(kConnect, 14, {0})},
        {"unknown property", changed(kNewConnect, 13, {0x7f})},
        {"property list too short", changed(kNewConnect, 12, {0x0b})},
    };
    for (const auto& [what, payload] : near_misses) {
        EXPECT_EQ(ask(mqtt::validate, stream(payload)).match, Match::kNo) << what;
    }
}

TEST(Mqtt, NeedsMoreAtEveryLength) {
    for (const bytes::View connect : {bytes::View{kConnect}, bytes::View{kFullConnect},
                                      bytes::View{kOldConnect}, bytes::View{kNewConnect}}) {
        for (std::size_t size = 1; size < connect.size(); ++size) {
            EXPECT_EQ(ask(mqtt::validate, stream(connect.first(size))).match, Match::kNeedMore)
                << size;
        }
    }
}

TEST(Mqtt, AcceptsPacketsAfterTheConnect) {
    const auto said = concatenated({kConnect, "82 06 0001 0001 61 00"_hex});
    EXPECT_EQ(ask(mqtt::validate, stream(said)).match, Match::kYes);
}

TEST(Mqtt, IsConvincedByTheStartOfAnOutsizedPassword) {
    const auto start = "10 ff3f 0004 4d515454 04 c2 003c 0006 70756d702d37 0001 75 1fe0"_hex;
    EXPECT_EQ(ask(mqtt::validate, stream(concatenated({start, Payload(500, 'x')}))).match,
              Match::kNeedMore);
    EXPECT_EQ(ask(mqtt::validate, stream(concatenated({start, Payload(1400, 'x')}))).match,
              Match::kYes);
}

TEST(Mqtt, BelievesAConnackWithProperties) {
    EXPECT_EQ(answer(kNewAccepted, 0), Match::kYes);
    EXPECT_EQ(recognised_as(stream_back(kNewAccepted)), "mqtt");
    // It assigns a client id.
    const auto assigned = "20 0b 00 00 08 12 0005 61 75 74 6f 31"_hex;
    EXPECT_EQ(recognised_as(stream_back(assigned)), "mqtt");
    EXPECT_TRUE(accepted_cuts(mqtt::validate, stream_back(assigned)).empty());
    EXPECT_EQ(answer("20 03 00 00 00"_hex, 0), Match::kNeedMore) << "none";
    EXPECT_EQ(answer(changed(kNewAccepted, 5, {0x01}), 0), Match::kNo) << "PUBLISH's property";
    EXPECT_EQ(answer(changed(kNewAccepted, 3, {0x01}), 0), Match::kNo) << "no such reason";
    EXPECT_EQ(answer(changed(kNewAccepted, 4, {0x02}), 0), Match::kNo) << "lengths";
}

TEST(Mqtt, KnowsASessionWithoutOpening) {
    const auto subscribe = "82 06 0001 0001 61 00"_hex;
    const auto new_subscribe = "82 07 0001 00 0001 61 01"_hex;
    const auto unsubscribe = "a2 05 0001 0001 61"_hex;
    for (const bytes::View said :
         {bytes::View{subscribe}, bytes::View{new_subscribe}, bytes::View{unsubscribe}}) {
        EXPECT_EQ(recognised_as(stream(said)), "mqtt");
        EXPECT_TRUE(accepted_cuts(mqtt::validate, stream(said)).empty());
    }
    EXPECT_EQ(ask(mqtt::validate, stream(changed(subscribe, 0, {0x80}))).match, Match::kNo);
    EXPECT_EQ(ask(mqtt::validate, stream(changed(subscribe, 3, {0}))).match, Match::kNo);
    EXPECT_EQ(ask(mqtt::validate, stream(changed(subscribe, 5, {2}))).match, Match::kNo);
    EXPECT_EQ(ask(mqtt::validate, stream(changed(subscribe, 7, {3}))).match, Match::kNo);

    const auto publish = "30 05 0001 61 7879"_hex;
    EXPECT_EQ(ask(mqtt::validate, stream(publish)).match, Match::kNeedMore);
    EXPECT_EQ(ask(mqtt::validate, stream(publish, 0x200)).match, Match::kYes);
    EXPECT_EQ(ask(mqtt::validate, stream(publish, 0x104)).match, Match::kNo);
    EXPECT_EQ(ask(mqtt::validate, stream(changed(publish, 0, {0x36}))).match, Match::kNo);
    EXPECT_EQ(ask(mqtt::validate, stream(changed(publish, 3, {9}))).match, Match::kNo);
    EXPECT_EQ(ask(mqtt::validate, stream("c0 00"_hex)).match, Match::kNeedMore);
    EXPECT_EQ(ask(mqtt::validate, stream("c0 01"_hex)).match, Match::kNo);
    EXPECT_EQ(ask(mqtt::validate, stream_back("90 03 0001 00"_hex, 0x200)).match, Match::kYes);

    Dialogue dialogue{Transport::kTcp, Dialogue::Opening::kMissed};
    dialogue.client(publish).server(kNewAccepted);
    EXPECT_EQ(dialogue.protocol(), "mqtt");
    EXPECT_EQ(dialogue.confirmed(), Confirmed::kBoth);
}

TEST(Mqtt, TakesTheConnectOfAServerThatWasHeardFirst) {
    Dialogue dialogue{Transport::kTcp};
    dialogue.server(kNewAccepted).client(kNewConnect);
    EXPECT_EQ(dialogue.protocol(), "mqtt");
    EXPECT_EQ(dialogue.confirmed(), Confirmed::kBoth);
}

TEST(Mqtt, NotesTheClientId) {
    EXPECT_EQ(fact_of(mqtt::kProtocol, stream(kNewConnect), Fact::kMqttClientId), "pump-7");
}

}  // namespace
}  // namespace sensor::identify
