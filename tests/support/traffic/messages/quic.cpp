#include "tests/support/traffic/messages/quic.h"

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <string_view>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "tests/support/traffic/random.h"

namespace traffic::quic {
namespace {

constexpr std::uint32_t kVersion1 = 1;
constexpr std::size_t kSmallestDatagram = 1200;  // bytes, RFC 9000 §14.1
constexpr std::size_t kTag = 16;                 // bytes of AEAD_AES_128_GCM
constexpr std::size_t kSample = 16;              // bytes, RFC 9001 §5.4.2

/// RFC 9001 §5.2.
constexpr std::array<std::uint8_t, 20> kInitialSalt{0x38, 0x76, 0x2c, 0xf7, 0xf5, 0x59, 0x34,
                                                    0xb3, 0x4d, 0x17, 0x9a, 0xe6, 0xa4, 0xc8,
                                                    0x0c, 0xad, 0xcc, 0xbb, 0x7f, 0x0a};

using Secret = std::array<std::uint8_t, 32>;

void require(int succeeded) {
    if (succeeded != 1) throw std::runtime_error{"libcrypto refused an operation on AES-128"};
}

Secret hmac_sha256(bytes::View key, bytes::View message) {
    Secret out{};
    unsigned length = 0;
    HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), message.data(), message.size(),
         out.data(), &length);
    return out;
}

/// HKDF-Expand-Label, RFC 8446 §7.1, for at most 32 bytes: one round of RFC 5869 §2.3.
template <std::size_t Length>
std::array<std::uint8_t, Length> expand_label(bytes::View secret, std::string_view label) {
    static_assert(Length <= std::tuple_size_v<Secret>);
    ByteWriter info;
    info.u16(Length).u8(6 + label.size()).text("tls13 ").text(label).u8(0);
    info.u8(1);  // number of the round
    const Secret round = hmac_sha256(secret, info.view());
    std::array<std::uint8_t, Length> out;
    std::copy_n(round.begin(), Length, out.begin());
    return out;
}

InitialKeys keys_for(bytes::View first_destination_id, std::string_view side) {
    const Secret initial = hmac_sha256(kInitialSalt, first_destination_id);  // HKDF-Extract
    const auto secret = expand_label<32>(initial, side);
    return {.key = expand_label<16>(secret, "quic key"),
            .iv = expand_label<12>(secret, "quic iv"),
            .header_protection = expand_label<16>(secret, "quic hp")};
}

struct ContextDeleter {
    void operator()(EVP_CIPHER_CTX* context) const noexcept { EVP_CIPHER_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_CIPHER_CTX, ContextDeleter>;

/// RFC 9001 §5.3: ciphertext and tag. The nonce is the iv with the packet number mixed in.
Bytes encrypt(const InitialKeys& keys, std::uint32_t packet_number, bytes::View header,
              bytes::View payload) {
    auto nonce = keys.iv;
    for (std::size_t i = 0; i < 4; ++i) {
        nonce[nonce.size() - 1 - i] ^= static_cast<std::uint8_t>(packet_number >> (8 * i));
    }
    const Context context{EVP_CIPHER_CTX_new()};
    Bytes out(payload.size() + kTag);
    int length = 0;
    require(EVP_EncryptInit_ex(context.get(), EVP_aes_128_gcm(), nullptr, keys.key.data(),
                               nonce.data()));
    require(EVP_EncryptUpdate(context.get(), nullptr, &length, header.data(),
                              static_cast<int>(header.size())));
    require(EVP_EncryptUpdate(context.get(), out.data(), &length, payload.data(),
                              static_cast<int>(payload.size())));
    require(EVP_EncryptFinal_ex(context.get(), out.data() + length, &length));
    require(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, static_cast<int>(kTag),
                                out.data() + payload.size()));
    return out;
}

/// RFC 9001 §5.4.3: one AES block over the sample.
std::array<std::uint8_t, kSample> mask_of(const InitialKeys& keys, bytes::View sample) {
    const Context context{EVP_CIPHER_CTX_new()};
    std::array<std::uint8_t, kSample> mask{};
    int length = 0;
    require(EVP_EncryptInit_ex(context.get(), EVP_aes_128_ecb(), nullptr,
                               keys.header_protection.data(), nullptr));
    require(EVP_CIPHER_CTX_set_padding(context.get(), 0));
    require(EVP_EncryptUpdate(context.get(), mask.data(), &length, sample.data(),
                              static_cast<int>(sample.size())));
    return mask;
}

/// Two bytes of a variable-length integer, RFC 9000 §16.
std::uint16_t two_bytes(std::size_t value) {
    return static_cast<std::uint16_t>(0x4000U | value);
}

void write_id(ByteWriter& out, const Bytes& id) {
    out.sized<1>([&](ByteWriter& bytes) { bytes.bytes(id); });
}

/// RFC 9000 §17.2.2 up to the packet number of 4 bytes, which is 0.
Bytes initial_header(const Bytes& destination_id, const Bytes& source_id, std::size_t payload) {
    constexpr std::size_t kNumber = 4;
    ByteWriter out;
    out.u8(0xc3).u32(kVersion1);
    write_id(out, destination_id);
    write_id(out, source_id);
    out.u8(0);  // no token
    out.u16(two_bytes(kNumber + payload + kTag)).u32(0);
    return out.take();
}

/// RFC 9000 §19.6: CRYPTO at offset 0.
void write_crypto(ByteWriter& out, bytes::View message) {
    out.u8(0x06).u8(0).u16(two_bytes(message.size())).bytes(message);
}

/// RFC 9000 §18.2: idle timeout, flow control, streams, and the client's own id.
Bytes transport_parameters(const Bytes& client_id) {
    ByteWriter out;
    out.u8(0x01).u8(2).u16(two_bytes(7500));
    out.u8(0x04).u8(4).u32(0x80f00000).u8(0x05).u8(4).u32(0x80600000);
    out.u8(0x06).u8(4).u32(0x80600000).u8(0x08).u8(2).u16(two_bytes(100));
    out.u8(0x0f);
    write_id(out, client_id);
    return out.take();
}

/// A long header whose payload only its owner could read, RFC 9000 §17.2.4.
Bytes handshake_packet(const Connection& connection, std::size_t size) {
    ByteWriter out;
    out.u8(0xe0).u32(kVersion1);
    write_id(out, connection.client_id);
    write_id(out, connection.server_id);
    const std::size_t rest = size - out.size() - 2;
    out.u16(two_bytes(rest)).bytes(random_bytes(connection.seed + 40, rest));
    return out.take();
}

Bytes short_packet(const Bytes& destination_id, std::size_t size, std::uint64_t seed) {
    constexpr unsigned kFixedBit = 0x40;
    Random random{seed};
    ByteWriter out;
    out.u8(kFixedBit | (random.next() & 0x3fU)).bytes(destination_id);
    out.bytes(random.bytes(size - out.size()));
    return out.take();
}

}  // namespace

