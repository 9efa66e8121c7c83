#include "lib/net/wait.h"

#include <poll.h>

namespace net {

void wait_for_input(const std::vector<int>& descriptors, std::chrono::milliseconds patience) {
    std::vector<pollfd> watched;
    watched.reserve(descriptors.size());
    for (const int descriptor : descriptors)
        watched.push_back({.fd = descriptor, .events = POLLIN, .revents = 0});
    // Whoever is interrupted looks at its sockets early, which does no harm.
    static_cast<void>(::poll(watched.data(), watched.size(), static_cast<int>(patience.count())));
}

}  // namespace net
