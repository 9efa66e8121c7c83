// IPFIX messages for tests, put together set by set.
#pragma once

#include <initializer_list>
#include <vector>

#include "lib/bytes/byte_cursor.h"

namespace test {

using Bytes = std::vector<std::uint8_t>;

inline Bytes joined(std::initializer_list<bytes::View> parts) {
    Bytes all;
    for (const bytes::View part : parts)
        all.insert(all.end(), part.begin(), part.end());
    return all;
}
inline void put16(Bytes& out, std::size_t number) {
    out.push_back(static_cast<std::uint8_t>(number >> 8U));
    out.push_back(static_cast<std::uint8_t>(number));
}
inline void put32(Bytes& out, std::uint32_t number) {
    put16(out, number >> 16U);
    put16(out, number & 0xffffU);
}
/// Bytes with the length that an element of variable length has before it.
inline Bytes counted(std::string_view text) {
    Bytes out{static_cast<std::uint8_t>(text.size())};
    out.insert(out.end(), text.begin(), text.end());
    return out;
}
inline Bytes ipfix_set(std::uint16_t id, bytes::View body) {
    Bytes out;
    put16(out, id);
    put16(out, body.size() + 4);
    out.insert(out.end(), body.begin(), body.end());
    return out;
}
inline Bytes ipfix_message(std::initializer_list<Bytes> sets, std::uint32_t sequence = 0,
                           std::uint32_t domain = 127, std::uint32_t exported = 1'790'000'000) {
    std::size_t size = 16;
    for (const Bytes& set : sets)
        size += set.size();
    Bytes out;
    put16(out, 10);
    put16(out, size);
    put32(out, exported);
    put32(out, sequence);
    put32(out, domain);
    for (const Bytes& set : sets)
        out.insert(out.end(), set.begin(), set.end());
    return out;
}

}  // namespace test
