#include "sensor/judge/neighbours.h"

#include <algorithm>
#include <array>

#include "sensor/judge/exception_match.h"
#include "sensor/judge/glob.h"
#include "sensor/judge/question.h"
#include "sensor/judge/score.h"

namespace sensor::judge {
namespace {

/// What keeps time by its nature.
constexpr std::array kHousekeeping{std::string_view{"ntp"},    std::string_view{"dhcp"},
                                   std::string_view{"dhcpv6"}, std::string_view{"mdns"},
                                   std::string_view{"ssdp"},   std::string_view{"llmnr"},
                                   std::string_view{"stun"},   std::string_view{"rtp"},
                                   std::string_view{"rtcp"},   std::string_view{"unknown"}};
constexpr std::array kWeb{std::string_view{"http"}, std::string_view{"http2"},
                          std::string_view{"tls"}, std::string_view{"quic"},
                          std::string_view{"websocket"}};

template <std::size_t N>
bool contains(const std::array<std::string_view, N>& words, std::string_view word) {
    return std::ranges::find(words, word) != words.end();
}

bool is_in_baseline(const Policy& policy, const Observation& session) {
    const Question question = question_of(session);
    const std::string name = plain_host_name(question.name);
    return std::ranges::any_of(policy.neighbours.baseline, [&](const BaselineEntry& entry) {
        const bool is_app =
            entry.apps.empty() || any_glob_matches(entry.apps, session.attribution.app);
        const bool is_name =
            entry.names.empty() || (!name.empty() && any_glob_matches(entry.names, name));
        return is_app && is_name;
    });
}

bool is_unattended(const Observation& session) {
    const DeviceContext& context = session.context;
    return context.app_state == AppState::kBackground ||
           (context.locked == Tristate::kYes && context.app_state != AppState::kForeground);
}

bool may_beacon(const Policy& policy, const Observation& session) {
    return policy.neighbours.beaconing && !session.attribution.app.empty() &&
           is_unattended(session) && !contains(kHousekeeping, session.protocol) &&
           !is_in_baseline(policy, session);
}

bool is_relayed(const Policy& policy, const Observation& session) {
    const bool is_proxy =
        session.protocol == "socks4" || session.protocol == "socks5" || session.is_proxied;
    return policy.neighbours.relay && is_proxy && !session.server_device.empty();
}

}  // namespace

std::optional<Decision> neighbour_objection(const Policy& policy, const Observation& session) {
    Decision decision;
    if (is_relayed(policy, session)) {
        decision.kind = FindingKind::kRelay;
        decision.rule = "Neighbours.relay";
        decision.expected = "no proxy on " + session.server_device;
        return decision;
    }
    if (!may_beacon(policy, session)) return std::nullopt;
    decision.kind = FindingKind::kBeaconing;
    decision.rule = "Neighbours.beaconing";
    decision.expected = "nothing that keeps time while the app is not used";
    return decision;
}

std::string analytic_of(FindingKind kind, const std::string& protocol, Platform platform) {
    const bool is_ios = platform == Platform::kIos;
    if (kind == FindingKind::kRelay) return "AN1702";
    if (kind != FindingKind::kBeaconing) return analytic_of(platform);
    if (contains(kWeb, protocol)) return is_ios ? "AN1682" : "AN1681";
    return is_ios ? "AN1794" : "AN1793";
}

}  // namespace sensor::judge
