#include "sensor/identify/protocols/dns_message.h"

#include <algorithm>

namespace sensor::identify::dns {
namespace {

constexpr std::size_t kMaxName = 255;  // bytes on the wire, RFC 1035 §2.3.4
constexpr unsigned kMaxPointers = 32;  // in one name: keeps hostile messages cheap
constexpr std::uint8_t kPointer = 0xc0;
constexpr std::uint16_t kClassIn = 1;

enum class Step : std::uint8_t { kBroken, kCut, kDone };

/// Reads a message front to back; every name may point back into what was read.
struct Walker {
    bytes::View message;
    std::size_t at = kHeaderSize;
    ClassBit class_bit = ClassBit::kIllegal;
    Opcode opcode = Opcode::kQuery;

    [[nodiscard]] Step skip_name() noexcept;
    [[nodiscard]] Step read_question(Subject& subject) noexcept;
    [[nodiscard]] Step read_record(Subject& subject) noexcept;
    [[nodiscard]] bool is_class(std::uint16_t value) const noexcept;
    [[nodiscard]] bool is_data_legal(std::uint16_t type, std::size_t length) noexcept;
};

/// Where the name that begins at `start` goes on after a pointer at `at`; nothing if it may not.
/// A target before everything read of the name so far is what makes the chain end.
std::optional<std::size_t> follow(bytes::View message, std::size_t at, std::size_t start) noexcept {
    const std::size_t target = (message[at] & 0x3fU) << 8U | message[at + 1];
    if (target < kHeaderSize || target >= start) return std::nullopt;
    return target;
}

/// Labels up to the root, RFC 1035 §3.1 and §4.1.4.
Step Walker::skip_name() noexcept {
    std::size_t position = at;
    std::size_t start = at;  // of the piece being read
    std::size_t size = 1;    // bytes of the name without compression
    unsigned pointers = 0;   // past the first one `at` stays
    while (position < message.size()) {
        const std::uint8_t length = message[position];
        if ((length & kPointer) == kPointer) {
            if (position + 1 >= message.size()) return Step::kCut;
            if (pointers++ == 0) at = position + 2;
            const auto target = follow(message, position, start);
            if (!target || pointers > kMaxPointers) return Step::kBroken;
            position = start = *target;
            continue;
        }
        if ((length & kPointer) != 0) return Step::kBroken;  // 01 and 10 are not in use
        size += length == 0 ? 0 : length + 1U;
        if (size > kMaxName) return Step::kBroken;
        position += length + 1U;
        if (length != 0) continue;
        if (pointers == 0) at = position;
        return Step::kDone;
    }
    return pointers != 0 ? Step::kBroken : Step::kCut;
}

bool Walker::is_class(std::uint16_t value) const noexcept {
    if (class_bit == ClassBit::kFlag) value &= 0x7fffU;
    constexpr std::array<std::uint16_t, 5> kClasses{1, 3, 4, 254, 255};  // IN CH HS NONE ANY
    return std::ranges::find(kClasses, value) != kClasses.end();
}

Step Walker::read_question(Subject& subject) noexcept {
    subject.name = at;
    if (const Step name = skip_name(); name != Step::kDone) return name;
    bytes::ByteCursor cursor{message.subspan(at)};
    subject.type = cursor.read<std::uint16_t>();
    const auto question_class = cursor.read<std::uint16_t>();
    if (!cursor.ok()) return Step::kCut;
    at += 4;
    return subject.type != 0 && is_class(question_class) ? Step::kDone : Step::kBroken;
}

/// Record data whose length the type fixes, and data that is one name (RFC 1035 §3.3, RFC 3596).
bool Walker::is_data_legal(std::uint16_t type, std::size_t length) noexcept {
    switch (static_cast<Type>(type)) {
        case Type::kA: return length == 4;
        case Type::kAaaa: return length == 16;
        case Type::kNs:
        case Type::kCname:
        case Type::kPtr: {
            const std::size_t end = at + length;
            return skip_name() == Step::kDone && at == end;
        }
        default: return true;
    }
}

Step Walker::read_record(Subject& subject) noexcept {
    subject.name = at;
    if (const Step name = skip_name(); name != Step::kDone) return name;
    bytes::ByteCursor cursor{message.subspan(at)};
    subject.type = cursor.read<std::uint16_t>();
    const auto record_class = cursor.read<std::uint16_t>();
    cursor.skip(4);  // TTL
    const auto length = cursor.read<std::uint16_t>();
    if (!cursor.ok()) return Step::kCut;
    at += 10;
    if (subject.type == 0) return Step::kBroken;
    // An OPT record says the sender's buffer size in its class, RFC 6891 §6.1.2.
    if (static_cast<Type>(subject.type) == Type::kOpt) {
        if (message[subject.name] != 0) return Step::kBroken;
    } else if (!is_class(record_class)) {
        return Step::kBroken;
    }
    const std::size_t end = at + length;
    if (end > message.size()) return Step::kCut;
    const bool is_in = (record_class & 0x7fffU) == kClassIn;
    // Updates delete with empty data, RFC 2136 §2.5.
    const bool is_empty_update = opcode == Opcode::kUpdate && length == 0;
    if (is_in && !is_empty_update && !is_data_legal(subject.type, length)) return Step::kBroken;
    at = end;
    return Step::kDone;
}

constexpr Walk walk_of(Step step) noexcept {
    return step == Step::kCut ? Walk::kCut : Walk::kBroken;
}

struct TypeName {
    std::uint16_t type;
    std::string_view name;
};
constexpr std::array kTypeNames{
    // IANA DNS RR types that are met; sorted
    TypeName{1, "A"},      TypeName{2, "NS"},     TypeName{5, "CNAME"},   TypeName{6, "SOA"},
    TypeName{12, "PTR"},   TypeName{13, "HINFO"}, TypeName{15, "MX"},     TypeName{16, "TXT"},
    TypeName{28, "AAAA"},  TypeName{33, "SRV"},   TypeName{35, "NAPTR"},  TypeName{43, "DS"},
    TypeName{46, "RRSIG"}, TypeName{47, "NSEC"},  TypeName{48, "DNSKEY"}, TypeName{50, "NSEC3"},
    TypeName{52, "TLSA"},  TypeName{64, "SVCB"},  TypeName{65, "HTTPS"},  TypeName{99, "SPF"},
    TypeName{251, "IXFR"}, TypeName{252, "AXFR"}, TypeName{255, "ANY"},   TypeName{257, "CAA"},
};

}  // namespace

Message read_message(bytes::View message, ClassBit class_bit) noexcept {
    Message parsed;
    bytes::ByteCursor cursor{message};
    parsed.header = read_header(cursor.take(kHeaderSize));
    parsed.walk = Walk::kCut;
    if (!cursor.ok()) return parsed;
    Walker walker{.message = message,
                  .class_bit = class_bit,
                  .opcode = static_cast<Opcode>(parsed.header.opcode())};
    const unsigned questions = parsed.header.questions();
    const unsigned total = questions + parsed.header.records();
    for (unsigned i = 0; i < total; ++i) {
        Subject subject;
        const Step step =
            i < questions ? walker.read_question(subject) : walker.read_record(subject);
        if (step != Step::kDone) {
            parsed.walk = walk_of(step);
            return parsed;
        }
        if (i == 0) parsed.subject = subject;
        if (i >= questions) ++parsed.records_read;
    }
    parsed.walk = walker.at == message.size() ? Walk::kWhole : Walk::kBroken;
    return parsed;
}

NameText::NameText(bytes::View message, std::size_t start) noexcept {
    std::size_t at = start;
    while (at + 1 < message.size() && message[at] != 0) {
        if ((message[at] & kPointer) == kPointer) {
            const auto target = follow(message, at, start);
            if (!target) return;
            at = start = *target;
            continue;
        }
        const std::size_t end = std::min(at + 1 + message[at], message.size());
        if (labels_++ != 0) append('.');
        for (++at; at < end; ++at)
            append_escaped(message[at]);
    }
    if (labels_ == 0) append('.');
}

void NameText::append_escaped(std::uint8_t byte) noexcept {
    if (byte == '.' || byte == '\\') append('\\');
    if (byte > ' ' && byte <= '~') return append(static_cast<char>(byte));
    append('\\');
    append(static_cast<char>('0' + byte / 100));
    append(static_cast<char>('0' + byte / 10 % 10));
    append(static_cast<char>('0' + byte % 10));
}

bool is_netbios_name(bytes::View message, std::size_t start) noexcept {
    constexpr std::size_t kEncoded = 32;
    bytes::ByteCursor cursor{message.subspan(start)};
    if (cursor.read<std::uint8_t>() != kEncoded) return false;
    const bytes::View label = cursor.take(kEncoded);
    return cursor.ok() &&
           std::ranges::all_of(label, [](std::uint8_t c) { return c >= 'A' && c <= 'P'; });
}

void note_subject(bytes::View message, const Message& parsed, Facts& facts) noexcept {
    if (!parsed.subject) return;
    facts.add(Fact::kDnsName, NameText{message, parsed.subject->name}.text());
    const auto* const known = std::ranges::find(kTypeNames, parsed.subject->type, &TypeName::type);
    if (known != kTypeNames.end()) return facts.add(Fact::kDnsType, known->name);
    std::array<char, 9> text{'T', 'Y', 'P', 'E'};  // RFC 3597 §5
    std::size_t size = 4;
    for (unsigned divisor = 10000; divisor != 0; divisor /= 10) {
        if (parsed.subject->type < divisor) continue;
        text[size++] = static_cast<char>('0' + parsed.subject->type / divisor % 10);
    }
    facts.add(Fact::kDnsType, std::string_view{text.data(), size});
}

}  // namespace sensor::identify::dns
