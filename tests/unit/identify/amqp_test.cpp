#include "sensor/identify/protocols/amqp.h"

#include <gtest/gtest.h>

#include "tests/support/hex.h"
#include "tests/unit/identify/dialogue.h"

namespace sensor::identify {
namespace {

using namespace test;

constexpr auto k091 = "414d5150 00 00 09 01"_hex;
constexpr auto k10 = "414d5150 00 01 00 00"_hex;
constexpr auto kSasl = "414d5150 03 01 00 00"_hex;
constexpr auto kTls = "414d5150 02 01 00 00"_hex;
// Connection.Start of 0-9 with {product: "Rabbit"}, PLAIN, en_US.
constexpr auto kStart =
    "01 0000 0000002f 000a 000a 00 09 00000013 0770726f64756374 53 00000006 526162626974"
    "00000005 504c41494e 00000005 656e5f5553 ce"_hex;
constexpr auto kHeartbeat = "08 0000 00000000 ce"_hex;
// Basic.Ack on channel 1.
constexpr auto kAck = "01 0001 0000000d 003c 0050 0000000000000001 00 ce"_hex;
// SASL mechanisms, and open with a large descriptor.
constexpr auto kMechanisms = "00000016 02 01 0000 00 53 40 c0 09 01 a3 05 504c41494e 00"_hex;
constexpr auto kOpen = "00000018 02 00 0000 00 80 0000000000000010 c0 04 01 a1 01 61"_hex;

Match says(bytes::View said) {
    return ask(amqp::validate, stream(said)).match;
}

TEST(Amqp, NamesEveryHeader) {
    for (const bytes::View said :
         {bytes::View{k091}, bytes::View{k10}, bytes::View{kSasl}, bytes::View{kTls}}) {
        EXPECT_EQ(recognised_as(stream(said)), "amqp");
        EXPECT_EQ(recognised_as(stream_back(said)), "amqp");
        for (std::size_t size = 1; size < said.size(); ++size)
            EXPECT_EQ(says(said.first(size)), Match::kNeedMore) << size;
    }
    for (const auto& version : {"01010901"_hex, "01010009"_hex, "01010800"_hex, "0101000a"_hex})
        EXPECT_EQ(says(concatenated({"414d5150"_hex, version})), Match::kYes);
}

TEST(Amqp, NamesFrames) {
    for (const bytes::View said : {bytes::View{kStart}, bytes::View{kHeartbeat}, bytes::View{kAck},
                                   bytes::View{kMechanisms}, bytes::View{kOpen}}) {
        EXPECT_EQ(recognised_as(stream_back(said)), "amqp");
        EXPECT_EQ(says(said.first(6)), Match::kNeedMore);
    }
    EXPECT_TRUE(accepted_cuts(amqp::validate, stream_back(kStart)).empty());
    EXPECT_TRUE(accepted_cuts(amqp::validate, stream_back(kAck)).empty());
    EXPECT_EQ(ask(amqp::validate, stream_back(kStart)).role, Role::kServer);
}

TEST(Amqp, ConfirmsBothSides) {
    Dialogue dialogue{Transport::kTcp};
    dialogue.client(k091).server(kStart);
    EXPECT_EQ(dialogue.protocol(), "amqp");
    EXPECT_EQ(dialogue.confirmed(), Confirmed::kBoth);
}

TEST(Amqp, ChecksEveryField) {
    const std::vector<std::pair<const char*, Payload>> near_misses{
        {"name", changed(k091, 3, {'X'})},
        {"version 0-9-2", changed(k091, 7, {2})},
        {"1.1", changed(k10, 6, {1})},
        {"protocol 4", changed(kSasl, 4, {4})},
        {"frame end", changed(kAck, 20, {0xcd})},
        {"class", changed(kAck, 8, {0x3d})},
        {"method", changed(kAck, 10, {0x79})},
        {"frame size", changed(kAck, 6, {0x0c})},
        {"frame too long", changed(kAck, 3, {0x7f})},
        {"heartbeat's channel", changed(kHeartbeat, 2, {1})},
        {"heartbeat's end", changed(kHeartbeat, 7, {0})},
        {"start's version", changed(kStart, 12, {8})},
        {"start's table", changed(kStart, 16, {0x14})},
        {"start's mechanisms", changed(kStart, 40, {7})},
        {"header of three words", changed(kOpen, 4, {3})},
        {"performative", changed(kOpen, 17, {0x19})},
        {"performative of SASL", changed(kMechanisms, 10, {0x45})},
        {"no list", changed(kMechanisms, 11, {0xa1})},
        {"frame shorter than itself", changed(kMechanisms, 3, {0x0b})},
    };
    for (const auto& [what, said] : near_misses)
        EXPECT_EQ(says(said), Match::kNo) << what;
}

TEST(Amqp, GoesOnAsTls) {
    using State = Upgrade::State;
    EXPECT_EQ(amqp::upgrade(kTls, kTls).state, State::kDone);
    EXPECT_EQ(amqp::upgrade(kTls, kTls).client_at, 8U);
    EXPECT_EQ(amqp::upgrade(kTls, kTls).server_at, 8U);
    EXPECT_EQ(amqp::upgrade(kTls, {}).state, State::kPending);
    EXPECT_EQ(amqp::upgrade(kTls, bytes::View{kTls}.first(5)).state, State::kPending);
    EXPECT_EQ(amqp::upgrade(kTls, kSasl).state, State::kNever);
    EXPECT_EQ(amqp::upgrade(k091, {}).state, State::kNever);
    EXPECT_EQ(amqp::upgrade({}, kStart).state, State::kNever);
}

TEST(Amqp, NotesTheServersProduct) {
    EXPECT_EQ(fact_of(amqp::kProtocol, stream_back(kStart), Fact::kSoftware), "Rabbit");
    EXPECT_EQ(fact_of(amqp::kProtocol, stream_back(kAck), Fact::kSoftware), "");
}

}  // namespace
}  // namespace sensor::identify
