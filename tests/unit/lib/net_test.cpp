#include <algorithm>
#include <string>

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/bytes/byte_cursor.h"
#include "lib/descriptor/descriptor.h"
#include "lib/net/datagram_socket.h"
#include "lib/net/stream_listener.h"
#include "lib/net/wait.h"

namespace net {
namespace {

using namespace std::chrono_literals;
using bytes::view_of;
using descriptor::Descriptor;

constexpr auto kPatience = 5000ms;

Endpoint here(const std::string& port = "0") {
    return *parse_endpoint("127.0.0.1:" + port);
}

/// A client of a server on `port` of 127.0.0.1.
Descriptor connected(int type, std::uint16_t port) {
    Descriptor socket{::socket(AF_INET, type, 0)};
    const Endpoint to = here(std::to_string(port));
    EXPECT_EQ(::connect(socket.number(), reinterpret_cast<const sockaddr*>(&to.address), to.size),
              0);
    return socket;
}
void say(const Descriptor& socket, std::string_view text) {
    EXPECT_EQ(::send(socket.number(), text.data(), text.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(text.size()));
}

TEST(DatagramSocket, HearsAndAnswers) {
    auto server = DatagramSocket::open(here());
    ASSERT_TRUE(server.has_value()) << server.error().message;
    EXPECT_FALSE(server->receive().has_value());
    const Descriptor client = connected(SOCK_DGRAM, server->port());
    say(client, "question");
    wait_for_input({server->number()}, kPatience);

    const auto datagram = server->receive();
    ASSERT_TRUE(datagram.has_value());
    EXPECT_EQ(bytes::text_of(datagram->bytes), "question");
    EXPECT_EQ(datagram->from.address, (std::array<std::uint8_t, 16>{0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
                                                                    0xff, 0xff, 127, 0, 0, 1}));
    server->answer(view_of("answer"));
    std::array<char, 16> answer{};
    EXPECT_EQ(::recv(client.number(), answer.data(), answer.size(), 0), 6);
    EXPECT_FALSE(server->receive().has_value());
}

TEST(DatagramSocket, AnswersFromTheAddressThatWasSpokenTo) {
    auto server = DatagramSocket::open(*parse_endpoint("0.0.0.0:0"));
    ASSERT_TRUE(server.has_value());
    Descriptor client{::socket(AF_INET, SOCK_DGRAM, 0)};
    const Endpoint to = *parse_endpoint("127.0.0.9:" + std::to_string(server->port()));
    ASSERT_EQ(::connect(client.number(), reinterpret_cast<const sockaddr*>(&to.address), to.size),
              0);
    say(client, "question");
    wait_for_input({server->number()}, kPatience);
    ASSERT_TRUE(server->receive().has_value());
    server->answer(view_of("answer"));

    // A connected socket hears nobody but whom it has spoken to.
    wait_for_input({client.number()}, kPatience);
    std::array<char, 16> answer{};
    EXPECT_EQ(::recv(client.number(), answer.data(), answer.size(), MSG_DONTWAIT), 6);
}

TEST(DatagramSocket, HearsAnEmptyDatagramAndTheLongest) {
    auto server = DatagramSocket::open(here());
    ASSERT_TRUE(server.has_value());
    const Descriptor client = connected(SOCK_DGRAM, server->port());
    say(client, "");
    say(client, std::string(65507, 'x'));
    wait_for_input({server->number()}, kPatience);

    const auto empty = server->receive();
    ASSERT_TRUE(empty.has_value());
    EXPECT_TRUE(empty->bytes.empty());
    wait_for_input({server->number()}, kPatience);
    const auto longest = server->receive();
    ASSERT_TRUE(longest.has_value());
    EXPECT_EQ(longest->bytes.size(), 65507U);
}

TEST(DatagramSocket, SaysWhyItCannotListen) {
    const auto first = DatagramSocket::open(here());
    ASSERT_TRUE(first.has_value());
    const std::string text = "127.0.0.1:" + std::to_string(first->port());
    const auto second = DatagramSocket::open(*parse_endpoint(text));
    ASSERT_FALSE(second.has_value());
    EXPECT_EQ(second.error().message,
              "cannot listen on " + text +
                  ": the port is in use; stop the process that listens there (`ss -lunp` names it) "
                  "or choose another port");
}

/// Writes down what happens.
struct Diary : StreamReader {
    bool on_open(std::uint64_t, const Peer&) override {
        text += "o";
        return lets_in;
    }
    bool on_bytes(std::uint64_t connection, std::span<const std::uint8_t> bytes) override {
        text += std::to_string(connection) + ":" + std::string{bytes::text_of(bytes)};
        return !bytes::text_of(bytes).ends_with("!");
    }
    void on_close(std::uint64_t connection) override { text += "c" + std::to_string(connection); }

    std::string text;
    bool lets_in = true;
};

/// Turns until the diary has this many characters.
void turn(StreamListener& listener, Diary& diary, std::size_t enough,
          StreamListener::Clock::duration later = {}) {
    const auto end = StreamListener::Clock::now() + kPatience;
    do {
        std::vector<int> descriptors;
        listener.add_descriptors(descriptors);
        wait_for_input(descriptors, 20ms);
        listener.turn(diary, StreamListener::Clock::now() + later);
    } while (diary.text.size() < enough && StreamListener::Clock::now() < end);
}

TEST(StreamListener, TellsOfConnectionsAndTheirBytes) {
    auto listener = StreamListener::open(here(), {});
    ASSERT_TRUE(listener.has_value()) << listener.error().message;
    Diary diary;
    {
        const Descriptor client = connected(SOCK_STREAM, listener->port());
        say(client, "ab");
        turn(*listener, diary, 5);
        EXPECT_EQ(diary.text, "o1:ab");
    }
    turn(*listener, diary, 7);
    EXPECT_EQ(diary.text, "o1:abc1");
    EXPECT_EQ(listener->connections(), 0U);
}

TEST(StreamListener, ClosesWhomTheReaderRefuses) {
    auto listener = StreamListener::open(here(), {});
    ASSERT_TRUE(listener.has_value());
    Diary diary;
    const Descriptor client = connected(SOCK_STREAM, listener->port());
    say(client, "end!");
    turn(*listener, diary, 9);
    EXPECT_EQ(diary.text, "o1:end!c1");
    diary.lets_in = false;
    const Descriptor stranger = connected(SOCK_STREAM, listener->port());
    turn(*listener, diary, 10);
    EXPECT_EQ(diary.text, "o1:end!c1o");
    EXPECT_EQ(listener->connections(), 0U);
}

TEST(StreamListener, HoldsSoManyAndClosesTheQuietest) {
    auto listener = StreamListener::open(here(), {.connections = 2, .silence = 600s});
    ASSERT_TRUE(listener.has_value());
    Diary diary;
    const Descriptor first = connected(SOCK_STREAM, listener->port());
    turn(*listener, diary, 1);
    const Descriptor second = connected(SOCK_STREAM, listener->port());
    turn(*listener, diary, 2);
    say(first, "x");
    turn(*listener, diary, 5);
    const Descriptor third = connected(SOCK_STREAM, listener->port());
    turn(*listener, diary, 8);
    EXPECT_EQ(diary.text, "oo1:xoc2");
    EXPECT_EQ(listener->connections(), 2U);
}

TEST(StreamListener, ClosesWhoIsSilentForTooLong) {
    auto listener = StreamListener::open(here(), {.connections = 2, .silence = 60s});
    ASSERT_TRUE(listener.has_value());
    Diary diary;
    const Descriptor client = connected(SOCK_STREAM, listener->port());
    turn(*listener, diary, 1);
    turn(*listener, diary, 1, 59s);
    EXPECT_EQ(diary.text, "o");
    turn(*listener, diary, 3, 61s);
    EXPECT_EQ(diary.text, "oc1");
}

TEST(Endpoint, KnowsLoopback) {
    for (const char* text : {"127.0.0.1:1", "127.9.8.7:1", "[::1]:1", "[::ffff:127.0.0.1]:1"})
        EXPECT_TRUE(is_loopback(*parse_endpoint(text))) << text;
    for (const char* text : {"0.0.0.0:1", "128.0.0.1:1", "[::]:1", "[::2]:1", "[fe80::1]:1"})
        EXPECT_FALSE(is_loopback(*parse_endpoint(text))) << text;
}

}  // namespace
}  // namespace net
