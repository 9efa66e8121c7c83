// The contract between a protocol's file and the identify stage: one row of data per protocol.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "lib/bytes/byte_cursor.h"
#include "sensor/model/address.h"
#include "sensor/model/facts.h"
#include "sensor/model/following.h"
#include "sensor/model/protocol_id.h"

namespace sensor::identify {

/// What a validator says about the bytes Hyperscan pointed it at.
enum class Match : std::uint8_t {
    kNo,        ///< not this protocol
    kNeedMore,  ///< legal so far, too short to be sure
    kYes,       ///< parsed, and every length and enumeration in it is legal
};

/// Which end of a session sends such a message.
enum class Role : std::uint8_t { kEither, kClient, kServer };

/// What a validator is shown.
struct Exchange {
    bytes::View said;  ///< TCP: first bytes of one direction, contiguous; UDP: one datagram
    Direction direction = Direction::kToServer;  ///< who said it; see `direction_known`
    Transport transport = Transport::kTcp;
    bool direction_known = true;  ///< false when the session's opening was not seen
    bool multicast = false;       ///< the destination is a multicast or broadcast address
    bool is_answered = false;     ///< TCP: the other direction has said something, too
    /// The `token` that the same protocol's verdict on the other direction left; 0 if it has not
    /// spoken, or not this protocol.
    std::uint32_t token = 0;
    /// UDP: the `token` that the same protocol's last kNeedMore on this direction left, its low 24
    /// bits; 0 if there was none. For protocols that only a run of datagrams gives away (RTP).
    std::uint32_t earlier = 0;
    /// UDP: the datagrams of this direction whose verdicts were `unfinished`, in order, each behind
    /// its length in two bytes.
    bytes::View before = {};
};

/// Calls `visit(bytes::View)` for each datagram in `before`.
template <class Visit>
void each_before(bytes::View before, Visit&& visit) {
    bytes::ByteCursor cursor{before};
    while (!cursor.empty())
        visit(cursor.take(cursor.read<std::uint16_t>()));
}

struct Verdict {
    Match match = Match::kNo;
    Role role = Role::kEither;
    /// What the other side's answer must agree with (a transaction id, a negotiated choice);
    /// 0 means nothing to compare. Kept for the session until it is decided. With kNeedMore over
    /// UDP it is what the next datagram of the same direction is shown as `earlier`.
    std::uint32_t token = 0;
    /// With kYes over UDP: what the message says goes on in the next datagrams of its direction.
    /// The session is named; the facts are noted anew when they are shown with this one `before`
    /// them.
    bool unfinished = false;
};

/// Where a session stands that may go on as another protocol's (STARTTLS, CONNECT, SOCKS).
struct Upgrade {
    enum class State : std::uint8_t {
        kNever,    ///< it will not, or no longer can
        kPending,  ///< it may: nothing was asked or answered yet
        kDone,     ///< both sides agreed; the offsets are set
    };
    State state = State::kNever;
    std::uint16_t client_at = 0;  ///< bytes of the client before the inner protocol begins
    std::uint16_t server_at = 0;  ///< bytes of the server before it
    /// The port a proxy was asked for, host byte order; 0 if the session stays with its server.
    std::uint16_t requested_port = 0;
};

/// Another session that a packet announces, between the same two addresses.
struct Announcement {
    /// Whose endpoint has `port`: the client's (kToServer) or the server's; the other's is any.
    Direction side{};
    PortNumber port{};
};

inline constexpr std::uint8_t kOverTcp = 1;
inline constexpr std::uint8_t kOverUdp = 2;

/// A Hyperscan expression that makes a payload worth validating. Never proof on its own.
struct Signature {
    const char* pattern;          ///< start-anchored, of fixed reach; compiled with DOTALL
    Role sender = Role::kEither;  ///< which direction it is tried on; kEither tries both
    /// Of the protocol's transports, those whose framing it fits.
    std::uint8_t transports = kOverTcp | kOverUdp;
};

struct Protocol {
    std::string_view name;  ///< lower case with hyphens; the word in config, metrics and findings
    std::uint8_t transports{};                ///< kOverTcp | kOverUdp
    std::span<const Signature> signatures{};  ///< may be empty if sessions are announced
    /// Parses `said`; a pure function of its argument.
    Verdict (*validate)(const Exchange& exchange) noexcept;
    /// Notes the facts in bytes that `validate` accepted; null if the protocol has none.
    void (*extract)(const Exchange& exchange, Facts& facts) noexcept = nullptr;
    /// Whether the session goes on as another protocol's, from the first bytes of both directions,
    /// each from its start; a pure function, asked again whenever either has grown. Null if its
    /// sessions never do. Over TCP only.
    Upgrade (*upgrade)(bytes::View client, bytes::View server) noexcept = nullptr;
    /// Notes the facts (kDestinationRequested) of an upgrade that is done; null if it has none.
    void (*extract_upgrade)(bytes::View client, bytes::View server,
                            Facts& facts) noexcept = nullptr;
    /// The session that one packet's payload of such a session announces; nothing for most. Null if
    /// none ever does. `port` is the sender's own.
    std::optional<Announcement> (*announces)(bytes::View payload, Direction direction,
                                             PortNumber port) noexcept = nullptr;
    /// Of a protocol whose sessions are known by announcement: who announces them.
    std::string_view announced_by = {};
    /// Shares one pair of ports with the others that say so (RFC 7983): two sides caught at
    /// different ones are one conversation, known by what came first.
    bool shares_port = false;
    /// A protocol whose sessions begin as another's (websocket as http): where both validate,
    /// this one is meant. Empty for most.
    std::string_view refines = {};
};

}  // namespace sensor::identify
