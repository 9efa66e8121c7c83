#include "sensor/attribute/feeds/platform_name.h"

#include <string>

#include "lib/bytes/letters.h"

namespace sensor::attribute::feeds {

Platform platform_named(std::string_view name) {
    const std::string lower = bytes::lower_case(name);
    const auto has = [&](std::string_view word) { return lower.find(word) != std::string::npos; };
    if (has("android")) return Platform::kAndroid;
    for (const std::string_view apple : {"apple-ios", "iphone", "ipad", "ipod"})
        if (has(apple)) return Platform::kIos;
    // "Cisco IOS" and "IOS-XE" are no phones.
    const bool is_ios = lower.starts_with("ios") && !has("-xe") && !has(" xe");
    return is_ios ? Platform::kIos : Platform::kUnknown;
}

}  // namespace sensor::attribute::feeds
