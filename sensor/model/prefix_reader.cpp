#include "sensor/model/prefix_reader.h"

namespace sensor {
namespace {

/// The address without the bits that lie beyond its length.
Prefix masked(Prefix prefix) {
    for (unsigned bit = prefix.length; bit < 128; ++bit) {
        const auto mask = static_cast<std::uint8_t>(~(0x80U >> (bit % 8)));
        prefix.base.bytes[bit / 8] = static_cast<std::uint8_t>(prefix.base.bytes[bit / 8] & mask);
    }
    return prefix;
}

}  // namespace

result::Result<Prefix> read_prefix(std::string_view text) {
    const std::string quoted = "'" + std::string{text} + "'";
    const auto prefix = parse_prefix(text);
    if (!prefix) {
        return result::Error{
            "expected an address block such as 192.0.2.0/24 or 2001:db8::/32, got " + quoted};
    }
    const Prefix block = masked(*prefix);
    if (block == *prefix) return block;
    return result::Error{quoted + " has bits beyond its prefix length; did you mean " +
                         to_string(block) + "?"};
}

}  // namespace sensor
