// As in digest.cpp, the older SHA-256 calls: the newer ones allocate.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "lib/digest/quic_initial.h"

#include <algorithm>
#include <memory>

#include <openssl/evp.h>
#include <openssl/sha.h>

namespace digest {
namespace {

constexpr std::size_t kTag = 16;     // bytes of the AEAD tag
constexpr std::size_t kSample = 16;  // bytes of ciphertext that the header mask comes from
constexpr std::size_t kMaxNumber = 4;

using Hash = std::array<std::uint8_t, SHA256_DIGEST_LENGTH>;

/// HMAC-SHA-256 of RFC 2104, fed in pieces.
class Hmac {
  public:
    /// `key` is at most a block, which all keys here are.
    explicit Hmac(bytes::View key) noexcept {
        std::array<std::uint8_t, SHA256_CBLOCK> block{};
        std::ranges::copy(key.first(std::min(key.size(), block.size())), block.begin());
        start(inner_, block, 0x36);
        start(outer_, block, 0x5c);
    }
    void add(bytes::View piece) noexcept { SHA256_Update(&inner_, piece.data(), piece.size()); }
    [[nodiscard]] Hash finish() noexcept {
        Hash hash;
        SHA256_Final(hash.data(), &inner_);
        SHA256_Update(&outer_, hash.data(), hash.size());
        SHA256_Final(hash.data(), &outer_);
        return hash;
    }

