// Sockets that this process connects. Cold path.
#pragma once

#include <chrono>
#include <string>

#include <sys/socket.h>
#include <sys/un.h>

#include "lib/descriptor/descriptor.h"
#include "lib/net/endpoint.h"
#include "lib/result/result.h"

namespace net {

/// The address of a Unix socket; the error says that the path is too long for one.
[[nodiscard]] result::Result<sockaddr_un> unix_address(const std::string& path);

/// A socket of `type` (SOCK_STREAM, SOCK_DGRAM) that is connected and does not block. The error is
/// the system's word: "Connection refused".
[[nodiscard]] result::Result<descriptor::Descriptor> connect_socket(
    const sockaddr* address, socklen_t size, int type, std::chrono::milliseconds patience);

/// Returns once the socket has room for more, or `patience` is over.
void wait_for_room(int socket, std::chrono::milliseconds patience);

/// How many bytes the other side has not taken yet. Of a Unix socket it counts the kernel's own
/// space, and is zero if nothing is left.
[[nodiscard]] int bytes_under_way(int socket) noexcept;

/// For a TCP socket: a silent peer is found out within `patience`, not within a quarter of an hour.
void limit_silence(int socket, std::chrono::milliseconds patience) noexcept;

}  // namespace net
