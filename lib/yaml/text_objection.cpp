#include "lib/yaml/text_objection.h"

#include <algorithm>

#include "lib/bytes/utf8.h"

namespace yaml {
namespace {

/// Bytes of the character that `text` begins with; 0 if it is none, or one that no YAML has.
std::size_t character_length(std::string_view text) noexcept {
    const bytes::CodePoint point = bytes::first_code_point(text);
    return point.valid && point.value != 0 ? point.length : 0;
}

}  // namespace

std::optional<Problem> encoding_problem(std::string_view text, const std::string& name) {
    int line = 1;
    int column = 1;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t length = character_length(text.substr(at));
        if (length == 0) {
            return Problem{.place = {.file = name, .line = line, .column = column},
                           .is_warning = false,
                           .message = "this is not UTF-8 text; save the file as UTF-8"};
        }
        const bool is_end = text[at] == '\n';
        line += is_end ? 1 : 0;
        column = is_end ? 1 : column + 1;
        at += length;
    }
    return std::nullopt;
}

std::optional<Problem> tab_problem(std::string_view text, const std::string& name, int last_line) {
    for (int line = 1; line <= last_line && !text.empty(); ++line) {
        const std::string_view here = text.substr(0, text.find('\n'));
        const std::size_t indentation = std::min(here.find_first_not_of(" \t"), here.size());
        const std::size_t tab = here.substr(0, indentation).find('\t');
        if (tab != std::string_view::npos && indentation != here.size()) {
            return Problem{
                .place = {.file = name, .line = line, .column = static_cast<int>(tab) + 1},
                .is_warning = false,
                .message = "a tab stands in the indentation, which YAML forbids; use spaces"};
        }
        text.remove_prefix(std::min(here.size() + 1, text.size()));
    }
    return std::nullopt;
}

}  // namespace yaml
