// Everything a worker remembers about one conversation: two cache lines.
//
// Written by the one worker that owns it; crosses to the cold side as a copy.
#pragma once

#include <array>
#include <cstdint>
#include <type_traits>
#include <utility>

#include "sensor/model/flow_key.h"
#include "sensor/model/protocol_id.h"
#include "sensor/model/timestamp.h"

namespace sensor {

/// An app group by its number in the identity configuration; 0 is "no tag named one".
enum class AppGroupId : std::uint16_t { kNone = 0 };
/// A tag rule by its number in the identity configuration, plus one; 0 is "no rule matched".
enum class TagRuleId : std::uint16_t { kNone = 0 };

enum class TcpState : std::uint8_t {
    kNone,         ///< UDP, or nothing seen yet
    kSynSent,      ///< SYN from the client
    kSynReceived,  ///< SYN ACK from the server
    kEstablished,  ///< the handshake was seen in full
    kMidstream,    ///< data without a handshake
    kClosed,       ///< FIN from both sides
    kReset,        ///< RST
};

enum class EndReason : std::uint8_t { kNone, kClosed, kReset, kTimeout, kEvicted, kTraceEnd };

/// Session::flags
enum SessionFlag : std::uint16_t {
    kClientIsLow = 1U << 0U,       ///< the key's low endpoint opened the session
    kDirectionKnown = 1U << 1U,    ///< a handshake or the protocol told who opened it
    kIdentified = 1U << 2U,        ///< identification is over, with or without a name
    kConflict = 1U << 3U,          ///< the two directions speak different protocols
    kJudged = 1U << 4U,            ///< the cheap question was asked; see kUnapproved
    kUnapproved = 1U << 5U,        ///< not plainly approved: the cold side is to hear of it
    kLossSeen = 1U << 6U,          ///< a hole in the first bytes of a direction
    kOverlapConflict = 1U << 7U,   ///< retransmitted first bytes differed; the first ones count
    kPersistenceTold = 1U << 8U,   ///< the cold side was told that it lives long
    kFactsSent = 1U << 9U,         ///< facts of this session crossed to the cold side
    kMulticast = 1U << 10U,        ///< the server's address is multicast or broadcast
    kTokenFromServer = 1U << 11U,  ///< `token` was left by the server's bytes
    kAttributed = 1U << 12U,       ///< the client's tags were resolved to an app group
    kTagsFromClient = 1U << 13U,   ///< `tags` are those of a packet of the client's
    kAwaitsRound = 1U << 14U,      ///< the stages must see this round before its next packet
    kUnapprovedTold = 1U << 15U,   ///< the cold side was told of it
};

/// Session::course: how a session goes on once its protocol is known.
enum class Course : std::uint8_t {
    kPlain,     ///< as it began; nothing more is read
    kFollowed,  ///< it may go on as another protocol's: both directions are still read
    kUpgraded,  ///< both sides agreed to go on as another's: the inner one is being identified
    kEnded,     ///< it was upgraded, and more will not be known
};

/// Session::watched: why each packet is looked at, though the session is settled.
enum Watched : std::uint8_t {
    kAnnounces = 1U << 0U,  ///< its packets tell of other sessions
    kKept = 1U << 1U,       ///< its next packet is kept as evidence
};

struct alignas(64) Session {
    // First line: found, aged and counted with these.
    FlowKey key;
    std::int64_t last_seen_ns = 0;  ///< packet time
    std::uint32_t timer_next = 0;   ///< entry number; owned by flow/
    std::uint32_t timer_previous = 0;

    // Second line.
    std::int64_t start_ns = 0;                  ///< packet time of the first packet
    std::array<std::uint64_t, 2> wire_bytes{};  ///< inner IP bytes by Direction
    std::array<std::uint32_t, 2> packets{};     ///< by Direction; saturates
    /// By Direction. TCP: sequence expected next; UDP: what identify keeps between datagrams.
    std::array<std::uint32_t, 2> next_sequence{};
    std::uint32_t buffer : 24 = 0;  ///< number of its first-bytes buffer; 0 means none
    Course course : 2 = Course::kPlain;
    bool proxied : 1 = false;       ///< upgraded by a proxy: the destination is another
    std::uint32_t watched : 2 = 0;  ///< Watched bits
    Confirmed inner_confirmed : 2 = Confirmed::kNone;
    bool inner_told : 1 = false;  ///< the cold side was told of the inner protocol
    std::uint32_t token = 0;      ///< left by the first validator that accepted; see Verdict::token
    std::uint16_t tags = 0;       ///< number of the interned Tags; owned by flow/
    std::uint16_t flags = 0;      ///< SessionFlag bits
    AppGroupId app_group{};
    TagRuleId tag_rule{};
    ProtocolId protocol{};               ///< the verdict
    std::array<ProtocolId, 2> spoken{};  ///< what each Direction's bytes are, by Direction
    ProtocolId inner{};                  ///< what it goes on as; unknown if nobody knows
    std::uint8_t timer_class : 4 = 0;    ///< owned by flow/
    TcpState tcp_state : 4 = TcpState::kNone;
    std::array<std::uint8_t, 2> tcp_flags{};  ///< every flag seen, by Direction
    std::uint8_t attempts = 0;  ///< payloads shown to identify: low half to server, high half back

