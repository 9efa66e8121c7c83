// The shipped configuration, compiled in: what holds where the operator gives none.
#pragma once

#include <string_view>

namespace sensor::control {

/// The text of config/<name>; empty if there is no such file.
[[nodiscard]] std::string_view built_in_file(std::string_view name) noexcept;

}  // namespace sensor::control
