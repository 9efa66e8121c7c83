#include "tests/support/traffic/messages/stun.h"

#include "tests/support/traffic/random.h"

namespace traffic::stun {
namespace {

constexpr std::uint32_t kMagicCookie = 0x2112a442;
constexpr std::size_t kFingerprint = 8;  // bytes of the attribute, header included

Bytes transaction_id(std::uint64_t seed) {
    return random_bytes(seed, 12);
}

/// ISO 3309, as §14.7 asks: reflected, polynomial 0x04c11db7.
std::uint32_t crc32(bytes::View bytes) {
    constexpr std::uint32_t kReflected = 0xedb88320;
    std::uint32_t crc = ~std::uint32_t{0};
    for (const std::uint8_t byte : bytes) {
        crc ^= byte;
        for (int bit = 0; bit < 8; ++bit)
            crc = (crc >> 1U) ^ ((crc & 1U) != 0 ? kReflected : 0);
    }
    return ~crc;
}

/// §5: type, length of the attributes, magic cookie, transaction id; then FINGERPRINT.
Bytes message(std::uint16_t type, std::uint64_t seed, bytes::View attributes) {
    ByteWriter out;
    out.u16(type).u16(attributes.size() + kFingerprint).u32(kMagicCookie);
    out.bytes(transaction_id(seed)).bytes(attributes);
    const std::uint32_t fingerprint = crc32(out.view()) ^ 0x5354554eU;
    out.u16(0x8028).u16(4).u32(fingerprint);
    return out.take();
}

}  // namespace

Bytes binding_request(std::uint64_t seed) {
    ByteWriter attributes;
    attributes.u16(0x8022).u16(8).text("meet/3.1");  // SOFTWARE, §14.14
    return message(0x0001, seed, attributes.view());
}

Bytes binding_response(std::uint64_t seed, const sensor::Endpoint& mapped) {
    const bool ipv4 = mapped.address.is_ipv4();
    const bytes::View all{mapped.address.bytes};
    const bytes::View address = ipv4 ? all.last(4) : all;
    ByteWriter pad;  // IPv6 addresses are mixed with the transaction id too
    pad.u32(kMagicCookie).bytes(transaction_id(seed));

    ByteWriter attributes;
    attributes.u16(0x0020).u16(4 + address.size()).u8(0).u8(ipv4 ? 1 : 2);
    attributes.u16(static_cast<std::uint64_t>(mapped.port) ^ (kMagicCookie >> 16U));
    for (std::size_t i = 0; i < address.size(); ++i)
        attributes.u8(address[i] ^ pad.view()[i]);
    return message(0x0101, seed, attributes.view());
}

}  // namespace traffic::stun
