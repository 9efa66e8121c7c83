#include "sensor/identify/protocols/dhcpv6.h"

#include <algorithm>
#include <array>

namespace sensor::identify::dhcpv6 {
namespace {

enum class Type : std::uint8_t {  // IANA DHCPv6 message types
    kSolicit = 1,
    kAdvertise = 2,
    kRequest = 3,
    kConfirm = 4,
    kRenew = 5,
    kRebind = 6,
    kReply = 7,
    kRelease = 8,
    kDecline = 9,
    kReconfigure = 10,
    kInformationRequest = 11,
    kRelayForward = 12,
    kRelayReply = 13,
    kLeaseQuery = 14,  // RFC 5007
    kLeaseQueryReply = 15,
    kReconfigureRequest = 18,  // RFC 6977
    kReconfigureReply = 19,
    kDhcpV4Query = 20,  // RFC 7341
    kDhcpV4Response = 21,
    kAddressInform = 37,  // RFC 9686
    kAddressReply = 38,
};

enum class Option : std::uint16_t {  // IANA DHCPv6 option codes
    kClientId = 1,
    kServerId = 2,
    kAddress = 5,
    kRequest = 6,
    kElapsedTime = 8,
    kRelayMessage = 9,
    kReconfigureMessage = 19,
    kQuery = 44,
    kDhcpV4Message = 87,
};

/// The length that an option's code fixes, or a multiple of it; RFC 8415 §21, RFC 3646, 4704, ...
struct Rule {
    Option code;
    std::uint16_t shortest;      ///< bytes
    std::uint16_t longest;       ///< bytes
    std::uint16_t multiple = 1;  ///< of so many bytes
};
constexpr std::uint16_t kAny = 0xffff;
constexpr Option option(unsigned code) {
    return static_cast<Option>(code);
}
constexpr std::array kRules{
    Rule{Option::kClientId, 3, 130},
    Rule{Option::kServerId, 3, 130},
    Rule{option(3), 12, kAny},  // IA_NA
    Rule{option(4), 4, kAny},   // IA_TA
    Rule{Option::kAddress, 24, kAny},
    Rule{Option::kRequest, 2, kAny, 2},
    Rule{option(7), 1, 1},  // Preference
    Rule{Option::kElapsedTime, 2, 2},
    Rule{Option::kRelayMessage, 4, kAny},
    Rule{option(11), 11, kAny},  // Authentication
    Rule{option(12), 16, 16},    // Server Unicast
    Rule{option(13), 2, kAny},   // Status Code
    Rule{option(14), 0, 0},      // Rapid Commit
    Rule{option(16), 4, kAny},   // Vendor Class
    Rule{option(17), 4, kAny},   // Vendor Options
    Rule{Option::kReconfigureMessage, 1, 1},
    Rule{option(20), 0, 0},          // Reconfigure Accept
    Rule{option(22), 16, kAny, 16},  // SIP servers
    Rule{option(23), 16, kAny, 16},  // DNS servers
    Rule{option(25), 12, kAny},      // IA_PD
    Rule{option(26), 25, kAny},      // IA Prefix
    Rule{option(27), 16, kAny, 16},  // NIS servers
    Rule{option(31), 16, kAny, 16},  // SNTP servers
    Rule{option(32), 4, 4},          // Information Refresh Time
    Rule{option(39), 1, 256},        // Client FQDN
    Rule{option(82), 4, 4},          // SOL_MAX_RT
    Rule{option(83), 4, 4},          // INF_MAX_RT
};

/// What a message's options amount to.
struct Options {
    bool is_legal = true;
    bool has_client = false;
    bool has_server = false;
    bool has_elapsed = false;
    bool has_request = false;
    bool has_reconfigure = false;
    bool has_query = false;
    bool has_v4 = false;
    bytes::View relayed = {};  ///< the message of a relay
};

/// A DUID's type, RFC 8415 §11.1, RFC 6355.
bool is_identifier(bytes::View duid) noexcept {
    bytes::ByteCursor cursor{duid};
    const auto type = cursor.read<std::uint16_t>();
    return type >= 1 && type <= 4;
}

bool is_length_legal(Option code, std::size_t length) noexcept {
    const auto* const rule = std::ranges::find(kRules, code, &Rule::code);
    if (rule == kRules.end()) return true;
    return length >= rule->shortest && length <= rule->longest && length % rule->multiple == 0;
}

Options read_options(bytes::View said) noexcept {
    constexpr std::uint16_t kLastCode = 0x9f;  // some more than are assigned
    Options options;
    for (bytes::ByteCursor cursor{said}; !cursor.empty();) {
        const auto code = cursor.read<std::uint16_t>();
        const bytes::View value = cursor.take(cursor.read<std::uint16_t>());
        const auto known = static_cast<Option>(code);
        if (!cursor.ok() || code == 0 || code > kLastCode) return {.is_legal = false};
        if (!is_length_legal(known, value.size())) return {.is_legal = false};
        switch (known) {
            case Option::kClientId:
            case Option::kServerId:
                if (!is_identifier(value)) return {.is_legal = false};
                (known == Option::kClientId ? options.has_client : options.has_server) = true;
                break;
            case Option::kRequest: options.has_request = true; break;
            case Option::kElapsedTime: options.has_elapsed = true; break;
            case Option::kRelayMessage: options.relayed = value; break;
            case Option::kReconfigureMessage: options.has_reconfigure = true; break;
            case Option::kQuery: options.has_query = true; break;
            case Option::kDhcpV4Message: options.has_v4 = true; break;
            default: break;
        }
    }
    return options;
}

/// Who must be identified in a message, RFC 8415 §16; elsewhere its RFC.
bool is_complete(Type type, const Options& options) noexcept {
    const bool is_both = options.has_client && options.has_server;
    switch (type) {
        case Type::kSolicit:
        case Type::kConfirm:
        case Type::kRebind:
        case Type::kReconfigureRequest:
        case Type::kAddressInform: return options.has_client && !options.has_server;
        case Type::kAdvertise:
        case Type::kRequest:
        case Type::kRenew:
        case Type::kRelease:
        case Type::kDecline: return is_both;
        // Who asked without a name is answered without it.
        case Type::kReply:
        case Type::kReconfigureReply:
        case Type::kLeaseQueryReply: return options.has_server;
        case Type::kAddressReply: return options.has_client || options.has_server;
        case Type::kReconfigure: return is_both && options.has_reconfigure;
        case Type::kInformationRequest:
            return options.has_elapsed && (options.has_client || options.has_request);
        case Type::kLeaseQuery: return options.has_client && options.has_query;
        case Type::kDhcpV4Query:
        case Type::kDhcpV4Response: return options.has_v4;
        default: return false;
    }
}

struct Message {
    bool is_legal = false;
    Type type{};                    ///< of the outermost
    std::uint32_t transaction = 0;  ///< 24 bits, of the innermost
};

constexpr bool is_relays(Type type) noexcept {
    return type == Type::kRelayForward || type == Type::kRelayReply;
}
constexpr bool is_servers(Type type) noexcept {
    switch (type) {
        case Type::kAdvertise:
        case Type::kReply:
        case Type::kReconfigure:
        case Type::kRelayReply:
        case Type::kLeaseQueryReply:
        case Type::kReconfigureReply:
        case Type::kDhcpV4Response:
        case Type::kAddressReply: return true;
        default: return false;
    }
}

/// Relays wrap messages, also those of other relays: RFC 8415 §9.
Message read_message(bytes::View said) noexcept {
    constexpr std::uint8_t kMostHops = 32;  // RFC 3315 §5.5; RFC 8415 has 8
    constexpr unsigned kMostRelays = 33;
    constexpr std::size_t kAddresses = 2 * 16;  // of the link and the peer
    Message message;
    for (unsigned depth = 0; depth < kMostRelays; ++depth) {
        bytes::ByteCursor cursor{said};
        const auto type = static_cast<Type>(cursor.read<std::uint8_t>());
        if (depth == 0) message.type = type;
        if (!is_relays(type)) {
            message.transaction = cursor.read<std::uint32_t, 3>();
            const Options options = read_options(cursor.rest());
            const bool is_one_way = depth == 0 || is_servers(type) == is_servers(message.type);
            message.is_legal =
                cursor.ok() && options.is_legal && is_one_way && is_complete(type, options);
            return message;
        }
        const auto hops = cursor.read<std::uint8_t>();
        cursor.skip(kAddresses);
        const Options options = read_options(cursor.rest());
        const bool is_legal = cursor.ok() && hops <= kMostHops && options.is_legal;
        if (!is_legal || type != message.type || options.relayed.empty()) return message;
        said = options.relayed;
    }
    return message;
}

}  // namespace

Verdict validate(const Exchange& exchange) noexcept {
    constexpr std::uint32_t kFromServer = 1U << 30U;
    const Message message = read_message(exchange.said);
    if (!message.is_legal) return {Match::kNo};
    const std::uint32_t side = is_servers(message.type) ? kFromServer : 0;
    const std::uint32_t token = 1U << 31U | side | message.transaction;
    if (exchange.token != 0) {
        // An answer repeats the transaction; the question after an answer is another's.
        const bool is_opposite = ((exchange.token ^ token) & kFromServer) != 0;
        const bool is_answer = side == 0 || (exchange.token ^ token) == kFromServer;
        if (!is_opposite || !is_answer) return {Match::kNo};
    }
    // Who sends to a group opened the session.
    if (exchange.multicast) return {Match::kYes, Role::kEither, token};
    return {Match::kYes, side != 0 ? Role::kServer : Role::kClient, token};
}

}  // namespace sensor::identify::dhcpv6
