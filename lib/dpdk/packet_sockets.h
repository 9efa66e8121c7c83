// The sockets that net_af_packet opened for itself: packet(7). It has no options for some of what
// they can do.
#pragma once

#include <string>
#include <vector>

#include "lib/result/result.h"

namespace dpdk {

/// Descriptors of this process's packet sockets on `interface`. They are the driver's: not to be
/// closed.
[[nodiscard]] std::vector<int> packet_sockets_on(const std::string& interface);

/// Makes the driver's sockets on `interface` fit for one end of a pair: what is sent there does not
/// come back as received, and a full send buffer never makes the driver wait. The error says what
/// the kernel lacks.
[[nodiscard]] result::Status prepare_to_forward(const std::string& interface);

}  // namespace dpdk
