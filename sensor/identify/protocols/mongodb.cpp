#include "sensor/identify/protocols/mongodb.h"

#include <algorithm>

#include "sensor/identify/little_endian.h"
#include "sensor/identify/text_line.h"

namespace sensor::identify::mongodb {
namespace {

constexpr std::size_t kHeader = 16;               // bytes
constexpr std::size_t kLongest = 48'000'000;      // bytes, maxMessageSizeBytes
constexpr std::uint32_t kNoRequest = 0x80000000;  // stands for request 0 in a token

enum class Operation : std::uint32_t {
    kReply = 1,
    kUpdate = 2001,
    kInsert = 2002,
    kQuery = 2004,
    kGetMore = 2005,
    kDelete = 2006,
    kKillCursors = 2007,
    kCompressed = 2012,
    kMessage = 2013,
};

/// A message's body up to where it is cut. Reads past a cut only mean that more is needed.
class Body {
  public:
    Body(bytes::View there, bool is_cut) noexcept : cursor{there}, is_cut_{is_cut} {}

    /// What a read says that left the cursor as it is: `legal` only counts if it was whole.
    [[nodiscard]] Match judge(bool legal) const noexcept {
        if (!cursor.ok()) return is_cut_ ? Match::kNeedMore : Match::kNo;
        return legal ? Match::kYes : Match::kNo;
    }
    /// True at the end of the message.
    [[nodiscard]] bool ends() const noexcept { return cursor.empty() && !is_cut_; }
    [[nodiscard]] bool is_cut() const noexcept { return is_cut_; }

    bytes::ByteCursor cursor;

