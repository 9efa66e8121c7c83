#include "sensor/identify/protocols/opcua.h"

#include <algorithm>

namespace sensor::identify::opcua {
namespace {

enum class Kind : std::uint8_t {
    kNone,
    kHello,
    kAcknowledge,
    kError,
    kReverseHello,  // the server opens the connection
    kOpen,
    kMessage,
    kClose,
};

/// Integers are little-endian, OPC 10000-6 §5.2.2.2.
std::uint32_t read_little(bytes::ByteCursor& cursor) noexcept {
    const auto value = cursor.read<std::uint32_t>();
    return value >> 24U | (value >> 8U & 0xff00U) | (value << 8U & 0xff0000U) | value << 24U;
}

/// A string or byte string, §5.2.2.4: a length of -1 is none. True if it can be one of at most
/// `longest` bytes; what is missing fails the cursor.
bool skip_string(bytes::ByteCursor& cursor, std::uint32_t longest, bytes::View* text) noexcept {
    constexpr std::uint32_t kNull = 0xffffffff;
    const std::uint32_t length = read_little(cursor);
    if (!cursor.ok() || length == kNull) return true;
    if (length > longest) return false;
    const bytes::View value = cursor.take(length);
    if (text != nullptr) *text = value;
    return true;
}

/// Version, buffers of at least 8192 bytes, limits; §7.1.2.3-7.1.2.4.
bool are_limits_legal(bytes::ByteCursor& cursor) noexcept {
    constexpr std::uint32_t kSmallestBuffer = 8192;
    constexpr std::uint32_t kLargestVersion = 0xff;
    const std::uint32_t version = read_little(cursor);
    const std::uint32_t receive = read_little(cursor);
    const std::uint32_t send = read_little(cursor);
    cursor.skip(8);  // largest message, most chunks
    return !cursor.ok() ||
           (version <= kLargestVersion && receive >= kSmallestBuffer && send >= kSmallestBuffer);
}

/// §7.1.2.3: an endpoint is a URL, "opc.tcp://" for most.
bool is_url(bytes::View text) noexcept {
    return std::ranges::all_of(text, [](std::uint8_t c) { return c > ' ' && c != 0x7f; });
}

/// A message's body, as far as it is there. kYes: its fields fill it to the last byte.
Match judge_connection(Kind kind, bytes::ByteCursor cursor) noexcept {
    constexpr std::uint32_t kLongestUrl = 4096;
    bool is_legal = true;
    bytes::View url;
    switch (kind) {
        case Kind::kHello:
            is_legal = are_limits_legal(cursor) && skip_string(cursor, kLongestUrl, &url);
            break;
        case Kind::kAcknowledge: is_legal = are_limits_legal(cursor); break;
        case Kind::kError: {
            // A status code of severity bad, OPC 10000-4 §7.39.
            const std::uint32_t error = read_little(cursor);
            is_legal = (!cursor.ok() || (error & 0x80000000U) != 0) &&
                       skip_string(cursor, kLongestUrl, nullptr);
            break;
        }
        default: {
            bytes::View server;
            is_legal = skip_string(cursor, kLongestUrl, &server) &&
                       skip_string(cursor, kLongestUrl, &url) && is_url(server);
            break;
        }
    }
    if (!is_legal || !is_url(url)) return Match::kNo;
    if (!cursor.ok()) return Match::kNeedMore;
    return cursor.empty() ? Match::kYes : Match::kNo;
}

/// §6.7.2.2-6.7.2.3: the channel, then the policy that opens it, or its token and the sequence.
Match judge_chunk(Kind kind, bytes::ByteCursor cursor) noexcept {
    constexpr std::string_view kPolicies = "http://opcfoundation.org/UA/SecurityPolicy#";
    constexpr std::uint32_t kLongestPolicy = 255;
    const std::uint32_t channel = read_little(cursor);
    if (kind == Kind::kOpen) {
        bytes::View policy;
        if (!skip_string(cursor, kLongestPolicy, &policy)) return Match::kNo;
        if (!cursor.ok()) return Match::kNeedMore;
        return bytes::text_of(policy).starts_with(kPolicies) ? Match::kYes : Match::kNo;
    }
    const std::uint32_t token = read_little(cursor);
    const std::uint32_t sequence = read_little(cursor);
    const std::uint32_t request = read_little(cursor);
    if (!cursor.ok()) return Match::kNeedMore;
    // Where the channel is encrypted the last two are ciphertext.
    const bool is_plausible = channel != 0 && token != 0;
    const bool is_plain =
        sequence != 0 && sequence < 1U << 24U && request != 0 && request < 1U << 24U;
    if (!is_plausible) return Match::kNo;
    return is_plain ? Match::kYes : Match::kNeedMore;
}

struct Message {
    Match match = Match::kNo;
    Kind kind = Kind::kNone;
};

Kind kind_of(std::string_view name) noexcept {
    if (name == "HEL") return Kind::kHello;
    if (name == "ACK") return Kind::kAcknowledge;
    if (name == "ERR") return Kind::kError;
    if (name == "RHE") return Kind::kReverseHello;
    if (name == "OPN") return Kind::kOpen;
    if (name == "MSG") return Kind::kMessage;
    if (name == "CLO") return Kind::kClose;
    return Kind::kNone;
}

/// Type, chunk type and size of the whole, §7.1.2.2.
Message read_message(bytes::ByteCursor& cursor) noexcept {
    constexpr std::size_t kHeader = 8;  // bytes
    constexpr std::size_t kLongest = 1U << 24U;
    Message message;
    message.kind = kind_of(bytes::text_of(cursor.take(3)));
    const auto chunk = static_cast<char>(cursor.read<std::uint8_t>());
    const std::size_t size = read_little(cursor);
    if (!cursor.ok()) {
        message.match = Match::kNeedMore;
        return message;
    }
    const bool may_continue = message.kind == Kind::kMessage;
    const bool is_chunk = chunk == 'F' || (may_continue && (chunk == 'C' || chunk == 'A'));
    if (message.kind == Kind::kNone || !is_chunk || size <= kHeader || size > kLongest) {
        return message;
    }
    const bool is_cut = cursor.rest().size() < size - kHeader;
    const bytes::ByteCursor body{is_cut ? cursor.rest() : cursor.take(size - kHeader)};
    if (is_cut) cursor.skip(cursor.rest().size());
    const bool is_channels = message.kind >= Kind::kOpen;
    message.match =
        is_channels ? judge_chunk(message.kind, body) : judge_connection(message.kind, body);
    // A string is no longer than the message that holds it.
    if (!is_cut && message.match == Match::kNeedMore && !is_channels) message.match = Match::kNo;
    return message;
}

constexpr Role role_of(Kind kind) noexcept {
    switch (kind) {
        case Kind::kHello: return Role::kClient;
        case Kind::kAcknowledge:
        case Kind::kError: return Role::kServer;
        default: return Role::kEither;  // a server that opens the connection is its client
    }
}
/// What a connection may go on with once the other end said `theirs`.
constexpr bool answers(Kind mine, Kind theirs) noexcept {
    switch (theirs) {
        case Kind::kHello: return mine == Kind::kAcknowledge || mine == Kind::kError;
        case Kind::kAcknowledge: return mine == Kind::kHello;
        case Kind::kReverseHello: return mine == Kind::kHello || mine == Kind::kError;
        default: return true;
    }
}

}  // namespace

Verdict validate(const Exchange& exchange) noexcept {
    bytes::ByteCursor cursor{exchange.said};
    Message first = read_message(cursor);
    if (first.match == Match::kNo) return {Match::kNo};
    // Of encrypted chunks it takes two that follow one another.
    if (!cursor.empty()) {
        const Message second = read_message(cursor);
        if (second.match == Match::kNo) return {Match::kNo};
        if (second.match == Match::kYes || second.kind == first.kind) first.match = Match::kYes;
    }
    if (first.match != Match::kYes) return {first.match};
    const auto theirs = static_cast<Kind>(exchange.token & 0xffU);
    if (!answers(first.kind, theirs)) return {Match::kNo};
    // A server that opens the connection sends the acknowledgement of one that was opened to it.
    const bool is_reversed = first.kind == Kind::kReverseHello || theirs == Kind::kReverseHello;
    return {Match::kYes, is_reversed ? Role::kEither : role_of(first.kind),
            1U << 31U | static_cast<std::uint32_t>(first.kind)};
}

}  // namespace sensor::identify::opcua
