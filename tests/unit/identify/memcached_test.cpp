#include "sensor/identify/protocols/memcached.h"

#include <gtest/gtest.h>

#include "tests/support/hex.h"
#include "tests/unit/identify/dialogue.h"

namespace sensor::identify {
namespace {

using namespace test;

// get "key", and its answer "42" with flags; opaque 7.
constexpr auto kGet = "80 00 0003 00 00 0000 00000003 00000007 0000000000000000 6b6579"_hex;
constexpr auto kGot = "81 00 0000 04 00 0000 00000006 00000007 0000000000000001 00000000 3432"_hex;
constexpr auto kMissed =
    "81 00 0000 00 00 0001 00000009 00000007 0000000000000000"
    "4e6f7420666f756e64"_hex;
// set "key" to "1" with flags and expiry.
constexpr auto kSet =
    "80 01 0003 08 00 0000 0000000c 00000008 0000000000000000 deadbeef 00000e10 6b6579 31"_hex;
constexpr auto kNoop = "80 0a 0000 00 00 0000 00000000 00000009 0000000000000000"_hex;
// Quiet get: may stay without an answer.
constexpr auto kGetQuietly = "80 09 0003 00 00 0000 00000003 0000000a 0000000000000000 6b6579"_hex;
constexpr auto kFrame = "1234 0000 0001 0000"_hex;

bytes::View text(std::string_view said) {
    return bytes::view_of(said);
}
Match client(std::string_view said, std::uint32_t token = 0) {
    return ask(memcached::validate, stream(text(said), token)).match;
}
Match server(std::string_view said, std::uint32_t token = 0) {
    return ask(memcached::validate, stream_back(text(said), token)).match;
}

TEST(Memcached, NamesCommandsOfItsOwn) {
    for (const std::string_view said :
         {"set k 0 60 5\r\nhello\r\n", "add k 1 -1 2 noreply\r\nab\r\n", "cas k 0 0 1 77\r\nx\r\n",
          "set k 0 60 9000\r\nhello", "gets a b\r\n", "gat 60 k\r\n", "incr k 2\r\n",
          "decr k 1 noreply\r\n", "flush_all\r\n", "flush_all 10\r\n", "ms k 2 T60\r\nab\r\n",
          "get a\r\nset k 0 0 1\r\n1\r\n", "verbosity 1\r\n"}) {
        EXPECT_EQ(client(said), Match::kYes) << said;
        EXPECT_EQ(recognised_as(stream(text(said))), "memcached") << said;
    }
}

TEST(Memcached, SharesCommandsWithOthers) {
    for (const std::string_view said :
         {"get a\r\n", "get a b c\r\n", "delete k\r\n", "stats\r\n", "touch k 60\r\n",
          "version\r\n", "quit\r\n", "mg k v\r\n", "mn\r\n"}) {
        EXPECT_EQ(client(said), Match::kNeedMore) << said;
        EXPECT_EQ(client(said, 1), Match::kYes) << said;
    }
}

TEST(Memcached, NamesRepliesOfItsOwn) {
    for (const std::string_view said :
         {"STORED\r\n", "NOT_STORED\r\n", "TOUCHED\r\n", "VALUE k 0 2\r\nab\r\nEND\r\n",
          "VALUE k 0 2 99\r\nab\r\n", "VALUE k 0 9000\r\nab", "STAT pid 1\r\n",
          "VERSION 1.6.18\r\n", "CLIENT_ERROR bad data chunk\r\n", "END\r\nVALUE k 0 0\r\n\r\n",
          "VA 2 t60\r\nab\r\n"}) {
        EXPECT_EQ(server(said), Match::kYes) << said;
        EXPECT_EQ(recognised_as(stream_back(text(said))), "memcached") << said;
    }
    for (const std::string_view said : {"END\r\n", "OK\r\n", "DELETED\r\n", "NOT_FOUND\r\n",
                                        "ERROR\r\n", "3\r\n", "HD\r\n", "EN\r\n", "MN\r\n"}) {
        EXPECT_EQ(server(said), Match::kNeedMore) << said;
        EXPECT_EQ(server(said, 1), Match::kYes) << said;
    }
}

TEST(Memcached, RefusesOtherLines) {
    for (const std::string_view said :
         {"set k 0 60\r\n", "set k a 60 5\r\nhello\r\n", "set k 0 60 5\r\nhello!!\r\n",
          "set k 0 60 5 later\r\nhello\r\n", "cas k 0 0 1\r\nx\r\n", "incr k\r\n", "incr k x\r\n",
          "version 2\r\n", "getx a\r\n", "ms k x\r\n", "set \x01 0 0 1\r\n"}) {
        EXPECT_EQ(client(said), Match::kNo) << said;
        EXPECT_EQ(client(said, 1), Match::kNo) << said;
    }
    for (const std::string_view said : {"VALUE k 0\r\n", "VALUE k 0 2\r\nabcd\r\n", "STOREDX\r\n",
                                        "VALUE k 0 2 x\r\nab\r\n", "12a\r\n", "STAT\r\n"}) {
        EXPECT_EQ(server(said, 1), Match::kNo) << said;
    }
}

TEST(Memcached, WaitsForTheLine) {
    const std::string_view said = "set k 0 60 5\r\n";
    for (std::size_t size = 1; size < said.size(); ++size)
        EXPECT_EQ(client(said.substr(0, size)), Match::kNeedMore) << size;
    EXPECT_EQ(server("STORED\r"), Match::kNeedMore);
}

TEST(Memcached, KnowsWhatGetWasByTheAnswer) {
    Dialogue hit{Transport::kTcp};
    hit.client(text("get a\r\n")).server(text("VALUE a 0 1\r\n1\r\nEND\r\n"));
    EXPECT_EQ(hit.protocol(), "memcached");
    EXPECT_EQ(hit.confirmed(), Confirmed::kBoth);

    Dialogue redis{Transport::kTcp};
    redis.client(text("get a\r\n")).server(text("$1\r\n1\r\n"));
    EXPECT_NE(redis.protocol(), "memcached");
}

TEST(Memcached, NamesBinaryMessages) {
    for (const bytes::View said :
         {bytes::View{kGet}, bytes::View{kSet}, bytes::View{kNoop}, bytes::View{kGetQuietly}}) {
        EXPECT_EQ(recognised_as(stream(said)), "memcached");
        EXPECT_EQ(ask(memcached::validate, stream(said.first(23))).match, Match::kNeedMore);
    }
    for (const bytes::View said : {bytes::View{kGot}, bytes::View{kMissed}})
        EXPECT_EQ(recognised_as(stream_back(said)), "memcached");
    const auto asked = ask(memcached::validate, stream(kGet)).token;
    EXPECT_EQ(ask(memcached::validate, stream_back(kGot, asked)).match, Match::kYes);
    EXPECT_EQ(ask(memcached::validate, stream_back(changed(kGot, 15, {0x27}), asked)).match,
              Match::kNo);
    const auto quiet = ask(memcached::validate, stream(kGetQuietly)).token;
    EXPECT_EQ(ask(memcached::validate, stream_back(kGot, quiet)).match, Match::kYes);
}

TEST(Memcached, ChecksEveryBinaryField) {
    const std::vector<std::pair<const char*, Payload>> near_misses{
        {"operation", changed(kGet, 1, {0x25})},
        {"no key", changed(kGet, 3, {0})},
        {"key too long", changed(kGet, 2, {1, 3})},
        {"extras of a get", changed(kGet, 4, {4})},
        {"type of data", changed(kGet, 5, {1})},
        {"body of a get", changed(kGet, 11, {4})},
        {"body of a set", changed(kSet, 11, {10})},
        {"set without extras", changed(kSet, 4, {0})},
        {"no-op with a body", changed(kNoop, 11, {1})},
        {"body too long", changed(kSet, 8, {0x7f})},
    };
    for (const auto& [what, said] : near_misses)
        EXPECT_EQ(ask(memcached::validate, stream(said)).match, Match::kNo) << what;
    EXPECT_EQ(ask(memcached::validate, stream_back(changed(kGot, 7, {0x0a}))).match, Match::kNo);
    EXPECT_EQ(ask(memcached::validate, stream_back(changed(kGot, 4, {3}))).match, Match::kNo);
}

TEST(Memcached, NamesDatagramsBehindTheirFrame) {
    const auto asked = concatenated({kFrame, text("stats\r\n")});
    const auto told = concatenated({kFrame, text("STAT pid 1\r\n")});
    EXPECT_EQ(recognised_as(datagram(asked)), "memcached");
    EXPECT_EQ(recognised_as(datagram(concatenated({kFrame, kGet}))), "memcached");
    EXPECT_EQ(recognised_as(reply(told)), "memcached");
    EXPECT_EQ(ask(memcached::validate, datagram(text("stats\r\n"))).match, Match::kNo);
    const auto token = ask(memcached::validate, datagram(asked)).token;
    const auto end = concatenated({kFrame, text("END\r\n")});
    EXPECT_EQ(ask(memcached::validate, reply(end)).match, Match::kNo);
    EXPECT_EQ(ask(memcached::validate, reply(end, token)).match, Match::kYes);
    EXPECT_EQ(ask(memcached::validate, reply(changed(end, 1, {0x35}), token)).match, Match::kNo);
    const auto later = changed(changed(told, 3, {2}), 5, {9});
    EXPECT_EQ(ask(memcached::validate, reply(later, token)).match, Match::kYes);
    EXPECT_EQ(ask(memcached::validate, reply(later)).match, Match::kNo);
    EXPECT_EQ(ask(memcached::validate, datagram(changed(asked, 7, {1}))).match, Match::kNo);
    EXPECT_EQ(ask(memcached::validate, datagram(changed(asked, 5, {0}))).match, Match::kNo);
    EXPECT_EQ(ask(memcached::validate, datagram(changed(asked, 14, {'x'}))).match, Match::kNo);
}

TEST(Memcached, NotesTheServersVersion) {
    const auto said = text("VERSION 1.6.18\r\n");
    EXPECT_EQ(fact_of(memcached::kProtocol, stream_back(said), Fact::kSoftware), "1.6.18");
}

}  // namespace
}  // namespace sensor::identify
