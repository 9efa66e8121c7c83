// HPACK, RFC 7541: the first header block of a connection, whose dynamic table is still empty. Hot
// path.
//
// Fields that name an entry which this very block added to the table are handed out without a name:
// the ones of interest stand once in a block.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

#include "lib/bytes/byte_cursor.h"

namespace sensor::identify::hpack {

/// Decodes RFC 7541 §5.2's Huffman code into `out`, cut where that is full. False if `coded` is not
/// legal, or has a code of more than 15 bits: these stand for `\`, control and non-ASCII bytes.
[[nodiscard]] bool decode_huffman(bytes::View coded, std::span<char> out,
                                  std::string_view& text) noexcept;

struct Field {
    std::string_view name;   ///< empty if it is not known
    std::string_view value;  ///< empty if it could not be decoded
};

/// Hands out field after field; what they borrow lasts until the next.
class FieldReader {
  public:
    explicit FieldReader(bytes::View block) noexcept : cursor_{block} {}

    /// False at the end of the block, at a cut field and at what is no field.
    [[nodiscard]] bool next(Field& field) noexcept;

  private:
    [[nodiscard]] bool read_literal(unsigned prefix_bits, Field& field) noexcept;
    [[nodiscard]] std::size_t read_integer(unsigned prefix_bits) noexcept;
    [[nodiscard]] std::string_view read_string(std::span<char> storage) noexcept;

    bytes::ByteCursor cursor_;
    bool is_legal_ = true;
    std::array<char, 64> name_;
    std::array<char, 255> value_;
};

}  // namespace sensor::identify::hpack
