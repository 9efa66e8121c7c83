#include "sensor/identify/protocols/ldap_message.h"

#include <algorithm>

#include "sensor/identify/ber_reader.h"
#include "sensor/identify/text_line.h"

namespace sensor::identify::ldap {
namespace {

using ber::Ber;

constexpr auto kBoolean = static_cast<ber::Tag>(0x01);
constexpr auto kEnumerated = static_cast<ber::Tag>(0x0a);

std::uint32_t number_of(bytes::View raw) noexcept {
    std::uint32_t value = 0;
    for (const std::uint8_t byte : raw)
        value = value << 8U | byte;
    return value;
}

/// A name or text of any length; it need not all be there.
void skip_text(Ber& body) noexcept {
    (void)body.expect(ber::Tag::kOctets);
}
void skip_sequence(Ber& body) noexcept {
    (void)body.expect(ber::Tag::kSequence);
}
std::uint32_t read_enumerated(Ber& body, std::uint32_t highest) noexcept {
    const auto value = number_of(body.octets(kEnumerated, 1, 4));
    if (body.ok() && value > highest) body.fail();
    return value;
}

/// RFC 4511 §4.2; the last three ways to authenticate are of MS-ADTS §5.1.1.1.3.
void read_bind(Ber& body) noexcept {
    std::uint8_t tag = 0;
    (void)body.integer(1, 127);
    skip_text(body);
    (void)body.element(tag);
    const bool is_known = tag == 0x80 || tag == 0xa3 || (tag >= 0x89 && tag <= 0x8b);
    if (body.ok() && !is_known) body.fail();
}

/// RFC 4511 §4.5.1.
void read_search(Ber& body) noexcept {
    constexpr std::int32_t kMost = std::numeric_limits<std::int32_t>::max();
    constexpr std::uint32_t kLastScope =
        3;  // subordinates, draft-sermersheim-ldap-subordinate-scope
    constexpr std::uint32_t kLastAliases = 3;
    std::uint8_t filter = 0;
    skip_text(body);
    (void)read_enumerated(body, kLastScope);
    (void)read_enumerated(body, kLastAliases);
    (void)body.integer(0, kMost);
    (void)body.integer(0, kMost);
    (void)body.octets(kBoolean, 1, 1);
    (void)body.element(filter);
    const bool is_filter = (filter >= 0xa0 && filter <= 0xa9) || filter == 0x87;
    if (body.ok() && !is_filter) body.fail();
    skip_sequence(body);
}

/// RFC 4511 §4.1.9, then a referral or what the response has of its own.
void read_result(Ber& body, Message& message) noexcept {
    message.result = read_enumerated(body, 0xffff);
    skip_text(body);
    skip_text(body);
    while (body.ok() && body.declared != 0) {
        std::uint8_t tag = 0;
        (void)body.element(tag);
        const bool is_extended = message.operation == Operation::kExtendedResponse;
        const bool is_known = tag == 0xa3 ||
                              (tag == 0x87 && message.operation == Operation::kBindResponse) ||
                              (is_extended && (tag == 0x8a || tag == 0x8b));
        if (body.ok() && !is_known) body.fail();
    }
}

/// RFC 4511 §4.12: the name is an object identifier in digits.
void read_extended(Ber& body, Message& message) noexcept {
    constexpr std::size_t kLongest = 255;  // bytes, more than any that is assigned
    std::uint8_t tag = 0;
    message.name = body.octets(static_cast<ber::Tag>(0x80), 3, kLongest);
    const auto is_of_oid = [](std::uint8_t c) { return c == '.' || (c >= '0' && c <= '9'); };
    if (body.ok() && !std::ranges::all_of(message.name, is_of_oid)) body.fail();
    if (!body.ok() || body.declared == 0) return;
    (void)body.element(tag);
    if (body.ok() && tag != 0x81) body.fail();
}

/// RFC 4511 §4.13 and §4.5.2: optional fields, or addresses.
void read_list(Ber& body, std::uint8_t first, std::uint8_t last) noexcept {
    if (body.declared == 0) body.fail();
    while (body.ok() && body.declared != 0) {
        std::uint8_t tag = 0;
        (void)body.element(tag);
        if (body.ok() && (tag < first || tag > last)) body.fail();
    }
}

/// A distinguished name by itself, which has an attribute in it.
void read_name(Ber& body) noexcept {
    const auto text = bytes::text_of(body.rest);
    const bool is_name = text::is_text(text) && text.find('=') != std::string_view::npos;
    if (!is_name) body.state = body.rest.size() < body.declared ? Match::kNeedMore : Match::kNo;
    body.declared = body.ok() ? 0 : body.declared;
}

void read_operation(Ber& body, Message& message) noexcept {
    switch (message.operation) {
        case Operation::kUnbind:
            if (body.declared != 0) body.fail();
            return;
        case Operation::kDelete: return read_name(body);
        case Operation::kAbandon: {
            const bool is_whole = body.rest.size() == body.declared;
            if (body.declared < 1 || body.declared > 4) return body.fail();
            if (!is_whole) body.state = Match::kNeedMore;
            body.declared = 0;
            return;
        }
        case Operation::kBind: return read_bind(body);
        case Operation::kSearch: return read_search(body);
        case Operation::kEntry:
        case Operation::kModify:
        case Operation::kAdd:
        case Operation::kCompare: skip_text(body); return skip_sequence(body);
        case Operation::kModifyDn:
            skip_text(body);
            skip_text(body);
            (void)body.octets(kBoolean, 1, 1);
            if (body.ok() && body.declared != 0) read_list(body, 0x80, 0x80);
            return;
        case Operation::kReference: return read_list(body, 0x04, 0x04);
        case Operation::kIntermediate: return read_list(body, 0x80, 0x81);
        case Operation::kExtended: return read_extended(body, message);
        case Operation::kBindResponse:
        case Operation::kSearchDone:
        case Operation::kModifyResponse:
        case Operation::kAddResponse:
        case Operation::kDeleteResponse:
        case Operation::kModifyDnResponse:
        case Operation::kCompareResponse:
        case Operation::kExtendedResponse: return read_result(body, message);
    }
    body.fail();
}

/// Whether fields that are all here, of an operation that goes on, leave no doubt.
constexpr bool is_convincing(Operation operation, std::size_t here) noexcept {
    constexpr std::size_t kEnough = 32;  // bytes of an operation's own
    const bool is_search = operation == Operation::kSearch || operation == Operation::kEntry;
    return here >= (is_search ? kEnough : 4 * kEnough);
}

}  // namespace

Message read_message(bytes::View said, std::size_t limit) noexcept {
    Message message;
    Ber stream{.rest = said, .declared = limit};
    Ber body = stream.expect(ber::Tag::kSequence);
    message.match = stream.state;
    if (!stream.ok()) return message;
    if (body.rest.size() == body.declared) message.size = said.size() - stream.rest.size();
    const auto id = body.integer(0, std::numeric_limits<std::int32_t>::max());
    message.id = static_cast<std::uint32_t>(id);
    std::uint8_t tag = 0;
    Ber operation = body.element(tag);
    message.operation = static_cast<Operation>(tag);
    message.match = body.state;
    if (!body.ok()) return message;
    const std::size_t here = operation.rest.size();
    read_operation(operation, message);
    // Only what the server sends unasked has the id 0, §4.4.
    const bool is_unasked = message.operation == Operation::kExtendedResponse;
    if (operation.ok() && operation.declared != 0) operation.fail();
    if (operation.state != Match::kNo && id == 0 && !is_unasked) operation.fail();
    message.match = operation.state;
    if (message.match == Match::kNeedMore && is_convincing(message.operation, here)) {
        message.match = Match::kYes;
    }
    if (message.match != Match::kYes || body.declared == 0) return message;
    (void)body.element(tag);  // controls, §4.1.11
    const bool is_legal = body.state != Match::kNo && (!body.ok() || body.declared == 0);
    const bool is_here = body.state == Match::kNeedMore && body.rest.empty();
    if (!is_legal || (!is_here && tag != 0xa0)) message.match = Match::kNo;
    return message;
}

}  // namespace sensor::identify::ldap
