// Where a session goes on as another protocol's, asked at every cut of both directions.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "sensor/identify/protocol.h"

namespace test {

using State = sensor::identify::Upgrade::State;

/// `upgrade` asked about copies that end where their allocations do, so that ASan guards the ends.
inline sensor::identify::Upgrade ask_upgrade(const sensor::identify::Protocol& protocol,
                                             std::string_view client, std::string_view server) {
    const auto copy = [](std::string_view text) {
        auto bytes = std::make_unique<std::uint8_t[]>(text.size());
        std::copy(text.begin(), text.end(), bytes.get());
        return bytes;
    };
    const auto said = copy(client);
    const auto heard = copy(server);
    return protocol.upgrade({said.get(), client.size()}, {heard.get(), server.size()});
}

/// The inner protocol begins where `client` and `server` end, and not before they are whole: at
/// every cut of either the upgrade is pending. What is pipelined behind them changes nothing.
inline void expect_upgrade(const sensor::identify::Protocol& protocol, std::string_view client,
                           std::string_view server) {
    constexpr std::string_view kInner{"\x16\x03\x01\0\xffSTARTTLS\r\n", 15};
    const std::string client_whole = std::string{client} + std::string{kInner};
    const std::string server_whole = std::string{server} + std::string{kInner};
    for (std::size_t said = 0; said <= client_whole.size(); ++said) {
        for (std::size_t heard = 0; heard <= server_whole.size(); ++heard) {
            // A server does not answer what was not asked yet.
            if (said < client.size() && heard > server.size()) continue;
            const auto found = ask_upgrade(protocol, std::string_view{client_whole}.substr(0, said),
                                           std::string_view{server_whole}.substr(0, heard));
            const bool is_agreed = said >= client.size() && heard >= server.size();
            ASSERT_EQ(found.state, is_agreed ? State::kDone : State::kPending)
                << said << " of " << client.size() << " and " << heard << " of " << server.size()
                << " bytes: " << client << server;
            if (!is_agreed) continue;
            ASSERT_EQ(found.client_at, client.size());
            ASSERT_EQ(found.server_at, server.size());
        }
    }
}

inline State state_of(const sensor::identify::Protocol& protocol, std::string_view client,
                      std::string_view server) {
    return ask_upgrade(protocol, client, server).state;
}

}  // namespace test
