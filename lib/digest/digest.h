// Digests by OpenSSL's libcrypto. None of these allocates, so workers may call them.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "lib/bytes/byte_cursor.h"

namespace digest {

using Md5 = std::array<std::uint8_t, 16>;
/// Of the parts as if they were one message. Only for protocols that leave no choice.
[[nodiscard]] Md5 md5(std::initializer_list<bytes::View> parts) noexcept;
/// RFC 2104.
[[nodiscard]] Md5 hmac_md5(bytes::View key, std::initializer_list<bytes::View> parts) noexcept;
/// Takes as long for digests that differ early as for those that differ late.
[[nodiscard]] bool is_same(bytes::View a, bytes::View b) noexcept;

[[nodiscard]] std::array<std::uint8_t, 20> sha1(bytes::View message) noexcept;
[[nodiscard]] std::array<std::uint8_t, 32> sha256(bytes::View message) noexcept;

/// The first `count` bytes as 2 * count lower-case hexadecimal digits. Allocates: cold path.
[[nodiscard]] std::string hexadecimal(bytes::View bytes);
/// Writes RFC 4648 §4, with padding, to `to`: 4 characters for every 3 bytes begun. Returns their
/// end.
char* put_base64(char* to, bytes::View bytes) noexcept;
/// The same text. Allocates: cold path.
[[nodiscard]] std::string base64(bytes::View bytes);
/// What such a text stands for; that of RFC 4648 §5 ("-_") and one without padding are read too.
/// Nothing if it is neither. Allocates: cold path.
[[nodiscard]] std::optional<std::string> from_base64(std::string_view text);

}  // namespace digest
