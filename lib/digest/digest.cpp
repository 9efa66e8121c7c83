// The one-shot EVP calls fetch their algorithm anew each time, which allocates; the older calls on
// a context of the caller's do not.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "lib/digest/digest.h"

#include <algorithm>

#include <openssl/crypto.h>
#include <openssl/md5.h>
#include <openssl/sha.h>

namespace digest {

Md5 md5(std::initializer_list<bytes::View> parts) noexcept {
    Md5 out{};
    MD5_CTX context;
    MD5_Init(&context);
    for (const bytes::View part : parts)
        MD5_Update(&context, part.data(), part.size());
    MD5_Final(out.data(), &context);
    return out;
}

Md5 hmac_md5(bytes::View key, std::initializer_list<bytes::View> parts) noexcept {
    constexpr std::size_t kBlock = 64;  // bytes, RFC 2104 §2
    std::array<std::uint8_t, kBlock> padded{};
    const Md5 short_key = md5({key});
    const bytes::View used = key.size() > kBlock ? bytes::View{short_key} : key;
    std::ranges::copy(used, padded.begin());
    const auto mask = [&padded](std::uint8_t with) {
        for (std::uint8_t& byte : padded)
            byte = static_cast<std::uint8_t>(byte ^ with);
    };
    mask(0x36);
    MD5_CTX context;
    MD5_Init(&context);
    MD5_Update(&context, padded.data(), padded.size());
    for (const bytes::View part : parts)
        MD5_Update(&context, part.data(), part.size());
    Md5 inner{};
    MD5_Final(inner.data(), &context);
    mask(0x36 ^ 0x5c);
    return md5({padded, inner});
}

bool is_same(bytes::View a, bytes::View b) noexcept {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::array<std::uint8_t, 20> sha1(bytes::View message) noexcept {
    std::array<std::uint8_t, 20> out{};
    SHA_CTX context;
    SHA1_Init(&context);
    SHA1_Update(&context, message.data(), message.size());
    SHA1_Final(out.data(), &context);
    return out;
}

std::array<std::uint8_t, 32> sha256(bytes::View message) noexcept {
    std::array<std::uint8_t, 32> out{};
    SHA256_CTX context;
    SHA256_Init(&context);
    SHA256_Update(&context, message.data(), message.size());
    SHA256_Final(out.data(), &context);
    return out;
}

std::string hexadecimal(bytes::View bytes) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text;
    text.reserve(2 * bytes.size());
    for (const std::uint8_t byte : bytes) {
        text += kDigits[byte >> 4U];
        text += kDigits[byte & 0xfU];
    }
    return text;
}

char* put_base64(char* to, bytes::View bytes) noexcept {
    constexpr std::string_view kDigits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (; !bytes.empty(); bytes = bytes.subspan(std::min<std::size_t>(bytes.size(), 3))) {
        std::uint32_t group = static_cast<std::uint32_t>(bytes[0]) << 16U;
        if (bytes.size() > 1) group |= static_cast<std::uint32_t>(bytes[1]) << 8U;
        if (bytes.size() > 2) group |= bytes[2];
        *to++ = kDigits[group >> 18U];
        *to++ = kDigits[(group >> 12U) & 63U];
        *to++ = bytes.size() > 1 ? kDigits[(group >> 6U) & 63U] : '=';
        *to++ = bytes.size() > 2 ? kDigits[group & 63U] : '=';
    }
    return to;
}

namespace {

/// 0 to 63; -1 if `digit` is none.
int value_of(char digit) noexcept {
    if (digit >= 'A' && digit <= 'Z') return digit - 'A';
    if (digit >= 'a' && digit <= 'z') return digit - 'a' + 26;
    if (digit >= '0' && digit <= '9') return digit - '0' + 52;
    if (digit == '+' || digit == '-') return 62;
    return digit == '/' || digit == '_' ? 63 : -1;
}

}  // namespace

std::optional<std::string> from_base64(std::string_view text) {
    if (text.size() % 4 == 0 && text.ends_with('='))
        text.remove_suffix(text.ends_with("==") ? 2 : 1);
    if (text.size() % 4 == 1) return std::nullopt;
    std::string bytes;
    bytes.reserve(3 * text.size() / 4);
    std::uint32_t held = 0;
    unsigned bits = 0;
    for (const char digit : text) {
        const int value = value_of(digit);
        if (value < 0) return std::nullopt;
        held = (held << 6U) | static_cast<std::uint32_t>(value);
        bits += 6;
        if (bits < 8) continue;
        bits -= 8;
        bytes += static_cast<char>((held >> bits) & 0xffU);
    }
    return bytes;
}

std::string base64(bytes::View bytes) {
    std::string text(4 * ((bytes.size() + 2) / 3), '\0');
    put_base64(text.data(), bytes);
    return text;
}

}  // namespace digest
