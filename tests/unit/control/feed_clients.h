// Whoever speaks to a feed's listener, and what comes of it.
#pragma once

#include <array>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>

#include "lib/bytes/byte_cursor.h"
#include "lib/descriptor/descriptor.h"
#include "lib/net/endpoint.h"
#include "sensor/control/feeds/intake.h"

namespace test {

inline descriptor::Descriptor connected(int type, std::uint16_t port) {
    descriptor::Descriptor socket{::socket(AF_INET, type, 0)};
    const auto to = *net::parse_endpoint("127.0.0.1:" + std::to_string(port));
    EXPECT_EQ(::connect(socket.number(), reinterpret_cast<const sockaddr*>(&to.address), to.size),
              0);
    return socket;
}
inline void say(const descriptor::Descriptor& socket, bytes::View what) {
    EXPECT_EQ(::send(socket.number(), what.data(), what.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(what.size()));
}
/// What comes within `patience`; nothing if nothing does.
inline std::vector<std::uint8_t> answer(const descriptor::Descriptor& socket,
                                        std::chrono::milliseconds patience) {
    pollfd one{.fd = socket.number(), .events = POLLIN, .revents = 0};
    std::vector<std::uint8_t> text(4096);
    const bool has_come = ::poll(&one, 1, static_cast<int>(patience.count())) == 1;
    const ssize_t size = has_come ? ::recv(socket.number(), text.data(), text.size(), 0) : 0;
    text.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
    return text;
}
/// Until is() holds, or for twenty seconds.
template <class Is>
bool wait_until(Is&& is) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{20};
    while (!is()) {
        if (std::chrono::steady_clock::now() > end) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds{2});
    }
    return true;
}
/// What the Intake gets until there are so many.
inline std::vector<sensor::IdentityEvent> taken(sensor::control::Intake& intake,
                                                std::size_t enough) {
    std::vector<sensor::IdentityEvent> all;
    static_cast<void>(wait_until([&] {
        for (sensor::IdentityEvent& event : intake.take())
            all.push_back(std::move(event));
        return all.size() >= enough;
    }));
    return all;
}

}  // namespace test
