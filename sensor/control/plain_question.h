// The workers' cheap question, asked of recorded sessions by their names. Cold path.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "sensor/control/configuration.h"
#include "sensor/judge/plain_approval.h"

namespace sensor::control {

class PlainQuestion {
  public:
    explicit PlainQuestion(const Configuration& configuration)
        : approval_{configuration.policy, configuration.protocol_names,
                    configuration.identity.groups} {
        for (std::size_t id = 0; id < configuration.protocol_names.size(); ++id)
            protocols_.emplace(configuration.protocol_names[id], static_cast<ProtocolId>(id));
        for (std::size_t i = 0; i < configuration.identity.groups.size(); ++i) {
            groups_.emplace(configuration.identity.groups[i].name, static_cast<AppGroupId>(i + 1));
        }
    }

    /// Whether the workers would not trouble the judge with this session, nor with what it was
    /// asked for as a proxy.
    [[nodiscard]] bool approves(const Observation& session) const {
        const bool is_proxied = session.is_proxied && session.inner_confirmed == Confirmed::kBoth;
        return !is_proxied && approves(session.protocol, session.transport, session.server.port,
                                       session.attribution.app_group);
    }
    /// False for a protocol or a group that the configuration does not know.
    [[nodiscard]] bool approves(std::string_view protocol, Transport transport, PortNumber port,
                                std::string_view app_group) const {
        const auto id = protocols_.find(protocol);
        if (id == protocols_.end()) return false;
        const auto group = groups_.find(app_group);
        if (group == groups_.end() && !app_group.empty()) return false;
        return approval_.approves(id->second, transport, port,
                                  app_group.empty() ? AppGroupId::kNone : group->second);
    }

  private:
    judge::PlainApproval approval_;
    std::map<std::string, ProtocolId, std::less<>> protocols_;
    std::map<std::string, AppGroupId, std::less<>> groups_;
};

}  // namespace sensor::control
