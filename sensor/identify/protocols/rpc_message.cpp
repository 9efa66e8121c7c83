#include "sensor/identify/protocols/rpc_message.h"

namespace sensor::identify::rpc {
namespace {

enum class Accepted : std::uint32_t {  // RFC 5531 §9
    kSuccess = 0,
    kUnknownProgram = 1,
    kOtherVersions = 2,
    kUnknownProcedure = 3,
    kGarbage = 4,
    kSystemError = 5,
};
constexpr std::uint32_t kVersion = 2;
constexpr std::size_t kShortestCall = 40;   // bytes
constexpr std::size_t kShortestReply = 20;  // bytes
constexpr std::size_t kLongestBody = 400;   // bytes of a credential or verifier, §8.2

constexpr std::size_t padded(std::size_t length) noexcept {
    return (length + 3) & ~std::size_t{3};
}

/// Assigned numbers, and the ranges that IANA gave to pseudo-flavours.
constexpr bool is_flavor(std::uint32_t number) noexcept {
    return number <= static_cast<std::uint32_t>(Flavor::kTls) ||
           (number >= 200'000 && number < 400'000);
}

/// AUTH_SYS, RFC 5531 appendix A: a name of at most 255 bytes and at most 16 groups.
bool is_system_credential(bytes::View body) noexcept {
    bytes::ByteCursor cursor{body};
    cursor.skip(4);  // stamp
    const auto name = cursor.read<std::uint32_t>();
    if (name > 255) return false;
    cursor.skip(padded(name) + 4 + 4);  // user, group
    const auto groups = cursor.read<std::uint32_t>();
    if (groups > 16) return false;
    cursor.skip(std::size_t{groups} * 4);
    return cursor.ok() && cursor.empty();
}

/// RPCSEC_GSS, RFC 2203 §5.3.1 and its later versions.
bool is_gss_credential(bytes::View body) noexcept {
    bytes::ByteCursor cursor{body};
    const auto version = cursor.read<std::uint32_t>();
    const auto procedure = cursor.read<std::uint32_t>();
    return cursor.ok() && version >= 1 && version <= 3 && procedure <= 5;
}

struct Authentication {
    Flavor flavor{};
    bytes::View body;
};
/// False if it is not legal; a cut one fails the cursor.
bool read_authentication(bytes::ByteCursor& cursor, Authentication& authentication) noexcept {
    const auto flavor = cursor.read<std::uint32_t>();
    const std::size_t length = cursor.read<std::uint32_t>();
    if (!is_flavor(flavor) || length > kLongestBody) return false;
    authentication.flavor = static_cast<Flavor>(flavor);
    authentication.body = cursor.take(length);
    cursor.skip(padded(length) - length);
    return true;
}

bool read_call(bytes::ByteCursor& cursor, Message& message) noexcept {
    const auto version = cursor.read<std::uint32_t>();
    if (cursor.ok() && version != kVersion) return false;
    message.program = cursor.read<std::uint32_t>();
    message.version = cursor.read<std::uint32_t>();
    message.procedure = cursor.read<std::uint32_t>();
    Authentication credential;
    Authentication verifier;
    if (!read_authentication(cursor, credential) || !read_authentication(cursor, verifier)) {
        return false;
    }
    message.credential = credential.flavor;
    message.verifier = verifier.body;
    if (!cursor.ok()) return true;
    if (credential.flavor == Flavor::kSys) return is_system_credential(credential.body);
    if (credential.flavor == Flavor::kGss) return is_gss_credential(credential.body);
    return credential.flavor != Flavor::kTls || credential.body.empty();
}

/// Whether `left` bytes can follow an accepted reply's status.
constexpr bool is_rest_of(Accepted status, std::size_t left) noexcept {
    if (status == Accepted::kSuccess) return true;
    return left == (status == Accepted::kOtherVersions ? 8 : 0);
}

bool read_reply(bytes::ByteCursor& cursor, Message& message, std::size_t length) noexcept {
    constexpr std::uint32_t kLastAuthStatus = 14;  // §9
    const auto is_denied = cursor.read<std::uint32_t>();
    if (is_denied > 1) return false;
    if (is_denied == 1) {
        const auto reason = cursor.read<std::uint32_t>();
        const auto detail = cursor.read<std::uint32_t>();
        if (reason > 1) return false;
        if (reason == 0) return length == kShortestReply + 4;
        return length == kShortestReply && detail <= kLastAuthStatus;
    }
    Authentication verifier;
    if (!read_authentication(cursor, verifier)) return false;
    message.verifier = verifier.body;
    const auto status = cursor.read<std::uint32_t>();
    const std::size_t read = 3 * 4 + 2 * 4 + padded(verifier.body.size()) + 4;
    if (!cursor.ok()) return true;
    return status <= static_cast<std::uint32_t>(Accepted::kSystemError) && length >= read &&
           is_rest_of(static_cast<Accepted>(status), length - read);
}

/// An id as a token, which is never 0.
constexpr std::uint32_t token_of(std::uint32_t id) noexcept {
    return id == 0 ? 1 : id;
}

/// What to say of a message on its own.
Verdict judge(const Message& message, std::uint32_t token,
              bool (*is_ours)(const Message&) noexcept) noexcept {
    if (message.match != Match::kYes) return {message.match};
    if (message.is_call) {
        // Both sides do not call.
        const bool is_it = token == 0 && is_ours(message);
        return {is_it ? Match::kYes : Match::kNo, Role::kClient, token_of(message.id)};
    }
    if (token == 0) return {Match::kNeedMore, Role::kServer};
    return {token == token_of(message.id) ? Match::kYes : Match::kNo, Role::kServer};
}

}  // namespace

Message read_message(bytes::View body, std::size_t length) noexcept {
    Message message;
    bytes::ByteCursor cursor{body};
    message.id = cursor.read<std::uint32_t>();
    const auto kind = cursor.read<std::uint32_t>();
    if (kind > 1) return message;
    message.is_call = kind == 0;
    const bool is_cut = body.size() < length;
    if (cursor.ok() && length < (message.is_call ? kShortestCall : kShortestReply)) return message;
    const bool is_legal =
        message.is_call ? read_call(cursor, message) : read_reply(cursor, message, length);
    if (!cursor.ok()) {
        message.match = is_legal && is_cut ? Match::kNeedMore : Match::kNo;
    } else if (is_legal) {
        message.match = Match::kYes;
    }
    return message;
}

Fragment read_fragment(bytes::View said) noexcept {
    constexpr std::uint32_t kIsLast = 0x80000000U;
    Fragment fragment;
    bytes::ByteCursor cursor{said};
    const auto mark = cursor.read<std::uint32_t>();
    if (!cursor.ok()) {
        fragment.match = Match::kNeedMore;
        return fragment;
    }
    fragment.length = mark & ~kIsLast;
    const bool is_cut = cursor.rest().size() < fragment.length;
    fragment.body = is_cut ? cursor.rest() : cursor.take(fragment.length);
    if (!is_cut) fragment.rest = cursor.rest();
    const bool is_whole = (mark & kIsLast) != 0;  // XDR is made of words of four bytes
    const bool is_legal =
        fragment.length >= kShortestReply && (!is_whole || fragment.length % 4 == 0);
    fragment.match = is_legal ? Match::kYes : Match::kNo;
    return fragment;
}

Verdict validate_calls(const Exchange& exchange,
                       bool (*is_ours)(const Message& call) noexcept) noexcept {
    if (exchange.transport == Transport::kUdp) {
        const std::size_t length = exchange.said.size();
        if (length % 4 != 0) return {Match::kNo};
        return judge(read_message(exchange.said, length), exchange.token, is_ours);
    }
    Fragment fragment = read_fragment(exchange.said);
    if (fragment.match != Match::kYes) return {fragment.match};
    const Message first = read_message(fragment.body, fragment.length);
    const Verdict verdict = judge(first, exchange.token, is_ours);
    if (verdict.match != Match::kNo || first.match != Match::kYes || first.is_call) return verdict;
    // Replies come in the order that the server finished them in.
    while (!fragment.rest.empty()) {
        fragment = read_fragment(fragment.rest);
        if (fragment.match != Match::kYes) break;
        const Message next = read_message(fragment.body, fragment.length);
        const Verdict found = judge(next, exchange.token, is_ours);
        if (!next.is_call && found.match == Match::kYes) return found;
    }
    return {Match::kNeedMore};
}

Upgrade upgrade(bytes::View client, bytes::View server) noexcept {
    constexpr std::string_view kAgreed = "STARTTLS";
    constexpr std::size_t kMark = 4;  // bytes
    const Fragment asked = read_fragment(client);
    const Message call = read_message(asked.body, asked.length);
    if (call.match != Match::kYes || !call.is_call || call.credential != Flavor::kTls) {
        const bool is_early = asked.match == Match::kNeedMore || call.match == Match::kNeedMore;
        return {is_early ? Upgrade::State::kPending : Upgrade::State::kNever};
    }
    const Fragment answered = read_fragment(server);
    if (answered.match == Match::kNeedMore) return {Upgrade::State::kPending};
    const Message reply = read_message(answered.body, answered.length);
    if (reply.match == Match::kNeedMore) return {Upgrade::State::kPending};
    const bool is_agreed = answered.match == Match::kYes && reply.match == Match::kYes &&
                           !reply.is_call && reply.id == call.id &&
                           bytes::text_of(reply.verifier) == kAgreed;
    if (!is_agreed) return {Upgrade::State::kNever};
    return {.state = Upgrade::State::kDone,
            .client_at = static_cast<std::uint16_t>(kMark + asked.length),
            .server_at = static_cast<std::uint16_t>(kMark + answered.length)};
}

}  // namespace sensor::identify::rpc
