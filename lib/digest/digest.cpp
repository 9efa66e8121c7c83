// The one-shot EVP calls fetch their algorithm anew each time, which allocates; the older calls on
// a context of the caller's do not.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "lib/digest/digest.h"

#include <openssl/evp.h>
#include <openssl/sha.h>

namespace digest {

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

std::string base64(bytes::View bytes) {
    std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');  // EVP_EncodeBlock ends with a zero
    const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes.data(),
                                       static_cast<int>(bytes.size()));
    text.resize(static_cast<std::size_t>(length));
    return text;
}

}  // namespace digest
