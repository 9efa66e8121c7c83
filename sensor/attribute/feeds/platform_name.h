// The platform of a device, out of what MDMs, gateways and agents call it. Cold path.
#pragma once

#include <string_view>

#include "sensor/model/observation.h"

namespace sensor::attribute::feeds {

/// Of "Android 16", "apple-ios", "iPadOS", "iPhone14,2"; in any case. kUnknown for any other.
[[nodiscard]] Platform platform_named(std::string_view name);

}  // namespace sensor::attribute::feeds
