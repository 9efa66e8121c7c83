// Writing bytes the way protocols lay them out: big-endian integers and length-prefixed parts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "lib/bytes/byte_cursor.h"

namespace traffic {

using Bytes = std::vector<std::uint8_t>;

class ByteWriter {
  public:
    /// The lowest `Width` bytes of `value`, most significant first.
    template <std::size_t Width>
    ByteWriter& big_endian(std::uint64_t value) {
        return append_big_endian(value, Width);
    }
    ByteWriter& u8(std::uint64_t value) { return big_endian<1>(value); }
    ByteWriter& u16(std::uint64_t value) { return big_endian<2>(value); }
    ByteWriter& u24(std::uint64_t value) { return big_endian<3>(value); }
    ByteWriter& u32(std::uint64_t value) { return big_endian<4>(value); }
    ByteWriter& u64(std::uint64_t value) { return big_endian<8>(value); }

    /// Least significant byte first: what capture files of this library use.
    template <std::size_t Width>
    ByteWriter& little_endian(std::uint64_t value) {
        return append_little_endian(value, Width);
    }

    ByteWriter& bytes(bytes::View raw);
    ByteWriter& text(std::string_view characters) { return bytes(bytes::view_of(characters)); }
    ByteWriter& zeros(std::size_t count);

    /// What `body(ByteWriter&)` writes, behind its length in `Width` bytes.
    template <std::size_t Width, class Body>
    ByteWriter& sized(Body&& body) {
        ByteWriter part;
        std::forward<Body>(body)(part);
        return big_endian<Width>(part.out_.size()).bytes(part.out_);
    }

    [[nodiscard]] std::size_t size() const noexcept { return out_.size(); }
    [[nodiscard]] const Bytes& view() const noexcept { return out_; }
    /// What was written; the writer is empty afterwards.
    [[nodiscard]] Bytes take() { return std::exchange(out_, {}); }

  private:
    ByteWriter& append_big_endian(std::uint64_t value, std::size_t width);
    ByteWriter& append_little_endian(std::uint64_t value, std::size_t width);

    Bytes out_;
};

/// `parts` one after another.
template <class... Parts>
[[nodiscard]] Bytes joined(const Parts&... parts) {
    ByteWriter out;
    (out.bytes(parts), ...);
    return out.take();
}

}  // namespace traffic
