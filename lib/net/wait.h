// Waiting for sockets that have something to read.
#pragma once

#include <chrono>
#include <vector>

namespace net {

/// Returns when one of them can be read, or `patience` is over.
void wait_for_input(const std::vector<int>& descriptors, std::chrono::milliseconds patience);

}  // namespace net
