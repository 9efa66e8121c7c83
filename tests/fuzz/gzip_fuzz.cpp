// Any bytes as gzip: never more comes out than was asked for, and more room changes nothing.
#include <string>

#include "lib/gzip/gzip.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    constexpr std::size_t kMost = 5000;
    const std::string packed(reinterpret_cast<const char*>(data), size);
    std::string text;
    const auto outcome = gzip::unpack(packed, kMost, text);
    if (text.size() > kMost) __builtin_trap();
    if (outcome != gzip::Outcome::kWhole) return 0;
    std::string again;
    if (gzip::unpack(packed, 2 * kMost, again) != gzip::Outcome::kWhole || again != text)
        __builtin_trap();
    return 0;
}
