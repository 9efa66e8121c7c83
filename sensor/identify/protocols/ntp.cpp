#include "sensor/identify/protocols/ntp.h"

#include <algorithm>
#include <array>

namespace sensor::identify::ntp {
namespace {

enum class Mode : std::uint8_t {  // RFC 5905 figure 10
    kSymmetricActive = 1,
    kSymmetricPassive = 2,
    kClient = 3,
    kServer = 4,
    kBroadcast = 5,
    kControl = 6,
    kPrivate = 7,
};

struct Header {
    std::uint8_t stratum = 0;
    std::uint8_t poll = 0;              ///< log2 seconds
    std::uint8_t precision = 0;         ///< log2 seconds, two's complement
    std::uint32_t root_delay = 0;       ///< 16.16 seconds
    std::uint32_t root_dispersion = 0;  ///< 16.16 seconds
    std::uint32_t reference_id = 0;
    /// 32.32 seconds since 1900, modulo 2^32 s.
    std::uint64_t reference = 0, origin = 0, receive = 0, transmit = 0;
};

Header read_header(bytes::ByteCursor& cursor) noexcept {
    Header header{.stratum = cursor.read<std::uint8_t>(),
                  .poll = cursor.read<std::uint8_t>(),
                  .precision = cursor.read<std::uint8_t>(),
                  .root_delay = cursor.read<std::uint32_t>(),
                  .root_dispersion = cursor.read<std::uint32_t>(),
                  .reference_id = cursor.read<std::uint32_t>()};
    header.reference = cursor.read<std::uint64_t>();
    header.origin = cursor.read<std::uint64_t>();
    header.receive = cursor.read<std::uint64_t>();
    header.transmit = cursor.read<std::uint64_t>();
    return header;
}

/// Whole seconds from `from` to `to`, also across the end of an era.
constexpr std::int32_t seconds_between(std::uint64_t from, std::uint64_t to) noexcept {
    return static_cast<std::int32_t>(static_cast<std::uint32_t>(to >> 32U) -
                                     static_cast<std::uint32_t>(from >> 32U));
}

/// Strata end at 16, polls at 2^17 s; a delay or dispersion of a minute is beyond MAXDISP, 16 s.
constexpr bool is_header_legal(const Header& header) noexcept {
    constexpr std::uint32_t kMinute = 64U << 16U;
    const bool is_precision = header.precision == 0 || header.precision == 0x20 ||  // says nothing
                              header.precision >= 0xdf;   // 2^-33 s and coarser
    const auto negative_delay = ~header.root_delay + 1U;  // it is signed, RFC 1305 §3.2.1
    return header.stratum <= 16 && header.poll <= 17 && is_precision &&
           (header.root_delay < kMinute || negative_delay < kMinute) &&
           header.root_dispersion < kMinute;
}

/// What follows the header: extension fields (RFC 7822), then perhaps a key id and a digest, which
/// for some has the length of SHA-1 or SHA-2, or that of Windows domains.
bool is_trailer_legal(bytes::View trailer) noexcept {
    constexpr std::array<std::size_t, 8> kDigests{0, 4, 12, 20, 24, 36, 68, 72};  // bytes
    bytes::ByteCursor cursor{trailer};
    while (std::ranges::find(kDigests, cursor.rest().size()) == kDigests.end()) {
        cursor.skip(2);
        const auto length = cursor.read<std::uint16_t>();
        if (length < 16 || length % 4 != 0) return false;
        cursor.skip(length - 4U);
        if (!cursor.ok()) return false;
    }
    return true;
}

/// A clock set at `reference` and read at `transmit`: not before, and not much more than a day.
constexpr bool is_clock_plausible(const Header& header) noexcept {
    constexpr std::int32_t kLongest = 1 << 20;  // seconds, 12 days without a source
    if (header.transmit == 0) return false;
    const std::int32_t age = seconds_between(header.reference, header.transmit);
    return header.reference == 0 || (age >= -1 && age <= kLongest);
}

/// Four letters at most that say why, RFC 5905 §7.4; kept for answers of stratum 0.
constexpr bool is_kiss_code(std::uint32_t id) noexcept {
    for (unsigned shift = 0; shift < 32; shift += 8) {
        const auto letter = static_cast<std::uint8_t>(id >> shift);
        if (letter != 0 && (letter < ' ' || letter > '~')) return false;
    }
    return id != 0;
}

/// What the answer's origin timestamp must be, folded; never 0.
constexpr std::uint32_t token_of(std::uint64_t timestamp) noexcept {
    return (static_cast<std::uint32_t>(timestamp >> 32U) ^ static_cast<std::uint32_t>(timestamp)) |
           1U;
}

/// A client that gives nothing away sends zeros and a random number for its time; one that does
/// must have sent at a time that fits what it tells of the exchange before.
constexpr bool is_question_plausible(const Header& header) noexcept {
    constexpr std::int32_t kMonth = 1 << 21;  // seconds
    const bool tells_nothing = header.root_delay == 0 && header.root_dispersion == 0 &&
                               header.reference == 0 && header.origin == 0 && header.receive == 0;
    if (tells_nothing) return true;
    if (header.transmit == 0) return false;
    for (const std::uint64_t earlier : {header.origin, header.receive}) {
        const std::int32_t age = seconds_between(earlier, header.transmit);
        if (earlier != 0 && (age < -kMonth || age > kMonth)) return false;
    }
    return true;
}

constexpr bool is_answer_plausible(const Header& header) noexcept {
    constexpr std::int32_t kSlow = 16;  // seconds between a question and its answer
    const std::int32_t taken = seconds_between(header.receive, header.transmit);
    if (header.stratum == 0) return is_kiss_code(header.reference_id);
    return header.receive != 0 && taken >= -1 && taken <= kSlow && is_clock_plausible(header);
}

Verdict validate_time(const Exchange& exchange, Mode mode) noexcept {
    bytes::ByteCursor cursor{exchange.said.subspan(1)};
    const Header header = read_header(cursor);
    if (!cursor.ok() || !is_header_legal(header)) return {Match::kNo};
    if (!is_trailer_legal(cursor.rest())) return {Match::kNo};
    const bool is_answer = exchange.token == 0 || exchange.token == token_of(header.origin);
    switch (mode) {
        case Mode::kClient:
        case Mode::kSymmetricActive: {
            // Two servers may ask each other, but nobody is sent his own question.
            const std::uint32_t token = token_of(header.transmit);
            if (!is_question_plausible(header) || exchange.token == token) return {Match::kNo};
            const bool is_first = exchange.token == 0 && mode == Mode::kClient;
            return {Match::kYes, is_first ? Role::kClient : Role::kEither, token};
        }
        case Mode::kSymmetricPassive:
        case Mode::kServer:
            return {is_answer && is_answer_plausible(header) ? Match::kYes : Match::kNo,
                    mode == Mode::kServer ? Role::kServer : Role::kEither};
        case Mode::kBroadcast:  // nobody asked, so there is nothing but the time
            return {header.origin == 0 && header.receive == 0 && header.stratum != 0 &&
                            header.stratum < 16 && header.reference != 0 &&
                            is_clock_plausible(header)
                        ? Match::kYes
                        : Match::kNo};
        default: return {Match::kNo};
    }
}

/// RFC 9327 §2: the data's length is told and padded to four or eight bytes; a key id and digest
/// may follow. A question has no status, and both repeat a sequence number.
Verdict validate_control(const Exchange& exchange) noexcept {
    bytes::ByteCursor cursor{exchange.said.subspan(1)};
    const auto bits = cursor.read<std::uint8_t>();
    const auto sequence = cursor.read<std::uint16_t>();
    const auto status = cursor.read<std::uint16_t>();
    cursor.skip(2);  // association
    const auto offset = cursor.read<std::uint16_t>();
    const std::size_t count = cursor.read<std::uint16_t>();
    cursor.skip(count);
    const std::size_t padding = cursor.rest().size();
    const bool is_response = (bits & 0x80U) != 0;
    const unsigned opcode = bits & 0x1fU;
    const bool is_first = offset == 0 && (is_response || (bits == opcode && status == 0));
    const bool is_opcode = opcode <= 12 || opcode == 31;
    const bool is_padded = padding < 8 || padding == 20 || padding == 24;
    const std::uint32_t token = 1U << 31U | opcode << 16U | sequence;
    if (!cursor.ok() || !is_first || !is_opcode || !is_padded) return {Match::kNo};
    if (is_response != (exchange.token == token)) return {Match::kNo};
    return {Match::kYes, is_response ? Role::kServer : Role::kClient, is_response ? 0 : token};
}

/// ntpdc's messages, as its include/ntp_request.h lays them out: flags, sequence, implementation,
/// request, error and item count, item size. What is not items is zero in a question.
Verdict validate_private(const Exchange& exchange) noexcept {
    constexpr std::uint8_t kLastRequest = 45;
    constexpr std::size_t kLongestQuestion = 216;  // bytes, with its digest
    bytes::ByteCursor cursor{exchange.said};
    const bool is_response = (cursor.read<std::uint8_t>() & 0x80U) != 0;
    const auto sequence = cursor.read<std::uint8_t>();
    const auto implementation = cursor.read<std::uint8_t>();
    const auto request = cursor.read<std::uint8_t>();
    const auto items = cursor.read<std::uint16_t>();
    const auto item_size = cursor.read<std::uint16_t>();
    const std::uint32_t token = 3U << 30U | unsigned{implementation} << 8U | request;
    if (!cursor.ok() || request > kLastRequest || item_size >= 0x1000) return {Match::kNo};
    if (is_response) {
        const bool is_answer = exchange.token == token &&
                               cursor.rest().size() == std::size_t{items & 0xfffU} * item_size;
        return {is_answer ? Match::kYes : Match::kNo, Role::kServer};
    }
    const auto is_zero = [](std::uint8_t byte) { return byte == 0; };
    const bool is_question = items == 0 && item_size == 0 && sequence == 0 && request != 0 &&
                             implementation >= 2 && exchange.said.size() <= kLongestQuestion &&
                             std::ranges::all_of(cursor.rest(), is_zero);
    return {is_question ? Match::kYes : Match::kNo, Role::kClient, token};
}

}  // namespace

Verdict validate(const Exchange& exchange) noexcept {
    bytes::ByteCursor cursor{exchange.said};
    const auto first = cursor.read<std::uint8_t>();
    const unsigned version = (first >> 3U) & 7U;
    if (version < 1 || version > 4) return {Match::kNo};
    const auto mode = static_cast<Mode>(first & 7U);
    Verdict verdict;
    if (mode == Mode::kControl) {
        verdict = validate_control(exchange);
    } else if (mode == Mode::kPrivate) {
        verdict = validate_private(exchange);
    } else {
        verdict = validate_time(exchange, mode);
    }
    if (exchange.multicast)
        verdict.role = Role::kEither;  // who sends to a group opened the session
    return verdict;
}

}  // namespace sensor::identify::ntp
