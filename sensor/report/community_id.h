// Community ID version 1 (github.com/corelight/community-id-spec): one name for a flow across
// tools. Cold path, but one for every record.
#pragma once

#include <cstdint>

#include "lib/bytes/short_text.h"
#include "sensor/model/address.h"

namespace sensor::report {

/// "1:" and the Base64 of a SHA-1; the same for both directions. The specification leaves tunnels
/// out, so what it gets here are the inner endpoints. `seed` must be that of the other tools, which
/// is 0 unless they were told otherwise.
using CommunityId = bytes::ShortText<30>;
[[nodiscard]] CommunityId community_id(const Endpoint& a, const Endpoint& b, Transport transport,
                                       std::uint16_t seed = 0) noexcept;

}  // namespace sensor::report
