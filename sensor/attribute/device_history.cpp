#include "sensor/attribute/device_history.h"

#include <limits>
#include <utility>

namespace sensor::attribute {
namespace {

template <class Kind, std::size_t... I>
constexpr std::size_t place_of(std::index_sequence<I...>) noexcept {
    return ((std::is_same_v<Kind, std::variant_alternative_t<I, IdentityFact>> ? I : 0) + ...);
}
/// The kind's place in IdentityFact.
template <class Kind>
constexpr std::size_t kPlaceOf = place_of<Kind>(std::make_index_sequence<kKinds>{});

/// Packet times come from traces, which may hold anything: no arithmetic of theirs may overflow.
Timestamp moved(Timestamp time, Duration by) noexcept {
    std::int64_t moved_ns = 0;
    if (!__builtin_add_overflow(nanoseconds_of(time), by.count(), &moved_ns)) {
        return timestamp_of(moved_ns);
    }
    return by.count() < 0 ? Timestamp::min() : Timestamp::max();
}

Duration distance(Timestamp a, Timestamp b) noexcept {
    return a < b ? b - a : a - b;
}

void fill(Tristate& field, Tristate value) noexcept {
    if (field == Tristate::kUnknown) field = value;
}
void fill(std::string& field, const std::string& value) {
    if (field.empty()) field = value;
}

}  // namespace

bool DeviceHistory::insert(const DatedFact& fact) {
    return facts_[fact.fact.index()].insert(fact).second;
}

const DatedFact* DeviceHistory::oldest(std::size_t kind) const noexcept {
    return facts_[kind].empty() ? nullptr : &*facts_[kind].begin();
}

template <class Kind, class Visit>
void DeviceHistory::each_back_from(Timestamp as_of, Visit&& visit) const {
    const Facts& facts = facts_[kPlaceOf<Kind>];
    for (auto at = facts.upper_bound(as_of); at != facts.begin();) {
        --at;
        if (!visit(at->time, std::get<Kind>(at->fact))) return;
    }
}

DeviceFact DeviceHistory::device(Timestamp as_of) const {
    DeviceFact known;
    each_back_from<DeviceFact>(as_of, [&](Timestamp, const DeviceFact& fact) {
        fill(known.name, fact.name);
        fill(known.user, fact.user);
        if (known.platform == Platform::kUnknown) known.platform = fact.platform;
        fill(known.managed, fact.managed);
        fill(known.supervised, fact.supervised);
        fill(known.compliant, fact.compliant);
        return true;
    });
    return known;
}

AppFact DeviceHistory::inventory(std::string_view app, Timestamp as_of) const {
    AppFact known;
    each_back_from<AppFact>(as_of, [&](Timestamp, const AppFact& fact) {
        if (fact.app != app) return true;
        known.app = fact.app;
        fill(known.managed, fact.managed);
        fill(known.approved, fact.approved);
        return known.managed == Tristate::kUnknown || known.approved == Tristate::kUnknown;
    });
    return known;
}

bool DeviceHistory::has_app(std::string_view app, Timestamp as_of) const {
    return !inventory(app, as_of).app.empty();
}

std::optional<AppClaim> DeviceHistory::connected_app(const Endpoint& server, Transport transport,
                                                     Timestamp start, Duration skew) const {
    std::optional<AppClaim> nearest;
    Duration nearest_distance = Duration::max();
    bool is_tie = false;
    bool is_alone = true;
    const Timestamp earliest = moved(start, -skew);
    each_back_from<ConnectFact>(moved(start, skew), [&](Timestamp time, const ConnectFact& fact) {
        if (time < earliest) return false;
        if (fact.destination != server || fact.transport != transport) return true;
        const Duration here = distance(time, start);
        const bool is_other = nearest && nearest->app != fact.app;
        if (is_other) is_alone = false;
        if (here < nearest_distance) {
            nearest = AppClaim{.app = fact.app, .confidence = {}};
            nearest_distance = here;
            is_tie = false;
        } else if (here == nearest_distance && is_other) {
            is_tie = true;
        }
        return true;
    });
    if (!nearest || is_tie) return std::nullopt;
    nearest->confidence = is_alone ? AttributionConfidence::kHigh : AttributionConfidence::kMedium;
    return nearest;
}

/// The end of the app's newest time in the foreground: `as_of` itself while it is there.
std::optional<Timestamp> DeviceHistory::last_foreground(std::string_view app,
                                                        Timestamp as_of) const {
    std::optional<Timestamp> found;
    Timestamp left = as_of;
    each_back_from<AppStateFact>(as_of, [&](Timestamp time, const AppStateFact& fact) {
        if (fact.app != app) return true;
        if (fact.state == AppState::kForeground) {
            found = left;
            return false;
        }
        left = time;
        return true;
    });
    return found;
}

void DeviceHistory::describe_app(std::string_view app, Timestamp start, Timestamp last,
                                 DeviceContext& context) const {
    // A feed may say the same state again and again: it began with the first of them.
    each_back_from<AppStateFact>(start, [&](Timestamp time, const AppStateFact& fact) {
        if (fact.app != app) return true;
        if (context.app_state_since && fact.state != context.app_state) return false;
        context.app_state = fact.state;
        context.app_state_since = time;
        return true;
    });
    context.last_foreground = last_foreground(app, last);
    each_back_from<JobFact>(start, [&](Timestamp time, const JobFact& fact) {
        if (fact.app != app) return true;
        context.since_job = start - time;
        context.job = fact.job;
        return false;
    });
    const AppFact known = inventory(app, start);
    context.app_managed = known.managed;
    context.app_approved = known.approved;
}

DeviceContext DeviceHistory::context(std::string_view app, Timestamp start, Timestamp last) const {
    DeviceContext context;
    each_back_from<LockFact>(start, [&](Timestamp time, const LockFact& fact) {
        const Tristate locked = fact.locked ? Tristate::kYes : Tristate::kNo;
        if (context.locked_since && locked != context.locked) return false;
        context.locked = locked;
        context.locked_since = time;
        return true;
    });
    each_back_from<InteractionFact>(start, [&](Timestamp time, const InteractionFact&) {
        context.since_interaction = start - time;
        return false;
    });
    const DeviceFact known = device(start);
    context.managed = known.managed;
    context.supervised = known.supervised;
    context.compliant = known.compliant;
    if (!app.empty()) describe_app(app, start, last, context);
    return context;
}

}  // namespace sensor::attribute
