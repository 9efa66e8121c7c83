// The message format that dns, mdns, llmnr and netbios-ns share (RFC 1035 §4.1): header, questions,
// resource records. Hot path.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "sensor/identify/protocol.h"

namespace sensor::identify::dns {

/// Header with flags and counts that occur: opcodes 0 and 4-15, Z clear, at most 1023 questions and
/// answers and 255 other records. Multicast DNS and LLMNR look alike.
inline constexpr const char* kHeaderPattern =
    R"(^..[\x00-\x07\x20-\x7f\x80-\x87\xa0-\xff])"
    R"([\x00-\x0b\x10-\x1b\x20-\x2b\x30-\x3b\x80-\x8b\x90-\x9b\xa0-\xab\xb0-\xbb])"
    R"([\x00-\x03].[\x00-\x03])";

enum class Opcode : std::uint8_t { kQuery = 0, kNotify = 4, kUpdate = 5 };  // IANA DNS OpCodes

enum class Type : std::uint16_t {  // IANA DNS RR types
    kA = 1,
    kNs = 2,
    kCname = 5,
    kSoa = 6,
    kPtr = 12,
    kAaaa = 28,
    kNetbiosName = 32,    // RFC 1002 §4.2.1.2; NIMLOC elsewhere
    kNetbiosStatus = 33,  // ditto; SRV elsewhere
    kOpt = 41,
    kTsig = 250,
};

/// RFC 1035 §4.1.1, with AD and CD of RFC 4035 §3.
struct Header {
    std::uint16_t id = 0;
    std::uint16_t flags = 0;
    /// Questions, answers, authorities, additional records.
    std::array<std::uint16_t, 4> counts{};

    [[nodiscard]] constexpr bool is_response() const noexcept { return (flags & 0x8000U) != 0; }
    [[nodiscard]] std::uint8_t opcode() const noexcept {
        return static_cast<std::uint8_t>((flags >> 11U) & 0xfU);
    }
    [[nodiscard]] bool is_authoritative() const noexcept { return (flags & 0x0400U) != 0; }
    [[nodiscard]] std::uint8_t rcode() const noexcept {
        return static_cast<std::uint8_t>(flags & 0xfU);
    }
    [[nodiscard]] unsigned questions() const noexcept { return counts[0]; }
    [[nodiscard]] unsigned records() const noexcept {
        return unsigned{counts[1]} + counts[2] + counts[3];
    }
};

/// The header at the start of `message`; of zeros where bytes are missing.
[[nodiscard]] inline Header read_header(bytes::View message) noexcept {
    bytes::ByteCursor cursor{message};
    Header header{.id = cursor.read<std::uint16_t>(), .flags = cursor.read<std::uint16_t>()};
    for (auto& count : header.counts)
        count = cursor.read<std::uint16_t>();
    return header;
}

/// The first question or, where there is none, the first record's owner.
struct Subject {
    std::size_t name = 0;  ///< where its name begins in the message
    std::uint16_t type = 0;
};

/// How a message's bytes agree with its header.
enum class Walk : std::uint8_t {
    kBroken,  ///< some length, name, class or count is not legal
    kCut,     ///< legal as far as it goes; the last bytes are missing
    kWhole,   ///< every record read, no byte left
};

struct Message {
    Walk walk = Walk::kBroken;
    Header header;
    std::optional<Subject> subject;
    unsigned records_read = 0;
};

/// What the top bit of a class means.
enum class ClassBit : std::uint8_t {
    kIllegal,
    kFlag,  ///< unicast response wanted, or cache flush: RFC 6762 §18.12, §18.13
};

inline constexpr std::size_t kHeaderSize = 12;  // bytes

/// Reads the header, walks every question and record and checks their names, classes and lengths.
[[nodiscard]] Message read_message(bytes::View message, ClassBit class_bit) noexcept;

/// A name as dotted text: "www.example.org", "." for the root. Dots and backslashes inside a label
/// are escaped with a backslash, other bytes that are no letters, as \DDD (RFC 4343 §2.1).
class NameText {
  public:
    /// `start` is where a name begins that read_message accepted.
    NameText(bytes::View message, std::size_t start) noexcept;
    [[nodiscard]] std::string_view text() const noexcept { return {text_.data(), size_}; }
    /// The number of labels; 0 for the root.
    [[nodiscard]] unsigned labels() const noexcept { return labels_; }

  private:
    void append(char character) noexcept {
        if (size_ < text_.size()) text_[size_++] = character;
    }
    void append_escaped(std::uint8_t byte) noexcept;

    std::array<char, Facts::kMaxValue> text_;
    std::size_t size_ = 0;
    unsigned labels_ = 0;
};

/// True for a first label as NetBIOS writes its names: 32 letters from A to P, RFC 1001 §14.1.
[[nodiscard]] bool is_netbios_name(bytes::View message, std::size_t start) noexcept;

/// Notes kDnsName and kDnsType of the message's subject.
void note_subject(bytes::View message, const Message& parsed, Facts& facts) noexcept;

/// What a query leaves for its answer to agree with, and the reverse: bit 16 is a query, 17 an
/// answer.
[[nodiscard]] constexpr std::uint32_t token_of(const Header& header) noexcept {
    return (header.is_response() ? 0x20000U : 0x10000U) | header.id;
}
/// An answer repeats the id of the query before it; a query after an answer begins something new,
/// but two queries that cross are no exchange.
[[nodiscard]] constexpr bool agrees(std::uint32_t token, const Header& header) noexcept {
    if (token == 0) return true;
    const bool answers_query = (token & 0x10000U) != 0;
    if (header.is_response()) return answers_query && (token & 0xffffU) == header.id;
    return !answers_query;
}

}  // namespace sensor::identify::dns
