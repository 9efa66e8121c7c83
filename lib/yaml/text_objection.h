// What speaks against a text before, or instead of, what a YAML parser says of it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "lib/yaml/yaml.h"

namespace yaml {

/// The first byte that is no UTF-8 (RFC 3629), or a NUL, which no YAML text has. Parsers replace
/// such bytes without a word.
[[nodiscard]] std::optional<Problem> encoding_problem(std::string_view text,
                                                      const std::string& name);

/// The first tab in the indentation of lines up to `last_line`, which counts from 1. YAML 1.2
/// §6.1 forbids it, and what parsers say of it helps nobody.
[[nodiscard]] std::optional<Problem> tab_problem(std::string_view text, const std::string& name,
                                                 int last_line);

/// The first thing that stands after the document: another one, or what begins nothing. Parsers
/// that read all documents never end at the latter. Throws YAML::Exception where the text is no
/// YAML.
[[nodiscard]] std::optional<Problem> documents_problem(const std::string& text,
                                                       const std::string& name);

}  // namespace yaml
