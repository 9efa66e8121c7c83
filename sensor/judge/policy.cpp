#include "sensor/judge/policy.h"

#include <algorithm>

#include "sensor/judge/glob.h"

namespace sensor::judge {

bool Role::covers(std::string_view app, std::string_view app_group) const noexcept {
    if (apps.empty() && app_groups.empty()) return true;
    return any_glob_matches(apps, app) ||
           std::ranges::find(app_groups, app_group) != app_groups.end();
}

bool ServiceClass::has(const std::optional<Address>& destination,
                       std::string_view host) const noexcept {
    if (!host.empty() && any_glob_matches(names, host)) return true;
    return destination && std::ranges::any_of(prefixes, [&](const Prefix& prefix) {
               return prefix.contains(*destination);
           });
}

bool Policy::allows_anything() const noexcept {
    const auto has_allowances = [](const auto& one) { return !one.rules.allow.empty(); };
    return !defaults.empty() || !exceptions.empty() || std::ranges::any_of(roles, has_allowances) ||
           std::ranges::any_of(apps, has_allowances) ||
           std::ranges::any_of(service_classes,
                               [](const ServiceClass& one) { return !one.allow.empty(); });
}

const Reservation* Policy::reserved_against(std::string_view protocol, Transport transport,
                                            PortNumber port) const noexcept {
    const auto number = static_cast<std::uint16_t>(port);
    for (const Reservation& reservation : reservations) {
        if (reservation.transport != transport) continue;
        if (number < reservation.ports.first || number > reservation.ports.last) continue;
        const auto& allowed = reservation.protocols;
        return std::ranges::find(allowed, protocol) == allowed.end() ? &reservation : nullptr;
    }
    return nullptr;
}

int Policy::risk_of(std::string_view protocol) const noexcept {
    const auto found = protocol_risk.find(protocol);
    return found != protocol_risk.end() ? found->second : default_protocol_risk;
}

}  // namespace sensor::judge
