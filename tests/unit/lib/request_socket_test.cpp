#include "lib/ipc/request_socket.h"

#include <atomic>
#include <filesystem>
#include <thread>

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/support/temporary_directory.h"

namespace ipc {
namespace {

constexpr std::chrono::seconds kPatience{30};

/// What `path` answers while `socket` is served.
Answer answer_of(RequestSocket& socket, const std::string& path, std::string_view request) {
    std::atomic<bool> done{false};
    Answer answer;
    std::thread client{[&] {
        answer = ask(path, request, kPatience);
        done = true;
    }};
    while (!done) {
        if (auto asked = socket.next()) asked->answer("heard " + asked->text());
    }
    client.join();
    return answer;
}

mode_t mode_of(const std::string& path) {
    struct stat status {};
    EXPECT_EQ(::stat(path.c_str(), &status), 0);
    return status.st_mode & 0777U;
}

/// A connection on which nothing is asked.
Descriptor silent_client(const std::string& path) {
    Descriptor client{::socket(AF_UNIX, SOCK_SEQPACKET, 0)};
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, path.size());
    EXPECT_EQ(::connect(client.number(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    return client;
}

TEST(RequestSocket, AnswersWhatIsAsked) {
    const test::TemporaryDirectory directory;
    const std::string path = directory.path("control.sock");
    auto socket = RequestSocket::listen(path);
    ASSERT_TRUE(socket) << socket.error().message;

    EXPECT_EQ(answer_of(*socket, path, "one").text, "heard one");
    EXPECT_EQ(answer_of(*socket, path, "two").text, "heard two");
}

TEST(RequestSocket, IsForItsOwnerAlone) {
    const test::TemporaryDirectory directory;
    const std::string path = directory.path("run/control.sock");
    const auto socket = RequestSocket::listen(path);
    ASSERT_TRUE(socket) << socket.error().message;

    EXPECT_EQ(mode_of(path), 0600U);
    EXPECT_EQ(mode_of(directory.path("run")), 0700U);
}

TEST(RequestSocket, LeavesNoSocketBehind) {
    const test::TemporaryDirectory directory;
    const std::string path = directory.path("control.sock");
    { const auto socket = RequestSocket::listen(path); }

    EXPECT_FALSE(std::filesystem::exists(path));
    EXPECT_EQ(ask(path, "anybody?", kPatience).silence, Silence::kNobody);
}

TEST(RequestSocket, IsRefusedWhereAnotherListens) {
    const test::TemporaryDirectory directory;
    const std::string path = directory.path("control.sock");
    auto first = RequestSocket::listen(path);

    const auto second = RequestSocket::listen(path);

    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().message, "cannot listen at " + path + ": process " +
                                          std::to_string(::getpid()) + " listens there already");
    EXPECT_EQ(answer_of(*first, path, "still").text, "heard still");
}

TEST(RequestSocket, ReplacesOneThatAnEarlierProcessLeft) {
    const test::TemporaryDirectory directory;
    const std::string path = directory.path("control.sock");
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, path.size());
    {
        const Descriptor killed{::socket(AF_UNIX, SOCK_SEQPACKET, 0)};
        ASSERT_EQ(::bind(killed.number(), reinterpret_cast<sockaddr*>(&address), sizeof address),
                  0);
    }
    ASSERT_TRUE(std::filesystem::exists(path));
    EXPECT_EQ(ask(path, "anybody?", kPatience).silence, Silence::kNobody);

    auto socket = RequestSocket::listen(path);

    ASSERT_TRUE(socket) << socket.error().message;
    EXPECT_EQ(answer_of(*socket, path, "new").text, "heard new");
}

TEST(RequestSocket, TakesNoOtherFileAway) {
    const test::TemporaryDirectory directory;
    const std::string path = directory.write("control.sock", "precious");

    const auto socket = RequestSocket::listen(path);

    ASSERT_FALSE(socket);
    EXPECT_NE(socket.error().message.find("no socket"), std::string::npos);
    EXPECT_EQ(std::filesystem::file_size(path), 8U);
}

TEST(RequestSocket, SilentClientsKeepNobodyWaiting) {
    const test::TemporaryDirectory directory;
    const std::string path = directory.path("control.sock");
    auto socket = RequestSocket::listen(path);
    std::vector<Descriptor> silent;
    for (int i = 0; i < 20; ++i) {
        silent.push_back(silent_client(path));
        EXPECT_FALSE(socket->next());
    }

    EXPECT_EQ(answer_of(*socket, path, "hello").text, "heard hello");
}

TEST(RequestSocket, AConnectionThatEndsWithoutAnAnswerIsTold) {
    const test::TemporaryDirectory directory;
    const std::string path = directory.path("control.sock");
    auto socket = RequestSocket::listen(path);
    std::thread client{[&] { EXPECT_EQ(ask(path, "hello", kPatience).silence, Silence::kEnded); }};

    while (!socket->next())
        continue;

    client.join();
}

TEST(RequestSocket, APathThatIsTooLongIsRefused) {
    const auto socket = RequestSocket::listen("/tmp/" + std::string(200, 'x'));

    ASSERT_FALSE(socket);
    EXPECT_NE(socket.error().message.find("107 bytes"), std::string::npos);
}

}  // namespace
}  // namespace ipc
