// Sessions that go on as another protocol's: STARTTLS, CONNECT, SOCKS.
#include <algorithm>

#include "sensor/identify/identifier.h"

namespace sensor::identify {
namespace {

constexpr unsigned kMostLooks = 64;  // payloads of a session that may be upgraded

bytes::View inner_of(bytes::View said, std::size_t at) noexcept {
    return said.subspan(std::min(at, said.size()));
}

void stop_following(Session& session) noexcept {
    session.course = session.course == Course::kUpgraded ? Course::kEnded : Course::kPlain;
}

}  // namespace

void Identifier::follow(Session& session, const Speech& speech, Recognised& recognised) noexcept {
    if (!session.has(kIdentified)) return;
    // Two ends that agree on the first protocol are the ones that can agree on another.
    if (session.confirmed() != Confirmed::kBoth) return stop_following(session);
    if (speech.following == nullptr) return;
    Following& following = *speech.following;
    const bool is_client = session.direction_of(speech.from_low) == Direction::kToServer;
    const bytes::View client = is_client ? speech.said : speech.heard;
    const bytes::View server = is_client ? speech.heard : speech.said;
    if (session.course == Course::kFollowed &&
        !upgrade(session, client, server, following, recognised)) {
        return;
    }
    hear_inner(session, inner_of(client, following.inner_at[0]), Direction::kToServer, following,
               recognised);
    hear_inner(session, inner_of(server, following.inner_at[1]), Direction::kToClient, following,
               recognised);
    const bool both_spoke =
        following.spoken[0] != ProtocolId::kUnknown && following.spoken[1] != ProtocolId::kUnknown;
    const bool is_over = both_spoke || std::max(client.size(), server.size()) >= kFirstBytes ||
                         ++following.looks >= kMostLooks;
    if (is_over) stop_following(session);
}

/// True once the inner protocol can be looked at.
bool Identifier::upgrade(Session& session, bytes::View client, bytes::View server,
                         Following& following, Recognised& recognised) noexcept {
    const Protocol* row = Signatures::row_of(session.protocol);
    const Upgrade stand =
        row == nullptr || row->upgrade == nullptr ? Upgrade{} : row->upgrade(client, server);
    if (stand.state == Upgrade::State::kDone) {
        counters_.add(IdentifyCounter::kUpgraded);
        session.course = Course::kUpgraded;
        session.proxied = stand.requested_port != 0;
        following.inner_at = {stand.client_at, stand.server_at};
        following.looks = 0;
        recognised.is_upgraded = true;
        recognised.client = client;
        recognised.server = server;
        return true;
    }
    const bool has_room = std::max(client.size(), server.size()) < kFirstBytes;
    if (stand.state == Upgrade::State::kNever || !has_room || ++following.looks >= kMostLooks) {
        stop_following(session);
    }
    return false;
}

void Identifier::hear_inner(Session& session, bytes::View said, Direction direction,
                            Following& following, Recognised& recognised) noexcept {
    ProtocolId& mine = following.spoken[index_of(direction)];
    ProtocolId& theirs = following.spoken[index_of(opposite(direction))];
    if (said.empty() || mine != ProtocolId::kUnknown) return;
    const bool token_is_theirs = following.token_from != direction;
    const Recognition found = recognise({.said = said,
                                         .direction = direction,
                                         .transport = session.key.transport,
                                         .token = token_is_theirs ? following.token : 0},
                                        theirs);
    const Role wrong_role = direction == Direction::kToServer ? Role::kServer : Role::kClient;
    if (found.match != Match::kYes || found.role == wrong_role) return;
    recognised.add(said, found.protocol, direction);
    mine = found.protocol;
    if (theirs == ProtocolId::kUnknown) {
        following.token = found.token;
        following.token_from = direction;
    }
    if (Signatures::refines(theirs, mine)) theirs = mine;
    if (Signatures::refines(mine, theirs)) mine = theirs;
    const bool is_conflict = theirs != ProtocolId::kUnknown && theirs != mine;
    session.inner = is_conflict ? ProtocolId::kUnknown : mine;
    const unsigned side = 1U + static_cast<unsigned>(direction);
    const unsigned sides = is_conflict ? 0U : static_cast<unsigned>(session.inner_confirmed) | side;
    session.inner_confirmed = static_cast<Confirmed>(sides & 3U);
    if (session.inner_confirmed == Confirmed::kBoth) counters_.add(IdentifyCounter::kInner);
}

}  // namespace sensor::identify
