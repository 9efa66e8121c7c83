// What a protocol's first bytes tell beyond its name (SNI, host, user agent, ...), in a fixed
// space.
//
// Written on the worker, read on the cold side. Trivially copyable, so it crosses cores by value.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <type_traits>

#include "lib/bytes/byte_cursor.h"

namespace sensor {

/// Every fact the sensor can note; report/ decides where in a record each one goes.
enum class Fact : std::uint8_t {
    kTlsVersion,  ///< "TLS 1.3", as negotiated or, from the client alone, the highest offered
    kTlsSni,      ///< server_name, RFC 6066 §3
    /// "outer": the hello carries encrypted_client_hello, RFC 9849 §5, so that kTlsSni is the name
    /// that its provider publishes, unless the extension is GREASE (§6.2), which looks the same.
    kTlsEch,
    kTlsAlpn,     ///< protocols offered (client) or chosen (server), comma-separated
    kJa4,         ///< JA4 TLS client fingerprint, of TLS and of QUIC
    kHttpMethod,  ///< RFC 9110 §9
    kHttpHost,    ///< Host or :authority
    kHttpUserAgent,
    kHttpUri,           ///< the request target as sent
    kHttpStatus,        ///< three digits
    kDnsName,           ///< first question's name, dotted
    kDnsType,           ///< first question's type: "A", "AAAA", "TYPE65"
    kQuicVersion,       ///< "v1", "v2", "draft-29", or hexadecimal
    kSshClientVersion,  ///< identification string without CR LF, RFC 4253 §4.2
    kSshServerVersion,
    kBanner,  ///< greeting line of smtp, imap, pop3, ftp
    kMqttClientId,
    kSipMethod,
    kUserAgent,             ///< of protocols other than http
    kDestinationRequested,  ///< "host:port" asked of a proxy (SOCKS5, CONNECT)
    kSoftware,              ///< server or client software where the protocol names it
    kEntropyToServer,       ///< of unrecognised first bytes, bits per byte: "7.91"
    kEntropyToClient,       ///< ditto, what the server said
    kPrintableToServer,     ///< share of printable ASCII in them: "0.37"
    kPrintableToClient,
    kCount,
};

class Facts {
  public:
    static constexpr std::size_t kCapacity = 1000;  // bytes for all facts of one direction
    static constexpr std::size_t kMaxValue = 255;   // bytes of one fact; longer ones are cut

    /// Notes a fact; a value that no longer fits is left out and `cut()` says so.
    void add(Fact fact, std::string_view value) noexcept {
        const std::size_t length = std::min(value.size(), kMaxValue);
        if (length < value.size()) cut_ = 1;
        if (used_ + 2U + length > kCapacity) {
            cut_ = 1;
            return;
        }
        bytes_[used_] = static_cast<char>(fact);
        bytes_[used_ + 1U] = static_cast<char>(length);
        if (length != 0) std::memcpy(bytes_.data() + used_ + 2, value.data(), length);
        used_ = static_cast<std::uint16_t>(used_ + 2U + length);
    }
    void add(Fact fact, bytes::View value) noexcept { add(fact, bytes::text_of(value)); }

    /// Calls `visit(Fact, std::string_view)` for each fact in the order they were added.
    template <class Visit>
    void each(Visit&& visit) const {
        for (std::size_t at = 0; at + 2 <= used_;) {
            const auto length = static_cast<std::uint8_t>(bytes_[at + 1]);
            visit(static_cast<Fact>(bytes_[at]), std::string_view{bytes_.data() + at + 2, length});
            at += 2U + length;
        }
    }
    /// The first value noted for `fact`, borrowed; empty if there is none.
    [[nodiscard]] std::string_view find(Fact fact) const noexcept {
        std::string_view found;
        each([&](Fact candidate, std::string_view value) {
            if (candidate == fact && found.data() == nullptr) found = value;
        });
        return found;
    }
    [[nodiscard]] bool empty() const noexcept { return used_ == 0; }
    [[nodiscard]] bool cut() const noexcept { return cut_ != 0; }
    void clear() noexcept { used_ = cut_ = 0; }
    /// How many of this object's first bytes hold all there is; what follows need not be copied.
    [[nodiscard]] std::size_t bytes_in_use() const noexcept {
        return sizeof used_ + sizeof cut_ + used_;
    }

  private:
    std::uint16_t used_ = 0;  // bytes
    std::uint16_t cut_ = 0;
    std::array<char, kCapacity> bytes_;  // used_ says how much of it holds anything
};
static_assert(std::is_trivially_copyable_v<Facts>);

}  // namespace sensor