    [[nodiscard]] bool has(SessionFlag flag) const noexcept { return (flags & flag) != 0; }
    void set(SessionFlag flag) noexcept { flags = static_cast<std::uint16_t>(flags | flag); }
    void clear(SessionFlag flag) noexcept { flags = static_cast<std::uint16_t>(flags & ~flag); }

    [[nodiscard]] bool is_watched_as(Watched reason) const noexcept {
        return (watched & reason) != 0;
    }
    void watch_as(Watched reason, bool is_wanted) noexcept {
        const std::uint32_t bit = reason;
        watched = (is_wanted ? watched | bit : watched & ~bit) & 3U;
    }

    /// Payloads of a direction that were shown to identify; kExhausted once it has given up on it.
    [[nodiscard]] unsigned attempts_of(Direction direction) const noexcept {
        return (attempts >> shift_of(direction)) & kExhausted;
    }
    void count_attempt(Direction direction) noexcept {
        if (attempts_of(direction) + 1 < kExhausted) {
            attempts = static_cast<std::uint8_t>(attempts + (1U << shift_of(direction)));
        }
    }
    [[nodiscard]] bool is_exhausted(Direction direction) const noexcept {
        return attempts_of(direction) == kExhausted;
    }
    void exhaust(Direction direction) noexcept {
        attempts = static_cast<std::uint8_t>(attempts | (kExhausted << shift_of(direction)));
    }
    /// Whoever was taken for the client is the server. What was counted changes sides.
    void turn_round() noexcept {
        flags = static_cast<std::uint16_t>(flags ^ kClientIsLow);
        std::swap(wire_bytes[0], wire_bytes[1]);
        std::swap(packets[0], packets[1]);
        std::swap(next_sequence[0], next_sequence[1]);
        std::swap(spoken[0], spoken[1]);
        std::swap(tcp_flags[0], tcp_flags[1]);
        attempts = static_cast<std::uint8_t>((attempts >> 4U) | (attempts << 4U));
        if (token != 0) flags = static_cast<std::uint16_t>(flags ^ kTokenFromServer);
        clear(kTagsFromClient);
        clear(kAttributed);
    }

    /// Whether more than the first verdict is to be had from its bytes.
    [[nodiscard]] bool is_followed() const noexcept {
        return course == Course::kFollowed || course == Course::kUpgraded;
    }

    /// Whose bytes agreed with the verdict.
    [[nodiscard]] Confirmed confirmed() const noexcept {
        if (protocol == ProtocolId::kUnknown) return Confirmed::kNone;
        return static_cast<Confirmed>((spoken[0] == protocol ? 1 : 0) |
                                      (spoken[1] == protocol ? 2 : 0));
    }
    /// The way a packet of the key's low (or high) endpoint travels.
    [[nodiscard]] Direction direction_of(bool from_low) const noexcept {
        return from_low == has(kClientIsLow) ? Direction::kToServer : Direction::kToClient;
    }
    [[nodiscard]] Endpoint client() const noexcept {
        return has(kClientIsLow) ? key.low() : key.high();
    }
    [[nodiscard]] Endpoint server() const noexcept {
        return has(kClientIsLow) ? key.high() : key.low();
    }

  private:
    static constexpr unsigned kExhausted = 15;
    static constexpr unsigned shift_of(Direction direction) noexcept {
        return direction == Direction::kToServer ? 0 : 4;
    }
};
static_assert(std::is_trivially_copyable_v<Session>);
static_assert(sizeof(Session) == 128, "two cache lines");

/// 51 bits, as EVE consumers expect; the same for every run over the same packets.
[[nodiscard]] std::uint64_t flow_id_of(const Session& session) noexcept;

}  // namespace sensor
