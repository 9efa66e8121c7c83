// MQTT 3.1.1 (OASIS standard, 29 October 2014).
#pragma once

#include <string_view>

#include "tests/support/traffic/byte_writer.h"

namespace traffic::mqtt {

/// §3.1: clean session, keep alive of 60 s. All texts shorter than 100 bytes.
[[nodiscard]] Bytes connect(std::string_view client_id);
/// §3.2: accepted.
[[nodiscard]] Bytes connect_acknowledgement();
/// §3.3: quality of service 0.
[[nodiscard]] Bytes publish(std::string_view topic, std::string_view text);

}  // namespace traffic::mqtt
