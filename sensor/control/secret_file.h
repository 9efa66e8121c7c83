// Files that hold secrets: tokens, RADIUS secrets, private keys. None of what stands in them gets
// into a message.
#pragma once

#include <optional>
#include <string>

#include "lib/yaml/yaml.h"

namespace sensor::control {

/// Warns if other users than the file's owner and group can read or change it. A file that is not
/// there is nobody's.
void warn_of_others(const yaml::Place& place, const std::string& path, yaml::Problems& problems);

/// What stands in the file, with the same warning. That it cannot be read is reported.
[[nodiscard]] std::optional<std::string> read_secret_file(const yaml::Place& place,
                                                          const std::string& path,
                                                          yaml::Problems& problems);

}  // namespace sensor::control
