#include "sensor/control/review/learning.h"

#include <algorithm>

#include "sensor/control/plain_question.h"
#include "sensor/judge/behaviour.h"
#include "sensor/judge/exchange.h"
#include "sensor/judge/question.h"
#include "sensor/report/eve_reader.h"

namespace sensor::control {
namespace {

Pair pair_of(const Observation& session) {
    const Attribution& who = session.attribution;
    return {.is_group = who.app.empty(),
            .subject = who.app.empty() ? who.app_group : who.app,
            .protocol = session.protocol,
            .transport = session.transport,
            .port = session.server.port};
}

std::string device_of(const Observation& session) {
    const std::string& device = session.attribution.device;
    return device.empty() ? to_string(session.client.address) : device;
}

bool is_in_background(const Observation& session) noexcept {
    return session.context.app_state == AppState::kBackground ||
           session.context.locked == Tristate::kYes || session.context.since_job.has_value();
}

bool is_enough(const Support& support, const Support& least) noexcept {
    return support.sessions >= least.sessions && support.devices >= least.devices &&
           support.days >= least.days;
}

}  // namespace

bool Learning::is_new(const Observation& session) const {
    judge::Question question = judge::question_of(session);
    const auto group = configuration_.identity.find_group(question.app_group);
    const AppGroup* known = configuration_.identity.group(group);
    if (known != nullptr) question.group_apps = known->apps;
    return !judge::decide(configuration_.policy, question, judge::Explain::kNo).approved;
}

void Learning::note_habit(const Observation& session, const Pair& pair) {
    std::string key = judge::behaviour_key({}, session);
    auto habit = habits_.find(key);
    if (habit == habits_.end()) {
        if (habits_.size() == kMost) {
            result_.is_full = true;
            return;
        }
        habit = habits_.emplace(std::move(key), Habit{}).first;
        habit->second.pair = &pair;
    }
    habit->second.starts.add(session.start);
    habit->second.in_background = habit->second.in_background || is_in_background(session);
}

void Learning::count(const Observation& session) {
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
    ++all.sessions;
    constexpr std::size_t kMostDevices = 1000;  // more say nothing new
    if (all.devices.size() < kMostDevices) all.devices.insert(device_of(session));
    all.days.insert(
        std::chrono::floor<std::chrono::days>(session.start).time_since_epoch().count());
    note_habit(session, counted->first);
}

/// What feeds and tags say is not trusted to be harmless in YAML, and `*` would be a pattern.
bool Learning::can_be_named(const Pair& pair) const {
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

result::Result<Learned> Learning::learn(EveFiles& files) {
    const PlainQuestion question{configuration_};
    const auto visit = [&](const json::Value& record, const RecordPlace&) -> result::Status {
        if (report::event_type_of(record) != "flow") return result::Done{};
        const auto flow = report::read_flow_gist(record);
        if (!flow) return flow.error();
        ++result_.sessions;
        const bool is_unknown = flow->protocol == judge::kUnknownProtocol;
        if (is_unknown ||
            question.approves(flow->protocol, flow->transport, flow->port, flow->app_group)) {
            return result::Done{};
        }
        const auto session = report::read_session(record);
        if (!session) return session.error();
        const bool is_real = judge::is_real_exchange(RecordKind::kEnd, *session);
        if (is_real && is_new(*session)) count(*session);
        return result::Done{};
    };
    if (const auto scanned = files.scan(visit); !scanned) return scanned.error();
    return finish();
}

Learned Learning::finish() {
    const judge::Policy& policy = configuration_.policy;
    std::set<const Pair*> recurrent;
    for (const auto& [key, habit] : habits_) {
        const auto recurrence =
            habit.starts.measure(policy.beacon_interval_tolerance, policy.recurrence_minimum);
        if (recurrence.stable && habit.in_background) recurrent.insert(habit.pair);
    }
    for (const auto& [pair, counted] : pairs_) {
        const Learned::Item item{pair,
                                 {.sessions = counted.sessions,
                                  .devices = counted.devices.size(),
                                  .days = counted.days.size()}};
        if (!can_be_named(pair)) {
            result_.left_out[LeftOut::kUnnamable].push_back(item);
        } else if (!options_.background && recurrent.contains(&pair)) {
            result_.left_out[LeftOut::kBackground].push_back(item);
        } else if (!is_enough(item.support, options_.least)) {
            result_.left_out[LeftOut::kThin].push_back(item);
        } else {
            result_.learned.push_back(item);
        }
    }
    return std::move(result_);
}

judge::Policy policy_with(judge::Policy policy, const Learned& learned) {
    for (const auto& [pair, support] : learned.learned) {
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
