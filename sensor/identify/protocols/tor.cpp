#include "sensor/identify/protocols/tor.h"

#include <algorithm>

#include "sensor/identify/client_hello.h"
#include "sensor/identify/tls_record.h"

namespace sensor::identify::tor {
namespace {

/// The handshake bytes behind the ServerHello, in its record or the next; empty if they are not
/// there yet, or in pieces.
bytes::View behind_hello(bytes::View said) noexcept {
    bytes::ByteCursor cursor{said};
    const RecordHeader first = read_record_header(cursor);
    const bytes::View fragment = cursor.take(first.length);
    const std::size_t hello = handshake_size(fragment);
    if (!first.is_legal || hello == 0 || fragment.size() < hello) return {};
    if (fragment.size() > hello) return fragment.subspan(hello);
    const RecordHeader second = read_record_header(cursor);
    if (!second.is_legal || second.type != kHandshakeRecord) return {};
    return cursor.take(second.length);
}

/// The server's own certificate, RFC 5246 §7.4.2: the first of the list. Empty if it is cut.
bytes::View first_certificate(bytes::View handshake) noexcept {
    constexpr std::uint8_t kCertificate = 11;
    bytes::ByteCursor cursor{handshake};
    const auto type = cursor.read<std::uint8_t>();
    const auto length = cursor.read<std::uint32_t, 3>();
    const auto list_length = cursor.read<std::uint32_t, 3>();
    if (type != kCertificate || list_length + 3 != length) return {};
    return cursor.take(cursor.read<std::uint32_t, 3>());
}

enum class Tag : std::uint8_t {  // X.690
    kInteger = 0x02,
    kObjectId = 0x06,
    kUtf8 = 0x0c,
    kPrintable = 0x13,
    kSequence = 0x30,
    kSet = 0x31,
    kVersion = 0xa0,  // [0] of RFC 5280 §4.1
};

/// The content of the next DER element, X.690 §8.1; the cursor fails if that has another tag or a
/// length of more than two bytes.
bytes::View read_element(bytes::ByteCursor& cursor, Tag tag) noexcept {
    constexpr std::uint8_t kOneByte = 0x81;
    constexpr std::uint8_t kTwoBytes = 0x82;
    const bool is_wanted = static_cast<Tag>(cursor.read<std::uint8_t>()) == tag;
    std::size_t length = cursor.read<std::uint8_t>();
    const bool is_long = length >= 0x80;
    if (length == kOneByte) {
        length = cursor.read<std::uint8_t>();
    } else if (length == kTwoBytes) {
        length = cursor.read<std::uint16_t>();
    } else if (is_long) {
        length = cursor.rest().size() + 1;
    }
    return cursor.take(is_wanted ? length : cursor.rest().size() + 1);
}

/// A name, RFC 5280 §4.1.2.4, that is one common name and nothing else; empty for any other.
std::string_view read_only_name(bytes::ByteCursor& cursor) noexcept {
    constexpr std::array<std::uint8_t, 3> kCommonName{0x55, 0x04, 0x03};  // 2.5.4.3
    bytes::ByteCursor name{read_element(cursor, Tag::kSequence)};
    bytes::ByteCursor set{read_element(name, Tag::kSet)};
    bytes::ByteCursor attribute{read_element(set, Tag::kSequence)};
    const bytes::View type = read_element(attribute, Tag::kObjectId);
    const bool is_utf8 = static_cast<Tag>(attribute.peek()) == Tag::kUtf8;
    const bytes::View value = read_element(attribute, is_utf8 ? Tag::kUtf8 : Tag::kPrintable);
    const bool is_only = name.empty() && set.empty() && attribute.empty();
    if (!attribute.ok() || !is_only || !std::ranges::equal(type, kCommonName)) return {};
    return bytes::text_of(value);
}

/// www., 8 to 20 digits of Base32 in lower case, then `ending`.
bool is_made_up(std::string_view name, std::string_view ending) noexcept {
    constexpr std::string_view kStart = "www.";
    constexpr std::size_t kFewest = 8;
    constexpr std::size_t kMost = 20;
    if (!name.starts_with(kStart) || !name.ends_with(ending)) return false;
    if (name.size() < kStart.size() + kFewest + ending.size()) return false;
    const auto label = name.substr(kStart.size(), name.size() - kStart.size() - ending.size());
    const auto is_base32 = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '2' && c <= '7'); };
    return label.size() <= kMost && std::ranges::all_of(label, is_base32);
}

bool is_of_tor(bytes::View certificate) noexcept {
    bytes::ByteCursor cursor{certificate};
    bytes::ByteCursor whole{read_element(cursor, Tag::kSequence)};
    bytes::ByteCursor signed_part{read_element(whole, Tag::kSequence)};
    read_element(signed_part, Tag::kVersion);
    read_element(signed_part, Tag::kInteger);   // serial number
    read_element(signed_part, Tag::kSequence);  // signature algorithm
    const std::string_view issuer = read_only_name(signed_part);
    read_element(signed_part, Tag::kSequence);  // validity
    const std::string_view subject = read_only_name(signed_part);
    return signed_part.ok() && is_made_up(issuer, ".com") && is_made_up(subject, ".net");
}

}  // namespace

Verdict validate(const Exchange& exchange) noexcept {
    if (!is_of_tor(first_certificate(behind_hello(exchange.said)))) return {Match::kNo};
    const Verdict as_tls = tls::validate(exchange);
    const bool is_server = as_tls.match == Match::kYes && as_tls.role == Role::kServer;
    return {is_server ? Match::kYes : Match::kNo, Role::kServer};
}

}  // namespace sensor::identify::tor
