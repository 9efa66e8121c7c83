#include "sensor/identify/protocols/rtcp.h"

#include <algorithm>

namespace sensor::identify::rtcp {
namespace {

/// The IANA registry of RTCP packet types, as far as they come over UDP with RTP.
enum class Type : std::uint8_t {
    kFullIntraRequest = 192,  // RFC 2032
    kNack = 193,
    kJitter = 195,  // RFC 5450
    kSenderReport = 200,
    kReceiverReport = 201,
    kSourceDescription = 202,
    kGoodbye = 203,
    kApplication = 204,
    kTransportFeedback = 205,  // RFC 4585
    kPayloadFeedback = 206,
    kExtendedReport = 207,  // RFC 3611
    kSummary = 209,         // RFC 5760
    kToken = 210,           // RFC 6284
    kSynchronisation = 211  // RFC 7272
};

struct Packet {
    unsigned count = 0;  ///< five bits: of reports or sources; feedback has its format there
    Type type{};
    bool is_padded = false;
    std::uint32_t source = 0;  ///< SSRC; 0 if there is none
    std::size_t size = 0;      ///< bytes, the header of four included
    bytes::View body;          ///< after that header, what there is of it
};

Packet read_packet(bytes::ByteCursor& cursor) noexcept {
    constexpr unsigned kVersion = 2;
    Packet packet;
    const auto first = cursor.read<std::uint8_t>();
    packet.type = static_cast<Type>(cursor.read<std::uint8_t>());
    packet.size = 4U * (cursor.read<std::uint16_t>() + 1U);
    packet.count = first & 0x1fU;
    packet.is_padded = (first & 0x20U) != 0;
    if (first >> 6U != kVersion) cursor.skip(cursor.rest().size() + 1);
    packet.body = cursor.take(packet.size - 4);
    packet.source = bytes::ByteCursor{packet.body}.read<std::uint32_t>();
    return packet;
}

/// Chunks of a source and items that end in zeros up to a multiple of four, RFC 3550 §6.5.
bool is_description_legal(const Packet& packet) noexcept {
    constexpr std::uint8_t kLastItem = 15;  // of the registry
    bytes::ByteCursor cursor{packet.body};
    for (unsigned chunk = 0; chunk < packet.count; ++chunk) {
        cursor.skip(4);
        std::uint8_t item = 0;
        while (cursor.ok() && (item = cursor.read<std::uint8_t>()) != 0) {
            if (item > kLastItem) return false;
            cursor.skip(cursor.read<std::uint8_t>());
        }
        while (cursor.ok() && cursor.rest().size() % 4 != 0) {
            if (cursor.read<std::uint8_t>() != 0) return false;
        }
    }
    return cursor.ok() && cursor.empty();
}

/// Sources, then perhaps a reason for leaving, RFC 3550 §6.6.
bool is_goodbye_legal(const Packet& packet) noexcept {
    bytes::ByteCursor cursor{packet.body};
    cursor.skip(4U * packet.count);
    if (cursor.empty()) return cursor.ok();
    cursor.skip(cursor.read<std::uint8_t>());
    return cursor.ok() && cursor.rest().size() < 4;
}

/// Blocks with a length in words, RFC 3611 §3.
bool is_extended_report_legal(const Packet& packet) noexcept {
    bytes::ByteCursor cursor{packet.body};
    cursor.skip(4);
    while (!cursor.empty()) {
        if (cursor.read<std::uint8_t>() == 0) return false;
        cursor.skip(1);
        cursor.skip(4U * cursor.read<std::uint16_t>());
    }
    return cursor.ok();
}

/// RFC 4585 §6.1 and the registries of formats; a source, the media's source, then control
/// information.
bool is_feedback_legal(const Packet& packet) noexcept {
    constexpr std::size_t kSources = 8;  // bytes
    constexpr unsigned kPictureLoss = 1;
    const std::size_t control = packet.body.size() - std::min(packet.body.size(), kSources);
    const bool is_payload = packet.type == Type::kPayloadFeedback;
    const unsigned last = is_payload ? 10 : 11;
    const bool is_format = (packet.count >= 1 && packet.count <= last) || packet.count == 15;
    if (packet.body.size() < kSources || !is_format) return false;
    return is_payload && packet.count == kPictureLoss ? control == 0 : control != 0;
}

/// The reports take all of the packet but for extensions, which only `may_extend` believes.
bool is_report_legal(const Packet& packet, bool may_extend) noexcept {
    constexpr std::size_t kReport = 24;      // bytes, RFC 3550 §6.4.1
    constexpr std::size_t kSenderInfo = 20;  // bytes
    const std::size_t info = packet.type == Type::kSenderReport ? kSenderInfo : 0;
    const std::size_t expected = 8 + info + kReport * packet.count;
    return packet.size == expected || (may_extend && packet.size > expected);
}

bool is_report(Type type) noexcept {
    return type == Type::kSenderReport || type == Type::kReceiverReport;
}

bool is_body_legal(const Packet& packet, bool may_extend) noexcept {
    constexpr std::size_t kSource = 4;  // bytes
    switch (packet.type) {
        case Type::kSenderReport:
        case Type::kReceiverReport: return is_report_legal(packet, may_extend);
        case Type::kSourceDescription: return is_description_legal(packet);
        case Type::kGoodbye: return is_goodbye_legal(packet);
        case Type::kApplication: {
            const auto is_graphic = [](std::uint8_t c) { return c >= ' ' && c <= '~'; };
            return packet.body.size() >= 8 &&
                   std::ranges::all_of(packet.body.subspan(kSource, 4), is_graphic);
        }
        case Type::kTransportFeedback:
        case Type::kPayloadFeedback: return is_feedback_legal(packet);
        case Type::kExtendedReport: return is_extended_report_legal(packet);
        case Type::kFullIntraRequest: return packet.body.size() == kSource;
        case Type::kNack: return packet.body.size() == 2 * kSource;
        case Type::kJitter: return packet.body.size() == kSource * packet.count;
        case Type::kSummary:
        case Type::kToken:
        case Type::kSynchronisation: return packet.body.size() >= kSource;
    }
    return false;
}

/// The last packet alone may end in padding, whose length is its last byte: a multiple of four.
bool take_padding(Packet& packet) noexcept {
    if (!packet.is_padded) return true;
    if (packet.body.empty()) return false;
    const std::size_t padding = packet.body.back();
    if (padding == 0 || padding % 4 != 0 || padding > packet.body.size()) return false;
    packet.body = packet.body.first(packet.body.size() - padding);
    packet.size -= padding;
    return true;
}

/// What may come without a report before it: feedback, RFC 5506 §3.4.2, and what goes with it.
bool may_be_alone(Type type) noexcept {
    return type == Type::kApplication || type == Type::kTransportFeedback ||
           type == Type::kPayloadFeedback || type == Type::kExtendedReport;
}

/// Packets that fill the datagram. Extensions of a report need a packet after it as a witness.
bool is_compound(bytes::View said) noexcept {
    bytes::ByteCursor cursor{said};
    bool is_first = true;
    while (!cursor.empty()) {
        Packet packet = read_packet(cursor);
        if (!cursor.ok() || (packet.is_padded && !cursor.empty()) || !take_padding(packet)) {
            return false;
        }
        const bool may_begin = is_report(packet.type) || may_be_alone(packet.type);
        if (is_first && (!may_begin || packet.source == 0)) return false;
        if (!is_body_legal(packet, !cursor.empty())) return false;
        is_first = false;
    }
    return !is_first;
}

/// The first packet of SRTCP: its header and source are in the clear, all else is not. After the
/// packets come an index and a tag. The source, if it is such a packet; 0 if not.
std::uint32_t source_of_secure(bytes::View said) noexcept {
    constexpr std::size_t kTrailer = 14;  // bytes: index, and a tag of 80 bits
    bytes::ByteCursor cursor{said};
    const Packet packet = read_packet(cursor);
    if (!cursor.ok() || cursor.rest().size() < kTrailer || packet.is_padded) return 0;
    const bool is_feedback =
        packet.type == Type::kTransportFeedback || packet.type == Type::kPayloadFeedback;
    const bool is_legal = is_report(packet.type) ? is_report_legal(packet, false)
                                                 : is_feedback && is_feedback_legal(packet);
    return is_legal ? packet.source : 0;
}

/// 23 bits of a source, and one that keeps it from being 0.
constexpr std::uint32_t kept(std::uint32_t source) noexcept {
    return (source * 0x9e3779b1U) >> 9U | 1U << 23U;
}

}  // namespace

Verdict validate(const Exchange& exchange) noexcept {
    constexpr std::uint32_t kSpoken = 1;  // a token for the other side: no field must agree
    constexpr Verdict kRecognised{Match::kYes, Role::kEither, kSpoken};
    if (is_compound(exchange.said)) return kRecognised;
    const std::uint32_t source = source_of_secure(exchange.said);
    if (source == 0) return {Match::kNo};
    if (exchange.token != 0 || exchange.earlier == kept(source)) return kRecognised;
    return {Match::kNeedMore, Role::kEither, kept(source)};
}

}  // namespace sensor::identify::rtcp