InitialKeys client_keys(bytes::View first_destination_id) {
    return keys_for(first_destination_id, "client in");
}

InitialKeys server_keys(bytes::View first_destination_id) {
    return keys_for(first_destination_id, "server in");
}

Bytes protect(const InitialKeys& keys, Bytes header, std::uint32_t packet_number,
              bytes::View payload) {
    const Bytes ciphertext = encrypt(keys, packet_number, header, payload);
    const std::size_t number_length = (header.front() & 0x03U) + 1;
    // The sample starts where it would if the number had 4 bytes, §5.4.2.
    const auto mask = mask_of(keys, bytes::View{ciphertext}.subspan(4 - number_length, kSample));
    const std::size_t number_at = header.size() - number_length;
    header.front() = static_cast<std::uint8_t>(header.front() ^ (mask[0] & 0x0fU));
    for (std::size_t i = 0; i < number_length; ++i)
        header[number_at + i] ^= mask[i + 1];
    return joined(header, ciphertext);
}

Connection connection(std::uint64_t seed) {
    return {.server_id = random_bytes(seed + 41, 8),
            .first_destination_id = random_bytes(seed + 42, 8),
            .seed = seed};
}

Bytes client_initial(const Connection& connection, tls::ClientHello hello) {
    hello.quic_transport_parameters = transport_parameters(connection.client_id);
    const Bytes& destination = connection.first_destination_id;
    const std::size_t header = initial_header(destination, connection.client_id, 0).size();
    ByteWriter payload;
    write_crypto(payload, tls::client_hello_message(hello));
    payload.zeros(kSmallestDatagram - header - kTag - payload.size());  // PADDING, §19.1
    return protect(client_keys(destination),
                   initial_header(destination, connection.client_id, payload.size()), 0,
                   payload.view());
}

Bytes server_initial(const Connection& connection) {
    ByteWriter payload;
    payload.u8(0x02).u8(0).u8(0).u8(0).u8(0);  // ACK of packet 0, §19.3
    write_crypto(payload, tls::server_hello_message(connection.seed, false));
    const Bytes initial =
        protect(server_keys(connection.first_destination_id),
                initial_header(connection.client_id, connection.server_id, payload.size()), 0,
                payload.view());
    return joined(initial, handshake_packet(connection, kSmallestDatagram - initial.size()));
}

Bytes client_packet(const Connection& connection, std::size_t size, std::uint64_t seed) {
    return short_packet(connection.server_id, size, seed);
}

Bytes server_packet(const Connection& connection, std::size_t size, std::uint64_t seed) {
    return short_packet(connection.client_id, size, seed);
}

}  // namespace traffic::quic
