#include "sensor/identify/protocols/nats.h"

#include <string>

#include <gtest/gtest.h>

#include "tests/unit/identify/dialogue.h"

namespace sensor::identify {
namespace {

using namespace test;

constexpr std::string_view kInfo =
    "INFO {\"server_id\":\"NA\",\"version\":\"2.9.0\",\"max_payload\":1048576}\r\n";
constexpr std::string_view kConnect =
    "CONNECT {\"verbose\":false,\"pedantic\":false,\"lang\":\"go\"}\r\n";

Match client(std::string_view said, std::uint32_t token = 0) {
    return ask(nats::validate, stream(bytes::view_of(said), token)).match;
}
Match server(std::string_view said, std::uint32_t token = 0) {
    return ask(nats::validate, stream_back(bytes::view_of(said), token)).match;
}

TEST(Nats, NamesBothSides) {
    for (const std::string_view said :
         {kConnect, std::string_view{"connect\t{\"verbose\":true}\n"},
          std::string_view{"PUB a.b 5\r\nhello\r\n"}, std::string_view{"PUB a.b reply 0\r\n\r\n"},
          std::string_view{"HPUB a 12 12\r\nNATS/1.0\r\n\r\n\r\n"},
          std::string_view{"HPUB a r 12 9000\r\nNATS/1.0\r\n\r\nlong"},
          std::string_view{"PING\r\nPUB a 1\r\nx\r\n"},
          std::string_view{"SUB a 1\r\nPUB a 1\r\nx\r\n"}}) {
        EXPECT_EQ(recognised_as(stream(bytes::view_of(said))), "nats") << said;
    }
    for (const std::string_view said : {kInfo, std::string_view{"MSG a.b 9 5\r\nhello\r\n"},
                                        std::string_view{"MSG a.b 9 reply 2\r\nab\r\n"},
                                        std::string_view{"HMSG a 1 12 12\r\nNATS/1.0\r\n\r\n\r\n"},
                                        std::string_view{"+OK\r\nMSG a 1 1\r\nx\r\n"}}) {
        EXPECT_EQ(recognised_as(stream_back(bytes::view_of(said))), "nats") << said;
    }
    EXPECT_TRUE(accepted_cuts(nats::validate, stream(bytes::view_of(kConnect))).size() <= 1);
    EXPECT_TRUE(accepted_cuts(nats::validate, stream_back(bytes::view_of(kInfo))).size() <= 1);
}

TEST(Nats, IsConvincedByTheStartOfALongInfo) {
    const std::string said =
        "INFO {\"server_id\":\"NA\",\"connect_urls\":[\"" + std::string(600, 'x');
    EXPECT_EQ(server(said), Match::kYes);
    EXPECT_EQ(server(said.substr(0, 200)), Match::kNeedMore);
}

TEST(Nats, SharesShortCommandsWithOthers) {
    for (const std::string_view said :
         {"PING\r\n", "PONG\r\n", "SUB a 1\r\n", "SUB a.* queue 1\r\n", "UNSUB 1\r\n"}) {
        EXPECT_EQ(client(said), Match::kNeedMore) << said;
        EXPECT_EQ(client(said, 1), Match::kYes) << said;
    }
    for (const std::string_view said : {"+OK\r\n", "-ERR 'Authorization Violation'\r\n"}) {
        EXPECT_EQ(server(said), Match::kNeedMore) << said;
        EXPECT_EQ(server(said, 1), Match::kYes) << said;
    }
}

TEST(Nats, ConfirmsBothSides) {
    Dialogue dialogue{Transport::kTcp};
    dialogue.server(bytes::view_of(kInfo)).client(bytes::view_of("PING\r\n"));
    EXPECT_EQ(dialogue.protocol(), "nats");
    EXPECT_EQ(dialogue.confirmed(), Confirmed::kBoth);
}

TEST(Nats, RefusesNearMisses) {
    for (const std::string_view said :
         {"CONNECT {\"user\":1}\r\n", "CONNECT {\"verbose\":false\r\n", "PUB a 5\r\nhello!!\r\n",
          "PUB a..b 1\r\nx\r\n", "PUB a x\r\n", "PUB a b c 1\r\nx\r\n", "PUB 1\r\nx\r\n",
          "HPUB a 12 12\r\nHTTP/1.0\r\n\r\n\r\n", "PING now\r\n", "SUB a\r\n",
          "CONNECT {\"verbose\":\x01}\r\n"}) {
        EXPECT_EQ(client(said, 1), Match::kNo) << said;
    }
    for (const std::string_view said : {"INFO {\"id\":1}\r\n", "INFO {\"server_id\":1\r\n",
                                        "MSG a 5\r\nhello\r\n", "-ERR no\r\n", "+OK fine\r\n"}) {
        EXPECT_EQ(server(said, 1), Match::kNo) << said;
    }
}

TEST(Nats, GoesOnAsTls) {
    using State = Upgrade::State;
    const auto info = bytes::view_of("INFO {\"server_id\":\"N\",\"tls_required\":true}\r\n");
    const auto hello = bytes::view_of("\x16\x03\x01");
    EXPECT_EQ(nats::upgrade(hello, info).state, State::kDone);
    EXPECT_EQ(nats::upgrade(hello, info).client_at, 0U);
    EXPECT_EQ(nats::upgrade(hello, info).server_at, info.size());
    EXPECT_EQ(nats::upgrade({}, info).state, State::kPending);
    EXPECT_EQ(nats::upgrade(bytes::view_of("\x16"), info).state, State::kPending);
    EXPECT_EQ(nats::upgrade(bytes::view_of("\x16\x04\x01"), info).state, State::kNever);
    EXPECT_EQ(nats::upgrade({}, info.first(9)).state, State::kPending);
    EXPECT_EQ(nats::upgrade(bytes::view_of(kConnect), info).state, State::kNever);
    EXPECT_EQ(nats::upgrade(hello, bytes::view_of(kInfo)).state, State::kNever);
    EXPECT_EQ(nats::upgrade({}, bytes::view_of("MSG")).state, State::kNever);
}

}  // namespace
}  // namespace sensor::identify
