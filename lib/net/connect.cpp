#include "lib/net/connect.h"

#include <cerrno>
#include <cstring>
#include <system_error>

#include <linux/sockios.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/ioctl.h>

namespace net {
namespace {

result::Error failure(int error) {
    return result::Error{std::generic_category().message(error)};
}

/// Until the connection that is being made is there.
int finish_connecting(int socket, std::chrono::milliseconds patience) {
    wait_for_room(socket, patience);
    int error = 0;
    socklen_t size = sizeof error;
    if (::getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size) != 0) return errno;
    if (error != 0) return error;
    sockaddr_storage peer{};
    socklen_t peer_size = sizeof peer;
    const bool is_there =
        ::getpeername(socket, reinterpret_cast<sockaddr*>(&peer), &peer_size) == 0;
    return is_there ? 0 : ETIMEDOUT;
}

}  // namespace

result::Result<sockaddr_un> unix_address(const std::string& path) {
    sockaddr_un address{};
    if (path.size() >= sizeof address.sun_path) {
        return result::Error{path + " is too long for a socket's path; at most " +
                             std::to_string(sizeof address.sun_path - 1) + " bytes fit"};
    }
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    return address;
}

result::Result<descriptor::Descriptor> connect_socket(const sockaddr* address, socklen_t size,
                                                      int type,
                                                      std::chrono::milliseconds patience) {
    descriptor::Descriptor socket{
        ::socket(address->sa_family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
    if (!socket.is_open()) return failure(errno);
    if (::connect(socket.number(), address, size) == 0) return socket;
    if (errno != EINPROGRESS) return failure(errno);
    if (const int error = finish_connecting(socket.number(), patience); error != 0) {
        return failure(error);
    }
    return socket;
}

void wait_for_room(int socket, std::chrono::milliseconds patience) {
    pollfd waiting{.fd = socket, .events = POLLOUT, .revents = 0};
    // Whoever is interrupted tries early, which does no harm.
    static_cast<void>(::poll(&waiting, 1, static_cast<int>(patience.count())));
}

int bytes_under_way(int socket) noexcept {
    int bytes = 0;
    return ::ioctl(socket, SIOCOUTQ, &bytes) == 0 ? bytes : 0;
}

void limit_silence(int socket, std::chrono::milliseconds patience) noexcept {
    const auto limit = static_cast<unsigned>(patience.count());
    ::setsockopt(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, &limit, sizeof limit);
    const int on = 1;
    ::setsockopt(socket, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
}

}  // namespace net
