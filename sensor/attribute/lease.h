// A lease: an address is one device's for a while, perhaps in an app group.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <span>

#include "sensor/model/session.h"

namespace sensor::attribute {

/// A device by its place in the directory.
enum class DeviceNumber : std::uint32_t {};

struct Lease {
    static constexpr std::int64_t kOpenEnd = std::numeric_limits<std::int64_t>::max();

    std::int64_t from_ns = 0;       ///< the first moment that belongs to it; packet time
    std::int64_t to_ns = kOpenEnd;  ///< the first moment that no longer does
    DeviceNumber device{};
    AppGroupId group{};  ///< kNone if the feed named none

    friend constexpr bool operator==(const Lease&, const Lease&) = default;
};

/// Who held an address at `time_ns`, of `leases` that are in order and do not overlap. Null if
/// nobody did.
[[nodiscard]] constexpr const Lease* lease_at(std::span<const Lease> leases,
                                              std::int64_t time_ns) noexcept {
    const auto after = std::ranges::upper_bound(leases, time_ns, {}, &Lease::from_ns);
    if (after == leases.begin()) return nullptr;
    const Lease& lease = *(after - 1);
    return time_ns < lease.to_ns ? &lease : nullptr;
}

}  // namespace sensor::attribute
