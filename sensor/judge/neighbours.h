// Neighbours of AN1827: what an approved session may still be part of. Cold path.
#pragma once

#include <optional>

#include "sensor/judge/decide.h"
#include "sensor/model/observation.h"

namespace sensor::judge {

/// The objection of a neighbour analytic that the policy switches on to a session that it approves;
/// nothing if there is none.
///
/// Relay: the session's server speaks SOCKS, or passes on what it is asked to, and is a managed
/// device. Beaconing: an app that is known, in the background or on a locked device, speaks a
/// recognised protocol to a destination that is not in its baseline. It becomes a finding only when
/// such sessions keep time.
[[nodiscard]] std::optional<Decision> neighbour_objection(const Policy& policy,
                                                          const Observation& session);

/// A kind that is told of what the policy approves; most such sessions are told of at their end
/// alone.
[[nodiscard]] constexpr bool is_neighbour_kind(FindingKind kind) noexcept {
    return kind == FindingKind::kBeaconing || kind == FindingKind::kRelay;
}

/// "AN1793" and so on, by the finding's kind, protocol and platform.
[[nodiscard]] std::string analytic_of(FindingKind kind, const std::string& protocol,
                                      Platform platform);

}  // namespace sensor::judge
