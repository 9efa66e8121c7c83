// JA4, the TLS client fingerprint: "t13d1516h2_8daaf6152771_e5627efa2ab1". Hot path.
//
// Transport, highest version, SNI or none, number of cipher suites and extensions, first and last
// character of the first ALPN name; a hash of the sorted suites; a hash of the sorted extensions
// with the signature algorithms as sent. GREASE counts nowhere.
#pragma once

#include <array>
#include <string_view>

#include "sensor/identify/client_hello.h"

namespace sensor::identify {

class Ja4 {
  public:
    /// Of a whole hello; `transport` is 't' for TCP or 'q' for QUIC.
    Ja4(const ClientHello& hello, char transport) noexcept;

    /// 36 characters; empty if the hello lists more than a fingerprint holds.
    [[nodiscard]] std::string_view text() const noexcept { return {text_.data(), used_}; }

  private:
    void put(std::string_view text) noexcept { used_ += text.copy(text_.data() + used_, 12); }
    void put(char letter) noexcept { text_[used_++] = letter; }
    void put_count(std::size_t count) noexcept;
    void put_hash(std::string_view listed) noexcept;
    void put_alpn(bytes::View names) noexcept;

    std::array<char, 36> text_;
    std::size_t used_ = 0;
};

}  // namespace sensor::identify
