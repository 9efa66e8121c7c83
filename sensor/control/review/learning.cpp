#include "sensor/control/review/learning.h"

#include <algorithm>
#include <utility>

#include "sensor/judge/behaviour.h"
#include "sensor/judge/exchange.h"
#include "sensor/judge/question.h"
#include "sensor/report/wording.h"

namespace sensor::control {

Pair pair_of(const Observation& session) {
    const Attribution& who = session.attribution;
    return {.is_group = who.app.empty(),
            .subject = who.app.empty() ? who.app_group : who.app,
            .protocol = session.protocol,
            .transport = session.transport,
            .port = session.server.port};
}

void Learning::take(const Observation& session) {
    ++result_.sessions;
    const bool is_unknown = session.protocol == judge::kUnknownProtocol;
    if (is_unknown || question_.approves(session.protocol, session.transport, session.server.port,
                                         session.attribution.app_group)) {
        return;
    }
    if (!judge::is_real_exchange(RecordKind::kEnd, session)) return;
    judge::Question question = judge::question_of(session);
    const auto group = configuration_.identity.find_group(question.app_group);
    const AppGroup* known = configuration_.identity.group(group);
    if (known != nullptr) question.group_apps = known->apps;
    judge::Decision decision = judge::decide(configuration_.policy, question, judge::Explain::kNo);
    if (!decision.approved) count(session, std::move(decision.denied_by));
}

/// Where there is no room for a client, the pair is not weighed at all: what an attacker can fill
/// must not hide a beacon.
void Learning::note_client(const Observation& session, Counted& counted) {
    const Attendance attendance = attendance_of(configuration_.policy, session);
    counted.attendances.add(attendance);
    const bool is_device = !session.attribution.device.empty();
    if (is_device) result_.names_devices = true;
    std::string who = judge::subject_of(session);
    auto client = counted.clients.find(who);
    if (client == counted.clients.end()) {
        if (clients_ == kMostClients) {
            counted.is_unweighed = true;
            result_.is_full = true;
            return;
        }
        ++clients_;
        client = counted.clients.emplace(std::move(who), Client{is_device, {}}).first;
    }
    client->second.attendances.add(attendance);
}

std::string Learning::recurrence_of(const Counted& counted) const {
    const auto text = [](const Attendances& sessions) {
        return std::to_string(sessions.unattended) + " of " +
               report::counted(sessions.unattended + sessions.attended, "session") +
               " of which it is known";
    };
    const std::uint64_t minimum = configuration_.policy.recurrence_minimum;
    if (counted.attendances.recur_unattended(minimum)) return text(counted.attendances);
    for (const auto& [who, client] : counted.clients) {
        if (!client.attendances.recur_unattended(minimum)) continue;
        return text(client.attendances) + " on " + who;
    }
    return {};
}

void Learning::count(const Observation& session, std::string denial) {
    Pair pair = pair_of(session);
    if (pair.subject.empty()) {
        ++result_.anonymous;
        return;
    }
    auto counted = pairs_.find(pair);
    if (counted == pairs_.end()) {
        if (pairs_.size() == kMost) {
            result_.is_full = true;
            return;
        }
        counted = pairs_.emplace(std::move(pair), Counted{}).first;
    }
    Counted& all = counted->second;
    ++result_.counted;
    ++all.sessions;
    constexpr std::size_t kMostDays = 1000;  // more say nothing new
    const auto day = std::chrono::floor<std::chrono::days>(session.start).time_since_epoch();
    if (all.days.size() < kMostDays) all.days.insert(day.count());
    if (all.denial.empty()) all.denial = std::move(denial);
    note_client(session, all);
}

bool Learning::is_enough(const Support& support) const noexcept {
    const Support& least = options_.least;
    const std::uint64_t devices = support.devices + (options_.by_address ? support.addresses : 0);
    return support.sessions >= least.sessions && devices >= least.devices &&
           support.days >= least.days;
}

/// What feeds and tags say is not trusted to be harmless in YAML, and `*` would be a pattern.
bool Learning::can_be_named(const Pair& pair) const {
    const auto& protocols = configuration_.protocol_names;
    if (std::ranges::find(protocols, pair.protocol) == protocols.end()) return false;
    if (pair.is_group) {
        return configuration_.identity.find_group(pair.subject) != AppGroupId::kNone;
    }
    constexpr std::string_view kNever = "-.";  // to begin with
    return kNever.find(pair.subject[0]) == std::string_view::npos &&
           std::ranges::all_of(pair.subject, [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '.' || c == '_' || c == '-';
           });
}

std::optional<LeftOut> Learning::reason_against(const Counted& counted, Learned::Item& item) const {
    const auto note = [&](const std::string& text) {
        item.note += (item.note.empty() ? "" : "; ") + text;
    };
    const Pair& pair = item.pair;
    if (!can_be_named(pair)) return LeftOut::kUnnamable;
    if (!counted.denial.empty()) {
        note("denied by " + counted.denial);
        return LeftOut::kDenied;
    }
    const judge::Reservation* reservation =
        configuration_.policy.reserved_against(pair.protocol, pair.transport, pair.port);
    if (reservation != nullptr) note("against ReservedPorts." + reservation->name);
    if (reservation != nullptr && !options_.reserved) return LeftOut::kReserved;
    const std::string recurrence = recurrence_of(counted);
    if (!recurrence.empty()) note("unattended: " + recurrence);
    if (!recurrence.empty() && !options_.background) return LeftOut::kBackground;
    if (counted.is_unweighed && !options_.background) return LeftOut::kUnweighed;
    if (!is_enough(item.support)) return LeftOut::kThin;
    return std::nullopt;
}

Learned Learning::finish() {
    for (const auto& [pair, counted] : pairs_) {
        const auto devices = static_cast<std::uint64_t>(std::ranges::count_if(
            counted.clients, [](const auto& client) { return client.second.is_device; }));
        Learned::Item item{pair,
                           {.sessions = counted.sessions,
                            .devices = devices,
                            .days = counted.days.size(),
                            .addresses = counted.clients.size() - devices}};
        const auto reason = reason_against(counted, item);
        (reason ? result_.left_out[*reason] : result_.learned).push_back(std::move(item));
    }
    return std::move(result_);
}

judge::Policy policy_with(judge::Policy policy, const Learned& learned) {
    for (const auto& [pair, support, note] : learned.learned) {
        judge::PortSet ports;
        const auto port = static_cast<std::uint16_t>(pair.port);
        ports.add(pair.transport, {port, port});
        judge::Rules rules{.allow = {{pair.protocol, ports}}, .deny = {}};
        if (pair.is_group) {
            policy.roles.push_back({.name = "learned-" + pair.subject,
                                    .apps = {},
                                    .app_groups = {pair.subject},
                                    .conditions = {},
                                    .rules = std::move(rules)});
        } else {
            policy.apps.push_back({.app = pair.subject, .rules = std::move(rules)});
        }
    }
    return policy;
}

}  // namespace sensor::control
