#include "sensor/identify/protocols/cassandra.h"

#include <gtest/gtest.h>

#include "tests/support/hex.h"
#include "tests/unit/identify/dialogue.h"

namespace sensor::identify {
namespace {

using namespace test;

constexpr auto kOptions = "04 00 0001 05 00000000"_hex;
// {CQL_VERSION: 3.3.1}, streams 2.
constexpr auto kStartup =
    "04 00 0002 01 00000016 0001 000b 43514c5f56455253494f4e 0005 332e332e31"_hex;
// Version 1 has a stream of one byte.
constexpr auto kStartup1 =
    "01 00 02 01 00000016 0001 000b 43514c5f56455253494f4e 0005 332e302e30"_hex;
constexpr auto kQuery = "04 00 0003 07 00000011 0000000a 53454c45435420312b31 0001 00"_hex;
constexpr auto kPrepare = "02 00 03 09 0000000a 00000006 53454c454354"_hex;
constexpr auto kRegister = "04 00 0004 0b 00000011 0001 000d 5354415455535f4348414e4745"_hex;

constexpr auto kSupported =
    "84 00 0001 06 00000018 0001 000b 43514c5f56455253494f4e 0001 0005 332e332e31"_hex;
constexpr auto kReady = "84 00 0002 02 00000000"_hex;
constexpr auto kAuthenticate = "84 00 0002 03 00000007 0005 6f2e412e42"_hex;
constexpr auto kError = "83 00 0000 00 00000009 0000000a 0003 6f6c64"_hex;
constexpr auto kVoid = "84 00 0003 08 00000004 00000001"_hex;
constexpr auto kEvent = "84 00 ffff 0c 00000012 000d 5354415455535f4348414e4745 0001 55"_hex;

std::uint32_t token_of(bytes::View said) {
    return ask(cassandra::validate, stream(said)).token;
}
Match client(bytes::View said, std::uint32_t token = 0) {
    return ask(cassandra::validate, stream(said, token)).match;
}
Match server(bytes::View said, std::uint32_t token = 0) {
    return ask(cassandra::validate, stream_back(said, token)).match;
}

TEST(Cassandra, NamesRequests) {
    for (const bytes::View said :
         {bytes::View{kStartup}, bytes::View{kStartup1}, bytes::View{kQuery}, bytes::View{kPrepare},
          bytes::View{kRegister}}) {
        EXPECT_EQ(recognised_as(stream(said)), "cassandra") << bytes::text_of(said);
        for (std::size_t size = 0; size + 1 < said.size(); ++size)
            EXPECT_EQ(client(said.first(size)), Match::kNeedMore) << size;
    }
}

TEST(Cassandra, NamesAnswers) {
    for (const bytes::View said : {bytes::View{kSupported}, bytes::View{kAuthenticate},
                                   bytes::View{kError}, bytes::View{kEvent}}) {
        EXPECT_EQ(recognised_as(stream_back(said)), "cassandra") << bytes::text_of(said);
        EXPECT_EQ(server(said.first(12)), Match::kNeedMore);
    }
}

TEST(Cassandra, TakesEmptyMessagesOnlyBesideTheOther) {
    EXPECT_EQ(client(kOptions), Match::kNeedMore);
    EXPECT_EQ(client(kOptions, 1), Match::kYes);
    EXPECT_EQ(client(concatenated({kOptions, kStartup})), Match::kYes);
    EXPECT_EQ(client(concatenated({kOptions, kStartup1})), Match::kNo);
    EXPECT_EQ(server(kReady), Match::kNeedMore);
    EXPECT_EQ(server(kReady, token_of(kStartup)), Match::kYes);
    EXPECT_EQ(server(kReady, token_of(kQuery)), Match::kNo) << "another stream";
    EXPECT_EQ(server(kVoid), Match::kNeedMore);
    EXPECT_EQ(server(kVoid, token_of(kQuery)), Match::kYes);
    EXPECT_EQ(server(changed(kVoid, 12, {6}), token_of(kQuery)), Match::kNo);
    EXPECT_EQ(server(kError, token_of(kQuery)), Match::kYes) << "in the server's version";
}

TEST(Cassandra, LearnsWhatOptionsWereFromTheAnswer) {
    Dialogue dialogue{Transport::kTcp};
    dialogue.client(kOptions).server(kSupported);
    EXPECT_EQ(dialogue.protocol(), "cassandra");
    EXPECT_EQ(dialogue.confirmed(), Confirmed::kBoth);
}

TEST(Cassandra, ChecksEveryField) {
    const std::vector<std::pair<const char*, Payload>> clients{
        {"version 7", changed(kStartup, 0, {7})},
        {"flags of version 5", changed(kStartup, 1, {0x10})},
        {"compressed", changed(kStartup, 1, {0x01})},
        {"an answer's operation", changed(kStartup, 4, {0x06})},
        {"body too long", changed(kStartup, 5, {0x7f})},
        {"body one shorter", changed(kStartup, 8, {0x15})},
        {"no version", changed(kStartup, 13, {'X'})},
        {"value", changed(kStartup, 26, {7})},
        {"string longer", changed(kStartup, 25, {6})},
        {"statement longer", changed(kQuery, 12, {0x0e})},
        {"statement", changed(kQuery, 14, {7})},
        {"consistency", changed(kQuery, 24, {0x0b})},
        {"event", changed(kRegister, 13, {'X'})},
        {"options with a body", changed(kOptions, 8, {1})},
    };
    for (const auto& [what, said] : clients)
        EXPECT_EQ(client(said), Match::kNo) << what;
    const std::vector<std::pair<const char*, Payload>> servers{
        {"a request's operation", changed(kSupported, 4, {0x01})},
        {"no version", changed(kSupported, 13, {'X'})},
        {"body one shorter", changed(kSupported, 8, {0x17})},
        {"class", changed(kAuthenticate, 12, {' '})},
        {"error code", changed(kError, 12, {0x0b})},
        {"ready with a body", changed(kReady, 8, {1})},
        {"event's stream", changed(kEvent, 2, {0, 1})},
    };
    for (const auto& [what, said] : servers)
        EXPECT_EQ(server(said), Match::kNo) << what;
}

}  // namespace
}  // namespace sensor::identify
