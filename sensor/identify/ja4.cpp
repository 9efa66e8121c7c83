#include "sensor/identify/ja4.h"

#include <algorithm>

#include "lib/digest/digest.h"

namespace sensor::identify {
namespace {

constexpr std::size_t kMaxListed = 512;  // suites, extensions or algorithms; real hellos list < 200
constexpr std::string_view kDigits = "0123456789abcdef";

/// Values of one list, GREASE left out.
struct Values {
    std::array<std::uint16_t, kMaxListed> at;
    std::size_t count = 0;
    bool is_full = false;  ///< more came than fit

    void add(std::uint16_t value) noexcept {
        if (is_grease(value)) return;
        is_full = is_full || count == kMaxListed;
        if (!is_full) at[count++] = value;
    }
    void add_all(bytes::View pairs) noexcept {
        bytes::ByteCursor cursor{pairs};
        while (cursor.rest().size() >= 2)
            add(cursor.read<std::uint16_t>());
    }
    void sort() noexcept { std::sort(at.begin(), at.begin() + count); }
};

/// "1301,1302" as the hashes want it.
struct HashInput {
    std::array<char, 2 * (5 * kMaxListed + 1)> text;
    std::size_t used = 0;

    void list(const Values& values) noexcept {
        for (std::size_t i = 0; i < values.count; ++i) {
            if (i != 0) text[used++] = ',';
            for (unsigned shift = 16; shift != 0;) {
                shift -= 4;
                text[used++] = kDigits[(values.at[i] >> shift) & 0xfU];
            }
        }
    }
    [[nodiscard]] std::string_view view() const noexcept { return {text.data(), used}; }
};

std::string_view version_code(std::uint16_t version) noexcept {
    switch (version) {
        case 0x0304: return "13";
        case 0x0303: return "12";
        case 0x0302: return "11";
        case 0x0301: return "10";
        case 0x0300: return "s3";
        case 0x0002: return "s2";
        default: return "00";  // a draft's number is not a version's
    }
}

bool is_alphanumeric(std::uint8_t c) noexcept {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// What the fingerprint needs of the extension list.
struct Extensions {
    Values hashed;          ///< without server_name and ALPN
    std::size_t count = 0;  ///< with them
    bool has_server_name = false;
    std::uint16_t version = 0;  ///< highest of supported_versions
    bytes::View alpn;
    Values algorithms;

    void add(ExtensionType type, bytes::View body) noexcept {
        const auto number = static_cast<std::uint16_t>(type);
        if (is_grease(number)) return;
        ++count;
        if (type == ExtensionType::kServerName) {
            has_server_name = true;
        } else if (type == ExtensionType::kAlpn) {
            alpn = body;
        } else {
            hashed.add(number);
        }
        if (type == ExtensionType::kSignatureAlgorithms) algorithms.add_all(body.subspan(2));
        if (type == ExtensionType::kSupportedVersions) {
            bytes::ByteCursor versions{body.subspan(1)};
            while (versions.rest().size() >= 2) {
                const auto offered = versions.read<std::uint16_t>();
                if (!is_grease(offered)) version = std::max(version, offered);
            }
        }
    }
};

}  // namespace

Ja4::Ja4(const ClientHello& hello, char transport) noexcept {
    Values suites;
    suites.add_all(hello.cipher_suites);
    Extensions extensions;
    each_extension(hello.extensions,
                   [&](ExtensionType type, bytes::View body) { extensions.add(type, body); });
    if (suites.is_full || extensions.hashed.is_full || extensions.algorithms.is_full) return;

    put(transport);
    put(version_code(extensions.version != 0 ? extensions.version : hello.version));
    put(extensions.has_server_name ? 'd' : 'i');
    put_count(suites.count);
    put_count(extensions.count);
    put_alpn(extensions.alpn);
    put('_');
    suites.sort();
    HashInput input;
    input.list(suites);
    put_hash(input.view());
    put('_');
    extensions.hashed.sort();
    input.used = 0;
    input.list(extensions.hashed);
    if (extensions.algorithms.count != 0) {
        input.text[input.used++] = '_';
        input.list(extensions.algorithms);
    }
    put_hash(input.view());
}

void Ja4::put_count(std::size_t count) noexcept {
    const std::size_t shown = std::min<std::size_t>(count, 99);
    put(kDigits[shown / 10]);
    put(kDigits[shown % 10]);
}

/// Twelve digits of SHA-256, or twelve zeros for an empty list.
void Ja4::put_hash(std::string_view listed) noexcept {
    if (listed.empty()) return put("000000000000");
    const auto hash = digest::sha256(bytes::view_of(listed));
    for (std::size_t i = 0; i < 6; ++i) {
        put(kDigits[hash[i] >> 4U]);
        put(kDigits[hash[i] & 0xfU]);
    }
}

/// First and last character of the first name; where either is no letter or digit, the first and
/// last hexadecimal digit of the name instead.
void Ja4::put_alpn(bytes::View names) noexcept {
    bytes::ByteCursor cursor{names};
    cursor.skip(2);
    const auto name = cursor.take(cursor.read<std::uint8_t>());
    if (name.empty()) return put("00");
    const bool is_plain = is_alphanumeric(name.front()) && is_alphanumeric(name.back());
    put(is_plain ? static_cast<char>(name.front()) : kDigits[name.front() >> 4U]);
    put(is_plain ? static_cast<char>(name.back()) : kDigits[name.back() & 0xfU]);
}

}  // namespace sensor::identify
