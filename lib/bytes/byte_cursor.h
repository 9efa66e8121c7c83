// Reading untrusted bytes: the one place in the tree that compares a length with a size.
//
// Every parser takes a ByteCursor and never touches a pointer. A short read latches the cursor
// failed; later reads yield zero or an empty span, so a parser reads the whole header in order
// and asks ok() once. Integers are big-endian (network order) unless the name says otherwise.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

namespace bytes {

using View = std::span<const std::uint8_t>;

/// The same bytes as characters, for comparing with literals. No encoding is implied.
[[nodiscard]] inline std::string_view text_of(View bytes) noexcept {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
[[nodiscard]] inline View view_of(std::string_view text) noexcept {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// The big-endian integer at `Offset` of a header whose length was checked: its type has it.
template <std::unsigned_integral Int, std::size_t Offset, std::size_t Extent>
[[nodiscard]] constexpr Int read_at(std::span<const std::uint8_t, Extent> header) noexcept {
    static_assert(Extent != std::dynamic_extent && Offset + sizeof(Int) <= Extent);
    return [&]<std::size_t... I>(std::index_sequence<I...>) {
        return static_cast<Int>(((Int{header[Offset + I]} << (8 * (sizeof...(I) - 1 - I))) | ...));
    }
    (std::make_index_sequence<sizeof(Int)>{});
}

class ByteCursor {
  public:
    constexpr explicit ByteCursor(View bytes) noexcept : rest_{bytes} {}

    /// True while every read so far was inside the buffer.
    [[nodiscard]] constexpr bool ok() const noexcept { return ok_; }

    /// What has not been read yet; empty once the cursor has failed.
    [[nodiscard]] constexpr View rest() const noexcept { return rest_; }
    [[nodiscard]] constexpr bool empty() const noexcept { return rest_.empty(); }

    /// The next `count` bytes, borrowed from the buffer.
    constexpr View take(std::size_t count) noexcept {
        if (count > rest_.size()) {
            ok_ = false;
            rest_ = {};
            return {};
        }
        const View taken = rest_.first(count);
        rest_ = rest_.subspan(count);
        return taken;
    }

    constexpr void skip(std::size_t count) noexcept { take(count); }

    /// A big-endian integer of `Width` bytes, which may be narrower than `Int` (a 24-bit VNI).
    template <std::unsigned_integral Int, std::size_t Width = sizeof(Int)>
    [[nodiscard]] constexpr Int read() noexcept {
        static_assert(Width >= 1 && Width <= sizeof(Int));
        const View raw = take(Width);
        if (raw.empty()) return 0;
        return big_endian<Int>(raw, std::make_index_sequence<Width>{});
    }

    /// The next byte without consuming it; zero at the end, which does not fail the cursor.
    [[nodiscard]] constexpr std::uint8_t peek() const noexcept {
        return rest_.empty() ? std::uint8_t{0} : rest_.front();
    }

  private:
    /// One shift per byte, spelled out so that GCC emits a single load and byte swap.
    template <class Int, std::size_t... I>
    static constexpr Int big_endian(View raw, std::index_sequence<I...>) noexcept {
        return static_cast<Int>(((Int{raw[I]} << (8 * (sizeof...(I) - 1 - I))) | ...));
    }

    View rest_;
    bool ok_ = true;
};

}  // namespace bytes
