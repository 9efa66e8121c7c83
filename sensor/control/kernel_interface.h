// What the kernel says of a network interface: netdevice(7), packet(7). Cold path.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "sensor/model/packet.h"

namespace sensor::control {

/// Its number; 0 if there is no such interface, `otherwise` if nobody can tell.
[[nodiscard]] unsigned index_of_interface(const std::string& name, unsigned otherwise = 0);
/// What its frames begin with; nothing if offport cannot read them.
[[nodiscard]] std::optional<LinkType> link_of_interface(const std::string& name);
/// Whether it is switched on and has a link.
[[nodiscard]] bool is_running_interface(const std::string& name);
/// Why frames cannot be forwarded to and from it; empty if nothing is known against it.
[[nodiscard]] std::string objection_to_forwarding(const std::string& name);
/// Bytes of the longest frame that may be sent there, an 802.1Q tag not counted; 0 if nobody can
/// tell.
[[nodiscard]] std::uint32_t longest_frame_of_interface(const std::string& name);
/// How to keep it from joining received packets, which are then longer than what may be sent, in
/// the words of ethtool(8): "gro off lro off"; empty if it joins none.
[[nodiscard]] std::string joining_remedy_of_interface(const std::string& name);
/// Frames that the kernel was to send there and dropped, since the interface came up.
[[nodiscard]] std::uint64_t send_drops_of_interface(const std::string& name);
/// Why nobody could capture from it, and what to do; empty if this process could.
[[nodiscard]] std::string objection_to_interface(const std::string& name);

}  // namespace sensor::control
