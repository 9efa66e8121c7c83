// The tokens that those who post events must know.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lib/result/result.h"

namespace sensor::control {

/// One a line of `text`, without the blanks around it; blank lines and those that begin with # are
/// passed over. One line if there is none, or one that can be guessed; `path` stands for the file.
[[nodiscard]] result::Result<std::vector<std::string>> parse_tokens(std::string_view text,
                                                                    const std::string& path);
/// The same of a file.
[[nodiscard]] result::Result<std::vector<std::string>> read_tokens(const std::string& path);

}  // namespace sensor::control
