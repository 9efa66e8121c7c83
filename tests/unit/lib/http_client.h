// A client that sends bytes as given and returns what came back, over loopback.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <utility>

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace http {

class Client {
  public:
    /// From this address and port, which may be left to the system.
    explicit Client(std::uint16_t port, std::uint32_t from = 0, std::uint16_t from_port = 0)
        : socket_{::socket(AF_INET, SOCK_STREAM, 0)} {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(from_port);
        address.sin_addr.s_addr = htonl(from);
        const auto* at = reinterpret_cast<const sockaddr*>(&address);
        EXPECT_EQ(::bind(socket_, at, sizeof address), 0);
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        EXPECT_EQ(::connect(socket_, at, sizeof address), 0);
    }
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;
    ~Client() { ::close(socket_); }

    void send(std::string_view bytes) {
        while (!bytes.empty()) {
            const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent <= 0) return;  // the server has closed
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
    }
    /// What comes until `end` has come, the server closes, or ten seconds of silence.
    std::string receive_through(std::string_view end) {
        std::string received;
        while (end.empty() || received.find(end) == std::string::npos) {
            pollfd waiting{socket_, POLLIN, 0};
            if (::poll(&waiting, 1, 10'000) <= 0) {
                ADD_FAILURE() << "neither an answer nor an end after: " << received;
                break;
            }
            char buffer[4096];
            const ssize_t count = ::recv(socket_, buffer, sizeof buffer, 0);
            if (count <= 0) break;
            received.append(buffer, static_cast<std::size_t>(count));
        }
        return received;
    }
    std::string receive_all() { return receive_through({}); }

  private:
    int socket_;
};

/// `answer` with the value of its Date header, if any, written as DATE.
inline std::string dateless(std::string answer) {
    const std::size_t start = answer.find("\r\nDate: ");
    if (start == std::string::npos) return answer;
    const std::size_t value = start + 8;
    return answer.replace(value, answer.find("\r\n", value) - value, "DATE");
}

/// The whole answer to `request`, which must ask the server to close, dateless.
inline std::string answer_to(std::uint16_t port, std::string_view request, std::uint32_t from = 0,
                             std::uint16_t from_port = 0) {
    Client client{port, from, from_port};
    client.send(request);
    return dateless(client.receive_all());
}

}  // namespace http
