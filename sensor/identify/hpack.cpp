#include "sensor/identify/hpack.h"

#include <cstdint>

namespace sensor::identify::hpack {
namespace {

/// The code is canonical: codes of one length are consecutive, in the order of `symbols`. RFC 7541
/// appendix B, as far as 15 bits.
struct CodeLength {
    unsigned bits;
    std::uint32_t first;
    std::string_view symbols;
};
constexpr std::array kCode{
    CodeLength{5, 0x0, "012aceiost"},
    CodeLength{6, 0x14, " %-./3456789=A_bdfghlmnpru"},
    CodeLength{7, 0x5c, ":BCDEFGHIJKLMNOPQRSTUVWYjkqvwxyz"},
    CodeLength{8, 0xf8, "&*,;XZ"},
    CodeLength{10, 0x3f8, "!\"()?"},
    CodeLength{11, 0x7fa, "'+|"},
    CodeLength{12, 0xffa, "#>"},
    CodeLength{13, 0x1ff8, std::string_view{"\0$@[]~", 6}},
    CodeLength{14, 0x3ffc, "^}"},
    CodeLength{15, 0x7ffc, "<`{"},
};
constexpr unsigned kLongest = 15;  // bits

/// The symbol of the `bits` lowest bits of `code`; null while they are only the start of one.
constexpr const char* find_symbol(std::uint32_t code, unsigned bits) noexcept {
    for (const CodeLength& row : kCode) {
        if (row.bits != bits || code < row.first) continue;
        const auto at = code - row.first;
        if (at < row.symbols.size()) return row.symbols.data() + at;
    }
    return nullptr;
}

/// Entries of the static table (RFC 7541 appendix A) that are of interest; the rest have no name.
constexpr Field static_entry(std::size_t index) noexcept {
    switch (index) {
        case 1: return {":authority", ""};
        case 2: return {":method", "GET"};
        case 3: return {":method", "POST"};
        case 4: return {":path", "/"};
        case 5: return {":path", "/index.html"};
        case 8: return {":status", "200"};
        case 9: return {":status", "204"};
        case 10: return {":status", "206"};
        case 11: return {":status", "304"};
        case 12: return {":status", "400"};
        case 13: return {":status", "404"};
        case 14: return {":status", "500"};
        case 38: return {"host", ""};
        case 58: return {"user-agent", ""};
        default: return {};
    }
}

}  // namespace

bool decode_huffman(bytes::View coded, std::span<char> out, std::string_view& text) noexcept {
    std::size_t size = 0;
    std::uint32_t code = 0;
    unsigned bits = 0;
    text = {};
    for (const std::uint8_t byte : coded) {
        for (unsigned shift = 8; shift-- != 0;) {
            code = code << 1U | ((byte >> shift) & 1U);
            if (++bits > kLongest) return false;
            const char* const symbol = find_symbol(code, bits);
            if (symbol == nullptr) continue;
            if (size < out.size()) out[size++] = *symbol;
            code = bits = 0;
        }
    }
    // The rest is less than a byte of the code for the end of a string, which is all ones.
    if (bits > 7 || code != (1U << bits) - 1) return false;
    text = {out.data(), size};
    return true;
}

/// RFC 7541 §5.1; a number that no block needs makes the rest illegal.
std::size_t FieldReader::read_integer(unsigned prefix_bits) noexcept {
    constexpr unsigned kMostShift = 21;
    const std::size_t mask = (std::size_t{1} << prefix_bits) - 1;
    std::size_t number = cursor_.read<std::uint8_t>() & mask;
    if (number < mask) return number;
    for (unsigned shift = 0; shift <= kMostShift; shift += 7) {
        const std::size_t next = cursor_.read<std::uint8_t>();
        number += (next & 0x7fU) << shift;
        if ((next & 0x80U) == 0) return number;
    }
    is_legal_ = false;
    return 0;
}

/// RFC 7541 §5.2.
std::string_view FieldReader::read_string(std::span<char> storage) noexcept {
    const bool is_coded = (cursor_.peek() & 0x80U) != 0;
    const std::size_t length = read_integer(7);
    const bytes::View raw = cursor_.take(length);
    if (!is_coded) return bytes::text_of(raw);
    std::string_view text;
    return decode_huffman(raw, storage, text) ? text : std::string_view{};
}

bool FieldReader::read_literal(unsigned prefix_bits, Field& field) noexcept {
    const std::size_t index = read_integer(prefix_bits);
    field.name = index == 0 ? read_string(name_) : static_entry(index).name;
    field.value = read_string(value_);
    return cursor_.ok() && is_legal_;
}

/// RFC 7541 §6.
bool FieldReader::next(Field& field) noexcept {
    while (!cursor_.empty() && is_legal_) {
        const std::uint8_t first = cursor_.peek();
        if ((first & 0x80U) != 0) {
            const std::size_t index = read_integer(7);
            field = static_entry(index);
            return index != 0 && cursor_.ok() && is_legal_;
        }
        if ((first & 0xc0U) == 0x40) return read_literal(6, field);
        if ((first & 0xe0U) == 0) return read_literal(4, field);
        (void)read_integer(5);  // the table's new size
    }
    return false;
}

}  // namespace sensor::identify::hpack
