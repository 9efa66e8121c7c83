#include "sensor/identify/protocols/postgresql.h"

#include <algorithm>

#include "sensor/identify/little_endian.h"
#include "sensor/identify/text_line.h"

namespace sensor::identify::postgresql {
namespace {

constexpr std::uint32_t kCancelCode = 80877102;
constexpr std::uint32_t kSslCode = 80877103;
constexpr std::uint32_t kGssCode = 80877104;
constexpr std::size_t kRequestSize = 8;  // bytes of SSLRequest and GSSENCRequest
constexpr std::uint32_t kLongestStartup = 10000;

/// The token: what the client began with, which says what may answer it.
enum class Opening : std::uint32_t { kNone, kStartup, kOldStartup, kTls, kGss, kCancel, kQuery };

struct Asked {
    Match match = Match::kNo;
    Opening opening = Opening::kNone;
};

/// "StartupMessage": pairs of name and value up to an empty name; "user" has to be among them.
Match match_parameters(bytes::View parameters, bool is_cut) noexcept {
    bytes::ByteCursor cursor{parameters};
    bool has_user = false;
    while (cursor.ok() && !cursor.empty() && cursor.peek() != 0) {
        const auto name = bytes::text_of(read_until_nul(cursor));
        if (cursor.ok() && !text::is_made_of(name, "_.-")) return Match::kNo;
        const auto value = bytes::text_of(read_until_nul(cursor));
        if (!text::is_text(value)) return Match::kNo;
        has_user = has_user || (name == "user" && !value.empty());
    }
    if (is_cut) return Match::kNeedMore;
    cursor.skip(1);
    return cursor.ok() && cursor.empty() && has_user ? Match::kYes : Match::kNo;
}

/// Protocol 2: fields of fixed sizes, filled up with NULs. Only the user is required.
Match match_old_startup(bytes::View body) noexcept {
    constexpr std::array<std::size_t, 5> kFields{64, 32, 64, 64, 64};  // database, user, ...
    bytes::ByteCursor cursor{body};
    bool has_user = false;
    for (const std::size_t size : kFields) {
        const auto field = bytes::text_of(cursor.take(size));
        if (!cursor.ok()) return Match::kNeedMore;
        const auto value = field.substr(0, field.find('\0'));
        const auto padding = field.substr(value.size());
        if (!text::is_text(value) || padding.find_first_not_of('\0') != std::string_view::npos) {
            return Match::kNo;
        }
        has_user = has_user || (size == 32 && !value.empty());
    }
    return has_user && cursor.empty() ? Match::kYes : Match::kNo;
}

/// What may come behind a request for encryption in the same direction: TLS, a token of GSSAPI
/// with its length, or another start-up packet.
constexpr bool may_follow_request(bytes::View rest) noexcept {
    return rest.empty() || rest.front() == 0x16 || rest.front() == 0;
}

Asked read_startup(bytes::View said) noexcept {
    bytes::ByteCursor cursor{said};
    const auto length = cursor.read<std::uint32_t>();
    const auto code = cursor.read<std::uint32_t>();
    if (!cursor.ok()) return {Match::kNeedMore};
    if (length < kRequestSize || length > kLongestStartup) return {};
    const bool is_cut = cursor.rest().size() < length - kRequestSize;
    const auto body = cursor.take(std::min<std::size_t>(length - kRequestSize,  //
                                                        cursor.rest().size()));
    const Match whole = is_cut ? Match::kNeedMore : Match::kYes;
    switch (code) {
        case kSslCode:
        case kGssCode: {
            const bool is_legal = length == kRequestSize && may_follow_request(cursor.rest());
            return {is_legal ? Match::kYes : Match::kNo,
                    code == kSslCode ? Opening::kTls : Opening::kGss};
        }
        case kCancelCode: {  // process, then a key of 4 bytes or, since 3.2, up to 256
            const bool is_legal = length >= 16 && length <= 268 && cursor.empty();
            return {is_legal ? whole : Match::kNo, Opening::kCancel};
        }
        case 0x00020000: {
            const bool is_legal = length == 296;
            return {is_legal ? match_old_startup(body) : Match::kNo, Opening::kOldStartup};
        }
        default:
            if (code >> 16U != 3) return {};
            return {match_parameters(body, is_cut), Opening::kStartup};
    }
}

/// "Query" fills its message: one text and a NUL. It says little alone.
Asked read_query(bytes::View said, bool is_answer) noexcept {
    bytes::ByteCursor cursor{said};
    cursor.skip(1);
    const auto length = cursor.read<std::uint32_t>();
    if (!cursor.ok()) return {Match::kNeedMore};
    if (length < 6) return {};
    const auto query = bytes::text_of(read_until_nul(cursor));
    const bool is_legal = cursor.ok() && query.size() + 5 == length;
    if (!is_legal) return {cursor.ok() ? Match::kNo : Match::kNeedMore};
    return {is_answer ? Match::kYes : Match::kNeedMore, Opening::kQuery};
}

/// Strings of "ErrorResponse" and "NoticeResponse", each behind its type; severity, code and
/// message are always present.
bool are_fields(bytes::View body) noexcept {
    bytes::ByteCursor cursor{body};
    bool has_severity = false;
    bool has_code = false;
    bool has_message = false;
    while (cursor.peek() != 0) {
        const auto type = static_cast<char>(cursor.read<std::uint8_t>());
        const auto value = bytes::text_of(read_until_nul(cursor));
        if (!cursor.ok() || !text::is_letter(type)) return false;
        has_severity = has_severity || (type == 'S' && !value.empty());
        has_code = has_code || (type == 'C' && value.size() == 5 && text::is_made_of(value, {}));
        has_message = has_message || type == 'M';
    }
    cursor.skip(1);
    return cursor.ok() && cursor.empty() && has_severity && has_code && has_message;
}

bool is_authentication(bytes::View body) noexcept {
    bytes::ByteCursor cursor{body};
    const auto code = cursor.read<std::uint32_t>();
    const std::size_t more = cursor.rest().size();
    switch (code) {
        case 0:                                   // accepted
        case 2:                                   // Kerberos 5
        case 3:                                   // clear text
        case 6:                                   // SCM credential
        case 7:                                   // GSSAPI
        case 9: return cursor.ok() && more == 0;  // SSPI
        case 4: return more == 2;                 // crypt
        case 5: return more == 4;                 // MD5
        case 8:                                   // more of GSSAPI
        case 11:
        case 12: return more != 0;  // more of SASL, and its end
        case 10: return more > 2 && body[body.size() - 1] == 0 && body[body.size() - 2] == 0;
        default: return false;
    }
}

/// "ParameterStatus": a name and a value.
bool is_status(bytes::View body) noexcept {
    bytes::ByteCursor cursor{body};
    const auto name = bytes::text_of(read_until_nul(cursor));
    const auto value = bytes::text_of(read_until_nul(cursor));
    return cursor.ok() && cursor.empty() && !name.empty() && text::is_made_of(name, "_.") &&
           text::is_text(value);
}

/// Whether a whole message of the server is legal. `proves` is set by those whose content is
/// checked beyond their length.
bool is_message(char type, bytes::View body, bool& proves) noexcept {
    const std::size_t size = body.size();
    switch (type) {
        case 'R': return proves = is_authentication(body);
        case 'E':
        case 'N': return proves = are_fields(body);
        case 'S': return proves = is_status(body);
        case 'K': return size >= 8 && size <= 260;
        case 'Z': {
            const auto state = size == 1 ? static_cast<char>(body.front()) : '\0';
            return state == 'I' || state == 'T' || state == 'E';
        }
        case 'v': return size >= 8;
        case '1':                    // parsed
        case '2':                    // bound
        case '3':                    // closed
        case 'I':                    // empty query
        case 'n':                    // no data
        case 's':                    // suspended
        case 'c': return size == 0;  // copied
        case 'C': return size >= 2 && body.back() == 0;
        case 'T': return size >= 2;
        case 'D': return size >= 2;
        case 't': return size >= 2 && size % 4 == 2;
        case 'A': return size >= 6 && body.back() == 0;
        case 'G':
        case 'H':
        case 'W': return size >= 3 && body.front() <= 1;
        case 'd': return true;
        default: return false;
    }
}

/// Message after message. One whose content proves itself is enough, or two that end with
/// ReadyForQuery as the last thing said.
Match match_messages(bytes::View said, bool is_answer) noexcept {
    constexpr std::size_t kLongest = std::size_t{1} << 30U;  // bytes
    bytes::ByteCursor cursor{said};
    for (unsigned seen = 1; !cursor.empty(); ++seen) {
        const auto type = static_cast<char>(cursor.read<std::uint8_t>());
        const auto length = cursor.read<std::uint32_t>();
        if (!cursor.ok()) return Match::kNeedMore;
        if (length < 4 || length > kLongest) return Match::kNo;
        const auto body = cursor.take(length - 4);
        if (!cursor.ok()) return Match::kNeedMore;
        bool proves = false;
        if (!is_message(type, body, proves)) return Match::kNo;
        const bool is_ready = type == 'Z' && seen > 1 && cursor.empty();
        if (proves || is_ready || is_answer) return Match::kYes;
    }
    return Match::kNeedMore;
}

/// Protocol 2 has no lengths: 'E' and text, or 'R', a code and, for two of them, a salt.
Match match_old_answer(bytes::View said) noexcept {
    bytes::ByteCursor cursor{said};
    const auto type = static_cast<char>(cursor.read<std::uint8_t>());
    if (type == 'E') {
        const auto message = bytes::text_of(read_until_nul(cursor));
        if (!cursor.ok()) return Match::kNeedMore;
        return !message.empty() && cursor.empty() ? Match::kYes : Match::kNo;
    }
    if (type != 'R') return Match::kNo;
    const auto code = cursor.read<std::uint32_t>();
    if (!cursor.ok()) return Match::kNeedMore;
    return code <= 6 ? Match::kYes : Match::kNo;
}

/// One byte to a request for encryption, then what the agreement brings.
Match match_permission(bytes::View said, Opening opening) noexcept {
    const auto answer = static_cast<char>(said.front());
    const auto rest = said.subspan(1);
    if (answer == 'N') {
        const bool is_legal =
            rest.empty() || std::string_view{"SNREv"}.find(static_cast<char>(rest.front())) !=
                                std::string_view::npos;
        return is_legal ? Match::kYes : Match::kNo;
    }
    const bool is_tls = answer == 'S' && opening == Opening::kTls;
    const bool is_gss = answer == 'G' && opening == Opening::kGss;
    if (is_tls) {
        const bool is_legal = rest.empty() || rest.front() == 0x16 || rest.front() == 0x15;
        return is_legal ? Match::kYes : Match::kNo;
    }
    return is_gss && (rest.empty() || rest.front() == 0) ? Match::kYes : Match::kNo;
}

Match match_server(const Exchange& exchange) noexcept {
    const auto said = exchange.said;
    const auto opening = static_cast<Opening>(exchange.token);
    switch (opening) {
        case Opening::kTls:
        case Opening::kGss:
            if (match_permission(said, opening) == Match::kYes) return Match::kYes;
            if (match_old_answer(said) == Match::kYes) return Match::kYes;  // knows no encryption
            break;
        case Opening::kOldStartup: {
            const Match match = match_old_answer(said);
            if (match != Match::kNo) return match;
            break;
        }
        case Opening::kCancel: return Match::kNo;  // never answered
        default: break;
    }
    return match_messages(said, opening != Opening::kNone);
}

}  // namespace

Verdict validate(const Exchange& exchange) noexcept {
    const auto said = exchange.said;
    if (said.empty()) return {Match::kNeedMore};
    if (said.front() != 0 && said.front() != 'Q') {
        return {match_server(exchange), Role::kServer, static_cast<std::uint32_t>(Opening::kQuery)};
    }
    const Asked asked =
        said.front() == 0 ? read_startup(said) : read_query(said, exchange.token != 0);
    return {asked.match, Role::kClient, static_cast<std::uint32_t>(asked.opening)};
}

Upgrade upgrade(bytes::View client, bytes::View server) noexcept {
    // GSSENCRequest, SSLRequest, start-up: in any order, each refused but the last.
    std::size_t at = 0;
    for (std::size_t answers = 0; answers < 3; ++answers, at += kRequestSize) {
        const Asked asked = read_startup(client.subspan(std::min(at, client.size())));
        if (asked.match == Match::kNeedMore) return {.state = Upgrade::State::kPending};
        const bool is_tls = asked.opening == Opening::kTls;
        const bool is_request = is_tls || asked.opening == Opening::kGss;
        if (asked.match != Match::kYes || !is_request) return {};
        if (answers >= server.size()) return {.state = Upgrade::State::kPending};
        if (server[answers] == 'N') continue;
        if (server[answers] != 'S' || !is_tls) return {};
        return {.state = Upgrade::State::kDone,
                .client_at = static_cast<std::uint16_t>(at + kRequestSize),
                .server_at = static_cast<std::uint16_t>(answers + 1)};
    }
    return {};
}

}  // namespace sensor::identify::postgresql
