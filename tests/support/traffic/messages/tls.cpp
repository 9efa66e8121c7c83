#include "tests/support/traffic/messages/tls.h"

#include <algorithm>
#include <array>
#include <utility>

#include "tests/support/traffic/random.h"

namespace traffic::tls {
namespace {

// RFC 8446 §5.1.
constexpr std::uint8_t kChangeCipherSpec = 20;
constexpr std::uint8_t kAlert = 21;
constexpr std::uint8_t kHandshake = 22;
constexpr std::uint8_t kApplicationData = 23;

constexpr std::uint16_t kTls10 = 0x0301;
constexpr std::uint16_t kTls12 = 0x0303;
constexpr std::uint16_t kTls13 = 0x0304;
constexpr std::uint16_t kX25519 = 0x001d;

Bytes record(std::uint8_t type, std::uint16_t version, bytes::View fragment) {
    ByteWriter out;
    out.u8(type).u16(version).u16(fragment.size()).bytes(fragment);
    return out.take();
}

/// RFC 8701 §2: 0x0a0a, 0x1a1a, ... 0xfafa.
std::uint16_t grease(std::uint64_t seed, unsigned which) {
    const auto nibble = (Random{seed + which}.next() & 0xfU) << 4U | 0xaU;
    return static_cast<std::uint16_t>(nibble << 8U | nibble);
}

/// One extension (§4.2): type, then what `body` writes behind its length.
template <class Body>
void extension(ByteWriter& out, std::uint16_t type, Body&& body) {
    out.u16(type).sized<2>(std::forward<Body>(body));
}
void empty_extension(ByteWriter& out, std::uint16_t type) {
    out.u16(type).u16(0);
}

template <std::size_t Width>
void number_list(ByteWriter& out, const std::vector<std::uint16_t>& numbers) {
    out.sized<Width>([&](ByteWriter& list) {
        for (const std::uint16_t number : numbers)
            list.u16(number);
    });
}

std::vector<std::uint16_t> with_grease(const ClientHello& hello, unsigned which,
                                       std::vector<std::uint16_t> numbers) {
    if (hello.style == Style::kBrowser) numbers.insert(numbers.begin(), grease(hello.seed, which));
    return numbers;
}

/// TLS 1.3 suites first; what only a browser still offers last.
constexpr std::array<std::uint16_t, 15> kSuites{0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f,
                                                0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc013,
                                                0xc014, 0x009c, 0x009d, 0x002f, 0x0035};
constexpr std::size_t kSuitesOf13 = 3;
constexpr std::size_t kSuitesOfBrowsers = 6;

std::vector<std::uint16_t> cipher_suites(const ClientHello& hello) {
    const auto* first = kSuites.begin() + (hello.offers_1_3 ? 0 : kSuitesOf13);
    const auto* end = kSuites.end() - (hello.style == Style::kBrowser ? 0 : kSuitesOfBrowsers);
    return with_grease(hello, 0, {first, end});
}

void write_names(ByteWriter& out, const ClientHello& hello) {
    if (!hello.server_name.empty()) {
        extension(out, 0, [&](ByteWriter& body) {  // RFC 6066 §3
            body.sized<2>([&](ByteWriter& list) {
                list.u8(0).sized<2>([&](ByteWriter& name) { name.text(hello.server_name); });
            });
        });
    }
    if (!hello.alpn.empty()) {
        extension(out, 16, [&](ByteWriter& body) {  // RFC 7301 §3.1
            body.sized<2>([&](ByteWriter& list) {
                for (const std::string& protocol : hello.alpn) {
                    list.sized<1>([&](ByteWriter& name) { name.text(protocol); });
                }
            });
        });
    }
}

void write_key_exchange(ByteWriter& out, const ClientHello& hello) {
    extension(out, 10, [&](ByteWriter& body) {  // supported_groups
        number_list<2>(body, with_grease(hello, 1, {kX25519, 0x0017, 0x0018}));
    });
    extension(out, 13, [](ByteWriter& body) {  // signature_algorithms
        number_list<2>(body, {0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601});
    });
    if (!hello.offers_1_3) return;
    extension(out, 51, [&](ByteWriter& body) {  // key_share
        body.sized<2>([&](ByteWriter& shares) {
            if (hello.style == Style::kBrowser) shares.u16(grease(hello.seed, 1)).u16(1).u8(0);
            shares.u16(kX25519).u16(32).bytes(random_bytes(hello.seed + 30, 32));
        });
    });
    extension(out, 45, [](ByteWriter& body) { body.u8(1).u8(1); });  // psk_key_exchange_modes
    extension(out, 43, [&](ByteWriter& body) {                       // supported_versions
        number_list<1>(body, with_grease(hello, 2, {kTls13, kTls12}));
    });
}

void write_extensions(ByteWriter& out, const ClientHello& hello) {
    const bool browser = hello.style == Style::kBrowser;
    const bool over_tcp = hello.quic_transport_parameters.empty();
    if (browser) empty_extension(out, grease(hello.seed, 3));
    write_names(out, hello);
    if (over_tcp) {
        empty_extension(out, 23);                                        // extended_master_secret
        extension(out, 0xff01, [](ByteWriter& body) { body.u8(0); });    // renegotiation_info
        extension(out, 11, [](ByteWriter& body) { body.u8(1).u8(0); });  // ec_point_formats
    }
    write_key_exchange(out, hello);
    if (!over_tcp) {
        extension(out, 57, [&](ByteWriter& body) { body.bytes(hello.quic_transport_parameters); });
    }
    if (!browser) return;
    if (over_tcp) empty_extension(out, 35);                           // session_ticket
    extension(out, 5, [](ByteWriter& body) { body.u8(1).u32(0); });   // status_request
    empty_extension(out, 18);                                         // RFC 6962 §3.3
    extension(out, 27, [](ByteWriter& body) { body.u8(2).u16(2); });  // RFC 8879 §3
    extension(out, grease(hello.seed, 4) ^ 0x1010U, [](ByteWriter& body) { body.u8(0); });
    constexpr std::size_t kPaddedTo = 400;  // bytes of extensions; RFC 7685
    if (over_tcp && out.size() + 4 < kPaddedTo) {
        const std::size_t padding = kPaddedTo - out.size() - 4;
        extension(out, 21, [&](ByteWriter& body) { body.zeros(padding); });
    }
}

Bytes handshake(std::uint8_t type, bytes::View body) {
    ByteWriter out;
    out.u8(type).u24(body.size()).bytes(body);
    return out.take();
}

Bytes session_id(std::uint64_t seed) {
    return random_bytes(seed + 10, 32);
}

}  // namespace

Bytes client_hello_message(const ClientHello& hello) {
    ByteWriter body;
    body.u16(kTls12).bytes(random_bytes(hello.seed, 32));
    body.sized<1>([&](ByteWriter& id) {  // QUIC has none, RFC 9001 §8.4
        if (hello.quic_transport_parameters.empty()) id.bytes(session_id(hello.seed));
    });
    number_list<2>(body, cipher_suites(hello));
    body.u8(1).u8(0);  // no compression
    body.sized<2>([&](ByteWriter& extensions) { write_extensions(extensions, hello); });
    return handshake(1, body.view());
}

Bytes client_hello(const ClientHello& hello) {
    return record(kHandshake, kTls10, client_hello_message(hello));
}

Bytes server_hello_message(std::uint64_t seed, bool echo_session_id) {
    ByteWriter body;
    body.u16(kTls12).bytes(random_bytes(seed + 20, 32));
    body.sized<1>([&](ByteWriter& id) {
        if (echo_session_id) id.bytes(session_id(seed));
    });
    body.u16(0x1301).u8(0);
    body.sized<2>([&](ByteWriter& extensions) {
        extension(extensions, 51, [&](ByteWriter& share) {
            share.u16(kX25519).u16(32).bytes(random_bytes(seed + 31, 32));
        });
        extension(extensions, 43, [](ByteWriter& version) { version.u16(kTls13); });
    });
    return handshake(2, body.view());
}

Bytes server_hello(std::uint64_t seed) {
    return record(kHandshake, kTls12, server_hello_message(seed));
}

Bytes change_cipher_spec() {
    return record(kChangeCipherSpec, kTls12, Bytes{1});
}

Bytes alert(std::uint8_t level, std::uint8_t description) {
    return record(kAlert, kTls12, Bytes{level, description});
}

Bytes application_data(std::size_t size, std::uint64_t seed) {
    constexpr std::size_t kLargest = 16384;  // bytes of plaintext, §5.1
    constexpr std::size_t kOverhead = 17;    // content type and tag, §5.2
    Random random{seed};
    ByteWriter out;
    for (std::size_t done = 0; done < size;) {
        const std::size_t part = std::min(size - done, kLargest);
        out.bytes(record(kApplicationData, kTls12, random.bytes(part + kOverhead)));
        done += part;
    }
    return out.take();
}

Bytes server_flight(std::uint64_t seed, std::size_t certificate_size) {
    constexpr std::size_t kExtensions = 30;  // bytes, about what EncryptedExtensions takes
    constexpr std::size_t kVerifyAndFinished = 320;
    return joined(server_hello(seed), change_cipher_spec(), application_data(kExtensions, seed + 1),
                  application_data(certificate_size, seed + 2),
                  application_data(kVerifyAndFinished, seed + 3));
}

Bytes client_finished(std::uint64_t seed) {
    constexpr std::size_t kFinished = 36;  // bytes with SHA-256, §4.4.4
    return joined(change_cipher_spec(), application_data(kFinished, seed + 4));
}

}  // namespace traffic::tls
