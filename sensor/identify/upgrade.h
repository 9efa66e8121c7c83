// What protocols share that may go on as another one: where both sides stand after they agreed, and
// whether what is missing can still come. Hot path.
#pragma once

#include <cstddef>
#include <string_view>

#include "sensor/identify/protocol.h"

namespace sensor::identify::upgrade {

/// All that `side` said was read, and more is needed from it: never, if no more is kept.
[[nodiscard]] inline Upgrade wait_for(bytes::View side) noexcept {
    return {.state = side.size() < kFirstBytes ? Upgrade::State::kPending : Upgrade::State::kNever};
}

[[nodiscard]] inline Upgrade never() noexcept {
    return {.state = Upgrade::State::kNever};
}

/// Both sides agreed: what each has not read yet of `client` and `server` is the inner protocol's.
[[nodiscard]] inline Upgrade done(bytes::View client, std::string_view client_rest,
                                  bytes::View server, std::string_view server_rest) noexcept {
    return {.state = Upgrade::State::kDone,
            .client_at = static_cast<std::uint16_t>(client.size() - client_rest.size()),
            .server_at = static_cast<std::uint16_t>(server.size() - server_rest.size())};
}

}  // namespace sensor::identify::upgrade
