// What can be said of bytes that no protocol claims: how disordered they are, and how readable.
#pragma once

#include "lib/bytes/byte_cursor.h"
#include "sensor/model/facts.h"
#include "sensor/model/protocol_id.h"

namespace sensor::identify {

/// Notes entropy (Shannon's, of single bytes, in bits) and the share of printable ASCII with tabs
/// and line ends of up to the first 512 bytes. Few bytes have little entropy, however random: n of
/// them have at most log2(n) bits. Nothing is noted of no bytes.
void describe_unknown(bytes::View said, Direction direction, Facts& facts) noexcept;

}  // namespace sensor::identify
