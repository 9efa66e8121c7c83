// How much the directory holds. Memory is used as it is needed.
#pragma once

#include <cstddef>

namespace sensor::attribute {

struct LeaseLimits {
    std::size_t addresses = 65536;         ///< of more, the one longest without an event goes
    std::size_t events_per_address = 256;  ///< of more, the oldest goes
};

struct DirectoryLimits {
    std::size_t devices = std::size_t{1} << 20U;
    std::size_t events_per_kind = 4096;  ///< of one device; of more, the oldest goes
    std::size_t events = 8'000'000;      ///< of all devices, save leases; ditto
    LeaseLimits leases;
};

}  // namespace sensor::attribute
