#include "sensor/identify/protocols/rdp.h"

#include "sensor/identify/ber_reader.h"
#include "sensor/identify/little_endian.h"
#include "sensor/identify/text_line.h"
#include "sensor/identify/tpkt.h"

namespace sensor::identify::rdp {
namespace {

using tpkt::TpduType;

/// What may stand at the end of a request or confirmation, MS-RDPBCGR §2.2.1.1-2.2.1.2.
enum class Negotiation : std::uint8_t {
    kRequest = 1,
    kResponse = 2,
    kFailure = 3,
    kCorrelation = 6,
};
constexpr std::uint16_t kNegotiationSize = 8;   // bytes
constexpr std::uint32_t kProtocols = 0x1f;      // TLS, CredSSP, RDSTLS, CredSSP with a result, AAD
constexpr std::uint32_t kRequested = 0x100;     // token: a request, and the protocols it has
constexpr std::uint32_t kAskedNothing = 0x200;  // token: a request without a negotiation
constexpr std::uint32_t kConfirmed = 0x400;     // token: a confirmation

/// The eight bytes after a cookie: type, flags, their number, then protocols or a code.
struct Negotiated {
    Negotiation type{};
    std::uint8_t flags = 0;
    std::uint32_t value = 0;
    bool is_sound = false;
};
Negotiated read_negotiation(bytes::ByteCursor& cursor) noexcept {
    Negotiated negotiated;
    negotiated.type = static_cast<Negotiation>(cursor.read<std::uint8_t>());
    negotiated.flags = cursor.read<std::uint8_t>();
    const auto size = read_little<std::uint16_t>(cursor);
    negotiated.value = read_little<std::uint32_t>(cursor);
    negotiated.is_sound = cursor.ok() && size == kNegotiationSize;
    return negotiated;
}

constexpr bool is_one_protocol(std::uint32_t value) noexcept {
    return (value & ~kProtocols) == 0 && (value & (value - 1)) == 0;
}

/// Takes "Cookie: mstshash=..." or a routing token, up to its CRLF; empty if there is none.
std::string_view take_cookie(bytes::ByteCursor& cursor) noexcept {
    const auto text = bytes::text_of(cursor.rest());
    const auto end = text.find("\r\n");
    if (end == std::string_view::npos || !text::is_text(text.substr(0, end))) return {};
    cursor.skip(end + 2);
    return text.substr(0, end);
}

struct Request {
    Match match = Match::kNo;
    std::uint32_t token = kAskedNothing;
};

/// The optional parts of a whole request. kNeedMore: none is there, so it may be anybody's.
Request read_request(bytes::View variable) noexcept {
    constexpr std::uint8_t kFlags = 0x0b;  // restricted, redirected, correlated
    constexpr std::uint8_t kCorrelated = 0x08;
    constexpr std::uint16_t kCorrelationSize = 36;  // bytes
    if (variable.empty()) return {Match::kNeedMore};
    Request request;
    bytes::ByteCursor cursor{variable};
    const auto cookie = take_cookie(cursor);
    const bool is_ours = cookie.starts_with("Cookie: mst") || cookie.starts_with("tsv:");
    if (cursor.empty()) return {is_ours ? Match::kYes : Match::kNo};
    const Negotiated asked = read_negotiation(cursor);
    const bool is_legal = asked.is_sound && asked.type == Negotiation::kRequest &&
                          (asked.flags & ~kFlags) == 0 && (asked.value & ~kProtocols) == 0;
    if (!is_legal) return request;
    if ((asked.flags & kCorrelated) != 0) {
        const auto type = static_cast<Negotiation>(cursor.read<std::uint8_t>());
        const auto flags = cursor.read<std::uint8_t>();
        const auto size = read_little<std::uint16_t>(cursor);
        cursor.skip(kCorrelationSize - 4);
        const bool is_correlation =
            type == Negotiation::kCorrelation && flags == 0 && size == kCorrelationSize;
        if (!is_correlation || !cursor.ok()) return request;
    }
    request.token = kRequested | asked.value;
    request.match = cursor.empty() ? Match::kYes : Match::kNo;
    return request;
}

/// MCS Connect-Initial with a conference of T.124 whose user data is a Microsoft client's,
/// MS-RDPBCGR §2.2.1.3; the fixed parts of T.124's packed encoding are as §4.1.3 shows them.
Match read_connect(bytes::View said) noexcept {
    using namespace std::string_view_literals;
    constexpr auto kT124 = "\x00\x05\x00\x14\x7c\x00\x01"sv;
    constexpr auto kConference =
        "\x00\x08\x00\x10\x00\x01\xc0\x00"
        "Duca"sv;
    const tpkt::Tpdu data = tpkt::read(said);
    if (data.match != Match::kYes) return data.match;
    if (data.type != TpduType::kData) return Match::kNo;
    bytes::ByteCursor cursor{data.user};
    const auto tag = cursor.read<std::uint16_t>();
    if (!cursor.ok()) return Match::kNeedMore;
    if (tag != 0x7f65) return Match::kNo;  // [APPLICATION 101]
    constexpr std::size_t kLongest = 0xffff;
    ber::Ber message{.rest = cursor.rest(), .declared = kLongest};
    (void)message.length();
    (void)message.octets(ber::Tag::kOctets, 1, 255);  // calling and called selectors
    (void)message.octets(ber::Tag::kOctets, 1, 255);
    (void)message.octets(static_cast<ber::Tag>(1), 1, 1);  // upward
    for (unsigned set = 0; set < 3; ++set)
        (void)message.expect(ber::Tag::kSequence);  // domain parameters
    const ber::Ber conference = message.expect(ber::Tag::kOctets);
    if (!message.ok()) return message.state;
    const auto text = bytes::text_of(conference.rest);
    constexpr std::size_t kLength = 2;  // bytes of the conference's
    if (text.size() < kT124.size() + kLength + kConference.size()) return Match::kNeedMore;
    const bool is_ours =
        text.starts_with(kT124) && text.substr(kT124.size() + kLength).starts_with(kConference);
    return is_ours ? Match::kYes : Match::kNo;
}

/// Passes over the blob before a connection through a virtual machine's host. False if what is
/// there is none; a cut one leaves nothing.
bool skip_preconnection(bytes::View& said) noexcept {
    constexpr std::uint32_t kSmallest = 16;  // bytes, of version 1
    constexpr std::uint32_t kLargest = 0x0fff;
    bytes::ByteCursor cursor{said};
    if (said.size() < 2 || (said[0] == 3 && said[1] == 0)) return true;
    const auto size = read_little<std::uint32_t>(cursor);
    const auto flags = read_little<std::uint32_t>(cursor);
    const auto version = read_little<std::uint32_t>(cursor);
    cursor.skip(4);  // id
    const bool is_one = size == kSmallest && version == 1;
    const auto characters = is_one ? std::uint16_t{0} : read_little<std::uint16_t>(cursor);
    if (cursor.ok()) {
        const bool is_two =
            version == 2 && size <= kLargest && size == kSmallest + 2 + 2U * characters;
        if (flags != 0 || (!is_one && !is_two)) return false;
        cursor.skip(2U * characters);
    }
    said = cursor.rest();
    return true;
}

Verdict judge_request(const tpkt::Tpdu& tpdu, std::uint32_t token) noexcept {
    if (token != 0 && (token & kConfirmed) == 0) return {Match::kNo};  // an echo
    Request request = read_request(tpdu.variable);
    if (request.match == Match::kNeedMore && !tpdu.rest.empty()) {
        request.match = read_connect(tpdu.rest);
    }
    return {request.match, Role::kClient, request.token};
}

Verdict judge_confirmation(const tpkt::Tpdu& tpdu, std::uint32_t token) noexcept {
    constexpr std::uint8_t kFlags = 0x1f;
    constexpr std::uint32_t kLastFailure = 7;
    if ((token & kConfirmed) != 0) return {Match::kNo};  // an echo
    if (tpdu.variable.empty()) {                         // a server that negotiates nothing
        return {token != 0 ? Match::kYes : Match::kNeedMore, Role::kServer, kConfirmed};
    }
    bytes::ByteCursor cursor{tpdu.variable};
    const Negotiated answer = read_negotiation(cursor);
    const bool is_choice = answer.type == Negotiation::kResponse && (answer.flags & ~kFlags) == 0 &&
                           is_one_protocol(answer.value);
    const bool is_failure = answer.type == Negotiation::kFailure && answer.flags == 0 &&
                            answer.value >= 1 && answer.value <= kLastFailure;
    if (!answer.is_sound || !cursor.empty() || !(is_choice || is_failure)) return {Match::kNo};
    const bool is_asked = token == 0 || (token & kRequested) != 0;
    const bool is_offered = token == 0 || is_failure || (answer.value & ~token) == 0;
    return {is_asked && is_offered ? Match::kYes : Match::kNo, Role::kServer, kConfirmed};
}

}  // namespace

Verdict validate(const Exchange& exchange) noexcept {
    bytes::View said = exchange.said;
    if (!skip_preconnection(said)) return {Match::kNo};
    const tpkt::Tpdu tpdu = tpkt::read(said);
    if (tpdu.match != Match::kYes) return {tpdu.match};
    if (!tpdu.user.empty()) return {Match::kNo};
    if (tpdu.is_cut) return {Match::kNeedMore};
    if (tpdu.type == TpduType::kConnectionRequest) return judge_request(tpdu, exchange.token);
    if (tpdu.type == TpduType::kConnectionConfirm) return judge_confirmation(tpdu, exchange.token);
    return {Match::kNo};
}

}  // namespace sensor::identify::rdp
