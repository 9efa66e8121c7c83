// The workers' cheap question: is this protocol plainly approved on this port for this app group?
// Compiled from the policy, immutable, replaced whole.
//
// "Plainly": for every app that may stand behind the group, without looking at the destination,
// its name, the device or the time. Whatever is not plain goes to the cold judge. Hot path.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "sensor/judge/policy.h"
#include "sensor/model/app_group.h"
#include "sensor/model/burst.h"

namespace sensor::judge {

class PlainApproval {
  public:
    /// `protocols` by ProtocolId, the first being "unknown"; `groups` by AppGroupId, less one.
    /// Cold path.
    PlainApproval(const Policy& policy, std::span<const std::string> protocols,
                  std::span<const AppGroup> groups);

    [[nodiscard]] bool approves(ProtocolId protocol, Transport transport, PortNumber port,
                                AppGroupId group) const noexcept;
    /// Sets kJudged, and kUnapproved if the session is not plainly approved.
    void ask(Session& session) const noexcept;
    /// Asks for the burst's sessions that are identified and not yet judged.
    void run(Burst& burst) const noexcept;

    /// Distinct sets of ports; each takes 8 KiB.
    [[nodiscard]] std::size_t set_count() const noexcept { return sets_.size(); }

  private:
    using Bits = std::array<std::uint64_t, 1024>;                 // one bit per port
    static constexpr std::size_t kRow = 2 * (kMaxProtocols + 1);  // entries of one group

    [[nodiscard]] static constexpr std::size_t column_of(ProtocolId protocol,
                                                         Transport transport) noexcept {
        return 2 * static_cast<std::size_t>(protocol) + (transport == Transport::kTcp ? 0 : 1);
    }

    std::size_t groups_;                // with the first, "no group"
    std::vector<std::uint16_t> table_;  // [group][protocol][transport] -> place in sets_
    std::vector<Bits> sets_;
};

}  // namespace sensor::judge
