// gzip (RFC 1952), read by zlib. The only folder that includes <zlib.h>. Cold path.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace gzip {

enum class Outcome : std::uint8_t {
    kWhole,
    kTooLarge,  ///< it holds more than was asked for
    kBroken,    ///< it is no gzip, ends early, or is followed by something else
};

/// Appends what `packed` holds to `text`, at most `most` bytes. No more memory is used than these
/// take, however much more there is. One member after another counts as one file.
[[nodiscard]] Outcome unpack(std::string_view packed, std::size_t most, std::string& text);

}  // namespace gzip
