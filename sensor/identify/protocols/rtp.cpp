#include "sensor/identify/protocols/rtp.h"

namespace sensor::identify::rtp {
namespace {

struct Header {
    bool is_legal = false;
    std::uint8_t payload_type = 0;
    std::uint16_t sequence = 0;
    std::uint32_t source = 0;  ///< SSRC
};

/// RFC 3551 §6: 1, 2 and 19 are reserved; RFC 5761 §4: 64 to 95 would be taken for RTCP.
constexpr bool is_payload_type_legal(unsigned type) noexcept {
    return type != 1 && type != 2 && type != 19 && (type < 64 || type > 95);
}

/// RFC 3550 §5.1. The number of padding bytes is the last byte, which SRTP encrypts: there a padded
/// packet is believed only if it happens to fit.
Header read_header(bytes::View said) noexcept {
    constexpr unsigned kVersion = 2;
    bytes::ByteCursor cursor{said};
    const auto first = cursor.read<std::uint8_t>();
    Header header{.payload_type = static_cast<std::uint8_t>(cursor.read<std::uint8_t>() & 0x7fU),
                  .sequence = cursor.read<std::uint16_t>()};
    cursor.skip(4);  // timestamp
    header.source = cursor.read<std::uint32_t>();
    cursor.skip(4U * (first & 0x0fU));  // contributing sources
    if ((first & 0x10U) != 0) {         // extension: profile, then a length in words
        cursor.skip(2);
        cursor.skip(4U * cursor.read<std::uint16_t>());
    }
    if (!cursor.ok() || first >> 6U != kVersion) return header;
    if (!is_payload_type_legal(header.payload_type) || header.source == 0) return header;
    const bool is_padded = (first & 0x20U) != 0;
    const unsigned padding = is_padded && !cursor.empty() ? cursor.rest().back() : 0;
    header.is_legal = !is_padded || (padding != 0 && padding <= cursor.rest().size());
    return header;
}

constexpr unsigned kSequenceBits = 10;
constexpr std::uint32_t kSequenceMask = (1U << kSequenceBits) - 1;
constexpr unsigned kSourceBits = 12;
constexpr std::uint32_t kSourceMask = (1U << kSourceBits) - 1;

/// What a run of datagrams is known by, in 24 bits: how many there were, whose, and the last
/// sequence number.
struct Run {
    std::uint32_t count = 0;
    std::uint32_t source = 0;
    std::uint32_t sequence = 0;

    static constexpr Run of(const Header& header) noexcept {
        const std::uint32_t mixed = (header.source ^ header.payload_type) * 0x9e3779b1U;
        return {.count = 1,
                .source = mixed >> (32U - kSourceBits),
                .sequence = header.sequence & kSequenceMask};
    }
    static constexpr Run from(std::uint32_t earlier) noexcept {
        return {.count = earlier >> (kSourceBits + kSequenceBits),
                .source = (earlier >> kSequenceBits) & kSourceMask,
                .sequence = earlier & kSequenceMask};
    }
    constexpr std::uint32_t packed() const noexcept {
        return count << (kSourceBits + kSequenceBits) | source << kSequenceBits | sequence;
    }
    /// The run with `next` at its end. A datagram that comes twice or late neither adds nor breaks;
    /// another source's begins anew.
    constexpr Run with(const Run& next) const noexcept {
        constexpr std::uint32_t kMostLost = 16;  // datagrams
        constexpr std::uint32_t kLatest = 4;
        const std::uint32_t ahead = (next.sequence - sequence) & kSequenceMask;
        const bool is_late = ahead == 0 || ahead > kSequenceMask - kLatest;
        if (count == 0 || source != next.source) return next;
        if (is_late) return *this;
        return ahead <= kMostLost ? Run{count + 1, source, next.sequence} : next;
    }
};

}  // namespace

Verdict validate(const Exchange& exchange) noexcept {
    constexpr std::uint32_t kEnough = 3;  // datagrams
    constexpr std::uint32_t kEnoughToAnswer = 2;
    constexpr std::uint32_t kSpoken = 1;  // a token for the other side: no field must agree
    const Header header = read_header(exchange.said);
    if (!header.is_legal) return {Match::kNo};
    const Run run = Run::from(exchange.earlier).with(Run::of(header));
    const std::uint32_t enough = exchange.token != 0 ? kEnoughToAnswer : kEnough;
    if (run.count >= enough) return {Match::kYes, Role::kEither, kSpoken};
    return {Match::kNeedMore, Role::kEither, run.packed()};
}

}  // namespace sensor::identify::rtp
