#include "tests/unit/identify/text_dialogue.h"

using namespace test;

namespace {

constexpr std::string_view kGet = "*2\r\n$3\r\nGET\r\n$4\r\nname\r\n";
constexpr std::string_view kInfo =
    "$47\r\n# Server\r\nredis_version:7.0.15\r\nredis_mode:none\r\n\r\n";

}  // namespace

TEST(Redis, CommandsOfExactLengthsDecide) {
    EXPECT_EQ(client_says(kGet), "redis");
    EXPECT_EQ(client_says("*1\r\n$4\r\nping\r\n"), "redis");
    EXPECT_EQ(client_says("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$2\r\n\r\n\r\n"), "redis");
    EXPECT_EQ(client_says(std::string{kGet} + std::string{kGet}), "redis");
    EXPECT_EQ(client_says("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$900000\r\nbig"), "redis");
}

TEST(Redis, WaitsForTheWholeCommand) {
    EXPECT_EQ(client_says(kGet.substr(0, kGet.size() - 1)), "undecided");
    EXPECT_EQ(client_says("*2\r\n$3\r\nGET\r\n"), "undecided");
}

TEST(Redis, RepliesDecideOnlyAfterTheClient) {
    for (const std::string_view reply :
         {"+OK\r\n", "-ERR no\r\n", ":1000\r\n", ":-1\r\n", "$-1\r\n", "$0\r\n\r\n", "*0\r\n",
          "%1\r\n+server\r\n+redis\r\n", "_\r\n", "#t\r\n", ",1.5\r\n", "(12345678901234567890\r\n",
          "+OK\r\n:1\r\n", "$900000\r\nbig"}) {
        EXPECT_EQ(server_says(reply), "undecided") << reply;
        EXPECT_EQ(server_says(reply, "redis"), "redis") << reply;
    }
}

TEST(Redis, UnmistakableRepliesDecide) {
    EXPECT_EQ(server_says("+PONG\r\n"), "redis");
    EXPECT_EQ(server_says("-NOAUTH Authentication required.\r\n"), "redis");
    EXPECT_EQ(server_says(kInfo), "redis");
}

TEST(Redis, StringsOfExactLengthsDecide) {
    for (const std::string_view reply :
         {"$3\r\nbar\r\n", "*2\r\n$1\r\na\r\n:5\r\n", "*300\r\n$1\r\na\r\n$1\r\nb\r\n",
          "+OK\r\n$3\r\nbar\r\n", ">3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$2\r\nhi\r\n",
          "=7\r\ntxt:abc\r\n", "|1\r\n+ttl\r\n:5\r\n$1\r\nv\r\n"}) {
        EXPECT_EQ(server_says(reply), "redis") << reply;
    }
}

TEST(Redis, ErrorsOfItsOwnDecide) {
    for (const std::string_view reply :
         {"-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
          "-ERR unknown command 'x'\r\n", "-LOADING Redis is loading the dataset in memory\r\n",
          "+OK\r\n+OK\r\n-ERR Protocol error: unbalanced quotes in request\r\n", "+QUEUED\r\n",
          "+FULLRESYNC 8371b4fb1155b71f4a04d3e1bc3e18c4a990aeeb 0\r\n"}) {
        EXPECT_EQ(server_says(reply), "redis") << reply;
    }
}

TEST(Redis, LinesDecideOnlyBesideAReply) {
    for (const std::string_view said :
         {"SET key \"my value\"\r\nGET key\r\n", "mget key\r\n", "INFO server\r\n", "quit\r\n",
          "PING hello\r\n", "lpush list a b\n", "SYNC\r\n"}) {
        EXPECT_EQ(client_says(said), "undecided") << said;
        EXPECT_EQ(client_says(said, "redis"), "redis") << said;
    }
    TextDialogue dialogue;
    dialogue.client("SET key 'it\r\n").server("-ERR Protocol error: unbalanced quotes\r\n");
    EXPECT_EQ(dialogue.verdict(), "redis, both");
}

TEST(Redis, KnowsNewAndForeignCommands) {
    EXPECT_EQ(client_says("*2\r\n$8\r\nJSON.GET\r\n$1\r\nk\r\n"), "redis");
    EXPECT_EQ(client_says("*2\r\n$7\r\nzpopmin\r\n$1\r\nk\r\n"), "redis");
    EXPECT_EQ(client_says("*2\r\n$4\r\n.GET\r\n$1\r\nk\r\n"), "unknown");
}

TEST(Redis, NearMissesAreUnknown) {
    for (const std::string_view said :
         {"*2\r\n$3\r\nGOT\r\n$4\r\nname\r\n", "*2\r\n$4\r\nGET\r\n$4\r\nname\r\n",
          "*2\r\n$2\r\nGET\r\n$4\r\nname\r\n", "*1\n$4\nPING\n", "*0\r\n$4\r\nPING\r\n",
          "*1\r\n+PING\r\n", "*01\r\n$4\r\nPING\r\n", "*9999999\r\n$4\r\nPING\r\n",
          "*2\r\n$3\r\nGET\r\n:4\r\n"}) {
        EXPECT_EQ(client_says(said), "unknown") << said;
    }
    for (const std::string_view said :
         {":12a\r\n", "$3\r\nfour\r\n", "#x\r\n", "$-2\r\n", "*1\r\n?\r\n"}) {
        EXPECT_EQ(server_says(said, "redis"), "unknown") << said;
    }
    EXPECT_EQ(client_says("SET name\r\n", "redis"), "unknown");
    EXPECT_EQ(client_says("SET a HTTP/1.x HTTP/1.x\r\n", "redis"), "unknown");
    EXPECT_EQ(client_says("PING\r\n"), "undecided");
    EXPECT_EQ(server_says("PING :irc\r\n"), "undecided");
}

TEST(Redis, CutsAreNothingElse) {
    expect_cuts_are_only("redis", kGet);
    expect_cuts_are_only("redis", kInfo);
    expect_cuts_are_only("redis", "+PONG\r\n");
    expect_cuts_are_only("redis", "*2\r\n$1\r\na\r\n:5\r\n");
}

TEST(Redis, NoiseIsUnknown) {
    expect_noise_is_unknown(
        {"*2\r\n$3\r\nGET\r\n$4\r\n", "*1\r\n$4\r\n", "+OK", "-ERR ", "$4\r\n"});
}

TEST(Redis, ReplyCountsInAnswerToACommand) {
    TextDialogue dialogue;

    dialogue.client("*1\r\n$4\r\nINFO\r\n").server(kInfo);

    EXPECT_EQ(dialogue.verdict(), "redis, both");
    EXPECT_EQ(dialogue.fact(sensor::Fact::kSoftware), "7.0.15");
}

TEST(Redis, PongTellsWhatPingWas) {
    TextDialogue dialogue;

    dialogue.client("PING\r\n").server("+PONG\r\n");

    EXPECT_EQ(dialogue.verdict(), "redis, both");
}

TEST(Redis, OkWithoutACommandStaysUnknown) {
    TextDialogue dialogue;

    dialogue.server("+OK\r\n").client("PING\r\n");

    EXPECT_EQ(dialogue.verdict(), "unknown");
}
