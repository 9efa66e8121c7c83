// Identity events from files, into the directory.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "lib/result/result.h"
#include "sensor/attribute/directory.h"

namespace sensor::control {

struct IdentityCounts {
    std::uint64_t accepted = 0;
    std::uint64_t rejected = 0;
    std::vector<std::string> notes;  ///< the first rejected lines, each with its place
};

/// One line if a file cannot be read. Lines that are no events are counted, and the first few
/// noted.
[[nodiscard]] result::Result<IdentityCounts> read_identity_files(
    const std::vector<std::string>& paths, attribute::Directory& directory);

}  // namespace sensor::control
