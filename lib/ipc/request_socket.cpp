#include "lib/ipc/request_socket.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace ipc {
namespace {

constexpr std::size_t kMostWaiting = 8;  // clients that connect and do not ask

std::string why(int error) {
    return std::generic_category().message(error);
}

/// Nothing if a socket's path cannot be as long as that.
std::optional<sockaddr_un> address_of(const std::string& path) {
    sockaddr_un address{};
    if (path.empty() || path.size() >= sizeof address.sun_path) return std::nullopt;
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, path.size());
    return address;
}

const sockaddr* generic(const sockaddr_un& address) noexcept {
    return reinterpret_cast<const sockaddr*>(&address);
}

result::Status make_directory(const std::string& path) {
    const auto slash = path.rfind('/');
    if (slash == std::string::npos || slash == 0) return result::Done{};
    const std::string directory = path.substr(0, slash);
    constexpr mode_t kOnlyUs = 0700;
    if (::mkdir(directory.c_str(), kOnlyUs) == 0) return result::Done{};
    if (errno != EEXIST) return result::Error{directory + " cannot be made: " + why(errno)};
    struct stat status {};
    if (::stat(directory.c_str(), &status) != 0 || !S_ISDIR(status.st_mode))
        return result::Error{directory + " is no directory"};
    // Whoever owns the directory can put another socket there.
    const bool is_trusted = status.st_uid == 0 || status.st_uid == ::geteuid() || ::geteuid() == 0;
    if (!is_trusted) return result::Error{directory + " belongs to another user"};
    return result::Done{};
}

/// The lock that says this process listens at `path`.
result::Result<Descriptor> lock(const std::string& path) {
    const std::string name = path + ".lock";
    constexpr mode_t kOnlyUs = 0600;
    Descriptor file{::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, kOnlyUs)};
    if (!file.is_open()) return result::Error{name + " cannot be opened: " + why(errno)};
    if (::flock(file.number(), LOCK_EX | LOCK_NB) == 0) {
        const std::string process = std::to_string(::getpid());
        // For whoever is refused; the lock holds without it.
        if (::ftruncate(file.number(), 0) != 0 ||
            ::write(file.number(), process.data(), process.size()) < 0)
            return result::Error{name + " cannot be written: " + why(errno)};
        return file;
    }
    std::array<char, 16> holder{};
    const auto size = ::read(file.number(), holder.data(), holder.size());
    return result::Error{"process " +
                         std::string(holder.data(), size > 0 ? static_cast<std::size_t>(size) : 0) +
                         " listens there already"};
}

/// Removes what an earlier process left at `path`.
result::Status clear(const std::string& path) {
    struct stat status {};
    if (::lstat(path.c_str(), &status) != 0) return result::Done{};
    if (!S_ISSOCK(status.st_mode)) return result::Error{"it is there and no socket"};
    if (::unlink(path.c_str()) != 0)
        return result::Error{"an old socket there cannot be removed: " + why(errno)};
    return result::Done{};
}

/// Nobody can connect before the mode is set: until it listens, the kernel refuses.
result::Result<Descriptor> listen_at(const std::string& path, const sockaddr_un& address) {
    constexpr mode_t kOnlyUs = 0600;
    Descriptor listener{::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
    if (!listener.is_open() || ::bind(listener.number(), generic(address), sizeof address) != 0 ||
        ::chmod(path.c_str(), kOnlyUs) != 0 ||
        ::listen(listener.number(), static_cast<int>(kMostWaiting)) != 0)
        return result::Error{why(errno)};
    return listener;
}

Silence silence_of(int error) noexcept {
    switch (error) {
        case ENOENT:
        case ECONNREFUSED: return Silence::kNobody;
        case EACCES:
        case EPERM: return Silence::kRefused;
        case ECONNRESET:
        case EPIPE: return Silence::kEnded;
        case EAGAIN: return Silence::kTimeout;
        default: return Silence::kOther;
    }
}

}  // namespace

result::Result<RequestSocket> RequestSocket::listen(const std::string& path) {
    const auto refusal = [&](const std::string& reason) {
        return result::Error{"cannot listen at " + path + ": " + reason};
    };
    const auto address = address_of(path);
    if (!address) return refusal("a socket's path is at most 107 bytes long");
    if (const auto made = make_directory(path); !made) return refusal(made.error().message);
    auto locked = lock(path);
    if (!locked) return refusal(locked.error().message);
    if (const auto cleared = clear(path); !cleared) return refusal(cleared.error().message);
    auto listener = listen_at(path, *address);
    if (!listener) return refusal(listener.error().message);
    return RequestSocket{path, std::move(*locked), std::move(*listener)};
}

RequestSocket::~RequestSocket() {
    if (lock_.is_open()) ::unlink(path_.c_str());
}

void RequestSocket::accept_all() {
    while (true) {
        Descriptor client{
            ::accept4(listener_.number(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK)};
        if (!client.is_open()) return;
        if (clients_.size() == kMostWaiting) clients_.erase(clients_.begin());
        clients_.push_back(std::move(client));
    }
}

std::optional<Request> RequestSocket::next() {
    accept_all();
    while (!clients_.empty()) {
        std::string text(kMostMessageBytes, '\0');
        ssize_t size = 0;
        const auto has_spoken = [&](const Descriptor& client) {
            size = ::recv(client.number(), text.data(), text.size(), 0);
            return size >= 0 || (errno != EAGAIN && errno != EINTR);
        };
        const auto client = std::ranges::find_if(clients_, has_spoken);
        if (client == clients_.end()) break;
        Descriptor spoke = std::move(*client);
        clients_.erase(client);
        if (size <= 0) continue;  // it has gone away
        text.resize(static_cast<std::size_t>(size));
        return Request{std::move(text), std::move(spoke)};
    }
    return std::nullopt;
}

void Request::answer(std::string_view text) noexcept {
    text = text.substr(0, kMostMessageBytes);
    ::send(client_.number(), text.data(), text.size(), MSG_NOSIGNAL);
}

Answer ask(const std::string& path, std::string_view request, std::chrono::seconds patience) {
    const auto silent = [](int error) { return Answer{.text = {}, .silence = silence_of(error)}; };
    const auto address = address_of(path);
    if (!address) return silent(ENOENT);
    const Descriptor socket{::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0)};
    const timeval timeout{.tv_sec = patience.count(), .tv_usec = 0};
    if (!socket.is_open() ||
        ::setsockopt(socket.number(), SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof timeout) != 0 ||
        ::setsockopt(socket.number(), SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout) != 0 ||
        ::connect(socket.number(), generic(*address), sizeof *address) != 0 ||
        ::send(socket.number(), request.data(), request.size(), MSG_NOSIGNAL) < 0)
        return silent(errno);
    std::string text(kMostMessageBytes, '\0');
    const auto size = ::recv(socket.number(), text.data(), text.size(), 0);
    if (size < 0) return silent(errno);
    if (size == 0) return silent(ECONNRESET);
    text.resize(static_cast<std::size_t>(size));
    return {.text = std::move(text), .silence = {}};
}

}  // namespace ipc
