// Text of a bounded length that lives where it is declared, where a std::string would allocate.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace bytes {

template <std::size_t Capacity>
class ShortText {
  public:
    /// `write` is given room for `Capacity` characters and returns the end of what it wrote there.
    template <class Write>
    explicit ShortText(const Write& write) noexcept
        : size_{static_cast<std::size_t>(write(chars_.data()) - chars_.data())} {}

    [[nodiscard]] std::string_view view() const noexcept { return {chars_.data(), size_}; }
    // NOLINTNEXTLINE(google-explicit-constructor): it is text
    operator std::string_view() const noexcept { return view(); }
    friend bool operator==(const ShortText& a, const ShortText& b) noexcept {
        return a.view() == b.view();
    }
    friend bool operator==(const ShortText& a, std::string_view b) noexcept {
        return a.view() == b;
    }

  private:
    std::array<char, Capacity> chars_;  // size_ says how much of it holds anything
    std::size_t size_;
};

}  // namespace bytes
