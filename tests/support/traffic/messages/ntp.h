// NTP, RFC 5905 §7.3.
#pragma once

#include "sensor/model/timestamp.h"
#include "tests/support/traffic/byte_writer.h"

namespace traffic::ntp {

/// Version 4, mode 3, transmitted at `now`.
[[nodiscard]] Bytes client_request(sensor::Timestamp now);
/// Mode 4, stratum 2; `asked` is the request's transmit time and is given back as the origin.
[[nodiscard]] Bytes server_response(sensor::Timestamp asked, sensor::Timestamp now);

}  // namespace traffic::ntp
