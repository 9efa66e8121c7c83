// Texts written as YAML scalars, so that every reader reads the same text.
#pragma once

#include <string>
#include <string_view>

namespace yaml {

/// `text` as it stands, if YAML 1.1 and 1.2 both read it as that text; else in quotes, as
/// "null", "1e3" or "yes" must be. For keys and values of blocks and flows, on one line.
[[nodiscard]] std::string scalar_text(std::string_view text);

}  // namespace yaml
