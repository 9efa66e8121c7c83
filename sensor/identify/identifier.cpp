#include "sensor/identify/identifier.h"

#include <array>

namespace sensor::identify {
namespace {

/// No signature looks further into a payload than this, so a longer one that none fits is settled.
constexpr std::size_t kSignatureReach = 64;  // bytes
constexpr unsigned kShortPayloads = 5;       // payloads shorter than the reach, together
constexpr unsigned kMostPayloads = 14;       // payloads of one direction looked at over TCP
constexpr unsigned kMostDatagrams = 4;       // ditto over UDP
constexpr unsigned kMostOfARun = 8;          // ditto while one protocol asks for more

bool fits(Role sender, const Exchange& exchange) noexcept {
    if (sender == Role::kEither || !exchange.direction_known) return true;
    return (sender == Role::kClient) == (exchange.direction == Direction::kToServer);
}

bool has_given_up(const Session& session, Direction direction, std::size_t said_bytes,
                  const Identifier::Recognition& found) noexcept {
    const unsigned shown = session.attempts_of(direction);
    if (session.key.transport == Transport::kUdp) {
        return shown >= (found.match == Match::kNeedMore ? kMostOfARun : kMostDatagrams);
    }
    if (said_bytes >= kFirstBytes || shown >= kMostPayloads) return true;
    if (found.match == Match::kNeedMore) return false;
    return found.settled || shown >= kShortPayloads;
}

/// What an undecided datagram leaves for the next one of its direction: whose it is, then the low
/// bits of its token. UDP has no use for the number that TCP expects next.
constexpr unsigned kEarlierBits = 24;
constexpr std::uint32_t kEarlierMask = (1U << kEarlierBits) - 1;

constexpr ProtocolId protocol_of(std::uint32_t earlier) noexcept {
    return static_cast<ProtocolId>(earlier >> kEarlierBits);
}
std::uint32_t earlier_of(const Session& session, Direction direction) noexcept {
    return session.key.transport == Transport::kUdp ? session.next_sequence[index_of(direction)]
                                                    : 0;
}
void keep_for_later(Session& session, Direction direction,
                    const Identifier::Recognition& undecided) noexcept {
    if (session.key.transport != Transport::kUdp || undecided.token == 0) return;
    session.next_sequence[index_of(direction)] =
        (static_cast<std::uint32_t>(undecided.protocol) << kEarlierBits) |
        (undecided.token & kEarlierMask);
}

}  // namespace

std::string_view name_of(IdentifyCounter counter) noexcept {
    switch (counter) {
        case IdentifyCounter::kScans: return "scans";
        case IdentifyCounter::kNominations: return "nominations";
        case IdentifyCounter::kRecognised: return "recognised";
        case IdentifyCounter::kConfirmed: return "confirmed";
        case IdentifyCounter::kConflicts: return "conflicts";
        case IdentifyCounter::kAmbiguous: return "ambiguous";
        case IdentifyCounter::kUndecided: return "undecided";
        case IdentifyCounter::kUpgraded: return "upgraded";
        case IdentifyCounter::kAnnounced: return "announced";
        case IdentifyCounter::kForgotten: return "forgotten";
        case IdentifyCounter::kInner: return "inner";
        case IdentifyCounter::kCount: break;
    }
    return {};
}

Identifier::Identifier(const Signatures& signatures)
    : signatures_{signatures},
      scanner_{std::array{&signatures.database(Transport::kTcp),
                          &signatures.database(Transport::kUdp)}} {}

void Identifier::run(Burst& burst) noexcept {
    for (const std::size_t i : burst.due()) {
        Recognised& recognised = burst.recognised[i];
        recognised.clear();
        Session* session = burst.sessions[i];
        Speech& speech = burst.speech[i];
        const std::int64_t now_ns = nanoseconds_of(burst.views[i].seen);
        if (!speech.said.empty() && !was_announced(*session, now_ns)) {
            listen(*session, speech, recognised);
        }
        if (session->is_watched_as(kAnnounces))
            hear_announcement(*session, burst.packets[i], now_ns);
    }
}

void Identifier::listen(Session& session, Speech& speech, Recognised& recognised) noexcept {
    if (!speech.before.empty()) return hear_on(session, speech, recognised);
    const Direction direction = session.direction_of(speech.from_low);
    const bool is_first = session.attempts_of(direction) == 1;
    const bool is_answered = !speech.heard.empty();
    if (is_answered) hear_of_upgrade(session, speech, direction);
    const auto known = recognised.count;
    speech.unfinished = hear(session, speech.said, speech.from_low, is_answered, recognised);
    const bool is_news = recognised.count != known;
    if (is_first && recognised.count == 0) {
        recognised.add(speech.said, ProtocolId::kUnknown, direction);
    }
    // What the other side said may be clear only now: "220 ready" after EHLO is SMTP.
    if (is_answered && (is_news || is_first)) {
        hear(session, speech.heard, !speech.from_low, is_answered, recognised);
    }
    if (session.is_followed()) follow(session, speech, recognised);
}

/// A client that takes up an offer with the inner protocol's first byte, as of NATS, has spoken the
/// outer one by that.
void Identifier::hear_of_upgrade(Session& session, const Speech& speech,
                                 Direction direction) noexcept {
    ProtocolId& mine = session.spoken[index_of(direction)];
    const ProtocolId theirs = session.spoken[index_of(opposite(direction))];
    if (session.has(kIdentified) || mine != ProtocolId::kUnknown) return;
    const Protocol* row = Signatures::row_of(theirs);
    if (row == nullptr || row->upgrade == nullptr || session.course != Course::kFollowed) return;
    const bool is_client = direction == Direction::kToServer;
    const Upgrade stand = row->upgrade(is_client ? speech.said : speech.heard,
                                       is_client ? speech.heard : speech.said);
    const std::size_t begin = is_client ? stand.client_at : stand.server_at;
    if (stand.state != Upgrade::State::kDone || begin != 0) return;
    mine = theirs;
    decide(session);
}

/// Announced sessions may carry anything, so what they carry is not looked at.
bool Identifier::was_announced(Session& session, std::int64_t now_ns) noexcept {
    const bool is_new = !session.has(kIdentified) && session.spoken == decltype(session.spoken){};
    if (announced_.empty() || !is_new) return false;
    const ProtocolId protocol = announced_.take(session, now_ns);
    if (protocol == ProtocolId::kUnknown) return false;
    counters_.add(IdentifyCounter::kAnnounced);
    session.spoken = {protocol, protocol};
    decide(session);
    return true;
}

void Identifier::hear_announcement(Session& session, const DecodedPacket& packet,
                                   std::int64_t now_ns) noexcept {
    const Protocol* row = Signatures::row_of(session.protocol);
    if (row == nullptr || row->announces == nullptr || packet.payload.empty()) return;
    const Direction direction = session.direction_of(packet.source_is_low);
    const auto announcement = row->announces(packet.payload, direction, packet.source.port);
    if (!announcement) return;
    const ProtocolId protocol = Signatures::announced_by(session.protocol);
    if (announced_.expect(session, *announcement, protocol, now_ns)) {
        counters_.add(IdentifyCounter::kForgotten);
    }
}

bool Identifier::hear(Session& session, bytes::View said, bool from_low, bool is_answered,
                      Recognised& recognised) noexcept {
    auto direction = session.direction_of(from_low);
    const bool is_known = session.spoken[index_of(direction)] != ProtocolId::kUnknown;
    if (is_known || session.has(kIdentified)) return false;
    const ProtocolId other = session.spoken[index_of(opposite(direction))];
    const bool token_is_theirs =
        session.has(kTokenFromServer) == (direction == Direction::kToServer);
    const Exchange exchange{.said = said,
                            .direction = direction,
                            .transport = session.key.transport,
                            .direction_known = session.has(kDirectionKnown),
                            .multicast = session.has(kMulticast),
                            .is_answered = is_answered,
                            .token = token_is_theirs ? session.token : 0,
                            .earlier = earlier_of(session, direction)};
    const Recognition found = recognise(exchange, other);
    if (found.match == Match::kNeedMore) keep_for_later(session, direction, found);
    if (found.match != Match::kYes) {
        if (has_given_up(session, direction, said.size(), found)) give_up(session, direction);
        return false;
    }
    const bool is_other_way = (found.role == Role::kClient && direction == Direction::kToClient) ||
                              (found.role == Role::kServer && direction == Direction::kToServer);
    if (is_other_way) {
        session.turn_round();
        direction = opposite(direction);
    }
    if (found.role != Role::kEither) session.set(kDirectionKnown);
    recognised.add(said, found.protocol, direction);
    accept(session, direction, found);
    see_what_may_follow(session, said, direction);
    return found.unfinished;
}

void Identifier::see_what_may_follow(Session& session, bytes::View said,
                                     Direction direction) noexcept {
    const Protocol* row = Signatures::row_of(session.spoken[index_of(direction)]);
    if (row == nullptr) return;
    session.watch_as(kAnnounces, row->announces != nullptr);
    if (row->upgrade == nullptr || session.course != Course::kPlain) return;
    const bool is_client = direction == Direction::kToServer;
    const Upgrade stand =
        row->upgrade(is_client ? said : bytes::View{}, is_client ? bytes::View{} : said);
    if (stand.state != Upgrade::State::kNever) session.course = Course::kFollowed;
}

void Identifier::hear_on(const Session& session, Speech& speech, Recognised& recognised) noexcept {
    const Direction direction = session.direction_of(speech.from_low);
    const Protocol* row = Signatures::row_of(session.spoken[index_of(direction)]);
    if (row == nullptr) return;
    const Verdict verdict = row->validate({.said = speech.said,
                                           .direction = direction,
                                           .transport = session.key.transport,
                                           .direction_known = session.has(kDirectionKnown),
                                           .multicast = session.has(kMulticast),
                                           .before = speech.before});
    const bool is_recognised = verdict.match == Match::kYes;
    if (is_recognised) recognised.add(speech.said, session.spoken[index_of(direction)], direction);
    speech.unfinished =
        (!is_recognised || verdict.unfinished) && session.attempts_of(direction) < kMostDatagrams;
}

Identifier::Recognition Identifier::recognise(const Exchange& exchange,
                                              ProtocolId other_side) noexcept {
    std::array<ProtocolId, kMaxProtocols> nominees;  // in the order of their signatures
    std::size_t count = 0;
    OwnNominee own;
    counters_.add(IdentifyCounter::kScans);
    scanner_.scan(signatures_.database(exchange.transport), exchange.said,
                  [&](unsigned id) noexcept {
                      const auto& nominee = signatures_.nominee(id);
                      if (!fits(nominee.sender, exchange)) return false;
                      if (Signatures::row_of(nominee.protocol) == nullptr) {
                          own.add(nominee.protocol);
                          return false;
                      }
                      for (std::size_t i = 0; i < count; ++i) {
                          if (nominees[i] == nominee.protocol) return false;
                      }
                      nominees[count++] = nominee.protocol;
                      return false;
                  });
    Recognition best{.settled = exchange.said.size() >= kSignatureReach};
    for (std::size_t i = 0; i < count; ++i) {
        counters_.add(IdentifyCounter::kNominations);
        Exchange shown = exchange;
        if (other_side != nominees[i]) shown.token = 0;
        const bool is_earlier_theirs = protocol_of(exchange.earlier) == nominees[i];
        shown.earlier = is_earlier_theirs ? exchange.earlier & kEarlierMask : 0;
        Verdict verdict = Signatures::row_of(nominees[i])->validate(shown);
        const bool is_full = exchange.said.size() >= kFirstBytes;
        if (is_full && verdict.match == Match::kNeedMore) verdict.match = Match::kNo;
        best = pick(best, {.match = verdict.match,
                           .protocol = nominees[i],
                           .role = verdict.role,
                           .token = verdict.token,
                           .unfinished = verdict.unfinished,
                           .settled = best.settled});
    }
    // The first few bytes of a stream wait for more if a validator does, until they are answered: a
    // verdict must not hang on how a sender cut its segments.
    const bool may_go_on = exchange.transport == Transport::kTcp && !exchange.is_answered;
    const bool waits = best.match == Match::kNeedMore && may_go_on && !best.settled;
    return own.protocol == ProtocolId::kUnknown || waits ? best : pick_own(best, own);
}

/// A validator has looked at the structure and an own signature only at the start, so an own
/// protocol gets what no protocol of the catalog is certain of.
Identifier::Recognition Identifier::pick_own(const Recognition& best,
                                             const OwnNominee& own) noexcept {
    if (best.match == Match::kYes || best.ambiguous) return best;
    if (own.is_one) {
        return {.match = Match::kYes, .protocol = own.protocol, .settled = best.settled};
    }
    counters_.add(IdentifyCounter::kAmbiguous);
    return {.match = Match::kNo, .settled = best.settled, .ambiguous = true};
}

/// Of two answers for one payload: a refinement beats its base, also while it is still undecided;
/// otherwise certainty beats doubt, and two certainties cancel out.
Identifier::Recognition Identifier::pick(const Recognition& best,
                                         const Recognition& next) noexcept {
    if (next.match == Match::kNo || best.ambiguous) return best;
    if (best.match == Match::kNo) return next;
    if (Signatures::refines(next.protocol, best.protocol)) return next;
    if (Signatures::refines(best.protocol, next.protocol)) return best;
    if (best.match != next.match) return best.match == Match::kYes ? best : next;
    if (best.match == Match::kNeedMore) return best;
    counters_.add(IdentifyCounter::kAmbiguous);
    return {.match = Match::kNo, .settled = best.settled, .ambiguous = true};
}

void Identifier::accept(Session& session, Direction direction, const Recognition& found) noexcept {
    counters_.add(IdentifyCounter::kRecognised);
    ProtocolId& mine = session.spoken[index_of(direction)];
    ProtocolId& theirs = session.spoken[index_of(opposite(direction))];
    mine = found.protocol;
    if (theirs == ProtocolId::kUnknown) {
        session.token = found.token;
        if (direction == Direction::kToClient) session.set(kTokenFromServer);
        session.protocol = mine;
        if (session.is_exhausted(opposite(direction))) decide(session);
        return;
    }
    if (Signatures::refines(theirs, mine)) settle(theirs, mine, direction);
    if (Signatures::refines(mine, theirs)) settle(mine, theirs, opposite(direction));
    // ICE finds the way, DTLS makes keys and RTP follows, on the same ports and without waiting.
    if (Signatures::share_port(mine, theirs)) mine = theirs;
    decide(session);
}

/// One side speaks a refinement of what the other speaks. A WebSocket request that got a plain HTTP
/// answer was HTTP; but a client's TLS is Tor if its server says so, which no client does.
void Identifier::settle(ProtocolId& refined, ProtocolId& base, Direction of_base) noexcept {
    if (Signatures::shows_in(of_base, refined)) {
        refined = base;
    } else {
        base = refined;
    }
}

void Identifier::give_up(Session& session, Direction direction) noexcept {
    session.exhaust(direction);
    const auto other = opposite(direction);
    const bool other_is_done =
        session.spoken[index_of(other)] != ProtocolId::kUnknown || session.is_exhausted(other);
    if (other_is_done) decide(session);
}

void Identifier::decide(Session& session) noexcept {
    const auto [client, server] = session.spoken;
    session.set(kIdentified);
    if (client != ProtocolId::kUnknown && server != ProtocolId::kUnknown) {
        if (client == server) {
            session.protocol = client;
            counters_.add(IdentifyCounter::kConfirmed);
        } else {
            session.protocol = ProtocolId::kUnknown;
            session.set(kConflict);
            counters_.add(IdentifyCounter::kConflicts);
        }
        return;
    }
    session.protocol = client != ProtocolId::kUnknown ? client : server;
    if (session.protocol == ProtocolId::kUnknown) counters_.add(IdentifyCounter::kUndecided);
}

}  // namespace sensor::identify
