#include "sensor/judge/plain_approval.h"

namespace sensor::judge {

bool PlainApproval::approves(ProtocolId protocol, Transport transport, PortNumber port,
                             AppGroupId group) const noexcept {
    if (transport != Transport::kTcp && transport != Transport::kUdp) return false;
    // A session may carry the number of a group that a newer identity configuration no longer has.
    const auto number = static_cast<std::size_t>(group);
    const std::size_t row = number < groups_ ? number : 0;
    const Bits& bits = sets_[table_[row * kRow + column_of(protocol, transport)]];
    const auto bit = static_cast<std::size_t>(port);
    return ((bits[bit / 64] >> (bit % 64)) & 1U) != 0;
}

void PlainApproval::ask(Session& session) const noexcept {
    session.set(kJudged);
    if (!approves(session.protocol, session.key.transport, session.server().port,
                  session.app_group)) {
        session.set(kUnapproved);
    }
}

void PlainApproval::run(Burst& burst) const noexcept {
    for (const std::size_t i : burst.due()) {
        Session* session = burst.sessions[i];
        if (!session->has(kIdentified) || session->has(kJudged)) continue;
        ask(*session);
    }
}

}  // namespace sensor::judge
