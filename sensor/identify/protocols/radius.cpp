#include "sensor/identify/protocols/radius.h"

#include <algorithm>
#include <array>

namespace sensor::identify::radius {
namespace {

enum class Code : std::uint8_t {  // IANA RADIUS packet type codes
    kAccessRequest = 1,
    kAccessAccept = 2,
    kAccessReject = 3,
    kAccountingRequest = 4,
    kAccountingResponse = 5,
    kAccessChallenge = 11,
    kStatusServer = 12,
    kStatusClient = 13,
    kDisconnectRequest = 40,
    kDisconnectAck = 41,
    kDisconnectNak = 42,
    kChangeRequest = 43,
    kChangeAck = 44,
    kChangeNak = 45,
    kProtocolError = 52,  // RFC 7930 §4
};

/// Attributes whose length the type decides; the lengths count type and length.
struct Rule {
    std::uint8_t first;  ///< types from here
    std::uint8_t last;   ///< to here
    std::uint8_t shortest;
    std::uint8_t longest;
};
constexpr std::array kRules{
    Rule{1, 1, 3, 255},    // User-Name
    Rule{2, 2, 18, 130},   // User-Password
    Rule{3, 3, 19, 19},    // CHAP-Password
    Rule{4, 10, 6, 6},     // NAS-IP-Address, NAS-Port, Service-Type, Framed-*
    Rule{12, 16, 6, 6},    // Framed-MTU, -Compression, Login-*
    Rule{18, 20, 3, 255},  // Reply-Message, Callback-Number, -Id
    Rule{23, 23, 6, 6},    // Framed-IPX-Network
    Rule{24, 25, 3, 255},  // State, Class
    Rule{26, 26, 7, 255},  // Vendor-Specific
    Rule{27, 29, 6, 6},    // Session-Timeout, Idle-Timeout, Termination-Action
    Rule{30, 33, 3, 255},  // Called-Station-Id, Calling-, NAS-Identifier, Proxy-State
    Rule{37, 38, 6, 6},    // Framed-AppleTalk-Link, -Network
    Rule{40, 43, 6, 6},    // Acct-Status-Type, -Delay-Time, -Input-Octets, -Output-Octets
    Rule{44, 44, 3, 255},  // Acct-Session-Id
    Rule{45, 49, 6, 6},    // Acct-Authentic to Acct-Terminate-Cause
    Rule{51, 53, 6, 6},    // Acct-Link-Count, the Gigawords
    Rule{55, 55, 6, 6},    // Event-Timestamp, RFC 2869
    Rule{60, 60, 7, 255},  // CHAP-Challenge
    Rule{61, 62, 6, 6},    // NAS-Port-Type, Port-Limit
    Rule{64, 65, 6, 6},    // Tunnel-Type, -Medium-Type, RFC 2868
    Rule{79, 79, 3, 255},  // EAP-Message, RFC 3579
    Rule{80, 80, 18, 18},  // Message-Authenticator
    Rule{95, 95, 18, 18},  // NAS-IPv6-Address, RFC 3162
    Rule{96, 96, 10, 10},  // Framed-Interface-Id
    Rule{97, 97, 4, 20},   // Framed-IPv6-Prefix
    Rule{101, 101, 6, 6},  // Error-Cause, RFC 5176
};

/// What a packet's attributes amount to.
struct Attributes {
    bool is_legal = true;
    bool is_telling = false;         ///< one had the only length that its type has
    bool names_someone = false;      ///< a user or the asking server
    bool has_authenticator = false;  ///< Message-Authenticator
    bool has_status = false;         ///< Acct-Status-Type
};

void read_attribute(std::uint8_t type, bytes::View value, Attributes& attributes) noexcept {
    const std::size_t length = value.size() + 2;
    for (const Rule& rule : kRules) {
        if (type < rule.first || type > rule.last) continue;
        if (length < rule.shortest || length > rule.longest) attributes.is_legal = false;
        if (rule.shortest == rule.longest) attributes.is_telling = true;
    }
    switch (type) {
        case 0: attributes.is_legal = false; break;
        case 2:  // padded to a multiple of 16, RFC 2865 §5.2
            if (value.size() % 16 != 0) attributes.is_legal = false;
            break;
        case 26:  // the vendor's number has three bytes, RFC 2865 §5.26
            if (!value.empty() && value.front() != 0) attributes.is_legal = false;
            break;
        case 40: attributes.has_status = true; break;
        case 80: attributes.has_authenticator = true; break;
        case 1:
        case 4:
        case 32:
        case 95: attributes.names_someone = true; break;
        default: break;
    }
}

/// Type, length of both and the value, value, ... to the end; RFC 2865 §5.
Attributes read_attributes(bytes::View said) noexcept {
    Attributes attributes;
    for (bytes::ByteCursor cursor{said}; !cursor.empty() && attributes.is_legal;) {
        const auto type = cursor.read<std::uint8_t>();
        const std::size_t length = cursor.read<std::uint8_t>();
        const bytes::View value = cursor.take(length - 2);  // a length below 2 is too much
        if (!cursor.ok()) return {.is_legal = false};
        read_attribute(type, value, attributes);
    }
    return attributes;
}

/// The attributes without which a request is not legal: RFC 2865 §4.1, 2866 §4.1, 5997 §3.
bool is_request_legal(Code code, const Attributes& attributes) noexcept {
    switch (code) {
        case Code::kAccessRequest: return attributes.names_someone;
        case Code::kAccountingRequest: return attributes.names_someone && attributes.has_status;
        case Code::kStatusServer:
        case Code::kStatusClient: return attributes.has_authenticator;
        default: return true;
    }
}

constexpr bool is_request(Code code) noexcept {
    switch (code) {
        case Code::kAccessRequest:
        case Code::kAccountingRequest:
        case Code::kStatusServer:
        case Code::kStatusClient:
        case Code::kDisconnectRequest:
        case Code::kChangeRequest: return true;
        default: return false;
    }
}
constexpr bool is_response(Code code) noexcept {
    switch (code) {
        case Code::kAccessAccept:
        case Code::kAccessReject:
        case Code::kAccountingResponse:
        case Code::kAccessChallenge:
        case Code::kDisconnectAck:
        case Code::kDisconnectNak:
        case Code::kChangeAck:
        case Code::kChangeNak:
        case Code::kProtocolError: return true;
        default: return false;
    }
}
/// A status request is answered as what the port is for, RFC 5997 §3.
constexpr bool answers(Code response, Code request) noexcept {
    if (response == Code::kProtocolError) return true;
    switch (request) {
        case Code::kAccessRequest:
            return response == Code::kAccessAccept || response == Code::kAccessReject ||
                   response == Code::kAccessChallenge;
        case Code::kAccountingRequest: return response == Code::kAccountingResponse;
        case Code::kStatusServer:
        case Code::kStatusClient:
            return response == Code::kAccessAccept || response == Code::kAccountingResponse;
        case Code::kDisconnectRequest:
            return response == Code::kDisconnectAck || response == Code::kDisconnectNak;
        case Code::kChangeRequest:
            return response == Code::kChangeAck || response == Code::kChangeNak;
        default: return false;
    }
}

/// Bit 31 is set, then the code and the identifier.
constexpr std::uint32_t token_of(Code code, std::uint8_t identifier) noexcept {
    return 1U << 31U | static_cast<unsigned>(code) << 8U | identifier;
}

}  // namespace

Verdict validate(const Exchange& exchange) noexcept {
    constexpr std::size_t kLongest = 4096;  // bytes, RFC 2865 §3
    bytes::ByteCursor cursor{exchange.said};
    const auto code = static_cast<Code>(cursor.read<std::uint8_t>());
    const auto identifier = cursor.read<std::uint8_t>();
    const std::size_t length = cursor.read<std::uint16_t>();
    cursor.skip(16);  // authenticator
    if (!cursor.ok() || length != exchange.said.size() || length > kLongest) return {Match::kNo};
    const Attributes attributes = read_attributes(cursor.rest());
    if (!attributes.is_legal) return {Match::kNo};
    const std::uint32_t token = token_of(code, identifier);
    const auto theirs = static_cast<Code>(exchange.token >> 8U & 0xffU);
    if (is_request(code)) {
        const bool is_new = exchange.token == 0 || is_response(theirs);
        const bool is_legal = attributes.is_telling && is_request_legal(code, attributes);
        return {is_new && is_legal ? Match::kYes : Match::kNo, Role::kClient, token};
    }
    if (!is_response(code)) return {Match::kNo};
    const bool is_answer = exchange.token != 0 && answers(code, theirs) &&
                           static_cast<std::uint8_t>(exchange.token) == identifier;
    const bool is_alone = exchange.token == 0 && attributes.is_telling;
    return {is_answer || is_alone ? Match::kYes : Match::kNo, Role::kServer, token};
}

}  // namespace sensor::identify::radius
