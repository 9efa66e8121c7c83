// Any bytes as a property list: what it becomes is JSON.
#include <string>

#include "lib/json/json.h"
#include "lib/plist/plist.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    const auto json = plist::to_json(text);
    if (!json.has_value()) return json.error().message.empty() ? (__builtin_trap(), 0) : 0;
    if (!json::Document::parse(*json).has_value()) __builtin_trap();
    constexpr std::size_t kEscape = 6;  // bytes, of a character that JSON must not hold
    if (json->size() > kEscape * size) __builtin_trap();
    return 0;
}
