// Whether bytes can be what a cipher or a hash puts out: a check that protocols with few fixed
// fields add to them. Hot path.
#pragma once

#include <algorithm>
#include <bitset>
#include <cstddef>

#include "lib/bytes/byte_cursor.h"

namespace sensor::identify {

/// False if the first `kLook` of `bytes` are text, padding or numbers rather than ciphertext. Of
/// true ciphertext of 16 bytes or more, one in 10^4 is refused; below 8 bytes nothing is.
[[nodiscard]] inline bool is_like_ciphertext(bytes::View bytes) noexcept {
    constexpr std::size_t kLook = 64;  // bytes: enough to tell
    const bytes::View looked = bytes.first(std::min(bytes.size(), kLook));
    if (looked.size() < 8) return true;
    std::bitset<256> seen;
    std::size_t high = 0;  // bytes with the top bit set: none in text, half in ciphertext
    std::size_t run = 0;   // equal bytes in a row
    for (std::size_t i = 0; i < looked.size(); ++i) {
        seen.set(looked[i]);
        high += looked[i] >> 7U;
        run = i != 0 && looked[i] == looked[i - 1] ? run + 1 : 1;
        if (run == 4) return false;
    }
    if (seen.count() < looked.size() / 2) return false;
    const std::size_t least = looked.size() / 16;
    return looked.size() < 16 || (high >= least && high <= looked.size() - least);
}

}  // namespace sensor::identify
