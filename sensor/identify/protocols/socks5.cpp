#include "sensor/identify/protocols/socks5.h"

#include <optional>

#include "sensor/identify/proxy_destination.h"

namespace sensor::identify::socks5 {
namespace {

enum class Method : std::uint8_t {  // IANA SOCKS methods; up to 9, and private ones from 0x80
    kNone = 0,
    kGssapi = 1,
    kPassword = 2,
    kLastAssigned = 9,
    kFirstPrivate = 0x80,
    kNoneAcceptable = 0xff,
};
constexpr std::uint8_t kVersion = 5;
constexpr std::uint8_t kConnect = 1;  // commands, RFC 1928 §4
constexpr std::uint8_t kAssociate = 3;

/// One bit for each assigned method and one for all private ones; 0 for what is no method.
constexpr std::uint32_t bit_of(std::uint8_t method) noexcept {
    if (method <= static_cast<std::uint8_t>(Method::kLastAssigned)) return 1U << method;
    const bool is_private = method >= static_cast<std::uint8_t>(Method::kFirstPrivate) &&
                            method != static_cast<std::uint8_t>(Method::kNoneAcceptable);
    return is_private ? 1U << 10U : 0;
}
constexpr bool offers(std::uint32_t offered, Method method) noexcept {
    return (offered & bit_of(static_cast<std::uint8_t>(method))) != 0;
}

/// What a client has said so far.
struct Opening {
    Match match = Match::kNo;
    std::uint32_t offered = 0;  ///< see bit_of()
};

/// A request, or the reply in the same form, RFC 1928 §4 and §6.
struct Addressed {
    Match match = Match::kNo;
    std::uint8_t code = 0;  ///< of a request the command, of a reply the outcome
    ProxyDestination destination;
};

/// The address type, RFC 1928 §5, as `form` and how many bytes of host follow; nothing if it is
/// none.
std::optional<std::size_t> read_host_length(bytes::ByteCursor& cursor,
                                            ProxyDestination::Form& form) noexcept {
    switch (cursor.read<std::uint8_t>()) {
        case 1: form = ProxyDestination::Form::kIpv4; return 4;
        case 3: form = ProxyDestination::Form::kName; return cursor.read<std::uint8_t>();
        case 4: form = ProxyDestination::Form::kIpv6; return 16;
        default: return std::nullopt;
    }
}

Addressed read_addressed(bytes::ByteCursor& cursor, std::uint8_t first_code,
                         std::uint8_t last_code) noexcept {
    Addressed addressed;
    ProxyDestination& destination = addressed.destination;
    const auto version = cursor.read<std::uint8_t>();
    addressed.code = cursor.read<std::uint8_t>();
    const auto reserved = cursor.read<std::uint8_t>();
    const bool has_form = !cursor.empty();
    const auto length = read_host_length(cursor, destination.form);
    if (!has_form) {
        addressed.match = version <= kVersion ? Match::kNeedMore : Match::kNo;
        return addressed;
    }
    const bool is_code = addressed.code >= first_code && addressed.code <= last_code;
    if (version != kVersion || !is_code || reserved != 0 || !length) return addressed;
    destination.host = cursor.take(*length);
    destination.port = cursor.read<std::uint16_t>();
    addressed.match = cursor.ok() ? Match::kYes : Match::kNeedMore;
    return addressed;
}

Addressed read_request(bytes::ByteCursor& cursor) noexcept {
    Addressed request = read_addressed(cursor, kConnect, kAssociate);
    const bool is_name = request.destination.form == ProxyDestination::Form::kName;
    if (request.match == Match::kYes && is_name && !is_host_name(request.destination.host)) {
        request.match = Match::kNo;
    }
    return request;
}

Opening read_opening(bytes::View said) noexcept {
    Opening opening;
    bytes::ByteCursor cursor{said};
    const auto version = cursor.read<std::uint8_t>();
    const std::size_t count = cursor.read<std::uint8_t>();
    const bool is_cut = cursor.rest().size() < count;
    for (const std::uint8_t method : cursor.rest().first(is_cut ? cursor.rest().size() : count)) {
        const std::uint32_t bit = bit_of(method);
        const bool is_repeated = (opening.offered & bit) != 0 && bit != 1U << 10U;
        if (bit == 0 || is_repeated) return opening;
        opening.offered |= bit;
    }
    if (version != kVersion || (cursor.ok() && count == 0)) return opening;
    cursor.skip(count);
    opening.match = Match::kNeedMore;
    if (cursor.empty()) return opening;
    constexpr std::uint8_t kSubnegotiation = 1;  // its version: RFC 1929 §2, RFC 1961 §3
    if (cursor.peek() == kSubnegotiation && offers(opening.offered, Method::kPassword)) {
        cursor.skip(1);
        cursor.skip(cursor.read<std::uint8_t>());
        cursor.skip(cursor.read<std::uint8_t>());
        if (cursor.empty()) return opening;
    } else if (cursor.peek() == kSubnegotiation && offers(opening.offered, Method::kGssapi)) {
        cursor.skip(1);
        const auto message_type = cursor.read<std::uint8_t>();
        const auto length = cursor.read<std::uint16_t>();
        if (!cursor.ok()) return opening;
        opening.match = message_type == 1 && length != 0 ? Match::kYes : Match::kNo;
        return opening;
    } else if (!offers(opening.offered, Method::kNone)) {
        opening.match = Match::kNo;
        return opening;
    }
    opening.match = read_request(cursor).match;
    return opening;
}

/// `offered` is what the client left, 0 before it is recognised.
Match read_choice(bytes::View said, std::uint32_t offered) noexcept {
    bytes::ByteCursor cursor{said};
    const auto version = cursor.read<std::uint8_t>();
    const auto method = cursor.read<std::uint8_t>();
    if (version != kVersion) return Match::kNo;
    if (!cursor.ok()) return Match::kNeedMore;
    const bool is_refusal = method == static_cast<std::uint8_t>(Method::kNoneAcceptable);
    if (bit_of(method) == 0 && !is_refusal) return Match::kNo;
    if (offered == 0) return Match::kNeedMore;
    if (is_refusal) return cursor.empty() ? Match::kYes : Match::kNo;
    if ((offered & bit_of(method)) == 0) return Match::kNo;
    // The reply to the request, or to the authentication before it.
    const bool is_open = method == static_cast<std::uint8_t>(Method::kNone);
    const std::uint8_t next = is_open ? kVersion : std::uint8_t{1};
    return cursor.empty() || cursor.peek() == next ? Match::kYes : Match::kNo;
}

/// Both sides of a session, read side by side up to where the inner protocol begins.
struct Course {
    Upgrade::State state = Upgrade::State::kPending;
    bytes::ByteCursor client;
    bytes::ByteCursor server;
    ProxyDestination destination = {};
};

/// RFC 1929 §2. False as below.
bool log_in(Course& course) noexcept {
    constexpr std::uint8_t kSuccess = 0;
    course.client.skip(1);
    course.client.skip(course.client.read<std::uint8_t>());  // user
    course.client.skip(course.client.read<std::uint8_t>());  // password
    course.server.skip(1);
    const bool has_status = !course.server.empty();
    const bool is_refused = course.server.read<std::uint8_t>() != kSuccess && has_status;
    if (is_refused) course.state = Upgrade::State::kNever;
    return !is_refused && has_status && course.client.ok();
}

/// RFC 1928 §3. False if the session is decided, or there is not enough of it.
bool choose_method(Course& course) noexcept {
    const Match greeting =
        course.client.empty() ? Match::kNeedMore : read_opening(course.client.rest()).match;
    course.client.skip(1);
    course.client.skip(course.client.read<std::uint8_t>());
    const auto version = course.server.read<std::uint8_t>();
    const bool has_method = !course.server.empty();
    const auto method = static_cast<Method>(course.server.read<std::uint8_t>());
    // GSSAPI goes on to wrap what follows, and so may a private method.
    const bool can_follow = !has_method || method == Method::kNone || method == Method::kPassword;
    if (greeting == Match::kNo || (has_method && version != kVersion) || !can_follow) {
        course.state = Upgrade::State::kNever;
    }
    if (course.state != Upgrade::State::kPending || !has_method || !course.client.ok()) {
        return false;
    }
    return method != Method::kPassword || log_in(course);
}

/// RFC 1928 §4-6: CONNECT and its reply; after anything else no stream of the client's follows.
Course follow(bytes::View client, bytes::View server) noexcept {
    constexpr std::uint8_t kSucceeded = 0;
    constexpr std::uint8_t kLastReply = 8;
    Course course{.client = bytes::ByteCursor{client}, .server = bytes::ByteCursor{server}};
    if (!choose_method(course)) return course;
    const Addressed request = read_request(course.client);
    const Addressed reply = read_addressed(course.server, kSucceeded, kLastReply);
    const bool is_other = request.match == Match::kYes && request.code != kConnect;
    const bool is_refused = reply.match == Match::kYes && reply.code != kSucceeded;
    if (request.match == Match::kNo || reply.match == Match::kNo || is_other || is_refused) {
        course.state = Upgrade::State::kNever;
    } else if (request.match == Match::kYes && reply.match == Match::kYes) {
        course.state = Upgrade::State::kDone;
        course.destination = request.destination;
    }
    return course;
}

}  // namespace

Verdict validate(const Exchange& exchange) noexcept {
    const bool may_be_client = exchange.token == 0 && (!exchange.direction_known ||
                                                       exchange.direction == Direction::kToServer);
    if (may_be_client) {
        const Opening opening = read_opening(exchange.said);
        if (opening.match != Match::kNo || exchange.direction_known) {
            return {opening.match, Role::kClient, opening.offered};
        }
    }
    return {read_choice(exchange.said, exchange.token), Role::kServer};
}

Upgrade upgrade(bytes::View client, bytes::View server) noexcept {
    const Course course = follow(client, server);
    if (course.state != Upgrade::State::kDone) return {.state = course.state};
    return {.state = Upgrade::State::kDone,
            .client_at = static_cast<std::uint16_t>(client.size() - course.client.rest().size()),
            .server_at = static_cast<std::uint16_t>(server.size() - course.server.rest().size()),
            .requested_port = course.destination.port};
}

void extract_upgrade(bytes::View client, bytes::View server, Facts& facts) noexcept {
    const Course course = follow(client, server);
    if (course.state != Upgrade::State::kDone) return;
    facts.add(Fact::kDestinationRequested, ProxyDestinationText{course.destination}.text());
}

}  // namespace sensor::identify::socks5
