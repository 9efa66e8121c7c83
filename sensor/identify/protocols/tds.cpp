#include "sensor/identify/protocols/tds.h"

#include <algorithm>

#include "sensor/identify/little_endian.h"
#include "sensor/identify/protocols/tds_message.h"

namespace sensor::identify::tds {
namespace {

constexpr std::uint32_t kFromClient = 0x100;  // token: the type of its first message is below
constexpr std::uint32_t kFromServer = 0x200;

enum class Token : std::uint8_t {  // MS-TDS §2.2.7; what a result may begin with
    kReturnStatus = 0x79,
    kColumns = 0x81,
    kOrder = 0xa9,
    kError = 0xaa,
    kInfo = 0xab,
    kReturnValue = 0xac,
    kLoginAck = 0xad,
    kEnvironment = 0xe3,
    kSessionState = 0xe4,
    kSspi = 0xed,
    kFederated = 0xee,
    kDone = 0xfd,
    kDoneProcedure = 0xfe,
    kDoneInProcedure = 0xff,
};

/// A token that counts its own bytes and lies within the packet.
bool is_counted(const Packet& packet, bytes::ByteCursor cursor) noexcept {
    const auto length = read_little<std::uint16_t>(cursor);
    return cursor.ok() && length != 0 && length + std::size_t{3} <= packet.length;
}

/// The first token. kNeedMore: legal, and no more than a byte or two are fixed.
Match read_result(const Packet& packet) noexcept {
    constexpr std::size_t kShortestDone = 9;  // bytes; 13 since TDS 7.2
    constexpr std::uint8_t kLastEnvironment = 21;
    bytes::ByteCursor cursor{packet.body};
    const auto token = static_cast<Token>(cursor.read<std::uint8_t>());
    if (!cursor.ok()) return Match::kNeedMore;
    switch (token) {
        case Token::kEnvironment: {
            if (!is_counted(packet, cursor)) return Match::kNo;
            cursor.skip(2);
            const auto kind = cursor.read<std::uint8_t>();
            return kind >= 1 && kind <= kLastEnvironment ? Match::kNeedMore : Match::kNo;
        }
        case Token::kError:
        case Token::kInfo:
        case Token::kLoginAck:
        case Token::kOrder:
        case Token::kSspi: return is_counted(packet, cursor) ? Match::kNeedMore : Match::kNo;
        case Token::kDone:
        case Token::kDoneProcedure:
        case Token::kDoneInProcedure:
            return packet.length >= kShortestDone ? Match::kNeedMore : Match::kNo;
        case Token::kReturnStatus: return packet.length >= 5 ? Match::kNeedMore : Match::kNo;
        case Token::kColumns:
        case Token::kReturnValue:
        case Token::kSessionState:
        case Token::kFederated: return Match::kNeedMore;
    }
    return Match::kNo;
}

Verdict judge_server(const Packet& packet, std::uint32_t token) noexcept {
    if ((token & kFromServer) != 0 || !is_framed(packet)) return {Match::kNo};
    Match match = Match::kNo;
    if (packet.body.empty() || packet.body[0] == 0) {
        match = read_pre_login(packet);  // has six options, each of a known size
    } else {
        match = read_result(packet);
        const bool is_asked =
            token != 0 && token != (kFromClient | static_cast<std::uint32_t>(Type::kPreLogin));
        if (match == Match::kNeedMore && is_asked && !packet.body.empty()) match = Match::kYes;
    }
    return {match, Role::kServer, kFromServer};
}

}  // namespace

Verdict validate(const Exchange& exchange) noexcept {
    const Packet packet = read_packet(exchange.said);
    if (packet.match != Match::kYes) return {packet.match};
    if (packet.type == Type::kResult) return judge_server(packet, exchange.token);
    if ((exchange.token & kFromClient) != 0) return {Match::kNo};
    Match match = read_client(packet);
    // What is not here yet cannot be illegal.
    constexpr std::size_t kEnough = 64;  // bytes: headers and the start of a text
    const bool is_cut = packet.body.size() < std::min(packet.length, kEnough);
    if (match == Match::kNo && is_cut) match = Match::kNeedMore;
    return {match, Role::kClient, kFromClient | static_cast<std::uint32_t>(packet.type)};
}

}  // namespace sensor::identify::tds
