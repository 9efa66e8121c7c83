// The lines of an FTP control connection that name the port of a data connection: PORT and the
// answer to PASV (RFC 959 §4.1.2, §4.2), EPRT and the answer to EPSV (RFC 2428 §2, §3).
#pragma once

#include <optional>
#include <string_view>

#include "sensor/identify/protocol.h"

namespace sensor::identify::ftp {

/// From one packet of the control connection. The address in the line is not looked at: behind
/// address translation it is not the one the connection will have, and a port of a third host is
/// not this session's (RFC 2577 §3).
[[nodiscard]] std::optional<Announcement> read_announcement(bytes::View payload,
                                                            Direction direction,
                                                            PortNumber port) noexcept;

}  // namespace sensor::identify::ftp
