#include "sensor/attribute/feeds/readable.h"

namespace sensor::attribute::feeds {

std::string made_readable(std::string_view text) {
    constexpr std::string_view kReplacement = "\xef\xbf\xbd";
    std::string made;
    while (!text.empty()) {
        const bytes::CodePoint character = bytes::first_code_point(text);
        std::string_view next = text.substr(0, character.length);
        text.remove_prefix(character.length);
        if (!character.valid) next = kReplacement;
        if (character.valid && is_control(character.value)) next = " ";
        if (made.size() + next.size() > kMostText) break;
        made += next;
    }
    return made;
}

}  // namespace sensor::attribute::feeds
