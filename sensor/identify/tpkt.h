// ISO transport over TCP: TPKT framing (RFC 1006 §6) around X.224 TPDUs (ITU-T X.224 §13), as RDP,
// S7 and H.323 begin. Hot path.
#pragma once

#include <cstdint>
#include <optional>

#include "sensor/identify/protocol.h"

namespace sensor::identify::tpkt {

/// The upper four bits of a TPDU's code, X.224 §13.2 table 8; the lower are credit or reserved.
enum class TpduType : std::uint8_t {
    kError = 0x70,
    kDisconnectRequest = 0x80,
    kConnectionConfirm = 0xd0,
    kConnectionRequest = 0xe0,
    kData = 0xf0,
};

/// One TPDU of class 0, the class that RFC 1006 §3 has over TCP.
struct Tpdu {
    Match match = Match::kNo;  ///< kYes: the header is here; kNeedMore: legal so far
    TpduType type{};
    std::uint16_t destination = 0;  ///< reference; 0 in data
    std::uint16_t source = 0;       ///< reference; 0 in data
    bool is_last = true;            ///< data: the end of what the user sent, §13.7
    /// CR, CC: what follows the class, as the length indicator delimits it; may be cut.
    bytes::View variable;
    bytes::View user;     ///< what follows the TPDU's header in this packet; may be cut
    bytes::View rest;     ///< what follows this packet
    bool is_cut = false;  ///< the packet goes on past what is here
};

inline constexpr std::size_t kHeaderSize = 4;  // bytes of TPKT

namespace detail {
/// References and class of a CR, CC or DR: 6 bytes after the code, X.224 §13.3-13.5.
[[nodiscard]] inline bool read_references(bytes::ByteCursor& header, Tpdu& tpdu) noexcept {
    tpdu.destination = header.read<std::uint16_t>();
    tpdu.source = header.read<std::uint16_t>();
    const auto last = header.read<std::uint8_t>();  // class and options; DR: the reason
    tpdu.variable = header.rest();
    if (tpdu.type == TpduType::kDisconnectRequest) return true;
    // Nobody is known by a reference before he confirmed.
    const bool is_request = tpdu.type == TpduType::kConnectionRequest;
    return last == 0 && (!is_request || tpdu.destination == 0);
}
[[nodiscard]] constexpr bool is_known(TpduType type) noexcept {
    return type == TpduType::kError || type == TpduType::kDisconnectRequest ||
           type == TpduType::kConnectionConfirm || type == TpduType::kConnectionRequest ||
           type == TpduType::kData;
}
/// The shortest length indicator of a TPDU, X.224 §13; it does not count itself.
[[nodiscard]] constexpr std::uint8_t shortest_header(TpduType type) noexcept {
    if (type == TpduType::kData) return 2;
    return type == TpduType::kError ? 4 : 6;
}
}  // namespace detail

/// Reads the packet that `said` begins with. Its length, 2 bytes after version 3 and a zero,
/// counts the header.
[[nodiscard]] inline Tpdu read(bytes::View said) noexcept {
    constexpr std::uint8_t kVersion = 3;
    constexpr std::uint16_t kShortest = 7;  // RFC 1006 §6
    Tpdu tpdu;
    bytes::ByteCursor cursor{said};
    const auto version = cursor.read<std::uint8_t>();
    const auto reserved = cursor.read<std::uint8_t>();
    const auto length = cursor.read<std::uint16_t>();
    if ((!said.empty() && version != kVersion) || reserved != 0) return tpdu;
    tpdu.match = Match::kNeedMore;
    if (!cursor.ok()) return tpdu;
    const std::size_t body = length - kHeaderSize;
    tpdu.is_cut = cursor.rest().size() < body;
    bytes::ByteCursor packet{tpdu.is_cut ? cursor.rest() : cursor.take(body)};
    if (!tpdu.is_cut) tpdu.rest = cursor.rest();
    const auto indicator = packet.read<std::uint8_t>();
    const auto code = packet.read<std::uint8_t>();
    tpdu.type = static_cast<TpduType>(code & 0xf0U);
    const bool fits = length >= kShortest && (!packet.ok() || indicator < body);
    const bool is_legal = detail::is_known(tpdu.type) && (code & 0x0fU) == 0 &&
                          indicator >= detail::shortest_header(tpdu.type);
    if (!fits || (packet.ok() && !is_legal)) tpdu.match = Match::kNo;
    if (!packet.ok() || tpdu.match == Match::kNo) return tpdu;

    const bool is_header_cut = packet.rest().size() < indicator - 1U;
    bytes::ByteCursor header{is_header_cut ? packet.rest() : packet.take(indicator - 1U)};
    if (!is_header_cut) tpdu.user = packet.rest();
    bool is_sound = true;
    if (tpdu.type == TpduType::kData) {
        const auto number = header.read<std::uint8_t>();  // of class 0: only its end mark
        tpdu.is_last = number == 0x80;
        is_sound = indicator == 2 && (number & 0x7fU) == 0;
    } else if (tpdu.type != TpduType::kError) {
        is_sound = detail::read_references(header, tpdu);
    }
    if (!is_header_cut) tpdu.match = Match::kYes;
    if (header.ok() && !is_sound) tpdu.match = Match::kNo;
    return tpdu;
}

/// The parameters of a CR or CC that class 0 has, X.224 §13.3.4.
struct Parameters {
    std::uint8_t size_exponent = 0;  ///< of the largest TPDU: 7 (128 bytes) to 13; 0 if not told
    bytes::View calling;             ///< transport selector, on RFC 1006 the TSAP
    bytes::View called;
};
/// Reads a whole `variable`; nothing unless it is made of legal parameters to its end.
[[nodiscard]] inline std::optional<Parameters> read_parameters(bytes::View variable) noexcept {
    Parameters parameters;
    for (bytes::ByteCursor cursor{variable}; !cursor.empty();) {
        const auto code = cursor.read<std::uint8_t>();
        const auto value = cursor.take(cursor.read<std::uint8_t>());
        if (!cursor.ok()) return std::nullopt;
        switch (code) {
            case 0xc0:
                if (value.size() != 1 || value[0] < 7 || value[0] > 13) return std::nullopt;
                parameters.size_exponent = value[0];
                break;
            case 0xc1: parameters.calling = value; break;
            case 0xc2: parameters.called = value; break;
            default:
                if (code < 0x80) return std::nullopt;  // every assigned code has the top bit
        }
    }
    return parameters;
}

}  // namespace sensor::identify::tpkt
