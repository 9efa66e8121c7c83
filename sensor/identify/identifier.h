// identify: first bytes -> protocol. Hyperscan proposes, the protocol's validator decides. Hot
// path.
//
// A session is decided when both directions spoke the same protocol (confirmed), when they spoke
// different ones (a conflict: it has no name), or when neither can say anything more.
#pragma once

#include <string_view>

#include "lib/hyperscan/database.h"
#include "lib/metrics/counter_block.h"
#include "sensor/identify/announced_sessions.h"
#include "sensor/identify/signatures.h"
#include "sensor/model/burst.h"

namespace sensor::identify {

enum class IdentifyCounter : std::uint8_t {
    kScans,        ///< Hyperscan scans
    kNominations,  ///< validators asked
    kRecognised,   ///< directions recognised
    kConfirmed,    ///< sessions whose two directions agree
    kConflicts,    ///< sessions whose two directions speak different protocols
    kAmbiguous,    ///< payloads that two unrelated protocols claim; named by neither
    kUndecided,    ///< sessions given up as unknown
    kUpgraded,     ///< sessions that went on as another protocol's
    kAnnounced,    ///< sessions known because another one announced them
    kForgotten,    ///< announced sessions forgotten for want of room
    kInner,        ///< upgraded sessions whose inner protocol is known
    kCount,
};

[[nodiscard]] std::string_view name_of(IdentifyCounter counter) noexcept;

/// One worker's identifier: it owns the scratch memory.
class Identifier {
  public:
    /// `signatures` must outlive it.
    explicit Identifier(const Signatures& signatures);

    /// Looks at the `speech` column, writes verdicts into the sessions and fills `recognised`.
    void run(Burst& burst) noexcept;

    /// What one payload is, on its own: for tests, tools and fuzzing.
    struct Recognition {
        Match match = Match::kNo;
        ProtocolId protocol{};
        Role role = Role::kEither;
        std::uint32_t token = 0;
        bool unfinished = false;  ///< see Verdict
        bool settled = false;     ///< no longer payload with this start would be recognised
        bool ambiguous = false;   ///< several claim it, so that nobody gets it
    };
    [[nodiscard]] Recognition recognise(const Exchange& exchange, ProtocolId other_side) noexcept;

    [[nodiscard]] const metrics::CounterBlock<IdentifyCounter>& counters() const noexcept {
        return counters_;
    }

  private:
    void listen(Session& session, Speech& speech, Recognised& recognised) noexcept;
    /// True if it was recognised, and goes on in the next datagram.
    bool hear(Session& session, bytes::View said, bool from_low, bool is_answered,
              Recognised& recognised) noexcept;
    /// What the next datagrams add to one that was `unfinished`.
    static void hear_on(const Session& session, Speech& speech, Recognised& recognised) noexcept;
    /// Whether the session may be upgraded, or announce others.
    static void see_what_may_follow(Session& session, bytes::View said,
                                    Direction direction) noexcept;
    void accept(Session& session, Direction direction, const Recognition& found) noexcept;
    [[nodiscard]] bool was_announced(Session& session, std::int64_t now_ns) noexcept;
    void hear_of_upgrade(Session& session, const Speech& speech, Direction direction) noexcept;
    void hear_announcement(Session& session, const DecodedPacket& packet,
                           std::int64_t now_ns) noexcept;
    static void settle(ProtocolId& refined, ProtocolId& base, Direction of_base) noexcept;
    void give_up(Session& session, Direction direction) noexcept;
    void decide(Session& session) noexcept;
    /// Looks on in a session that may become, or has become, another protocol's.
    void follow(Session& session, const Speech& speech, Recognised& recognised) noexcept;
    [[nodiscard]] bool upgrade(Session& session, bytes::View client, bytes::View server,
                               Following& following, Recognised& recognised) noexcept;
    void hear_inner(Session& session, bytes::View said, Direction direction, Following& following,
                    Recognised& recognised) noexcept;
    /// The operator's own protocols whose signatures fit: which, and whether it is one alone.
    struct OwnNominee {
        ProtocolId protocol{};
        bool is_one = true;

        void add(ProtocolId next) noexcept {
            is_one = is_one && (protocol == ProtocolId::kUnknown || protocol == next);
            protocol = next;
        }
    };
    [[nodiscard]] Recognition pick_own(const Recognition& best, const OwnNominee& own) noexcept;
    [[nodiscard]] Recognition pick(const Recognition& best, const Recognition& next) noexcept;

    const Signatures& signatures_;
    hyperscan::Scanner scanner_;
    AnnouncedSessions announced_;
    metrics::CounterBlock<IdentifyCounter> counters_;
};

}  // namespace sensor::identify
