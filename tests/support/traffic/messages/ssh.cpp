#include "tests/support/traffic/messages/ssh.h"

#include "tests/support/traffic/random.h"

namespace traffic::ssh {
namespace {

/// RFC 4253 §6: packet length, padding length, payload, padding; whole blocks of 8 bytes.
Bytes binary_packet(bytes::View payload, std::uint64_t seed) {
    constexpr std::size_t kBlock = 8;
    constexpr std::size_t kSmallestPadding = 4;
    std::size_t padding = kBlock - (5 + payload.size()) % kBlock;
    if (padding < kSmallestPadding) padding += kBlock;
    ByteWriter out;
    out.u32(1 + payload.size() + padding).u8(padding);
    out.bytes(payload).bytes(random_bytes(seed, padding));
    return out.take();
}

void name_list(ByteWriter& out, std::string_view names) {
    out.sized<4>([&](ByteWriter& list) { list.text(names); });
}

}  // namespace

std::string identification(std::string_view software) {
    return std::string{"SSH-2.0-"}.append(software).append("\r\n");
}

Bytes key_exchange_init(std::uint64_t seed) {
    constexpr std::string_view kCiphers = "chacha20-poly1305@openssh.com,aes128-gcm@openssh.com";
    constexpr std::string_view kMacs = "hmac-sha2-256-etm@openssh.com,hmac-sha2-256";
    ByteWriter payload;
    payload.u8(20).bytes(random_bytes(seed, 16));  // SSH_MSG_KEXINIT and the cookie
    name_list(payload, "curve25519-sha256,ecdh-sha2-nistp256,diffie-hellman-group14-sha256");
    name_list(payload, "ssh-ed25519,rsa-sha2-512,rsa-sha2-256");
    for (int direction = 0; direction < 2; ++direction)
        name_list(payload, kCiphers);
    for (int direction = 0; direction < 2; ++direction)
        name_list(payload, kMacs);
    for (int direction = 0; direction < 2; ++direction)
        name_list(payload, "none");
    for (int direction = 0; direction < 2; ++direction)
        name_list(payload, "");  // languages
    payload.u8(0).u32(0);        // no guess follows
    return binary_packet(payload.view(), seed + 1);
}

Bytes ecdh_init(std::uint64_t seed) {
    ByteWriter payload;
    payload.u8(30).u32(32).bytes(random_bytes(seed, 32));  // SSH_MSG_KEX_ECDH_INIT
    return binary_packet(payload.view(), seed + 1);
}

Bytes encrypted(std::size_t size, std::uint64_t seed) {
    return random_bytes(seed, size);
}

}  // namespace traffic::ssh
