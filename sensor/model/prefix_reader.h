// Address blocks as people write them into configuration. Cold path.
#pragma once

#include <string_view>

#include "lib/result/result.h"
#include "sensor/model/address.h"

namespace sensor {

/// As parse_prefix(), but an address with bits beyond the length is refused as well; the error says
/// what was expected.
[[nodiscard]] result::Result<Prefix> read_prefix(std::string_view text);

}  // namespace sensor