  private:
    static void start(SHA256_CTX& context, std::array<std::uint8_t, SHA256_CBLOCK> block,
                      std::uint8_t pad) noexcept {
        for (std::uint8_t& byte : block)
            byte ^= pad;
        SHA256_Init(&context);
        SHA256_Update(&context, block.data(), block.size());
    }
    SHA256_CTX inner_;
    SHA256_CTX outer_;
};

/// HKDF-Expand-Label of RFC 8446 §7.1 without a context; no output here needs a second block.
Hash expand_label(const Hash& secret, std::string_view label, std::string_view end,
                  std::uint8_t length) noexcept {
    constexpr std::string_view kPrefix = "tls13 ";
    const auto label_length = static_cast<std::uint8_t>(kPrefix.size() + label.size() + end.size());
    const std::array<std::uint8_t, 3> before{0, length, label_length};
    const std::array<std::uint8_t, 2> after{0, 1};  // empty context; first block
    Hmac hmac{secret};
    hmac.add(before);
    hmac.add(bytes::view_of(kPrefix));
    hmac.add(bytes::view_of(label));
    hmac.add(bytes::view_of(end));
    hmac.add(after);
    return hmac.finish();
}

template <std::size_t N>
std::array<std::uint8_t, N> start_of(const Hash& hash) noexcept {
    std::array<std::uint8_t, N> out;
    std::copy_n(hash.begin(), N, out.begin());
    return out;
}

struct Free {
    void operator()(EVP_CIPHER_CTX* context) const noexcept { EVP_CIPHER_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_CIPHER_CTX, Free>;

/// A cipher context that later gets its keys without another look-up of the algorithm.
Context make_context(const EVP_CIPHER* cipher, int encrypt) noexcept {
    Context context{EVP_CIPHER_CTX_new()};
    if (context &&
        EVP_CipherInit_ex(context.get(), cipher, nullptr, nullptr, nullptr, encrypt) != 1)
        context.reset();
    return context;
}

struct Ciphers {
    Context mask = make_context(EVP_aes_128_ecb(), 1);
    Context frames = make_context(EVP_aes_128_gcm(), 0);
};
/// One pair a thread, so that no packet pays for making one.
Ciphers& ciphers() noexcept {
    thread_local Ciphers mine;
    return mine;
}

int size_of(bytes::View bytes) noexcept {
    return static_cast<int>(bytes.size());
}

/// RFC 9001 §5.4.3.
bool header_mask(EVP_CIPHER_CTX* cipher, const QuicKeys& keys, bytes::View sample,
                 std::array<std::uint8_t, kSample>& mask) noexcept {
    int length = 0;
    return EVP_EncryptInit_ex(cipher, nullptr, nullptr, keys.header.data(), nullptr) == 1 &&
           EVP_CIPHER_CTX_set_padding(cipher, 0) == 1 &&
           EVP_EncryptUpdate(cipher, mask.data(), &length, sample.data(), size_of(sample)) == 1;
}

/// A packet with its header bare.
struct Bare {
    std::uint8_t first = 0;
    std::array<std::uint8_t, kMaxNumber> number{};
    std::size_t number_length = 0;
    std::array<std::uint8_t, 12> nonce{};
};

Bare strip(const QuicKeys& keys, bytes::View packet, std::size_t number_at,
           bytes::View mask) noexcept {
    Bare bare;
    bare.first = static_cast<std::uint8_t>(packet[0] ^ (mask[0] & 0x0fU));
    bare.number_length = (bare.first & 3U) + 1U;
    bare.nonce = keys.iv;
    for (std::size_t i = 0; i < bare.number_length; ++i) {
        bare.number[i] = packet[number_at + i] ^ mask[1 + i];
        bare.nonce[12 - bare.number_length + i] ^= bare.number[i];
    }
    return bare;
}

}  // namespace

QuicKeys quic_client_keys(const QuicSalt& salt, bytes::View destination) noexcept {
    Hmac extract{salt.salt};
    extract.add(destination);
    const Hash secret = expand_label(extract.finish(), "client in", "", SHA256_DIGEST_LENGTH);
    return {.key = start_of<16>(expand_label(secret, salt.label, " key", 16)),
            .iv = start_of<12>(expand_label(secret, salt.label, " iv", 12)),
            .header = start_of<16>(expand_label(secret, salt.label, " hp", 16))};
}

std::optional<bytes::View> open_quic_packet(const QuicKeys& keys, bytes::View packet,
                                            std::size_t number_at,
                                            std::span<std::uint8_t> out) noexcept {
    if (packet.size() < number_at + kMaxNumber + kSample || packet.size() > out.size()) return {};
    const Ciphers& mine = ciphers();
    std::array<std::uint8_t, kSample> mask;
    if (!mine.mask || !mine.frames ||
        !header_mask(mine.mask.get(), keys, packet.subspan(number_at + kMaxNumber, kSample),
                     mask)) {
        return {};
    }
    const Bare bare = strip(keys, packet, number_at, mask);
    const auto between = packet.subspan(1, number_at - 1);
    const auto sealed = packet.subspan(number_at + bare.number_length);
    const auto text = sealed.first(sealed.size() - kTag);
    std::array<std::uint8_t, kTag> tag;
    std::ranges::copy(sealed.last(kTag), tag.begin());

    auto* const cipher = mine.frames.get();
    int length = 0;
    int rest = 0;
    const bool is_authentic =
        EVP_DecryptInit_ex(cipher, nullptr, nullptr, keys.key.data(), bare.nonce.data()) == 1 &&
        EVP_DecryptUpdate(cipher, nullptr, &length, &bare.first, 1) == 1 &&
        EVP_DecryptUpdate(cipher, nullptr, &length, between.data(), size_of(between)) == 1 &&
        EVP_DecryptUpdate(cipher, nullptr, &length, bare.number.data(),
                          static_cast<int>(bare.number_length)) == 1 &&
        EVP_DecryptUpdate(cipher, out.data(), &length, text.data(), size_of(text)) == 1 &&
        EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_SET_TAG, kTag, tag.data()) == 1 &&
        EVP_DecryptFinal_ex(cipher, out.data() + length, &rest) == 1;
    const bool has_reserved_bits = (bare.first & 0x0cU) != 0;  // must be zero, RFC 9000 §17.2
    if (!is_authentic || has_reserved_bits) return {};
    return bytes::View{out}.first(text.size());
}

}  // namespace digest
