#include "sensor/identify/protocols/smb.h"

#include <algorithm>
#include <array>

#include "sensor/identify/little_endian.h"
#include "sensor/identify/netbios_session.h"

namespace sensor::identify::smb {
namespace {

/// The first byte of a message; "SMB" follows.
enum class Dialect : std::uint8_t {
    kCompressed = 0xfc,
    kEncrypted = 0xfd,
    kTwo = 0xfe,
    kOne = 0xff,
};

/// One message: its bytes may be cut, `length` says how many there should be.
struct Message {
    bytes::ByteCursor cursor;
    std::size_t length;
};

struct Reading {
    Match match = Match::kNo;
    Role role = Role::kEither;
};

/// MS-CIFS §2.2.2.1, without those that it reserves.
constexpr bool is_command_of_one(std::uint8_t command) noexcept {
    struct Range {
        std::uint8_t first;
        std::uint8_t last;
    };
    constexpr std::array kRanges{Range{0x00, 0x14}, Range{0x1a, 0x35}, Range{0x60, 0x75},
                                 Range{0x7e, 0x7e}, Range{0x80, 0x84}, Range{0xa0, 0xa2},
                                 Range{0xa4, 0xa5}, Range{0xc0, 0xc3}, Range{0xd0, 0xda}};
    for (const Range range : kRanges) {
        if (command >= range.first && command <= range.last) return true;
    }
    return false;
}

/// MS-CIFS §2.2.3: a header of 32 bytes, counted words, counted bytes.
Reading read_one(Message message) noexcept {
    constexpr std::size_t kHeader = 32;           // bytes
    constexpr std::uint8_t kReply = 0x80;         // of the flags
    constexpr std::uint8_t kReservedFlag = 0x04;  // ditto
    constexpr std::uint8_t kLocking = 0x24;       // also breaks an oplock, unasked
    bytes::ByteCursor& cursor = message.cursor;
    cursor.skip(4);  // the protocol
    const auto command = cursor.read<std::uint8_t>();
    cursor.skip(4);  // status
    const auto flags = cursor.read<std::uint8_t>();
    cursor.skip(2 + 2 + 8 + 2 + 2 + 2 + 2);  // up to the multiplex id
    const auto multiplex = read_little<std::uint16_t>(cursor);
    const std::size_t words = cursor.read<std::uint8_t>() * std::size_t{2};
    if (message.length < kHeader + 3 + words) return {};
    if (!cursor.ok()) return {Match::kNeedMore};
    if (!is_command_of_one(command) || (flags & kReservedFlag) != 0) return {};
    const bool is_break = command == kLocking && multiplex == 0xffff;
    const Role role = is_break                ? Role::kEither
                      : (flags & kReply) != 0 ? Role::kServer
                                              : Role::kClient;
    cursor.skip(words);
    const std::size_t data = read_little<std::uint16_t>(cursor);
    if (!cursor.ok()) return {Match::kNeedMore, role};
    if (message.length < kHeader + 3 + words + data) return {};
    return {Match::kYes, role};
}

/// What the body of an SMB 2 message says its fixed part has, in bytes, by command.
struct Sizes {
    std::uint16_t request;
    std::uint16_t response;
};
constexpr std::array kSizes{
    Sizes{36, 65},  // negotiate, §2.2.3-2.2.4
    Sizes{25, 9},   // session setup
    Sizes{4, 4},    // logoff
    Sizes{9, 16},   // tree connect
    Sizes{4, 4},    // tree disconnect
    Sizes{57, 89},  // create
    Sizes{24, 60},  // close
    Sizes{24, 4},   // flush
    Sizes{49, 17},  // read
    Sizes{49, 17},  // write
    Sizes{48, 4},   // lock
    Sizes{57, 49},  // ioctl
    Sizes{4, 0},    // cancel, which nobody answers
    Sizes{4, 4},    // echo
    Sizes{33, 9},   // query directory
    Sizes{32, 9},   // change notify
    Sizes{41, 9},   // query info
    Sizes{33, 2},   // set info
    Sizes{24, 24},  // oplock break; of a lease 36, and 44 from the server
    Sizes{0, 4},    // notification from the server
};

constexpr bool is_size_of(std::uint16_t command, bool is_response, std::uint16_t size) noexcept {
    constexpr std::uint16_t kBreak = 18;
    constexpr std::uint16_t kError = 9;  // §2.2.2
    if (size == 0 || command >= kSizes.size()) return false;
    if (command == kBreak && (size == 36 || (is_response && size == 44))) return true;
    if (is_response) return size == kSizes[command].response || size == kError;
    return size == kSizes[command].request;
}

/// MS-SMB2 §2.2.1: a header of 64 bytes and a body that begins with its size.
Reading read_two(Message message) noexcept {
    constexpr std::size_t kHeader = 64;             // bytes
    constexpr std::uint32_t kFromServer = 1;        // of the flags
    constexpr std::uint32_t kFlags = 0x3000'007fU;  // that have a meaning
    bytes::ByteCursor& cursor = message.cursor;
    cursor.skip(4);  // the protocol
    const auto header_size = read_little<std::uint16_t>(cursor);
    cursor.skip(2 + 4);  // credit charge, status
    const auto command = read_little<std::uint16_t>(cursor);
    cursor.skip(2);  // credits
    const auto flags = read_little<std::uint32_t>(cursor);
    const auto next = read_little<std::uint32_t>(cursor);
    cursor.skip(8 + 8 + 8 + 16);  // message, tree and session ids, signature
    const auto size = read_little<std::uint16_t>(cursor);
    if (message.length < kHeader + 2) return {};
    if (!cursor.ok()) return {Match::kNeedMore};
    const bool is_response = (flags & kFromServer) != 0;
    const bool is_next_legal =
        next % 8 == 0 && next < message.length && (next == 0 || next > kHeader);
    const bool is_legal = header_size == kHeader && (flags & ~kFlags) == 0 && is_next_legal &&
                          is_size_of(command, is_response, size);
    if (!is_legal) return {};
    return {Match::kYes, is_response ? Role::kServer : Role::kClient};
}

/// MS-SMB2 §2.2.41: what follows the header is as long as it was before it was encrypted.
Reading read_encrypted(Message message) noexcept {
    constexpr std::size_t kHeader = 52;        // bytes
    constexpr std::uint16_t kIsEncrypted = 1;  // the flag; in SMB 3.0 the algorithm
    bytes::ByteCursor& cursor = message.cursor;
    cursor.skip(4 + 16 + 16);  // the protocol, signature, nonce
    const auto length = read_little<std::uint32_t>(cursor);
    const auto reserved = read_little<std::uint16_t>(cursor);
    const auto flags = read_little<std::uint16_t>(cursor);
    cursor.skip(8);  // session id
    if (message.length <= kHeader) return {};
    if (!cursor.ok()) return {Match::kNeedMore};
    const bool is_legal =
        length == message.length - kHeader && reserved == 0 && flags == kIsEncrypted;
    return {is_legal ? Match::kYes : Match::kNo};
}

/// MS-SMB2 §2.2.42: chained payloads, or one that begins at an offset.
Reading read_compressed(Message message) noexcept {
    constexpr std::size_t kHeader = 16;           // bytes
    constexpr std::uint32_t kLongest = 1U << 24;  // bytes that a frame can hold
    constexpr std::uint16_t kLastAlgorithm = 5;   // LZ4
    bytes::ByteCursor& cursor = message.cursor;
    cursor.skip(4);  // the protocol
    const auto original = read_little<std::uint32_t>(cursor);
    const auto algorithm = read_little<std::uint16_t>(cursor);
    const auto flags = read_little<std::uint16_t>(cursor);
    const auto offset = read_little<std::uint32_t>(cursor);  // chained: the first payload's length
    if (message.length <= kHeader) return {};
    if (!cursor.ok()) return {Match::kNeedMore};
    const bool is_legal = original != 0 && original < kLongest && algorithm <= kLastAlgorithm &&
                          flags <= 1 && offset <= message.length - kHeader &&
                          (flags == 1 || algorithm != 0);
    return {is_legal ? Match::kYes : Match::kNo};
}

Reading read_message(const netbios::Packet& packet) noexcept {
    bytes::ByteCursor protocol{packet.body};
    const auto dialect = static_cast<Dialect>(protocol.read<std::uint8_t>());
    constexpr std::string_view kName = "SMB";
    const auto name = bytes::text_of(protocol.rest()).substr(0, kName.size());
    if (!kName.starts_with(name)) return {};
    const Message message{bytes::ByteCursor{packet.body}, packet.length};
    switch (dialect) {
        case Dialect::kOne: return read_one(message);
        case Dialect::kTwo: return read_two(message);
        case Dialect::kEncrypted: return read_encrypted(message);
        case Dialect::kCompressed: return read_compressed(message);
    }
    return {packet.body.empty() ? Match::kNeedMore : Match::kNo};
}

}  // namespace

Verdict validate(const Exchange& exchange) noexcept {
    netbios::Packet packet = netbios::read_packet(exchange.said);
    while (packet.match == Match::kYes && packet.type != netbios::PacketType::kMessage) {
        const bool is_refusal = packet.type == netbios::PacketType::kNegative ||
                                packet.type == netbios::PacketType::kRetarget;
        if (is_refusal) return {Match::kNo};
        packet = netbios::read_packet(packet.rest);
    }
    if (packet.match != Match::kYes) return {packet.match};
    const Reading reading = read_message(packet);
    const auto token = static_cast<std::uint32_t>(reading.role) + 1;
    // Nobody is sent his own request back.
    const bool is_echo = reading.role != Role::kEither && exchange.token == token;
    return {is_echo ? Match::kNo : reading.match, reading.role, token};
}

}  // namespace sensor::identify::smb
