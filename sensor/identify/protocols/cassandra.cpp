#include "sensor/identify/protocols/cassandra.h"

#include <algorithm>

#include "sensor/identify/text_line.h"

namespace sensor::identify::cassandra {
namespace {

constexpr std::uint32_t kLongest = std::uint32_t{256} << 20U;  // bytes of a body
constexpr std::uint8_t kCompressed = 0x01;
constexpr std::uint8_t kTraced = 0x02;
constexpr std::uint32_t kSpoken = 1;  // the token of a server, which asks nothing

enum class Operation : std::uint8_t {
    kError = 0x00,
    kStartup = 0x01,
    kReady = 0x02,
    kAuthenticate = 0x03,
    kCredentials = 0x04,  // version 1
    kOptions = 0x05,
    kSupported = 0x06,
    kQuery = 0x07,
    kResult = 0x08,
    kPrepare = 0x09,
    kExecute = 0x0a,
    kRegister = 0x0b,
    kEvent = 0x0c,
    kBatch = 0x0d,
    kAuthChallenge = 0x0e,
    kAuthResponse = 0x0f,
    kAuthSuccess = 0x10,
};

struct Envelope {
    std::uint8_t version = 0;
    std::uint8_t flags = 0;
    std::uint16_t stream = 0;
    Operation operation{};
    std::uint32_t length = 0;
    bool has_header = false;
    bool is_answer = false;
    bool is_cut = false;
    bytes::View body;  ///< what there is of it
    bytes::View rest;  ///< what follows it
};

Envelope read_envelope(bytes::View said) noexcept {
    bytes::ByteCursor cursor{said};
    Envelope envelope;
    const auto version = cursor.read<std::uint8_t>();
    envelope.version = version & 0x7fU;
    envelope.is_answer = version >= 0x80;
    envelope.flags = cursor.read<std::uint8_t>();
    envelope.stream =
        envelope.version < 3 ? cursor.read<std::uint8_t>() : cursor.read<std::uint16_t>();
    envelope.operation = static_cast<Operation>(cursor.read<std::uint8_t>());
    envelope.length = cursor.read<std::uint32_t>();
    envelope.has_header = cursor.ok();
    envelope.is_cut = cursor.rest().size() < envelope.length;
    envelope.body = cursor.take(std::min<std::size_t>(envelope.length, cursor.rest().size()));
    envelope.rest = cursor.rest();
    return envelope;
}

/// Warnings and payloads came with 4, the beta flag with 5.
bool is_legal(const Envelope& envelope) noexcept {
    const unsigned known = envelope.version >= 5 ? 0x1f : envelope.version == 4 ? 0x0f : 0x03;
    return envelope.version >= 1 && envelope.version <= 6 && (envelope.flags & ~known) == 0 &&
           envelope.length <= kLongest;
}

std::string_view read_string(bytes::ByteCursor& cursor) noexcept {
    return bytes::text_of(cursor.take(cursor.read<std::uint16_t>()));
}

/// STARTUP's [string map]: CQL_VERSION is required.
Match match_startup(const Envelope& envelope) noexcept {
    bytes::ByteCursor cursor{envelope.body};
    bool has_version = false;
    for (unsigned left = cursor.read<std::uint16_t>(); left != 0 && cursor.ok(); --left) {
        const auto name = read_string(cursor);
        const auto value = read_string(cursor);
        if (!text::is_text(name) || !text::is_text(value)) return Match::kNo;
        has_version = has_version || (cursor.ok() && name == "CQL_VERSION");
    }
    if (envelope.is_cut) return Match::kNeedMore;
    return cursor.ok() && cursor.empty() && has_version ? Match::kYes : Match::kNo;
}

/// SUPPORTED's [string multimap] names what STARTUP may ask for.
Match match_supported(const Envelope& envelope) noexcept {
    bytes::ByteCursor cursor{envelope.body};
    bool has_version = false;
    for (unsigned left = cursor.read<std::uint16_t>(); left != 0 && cursor.ok(); --left) {
        const auto name = read_string(cursor);
        if (!text::is_text(name)) return Match::kNo;
        has_version = has_version || name == "CQL_VERSION";
        for (unsigned values = cursor.read<std::uint16_t>(); values != 0 && cursor.ok(); --values) {
            if (!text::is_text(read_string(cursor))) return Match::kNo;
        }
    }
    if (envelope.is_cut) return Match::kNeedMore;
    return cursor.ok() && cursor.empty() && has_version ? Match::kYes : Match::kNo;
}

/// REGISTER's [string list].
Match match_register(const Envelope& envelope) noexcept {
    constexpr std::array<std::string_view, 3> kEvents{"TOPOLOGY_CHANGE", "STATUS_CHANGE",
                                                      "SCHEMA_CHANGE"};
    bytes::ByteCursor cursor{envelope.body};
    const unsigned count = cursor.read<std::uint16_t>();
    for (unsigned left = count; left != 0 && cursor.ok(); --left) {
        const auto event = read_string(cursor);
        if (cursor.ok() && std::ranges::find(kEvents, event) == kEvents.end()) return Match::kNo;
    }
    if (envelope.is_cut) return Match::kNeedMore;
    return cursor.ok() && cursor.empty() && count != 0 ? Match::kYes : Match::kNo;
}

/// QUERY's and PREPARE's [long string]; after a query its consistency and, since 2, flags.
Match match_statement(const Envelope& envelope) noexcept {
    bytes::ByteCursor cursor{envelope.body};
    const auto length = cursor.read<std::uint32_t>();
    if (!cursor.ok()) return envelope.length > 4 ? Match::kNeedMore : Match::kNo;
    if (length == 0 || length > envelope.length - 4) return Match::kNo;
    const auto there = std::min<std::size_t>(length, cursor.rest().size());
    const auto statement = bytes::text_of(cursor.take(there));
    const auto is_character = [](char c) {
        return static_cast<std::uint8_t>(c) >= ' ' || c == '\n' || c == '\r' || c == '\t';
    };
    if (!std::ranges::all_of(statement, is_character)) return Match::kNo;
    const std::uint32_t more = envelope.length - 4 - length;
    const bool is_query = envelope.operation == Operation::kQuery;
    if (!is_query && envelope.version < 5 && more != 0) return Match::kNo;
    if (is_query && more < 2) return Match::kNo;
    if (there < length) return Match::kNeedMore;
    const auto consistency = is_query ? cursor.read<std::uint16_t>() : std::uint16_t{0};
    if (!cursor.ok()) return Match::kNeedMore;
    return consistency <= 0x0a ? Match::kYes : Match::kNo;
}

/// AUTHENTICATE names a class, as in "org.apache.cassandra.auth.PasswordAuthenticator".
Match match_authenticate(const Envelope& envelope) noexcept {
    bytes::ByteCursor cursor{envelope.body};
    const auto name = read_string(cursor);
    if (envelope.is_cut) return Match::kNeedMore;
    const bool is_name = name.find('.') != std::string_view::npos && text::is_made_of(name, "._$");
    return cursor.ok() && cursor.empty() && is_name ? Match::kYes : Match::kNo;
}

/// ERROR's code of the section "Error codes", and its text.
Match match_error(const Envelope& envelope) noexcept {
    constexpr std::array<std::uint32_t, 20> kCodes{
        0x0000, 0x000a, 0x0100, 0x1000, 0x1001, 0x1002, 0x1003, 0x1100, 0x1200, 0x1300,
        0x1400, 0x1500, 0x1600, 0x1700, 0x2000, 0x2100, 0x2200, 0x2300, 0x2400, 0x2500};
    bytes::ByteCursor cursor{envelope.body};
    const auto code = cursor.read<std::uint32_t>();
    if (cursor.ok() && !std::ranges::binary_search(kCodes, code)) return Match::kNo;
    const auto message = read_string(cursor);
    if (!cursor.ok()) return envelope.is_cut ? Match::kNeedMore : Match::kNo;
    return !message.empty() && text::is_text(message) ? Match::kYes : Match::kNo;
}

/// EVENT names its type first.
Match match_event(const Envelope& envelope) noexcept {
    bytes::ByteCursor cursor{envelope.body};
    const auto event = read_string(cursor);
    if (!cursor.ok()) return envelope.is_cut ? Match::kNeedMore : Match::kNo;
    const bool is_event = event.ends_with("_CHANGE") && envelope.stream >= 0xff;
    return is_event ? Match::kYes : Match::kNo;
}

/// RESULT: one of five kinds; what it holds is judged by the request alone.
Match match_result(const Envelope& envelope, bool spoken) noexcept {
    bytes::ByteCursor cursor{envelope.body};
    const auto kind = cursor.read<std::uint32_t>();
    if (!cursor.ok()) return envelope.length >= 4 ? Match::kNeedMore : Match::kNo;
    if (kind < 1 || kind > 5 || (kind == 1 && envelope.length != 4)) return Match::kNo;
    return spoken ? Match::kYes : Match::kNeedMore;
}

Match match_answer(const Envelope& envelope, bool spoken) noexcept {
    const auto if_spoken = spoken ? Match::kYes : Match::kNeedMore;
    if (spoken && (envelope.flags & (kCompressed | kTraced)) != 0) return Match::kYes;
    if ((envelope.flags & kCompressed) != 0) return Match::kNo;
    switch (envelope.operation) {
        case Operation::kError: return match_error(envelope);
        case Operation::kReady: return envelope.length == 0 ? if_spoken : Match::kNo;
        case Operation::kAuthenticate: return match_authenticate(envelope);
        case Operation::kSupported: return match_supported(envelope);
        case Operation::kResult: return match_result(envelope, spoken);
        case Operation::kEvent: return match_event(envelope);
        case Operation::kAuthChallenge:
        case Operation::kAuthSuccess: return envelope.length >= 4 ? if_spoken : Match::kNo;
        default: return Match::kNo;
    }
}

Match match_request(const Envelope& envelope, bool spoken) noexcept;

/// What follows a nearly empty OPTIONS proves it, or the server's answer does.
Match match_options(const Envelope& envelope, bool spoken) noexcept {
    if (envelope.length != 0 || (envelope.flags & kCompressed) != 0) return Match::kNo;
    if (spoken) return Match::kYes;
    const Envelope next = read_envelope(envelope.rest);
    if (!next.has_header) return Match::kNeedMore;
    const bool fits = is_legal(next) && !next.is_answer && next.version == envelope.version;
    if (!fits || next.operation == Operation::kOptions) return Match::kNo;
    return match_request(next, false);
}

Match match_request(const Envelope& envelope, bool spoken) noexcept {
    if ((envelope.flags & kCompressed) != 0) return spoken ? Match::kYes : Match::kNo;
    switch (envelope.operation) {
        case Operation::kStartup: return match_startup(envelope);
        case Operation::kOptions: return match_options(envelope, spoken);
        case Operation::kQuery:
        case Operation::kPrepare: return match_statement(envelope);
        case Operation::kRegister: return match_register(envelope);
        case Operation::kCredentials:
        case Operation::kExecute:
        case Operation::kBatch:
        case Operation::kAuthResponse: return spoken ? Match::kYes : Match::kNo;
        default: return Match::kNo;
    }
}

std::uint32_t token_of(const Envelope& envelope) noexcept {
    return 0x80000000U | std::uint32_t{envelope.version} << 16U | envelope.stream;
}

}  // namespace

Verdict validate(const Exchange& exchange) noexcept {
    const Envelope envelope = read_envelope(exchange.said);
    if (!envelope.has_header) return {Match::kNeedMore};
    if (!is_legal(envelope)) return {Match::kNo};
    const bool spoken = exchange.token != 0;
    if (!envelope.is_answer) {
        return {match_request(envelope, spoken), Role::kClient, token_of(envelope)};
    }
    // An error may be in the server's own version; an event answers nothing.
    const bool is_free =
        envelope.operation == Operation::kError || envelope.operation == Operation::kEvent;
    const bool answers = is_free || !exchange.direction_known || exchange.token == 0 ||
                         exchange.token == token_of(envelope);
    return {answers ? match_answer(envelope, spoken) : Match::kNo, Role::kServer, kSpoken};
}

}  // namespace sensor::identify::cassandra
