#include "lib/yaml/text_objection.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace yaml {
namespace {

struct Form {
    std::uint8_t lead_mask;
    std::uint8_t lead;
    std::size_t length;
    std::uint32_t least;  // code points below it must be written shorter
};
constexpr std::array kForms{Form{0x80, 0x00, 1, 1}, Form{0xe0, 0xc0, 2, 0x80},
                            Form{0xf0, 0xe0, 3, 0x800}, Form{0xf8, 0xf0, 4, 0x10000}};

/// Bytes of the character that `text` begins with; 0 if it is none.
std::size_t character_length(std::string_view text) noexcept {
    if (text[0] == '\0') return 0;
    const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
    for (const Form& form : kForms) {
        if ((byte(0) & form.lead_mask) != form.lead) continue;
        if (text.size() < form.length) return 0;
        std::uint32_t point = byte(0) & static_cast<std::uint8_t>(~form.lead_mask);
        for (std::size_t i = 1; i < form.length; ++i) {
            if ((byte(i) & 0xc0U) != 0x80U) return 0;
            point = point << 6U | (byte(i) & 0x3fU);
        }
        const bool is_surrogate = point >= 0xd800 && point <= 0xdfff;
        const bool is_legal = point >= form.least && point <= 0x10ffff && !is_surrogate;
        return is_legal ? form.length : 0;
    }
    return 0;
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
