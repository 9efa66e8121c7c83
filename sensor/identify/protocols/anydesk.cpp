#include "sensor/identify/protocols/anydesk.h"

#include <algorithm>

#include "sensor/identify/protocols/tls.h"
#include "sensor/identify/tls_record.h"

namespace sensor::identify::anydesk {
namespace {

constexpr std::uint8_t kServerHello = 2;
constexpr std::uint8_t kCertificate = 11;

/// What follows the ServerHello: in its record, or in the next.
bytes::View behind_hello(bytes::View said) noexcept {
    bytes::ByteCursor cursor{said};
    const RecordHeader record = read_record_header(cursor);
    const auto type = cursor.read<std::uint8_t>();
    const auto length = cursor.read<std::uint32_t, 3>();
    cursor.skip(length);
    const std::size_t hello = std::size_t{length} + 4;
    if (!cursor.ok() || type != kServerHello || record.length < hello) return {};
    if (record.length > hello) return cursor.rest();
    const RecordHeader next = read_record_header(cursor);
    return next.is_legal && next.type == kHandshakeRecord ? cursor.rest() : bytes::View{};
}

/// One element of a certificate, X.690 §8.1: its tag, and what there is of its value.
struct Element {
    std::uint8_t tag = 0;
    bytes::View value;
    bool is_legal = false;
    bool is_cut = false;
};

Element take_element(bytes::ByteCursor& cursor) noexcept {
    Element element;
    element.tag = cursor.read<std::uint8_t>();
    std::size_t length = cursor.read<std::uint8_t>();
    if (length == 0x81) {
        length = cursor.read<std::uint8_t>();
    } else if (length == 0x82) {
        length = cursor.read<std::uint16_t>();
    } else if (length >= 0x80) {
        return element;
    }
    element.is_legal = true;
    element.is_cut = !cursor.ok() || cursor.rest().size() < length;
    element.value = cursor.take(std::min(length, cursor.rest().size()));
    return element;
}

constexpr std::uint8_t kSequence = 0x30;
constexpr std::uint8_t kSet = 0x31;
constexpr std::uint8_t kInteger = 0x02;
constexpr std::uint8_t kVersion = 0xa0;
constexpr std::uint8_t kObject = 0x06;

bool is_own_name(std::string_view name) noexcept {
    return name == "AnyNet Relay" || name == "AnyDesk Client";
}

/// Whether a whole subject, RFC 5280 §4.1.2.6, has one of AnyDesk's common names.
bool names_anydesk(bytes::View subject) noexcept {
    constexpr std::array<std::uint8_t, 3> kCommonName{0x55, 0x04, 0x03};
    bytes::ByteCursor cursor{subject};
    while (!cursor.empty()) {
        const Element set = take_element(cursor);
        if (!set.is_legal || set.tag != kSet) return false;
        bytes::ByteCursor inside{set.value};
        const Element pair = take_element(inside);
        if (!pair.is_legal || pair.tag != kSequence) return false;
        bytes::ByteCursor fields{pair.value};
        const Element type = take_element(fields);
        const Element value = take_element(fields);
        const bool is_name = type.tag == kObject && std::ranges::equal(type.value, kCommonName);
        if (is_name && !value.is_cut && is_own_name(bytes::text_of(value.value))) return true;
    }
    return false;
}

/// RFC 5280 §4.1: version, serial number, algorithm, issuer and validity stand before the subject.
Match match_certificate(bytes::View certificate) noexcept {
    constexpr std::array<std::uint8_t, 5> kBefore{kInteger, kSequence, kSequence, kSequence,
                                                  kSequence};
    bytes::ByteCursor outer{certificate};
    const Element whole = take_element(outer);
    bytes::ByteCursor middle{whole.value};
    const Element signed_part = take_element(middle);
    if (whole.is_cut && signed_part.value.empty()) return Match::kNeedMore;
    if (whole.tag != kSequence || signed_part.tag != kSequence) return Match::kNo;
    bytes::ByteCursor cursor{signed_part.value};
    const bool may_grow = signed_part.is_cut;
    if (cursor.peek() == kVersion && take_element(cursor).is_cut) return Match::kNeedMore;
    Element subject;
    for (const std::uint8_t tag : kBefore) {
        if (cursor.empty()) return may_grow ? Match::kNeedMore : Match::kNo;
        subject = take_element(cursor);
        if (subject.is_cut && may_grow) return Match::kNeedMore;
        if (!subject.is_legal || subject.tag != tag || subject.is_cut) return Match::kNo;
    }
    return names_anydesk(subject.value) ? Match::kYes : Match::kNo;
}

}  // namespace

Verdict validate(const Exchange& exchange) noexcept {
    if (tls::validate(exchange).match != Match::kYes) return {Match::kNo};
    const auto handshake = behind_hello(exchange.said);
    if (handshake.empty()) return {Match::kNo};
    bytes::ByteCursor cursor{handshake};
    const auto type = cursor.read<std::uint8_t>();
    const auto message = cursor.read<std::uint32_t, 3>();
    const auto list = cursor.read<std::uint32_t, 3>();
    const auto first = cursor.read<std::uint32_t, 3>();
    if (type != kCertificate) return {Match::kNo};
    if (!cursor.ok()) return {Match::kNeedMore, Role::kServer};
    // RFC 5246 §7.4.2: the lengths are nested.
    if (list + 3 != message || first == 0 || first + 3 > list) return {Match::kNo};
    const auto there = std::min<std::size_t>(first, cursor.rest().size());
    return {match_certificate(cursor.take(there)), Role::kServer};
}

}  // namespace sensor::identify::anydesk