  private:
    bool is_cut_;
};

/// The size of an element's value, bsonspec.org; false if the type is none.
bool skip_value(std::uint8_t type, bytes::ByteCursor& cursor) noexcept {
    switch (type) {
        case 0x06:
        case 0x0a:
        case 0x7f:
        case 0xff: return true;
        case 0x08: return cursor.read<std::uint8_t>() <= 1;
        case 0x10: cursor.skip(4); return true;
        case 0x01:
        case 0x09:
        case 0x11:
        case 0x12: cursor.skip(8); return true;
        case 0x07: cursor.skip(12); return true;
        case 0x13: cursor.skip(16); return true;
        case 0x02:
        case 0x0d:
        case 0x0e: cursor.skip(read_little<std::uint32_t>(cursor)); return true;
        case 0x0c:
            cursor.skip(read_little<std::uint32_t>(cursor));
            cursor.skip(12);
            return true;
        case 0x05:
            cursor.skip(read_little<std::uint32_t>(cursor));
            cursor.skip(1);
            return true;
        case 0x0b:
            (void)read_until_nul(cursor);
            (void)read_until_nul(cursor);
            return true;
        case 0x03:
        case 0x04:
        case 0x0f: {  // these lengths include themselves
            const auto length = read_little<std::uint32_t>(cursor);
            if (!cursor.ok()) return true;
            if (length < 5) return false;
            cursor.skip(length - 4);
            return true;
        }
        default: return false;
    }
}

/// A document: its length, elements of known types with printable names, and a zero. Of a cut one
/// the elements that are there; a whole element is enough.
Match match_document(Body& body) noexcept {
    bytes::ByteCursor& cursor = body.cursor;
    const auto length = read_little<std::uint32_t>(cursor);
    if (!cursor.ok()) return body.judge(false);
    if (length < 5 || length > kLongest) return Match::kNo;
    const std::size_t left = length - 4;
    const bool is_cut = left > cursor.rest().size();
    if (is_cut && !body.is_cut()) return Match::kNo;
    bytes::ByteCursor elements{cursor.take(std::min(left, cursor.rest().size()))};
    for (unsigned whole = 0;; ++whole) {
        const bool is_end = elements.rest().size() == (is_cut ? 0U : 1U);
        if (is_end && is_cut) return whole != 0 ? Match::kYes : Match::kNeedMore;
        if (is_end) return elements.peek() == 0 ? Match::kYes : Match::kNo;
        const auto type = elements.read<std::uint8_t>();
        const auto name = bytes::text_of(read_until_nul(elements));
        if (!text::is_text(name) || !skip_value(type, elements)) return Match::kNo;
        if (elements.ok()) continue;
        if (!is_cut) return Match::kNo;
        return whole != 0 ? Match::kYes : Match::kNeedMore;
    }
}

/// "database.collection".
bool is_collection(std::string_view name) noexcept {
    const auto dot = name.find('.');
    return dot != std::string_view::npos && dot != 0 && dot + 1 < name.size() &&
           text::is_text(name);
}

/// Four bytes of zeros or flags, then the collection's name.
Match match_target(Body& body, std::uint32_t flags_allowed) noexcept {
    const auto flags = read_little<std::uint32_t>(body.cursor);
    if (body.cursor.ok() && (flags & ~flags_allowed) != 0) return Match::kNo;
    const auto name = bytes::text_of(read_until_nul(body.cursor));
    return body.judge(is_collection(name));
}

Match match_query(Body& body) noexcept {
    const Match target = match_target(body, 0xfe);
    if (target != Match::kYes) return target;
    body.cursor.skip(8);  // to skip and to return
    return match_document(body);
}

Match match_reply(Body& body) noexcept {
    const auto flags = read_little<std::uint32_t>(body.cursor);
    body.cursor.skip(12);  // cursor and start
    const auto documents = read_little<std::uint32_t>(body.cursor);
    if (!body.cursor.ok()) return body.judge(false);
    if (flags > 0xf || documents > kLongest / 5) return Match::kNo;
    if (documents == 0) return body.ends() ? Match::kYes : Match::kNo;
    return match_document(body);
}

/// Flags, of which the low half has to be known; then a section: a document or a sequence of them.
Match match_message(Body& body) noexcept {
    const auto flags = read_little<std::uint32_t>(body.cursor);
    const auto kind = body.cursor.read<std::uint8_t>();
    if (!body.cursor.ok()) return body.judge(false);
    if ((flags & ~0x10003U) != 0 || kind > 1) return Match::kNo;
    if (kind == 0) return match_document(body);
    const auto size = read_little<std::uint32_t>(body.cursor);
    const auto name = bytes::text_of(read_until_nul(body.cursor));
    if (!body.cursor.ok()) return body.judge(false);
    if (size < 5 + name.size() || name.empty() || !text::is_text(name)) return Match::kNo;
    return match_document(body);
}

Match match_compressed(Body& body) noexcept {
    const auto inner = static_cast<Operation>(read_little<std::uint32_t>(body.cursor));
    const auto size = read_little<std::uint32_t>(body.cursor);
    const auto compressor = body.cursor.read<std::uint8_t>();
    if (!body.cursor.ok()) return body.judge(false);
    const bool is_inner = inner == Operation::kMessage || inner == Operation::kQuery ||
                          inner == Operation::kReply || inner == Operation::kInsert ||
                          inner == Operation::kUpdate || inner == Operation::kDelete ||
                          inner == Operation::kGetMore || inner == Operation::kKillCursors;
    return is_inner && size <= kLongest && compressor <= 3 ? Match::kYes : Match::kNo;
}

Match match_old_request(Operation operation, Body& body) noexcept {
    if (operation == Operation::kKillCursors) {
        const auto zero = read_little<std::uint32_t>(body.cursor);
        const auto count = read_little<std::uint32_t>(body.cursor);
        body.cursor.skip(std::size_t{count} * 8);
        return body.judge(zero == 0 && count != 0 && body.ends());
    }
    const bool is_insert = operation == Operation::kInsert;
    const Match target = match_target(body, is_insert ? 1U : 0U);
    if (target != Match::kYes) return target;
    if (operation == Operation::kGetMore) {
        body.cursor.skip(12);
        return body.judge(body.ends());
    }
    if (!is_insert) {  // update's flags are two bits, delete's one
        const auto flags = read_little<std::uint32_t>(body.cursor);
        if (body.cursor.ok() && flags > (operation == Operation::kUpdate ? 3U : 1U)) {
            return Match::kNo;
        }
    }
    return match_document(body);
}

Match match_body(Operation operation, Body& body) noexcept {
    switch (operation) {
        case Operation::kReply: return match_reply(body);
        case Operation::kQuery: return match_query(body);
        case Operation::kMessage: return match_message(body);
        case Operation::kCompressed: return match_compressed(body);
        case Operation::kUpdate:
        case Operation::kInsert:
        case Operation::kGetMore:
        case Operation::kDelete:
        case Operation::kKillCursors: return match_old_request(operation, body);
        default: return Match::kNo;
    }
}

Role role_of(Operation operation, const Exchange& exchange, std::uint32_t answered) noexcept {
    if (operation == Operation::kReply) return Role::kServer;
    const bool is_either = operation == Operation::kMessage || operation == Operation::kCompressed;
    if (!is_either) return Role::kClient;
    if (exchange.direction_known) {
        return exchange.direction == Direction::kToServer ? Role::kClient : Role::kServer;
    }
    return answered == 0 ? Role::kEither : Role::kServer;
}

}  // namespace

Verdict validate(const Exchange& exchange) noexcept {
    bytes::ByteCursor cursor{exchange.said};
    const auto length = read_little<std::uint32_t>(cursor);
    const auto request = read_little<std::uint32_t>(cursor);
    const auto answered = read_little<std::uint32_t>(cursor);
    const auto operation = static_cast<Operation>(read_little<std::uint32_t>(cursor));
    if (!cursor.ok()) return {Match::kNeedMore};
    if (length < kHeader + 5 || length > kLongest) return {Match::kNo};
    const std::size_t left = length - kHeader;
    const bool is_cut = left > cursor.rest().size();
    Body body{cursor.rest().first(std::min(left, cursor.rest().size())), is_cut};
    const Match match = match_body(operation, body);
    const Role role = role_of(operation, exchange, answered);
    if (role == Role::kClient && exchange.direction_known &&
        exchange.direction == Direction::kToClient) {
        return {Match::kNo};
    }
    const bool is_answer = role == Role::kServer && exchange.direction_known;
    const std::uint32_t told = answered != 0 ? answered : kNoRequest;
    if (is_answer && exchange.token != 0 && exchange.token != told) return {Match::kNo};
    const std::uint32_t token = request != 0 ? request : kNoRequest;
    return {match, role, role == Role::kServer ? 0 : token};
}

}  // namespace sensor::identify::mongodb
