#include "sensor/attribute/feeds/radius_packet.h"

#include <algorithm>
#include <array>

#include "lib/digest/digest.h"

namespace sensor::attribute::feeds::radius {
namespace {

constexpr std::size_t kHeader = 20;     // bytes
constexpr std::size_t kLongest = 4096;  // bytes, RFC 2865 §3
constexpr std::size_t kAuthenticator = 16;
constexpr std::array<std::uint8_t, kAuthenticator> kZeros{};
constexpr std::uint8_t kProxyState = 33;
constexpr std::uint8_t kMessageAuthenticator = 80;

std::array<std::uint8_t, 4> head_of(Code code, std::uint8_t identifier, std::size_t length) {
    return {static_cast<std::uint8_t>(code), identifier, static_cast<std::uint8_t>(length >> 8U),
            static_cast<std::uint8_t>(length & 0xffU)};
}

bool are_well_formed(bytes::View attributes) noexcept {
    bytes::ByteCursor cursor{attributes};
    while (!cursor.empty())
        static_cast<void>(next_attribute(cursor));
    return cursor.ok();
}

/// Over the packet with zeros in place of both authenticators.
bool is_message_authentic(const Packet& request, bytes::View head, std::string_view secret,
                          bytes::View digest) noexcept {
    const auto before = static_cast<std::size_t>(digest.data() - request.attributes.data());
    const auto expected = digest::hmac_md5(bytes::view_of(secret),
                                           {head, kZeros, request.attributes.first(before), kZeros,
                                            request.attributes.subspan(before + kAuthenticator)});
    return digest::is_same(expected, digest);
}

}  // namespace

Attribute next_attribute(bytes::ByteCursor& cursor) noexcept {
    constexpr std::size_t kTypeAndLength = 2;
    Attribute attribute;
    attribute.type = cursor.read<std::uint8_t>();
    const std::size_t length = cursor.read<std::uint8_t>();
    // A length below 2 becomes one that no buffer has.
    attribute.value = cursor.take(length - kTypeAndLength);
    return attribute;
}

std::optional<Packet> parse_packet(bytes::View datagram) noexcept {
    bytes::ByteCursor cursor{datagram};
    Packet packet;
    packet.code = static_cast<Code>(cursor.read<std::uint8_t>());
    packet.identifier = cursor.read<std::uint8_t>();
    const std::size_t length = cursor.read<std::uint16_t>();
    packet.authenticator = cursor.take(kAuthenticator);
    if (!cursor.ok() || length < kHeader || length > kLongest) return std::nullopt;
    packet.attributes = cursor.take(length - kHeader);
    if (!cursor.ok() || !are_well_formed(packet.attributes)) return std::nullopt;
    return packet;
}

bool is_genuine(const Packet& request, std::string_view secret) noexcept {
    const auto head =
        head_of(request.code, request.identifier, kHeader + request.attributes.size());
    const auto expected = digest::md5({head, kZeros, request.attributes, bytes::view_of(secret)});
    if (!digest::is_same(expected, request.authenticator)) return false;
    for (bytes::ByteCursor cursor{request.attributes}; !cursor.empty();) {
        const Attribute attribute = next_attribute(cursor);
        if (attribute.type != kMessageAuthenticator) continue;
        if (attribute.value.size() != kAuthenticator) return false;
        if (!is_message_authentic(request, head, secret, attribute.value)) return false;
    }
    return true;
}

std::vector<std::uint8_t> response_to(const Packet& request, std::string_view secret) {
    std::vector<std::uint8_t> states;
    for (bytes::ByteCursor cursor{request.attributes}; !cursor.empty();) {
        const Attribute attribute = next_attribute(cursor);
        if (attribute.type != kProxyState) continue;
        states.push_back(kProxyState);
        states.push_back(static_cast<std::uint8_t>(attribute.value.size() + 2));
        states.insert(states.end(), attribute.value.begin(), attribute.value.end());
    }
    const auto head =
        head_of(Code::kAccountingResponse, request.identifier, kHeader + states.size());
    const auto authenticator =
        digest::md5({head, request.authenticator, states, bytes::view_of(secret)});
    std::vector<std::uint8_t> response(kHeader + states.size());
    const auto after_head = std::ranges::copy(head, response.begin()).out;
    const auto after_digest = std::ranges::copy(authenticator, after_head).out;
    std::ranges::copy(states, after_digest);
    return response;
}

}  // namespace sensor::attribute::feeds::radius
