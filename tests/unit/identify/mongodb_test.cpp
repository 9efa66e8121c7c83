#include "sensor/identify/protocols/mongodb.h"

#include <gtest/gtest.h>

#include "tests/support/hex.h"
#include "tests/unit/identify/dialogue.h"

namespace sensor::identify {
namespace {

using namespace test;

// admin.$cmd {isMaster: 1}, request 7.
constexpr auto kQuery =
    "3a000000 07000000 00000000 d4070000 00000000 61646d696e2e24636d6400 00000000 ffffffff"
    "13000000 10 69734d617374657200 01000000 00"_hex;
// {ok: 1.0}, answers 7.
constexpr auto kReply =
    "35000000 01000000 07000000 01000000 08000000 0000000000000000 00000000 01000000"
    "11000000 01 6f6b00 000000000000f03f 00"_hex;
// {ping: 1, $db: "a"}, request 8.
constexpr auto kMessage =
    "2f000000 08000000 00000000 dd070000 00000000 00"
    "1a000000 10 70696e6700 01000000 02 24646200 02000000 6100 00"_hex;
constexpr auto kAnswer =
    "26000000 02000000 08000000 dd070000 00000000 00 11000000 01 6f6b00 000000000000f03f 00"_hex;
// A sequence "documents" of one {a: true}.
constexpr auto kSequence =
    "2c000000 09000000 00000000 dd070000 00000000 01 17000000 646f63756d656e747300"
    "09000000 08 6100 01 00"_hex;
constexpr auto kCompressed =
    "1d000000 0a000000 00000000 dc070000 dd070000 24000000 01 deadbeef"_hex;
constexpr auto kInsert =
    "21000000 0b000000 00000000 d2070000 00000000 612e6200 09000000 08 6100 01 00"_hex;
constexpr auto kUpdate =
    "2e000000 0b000000 00000000 d1070000 00000000 612e6200 01000000"
    "09000000 08 6100 01 00 09000000 08 6100 00 00"_hex;
constexpr auto kDelete =
    "25000000 0b000000 00000000 d6070000 00000000 612e6200 01000000 09000000 08 6100 01 00"_hex;
constexpr auto kGetMore =
    "24000000 0c000000 00000000 d5070000 00000000 612e6200 00000000 1122334455667788"_hex;
constexpr auto kKillCursors =
    "20000000 0d000000 00000000 d7070000 00000000 01000000 1122334455667788"_hex;

Match client(bytes::View said) {
    return ask(mongodb::validate, stream(said)).match;
}
Match server(bytes::View said, std::uint32_t token = 0) {
    return ask(mongodb::validate, stream_back(said, token)).match;
}

TEST(Mongodb, NamesEveryRequest) {
    for (const bytes::View said :
         {bytes::View{kQuery}, bytes::View{kMessage}, bytes::View{kSequence},
          bytes::View{kCompressed}, bytes::View{kInsert}, bytes::View{kUpdate},
          bytes::View{kDelete}, bytes::View{kGetMore}, bytes::View{kKillCursors}}) {
        EXPECT_EQ(recognised_as(stream(said)), "mongodb") << bytes::text_of(said);
    }
    for (const bytes::View said : {bytes::View{kQuery}, bytes::View{kGetMore},
                                   bytes::View{kSequence}, bytes::View{kKillCursors}}) {
        for (std::size_t size = 0; size < said.size() - 1; ++size)
            EXPECT_NE(client(said.first(size)), Match::kNo) << size;
    }
}

TEST(Mongodb, NamesEveryAnswer) {
    EXPECT_EQ(recognised_as(stream_back(kReply)), "mongodb");
    EXPECT_EQ(recognised_as(stream_back(kAnswer)), "mongodb");
    EXPECT_EQ(recognised_as(stream_back(kCompressed)), "mongodb");
    EXPECT_EQ(server(kReply, 7), Match::kYes);
    EXPECT_EQ(server(kReply, 8), Match::kNo) << "answers another request";
    EXPECT_EQ(server(kAnswer, 8), Match::kYes);
    EXPECT_EQ(server(kAnswer, 7), Match::kNo);
    EXPECT_EQ(server(kQuery), Match::kNo) << "servers do not ask";
}

TEST(Mongodb, ConfirmsBothSides) {
    Dialogue dialogue{Transport::kTcp};
    dialogue.client(kMessage).server(kAnswer);
    EXPECT_EQ(dialogue.protocol(), "mongodb");
    EXPECT_EQ(dialogue.confirmed(), Confirmed::kBoth);

    Dialogue other{Transport::kTcp};
    other.client(kQuery).server(kAnswer);
    EXPECT_NE(other.confirmed(), Confirmed::kBoth);
}

TEST(Mongodb, FindsTheServerOfASessionWithoutOpening) {
    Dialogue dialogue{Transport::kTcp, Dialogue::Opening::kMissed};
    dialogue.client(kAnswer);
    EXPECT_EQ(dialogue.protocol(), "mongodb");
    EXPECT_TRUE(dialogue.is_turned_round());
}

TEST(Mongodb, IsConvincedByTheStartOfALongMessage) {
    const auto said = changed(changed(kMessage, 0, {0, 0x40}), 21, {0, 0x3f});
    EXPECT_EQ(client(bytes::View{said}.first(45)), Match::kYes);
    EXPECT_EQ(client(bytes::View{said}.first(30)), Match::kNeedMore);
}

TEST(Mongodb, ChecksEveryField) {
    const std::vector<std::pair<const char*, Payload>> near_misses{
        {"length too short", changed(kQuery, 0, {0x14})},
        {"length too long", changed(kQuery, 3, {0x03})},
        {"operation 2008", changed(kQuery, 12, {0xd8})},
        {"query's reserved flag", changed(kQuery, 16, {0x01})},
        {"query's high flags", changed(kQuery, 17, {0x01})},
        {"collection without a dot", changed(kQuery, 25, {'x'})},
        {"collection that begins with it", changed(kQuery, 20, {'.'})},
        {"document shorter", changed(kQuery, 39, {0x12})},
        {"document longer", changed(kQuery, 39, {0x14})},
        {"element type", changed(kQuery, 43, {0x20})},
        {"element name", changed(kQuery, 44, {0x07})},
        {"document's end", changed(kQuery, 57, {0x01})},
        {"required flag", changed(kMessage, 16, {0x04})},
        {"section kind", changed(kMessage, 20, {0x02})},
        {"boolean 2", changed(kInsert, 31, {0x02})},
        {"compressed of what", changed(kCompressed, 16, {0x00})},
        {"compressor", changed(kCompressed, 24, {0x04})},
        {"zero", changed(kGetMore, 16, {0x01})},
        {"update's flags", changed(kUpdate, 24, {0x04})},
        {"delete's flags", changed(kDelete, 24, {0x02})},
        {"number of cursors", changed(kKillCursors, 20, {0x02})},
    };
    for (const auto& [what, said] : near_misses)
        EXPECT_EQ(client(said), Match::kNo) << what;
    EXPECT_EQ(server(changed(kReply, 16, {0x10})), Match::kNo) << "reply's flags";
    EXPECT_EQ(server(changed(kReply, 32, {0x00})), Match::kNo) << "no documents";
}

}  // namespace
}  // namespace sensor::identify
