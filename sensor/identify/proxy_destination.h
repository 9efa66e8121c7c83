// Where a client asks a proxy to connect to, and its text. Hot path.
#pragma once

#include <array>
#include <charconv>
#include <cstdint>
#include <string_view>

#include "lib/bytes/byte_cursor.h"

namespace sensor::identify {

struct ProxyDestination {
    enum class Form : std::uint8_t { kIpv4, kName, kIpv6 };
    Form form{};
    bytes::View host;  ///< 4 or 16 bytes in network order, or a name as sent
    std::uint16_t port = 0;
};

/// "host:port"; an IPv6 host stands in brackets, all its groups written out.
class ProxyDestinationText {
  public:
    explicit ProxyDestinationText(const ProxyDestination& destination) noexcept {
        switch (destination.form) {
            case ProxyDestination::Form::kName:
                for (const char character : bytes::text_of(destination.host))
                    append(character);
                break;
            case ProxyDestination::Form::kIpv4:
                append_groups<std::uint8_t>(destination.host, '.', 10);
                break;
            case ProxyDestination::Form::kIpv6:
                append('[');
                append_groups<std::uint16_t>(destination.host, ':', 16);
                append(']');
                break;
        }
        append(':');
        append_number(destination.port, 10);
    }
    [[nodiscard]] std::string_view text() const noexcept { return {text_.data(), size_}; }

  private:
    void append(char character) noexcept {
        if (size_ < text_.size()) text_[size_++] = character;
    }
    void append_number(unsigned number, int base) noexcept {
        char* const end = text_.data() + text_.size();
        const auto written = std::to_chars(text_.data() + size_, end, number, base);
        size_ = static_cast<std::size_t>(written.ptr - text_.data());
    }
    template <class Group>
    void append_groups(bytes::View host, char separator, int base) noexcept {
        for (bytes::ByteCursor cursor{host}; !cursor.empty();) {
            append_number(cursor.read<Group>(), base);
            if (!cursor.empty()) append(separator);
        }
    }

    std::array<char, 255 + 6> text_;  // the longest name, a colon, a port
    std::size_t size_ = 0;
};

/// Whether `host` can be a name: letters, digits and other graphic characters, no spaces.
[[nodiscard]] constexpr bool is_host_name(bytes::View host) noexcept {
    for (const std::uint8_t c : host) {
        if (c <= ' ' || c > '~') return false;
    }
    return !host.empty();
}

}  // namespace sensor::identify
