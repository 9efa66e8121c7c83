// What the kernel says of a network interface: netdevice(7), packet(7). Cold path.
#pragma once

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
/// Why nobody could capture from it, and what to do; empty if this process could.
[[nodiscard]] std::string objection_to_interface(const std::string& name);

}  // namespace sensor::control
