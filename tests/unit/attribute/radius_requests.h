// Accounting-Requests for tests, put together attribute by attribute and signed.
#pragma once

#include <initializer_list>
#include <string_view>
#include <vector>

#include "lib/digest/digest.h"

namespace test {

using Bytes = std::vector<std::uint8_t>;

inline constexpr std::string_view kSecret = "xyzzy5461";

inline Bytes tlv(std::uint8_t type, bytes::View value) {
    Bytes whole{type, static_cast<std::uint8_t>(value.size() + 2)};
    whole.insert(whole.end(), value.begin(), value.end());
    return whole;
}
inline Bytes tlv(std::uint8_t type, std::string_view text) {
    return tlv(type, bytes::view_of(text));
}
inline Bytes big_endian(std::uint32_t number) {
    return {static_cast<std::uint8_t>(number >> 24U), static_cast<std::uint8_t>(number >> 16U),
            static_cast<std::uint8_t>(number >> 8U), static_cast<std::uint8_t>(number)};
}
inline Bytes tlv(std::uint8_t type, std::uint32_t number) {
    return tlv(type, bytes::View{big_endian(number)});
}
/// Attribute 26 with one of the vendor's attributes in it.
inline Bytes of_vendor(std::uint32_t vendor, std::uint8_t type, std::string_view text) {
    Bytes value = big_endian(vendor);
    const Bytes inner = tlv(type, text);
    value.insert(value.end(), inner.begin(), inner.end());
    return tlv(26, bytes::View{value});
}
inline Bytes mdm(std::string_view pair) {
    return of_vendor(9, 1, "mdm-tlv=" + std::string{pair});
}

inline Bytes request(std::initializer_list<Bytes> attributes, std::uint8_t identifier = 1,
                     std::string_view secret = kSecret, std::uint8_t code = 4) {
    Bytes packet{code, identifier, 0, 0};
    packet.resize(20);
    for (const Bytes& one : attributes)
        packet.insert(packet.end(), one.begin(), one.end());
    packet[2] = static_cast<std::uint8_t>(packet.size() >> 8U);
    packet[3] = static_cast<std::uint8_t>(packet.size());
    const auto signature = digest::md5({packet, bytes::view_of(secret)});
    std::copy(signature.begin(), signature.end(), packet.begin() + 4);
    return packet;
}

inline const Bytes kStart = tlv(40, 1U);
inline const Bytes kStop = tlv(40, 2U);
inline const Bytes kInterim = tlv(40, 3U);
inline const Bytes kOn = tlv(40, 7U);
inline const Bytes kOff = tlv(40, 8U);
inline const Bytes kSession = tlv(44, "0A");
inline const Bytes kNas = tlv(4, 0xc0000201U);     // 192.0.2.1
inline const Bytes kFramed = tlv(8, 0x0a14010eU);  // 10.20.1.14
inline const Bytes kStation = tlv(31, "A1-B2-C3-D4-E5-F6");

}  // namespace test
