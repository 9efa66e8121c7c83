// A session through a proxy, seen beyond the proxy: the protocol that it carries, and where to.
#pragma once

#include <optional>

#include "sensor/model/observation.h"

namespace sensor::judge {

/// Nothing if the session went through no proxy, if both ends of its inner protocol were not heard,
/// or if what the proxy was asked for is not a host and a port. What is known of the client, of
/// counts and of times is the outer session's.
[[nodiscard]] std::optional<Observation> beyond_proxy(const Observation& session);

}  // namespace sensor::judge
