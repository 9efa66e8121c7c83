#include "lib/watch/directory_watch.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

namespace watch {

result::Result<DirectoryWatch> DirectoryWatch::open() {
    descriptor::Descriptor descriptor{::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)};
    if (!descriptor.is_open()) {
        return result::Error{std::string{"cannot watch directories: "} + std::strerror(errno) +
                             "; raise fs.inotify.max_user_instances"};
    }
    return DirectoryWatch{std::move(descriptor)};
}

result::Result<int> DirectoryWatch::add(const std::string& path) {
    constexpr std::uint32_t kWanted = IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE | IN_ONLYDIR;
    const int number = ::inotify_add_watch(descriptor_.number(), path.c_str(), kWanted);
    if (number < 0) return result::Error{path + ": cannot be watched: " + std::strerror(errno)};
    return number;
}

std::vector<DirectoryWatch::Event> DirectoryWatch::wait(std::chrono::milliseconds patience) {
    std::vector<Event> events;
    pollfd waiting{descriptor_.number(), POLLIN, 0};
    if (::poll(&waiting, 1, static_cast<int>(patience.count())) <= 0) return events;
    alignas(inotify_event) std::array<char, 65536> buffer{};
    const ssize_t size = ::read(descriptor_.number(), buffer.data(), buffer.size());
    for (ssize_t at = 0; at + static_cast<ssize_t>(sizeof(inotify_event)) <= size;) {
        const auto* event = reinterpret_cast<const inotify_event*>(buffer.data() + at);
        at += static_cast<ssize_t>(sizeof(inotify_event) + event->len);
        const bool is_directory = (event->mask & IN_ISDIR) != 0;
        const bool is_whole = (event->mask & (IN_CLOSE_WRITE | IN_MOVED_TO)) != 0;
        const std::string name = event->len == 0 ? std::string{} : std::string{event->name};
        if ((event->mask & IN_Q_OVERFLOW) != 0) {
            events.push_back({Arrival::kLost, event->wd, {}});
        } else if (is_directory) {
            events.push_back({Arrival::kDirectory, event->wd, name});
        } else {
            events.push_back({is_whole ? Arrival::kFile : Arrival::kBegun, event->wd, name});
        }
    }
    return events;
}

}  // namespace watch
