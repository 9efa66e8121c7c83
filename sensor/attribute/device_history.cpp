#include "sensor/attribute/device_history.h"

#include <algorithm>
#include <utility>

namespace sensor::attribute {
namespace {

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

/// True if it was not known before.
bool fill(Tristate& field, Tristate value) noexcept {
    if (field != Tristate::kUnknown || value == Tristate::kUnknown) return false;
    field = value;
    return true;
}
bool fill(TextId& field, TextId value) noexcept {
    if (field != TextId::kEmpty || value == TextId::kEmpty) return false;
    field = value;
    return true;
}
bool fill(Platform& field, Platform value) noexcept {
    if (field != Platform::kUnknown || value == Platform::kUnknown) return false;
    field = value;
    return true;
}

void note(UsedFacts* used, const KeptFact* fact) {
    if (used != nullptr && fact != nullptr) used->push_back(fact);
}

}  // namespace

bool DeviceHistory::insert(const KeptFact& fact, const TextPool& texts) {
    std::vector<KeptFact>& facts = facts_[fact.kind];
    const auto place =
        std::ranges::partition_point(facts, [&](const KeptFact& one) {  // mostly the end
            return compare(one, fact, texts) < 0;
        });
    if (place != facts.end() && compare(*place, fact, texts) == 0) return false;
    facts.insert(place, fact);
    return true;
}

template <class Kind, class Visit>
void DeviceHistory::each_back_from(Timestamp as_of, Visit&& visit) const {
    const std::vector<KeptFact>& facts = facts_[kPlaceOf<Kind>];
    auto at = std::ranges::upper_bound(facts, nanoseconds_of(as_of), {}, &KeptFact::time_ns);
    while (at != facts.begin()) {
        --at;
        if (!visit(*at)) return;
    }
}

DeviceHistory::Device DeviceHistory::device(Timestamp as_of, UsedFacts* used) const {
    Device known;
    each_back_from<DeviceFact>(as_of, [&](const KeptFact& fact) {
        bool is_used = fill(known.name, fact.texts[0]);
        is_used |= fill(known.user, fact.texts[1]);
        is_used |= fill(known.platform, static_cast<Platform>(fact.state));
        is_used |= fill(known.managed, fact.tristates[0]);
        is_used |= fill(known.supervised, fact.tristates[1]);
        is_used |= fill(known.compliant, fact.tristates[2]);
        if (is_used) note(used, &fact);
        return true;
    });
    return known;
}

DeviceHistory::Inventory DeviceHistory::inventory(TextId app, Timestamp as_of,
                                                  UsedFacts* used) const {
    Inventory known;
    each_back_from<AppFact>(as_of, [&](const KeptFact& fact) {
        if (fact.app() != app) return true;
        bool is_used = !std::exchange(known.is_known, true);
        is_used |= fill(known.version, fact.texts[1]);
        is_used |= fill(known.signer, fact.texts[2]);
        is_used |= fill(known.managed, fact.tristates[0]);
        is_used |= fill(known.approved, fact.tristates[1]);
        is_used |= fill(known.installed, fact.tristates[2]);
        if (is_used) note(used, &fact);
        return true;
    });
    return known;
}

std::optional<AppClaim> DeviceHistory::connected_app(const Connection& connection,
                                                     Duration widest_skew,
                                                     const SkewOf& skew_of) const {
    std::optional<AppClaim> nearest;
    bool nearest_is_exact = false;
    Duration nearest_distance = Duration::max();
    bool is_tie = false;
    bool is_alone = true;
    const Timestamp earliest = moved(connection.start, -widest_skew);
    const auto visit = [&](const KeptFact& fact) {
        if (fact.time() < earliest) return false;
        if (!fact.is_to(connection.server, connection.transport)) return true;
        if (fact.has_client && !fact.is_from(connection.client)) return true;
        const Duration here = distance(fact.time(), connection.start);
        if (here > skew_of(fact.source)) return true;
        const bool is_other = nearest && nearest->app != fact.app();
        const bool is_better = fact.has_client && !nearest_is_exact;
        const bool is_worse = !fact.has_client && nearest_is_exact;
        if (is_other && fact.has_client == nearest_is_exact) is_alone = false;
        if (is_better || (!is_worse && here < nearest_distance)) {
            if (is_better) is_alone = true;  // the others are connections of their own
            nearest = AppClaim{.app = fact.app(), .confidence = {}, .fact = &fact};
            nearest_is_exact = fact.has_client;
            nearest_distance = here;
            is_tie = false;
        } else if (!is_worse && here == nearest_distance && is_other) {
            is_tie = true;
        }
        return true;
    };
    each_back_from<ConnectFact>(moved(connection.start, widest_skew), visit);
    if (!nearest || is_tie) return std::nullopt;
    nearest->confidence = is_alone ? AttributionConfidence::kHigh : AttributionConfidence::kMedium;
    return nearest;
}

/// The end of the app's newest time in the foreground: `as_of` itself while it is there.
std::optional<Timestamp> DeviceHistory::last_foreground(TextId app, Timestamp as_of) const {
    std::optional<Timestamp> found;
    Timestamp left = as_of;
    each_back_from<AppStateFact>(as_of, [&](const KeptFact& fact) {
        if (fact.app() != app) return true;
        if (static_cast<AppState>(fact.state) == AppState::kForeground) {
            found = left;
            return false;
        }
        left = fact.time();
        return true;
    });
    return found;
}

Tristate DeviceHistory::locked(Timestamp as_of) const {
    Tristate locked = Tristate::kUnknown;
    each_back_from<LockFact>(as_of, [&](const KeptFact& fact) {
        locked = fact.state != 0 ? Tristate::kYes : Tristate::kNo;
        return false;
    });
    return locked;
}

void DeviceHistory::describe_lock(Timestamp start, DeviceContext& context, UsedFacts* used) const {
    // A feed may say the same state again and again: it began with the first of them.
    const KeptFact* since = nullptr;
    each_back_from<LockFact>(start, [&](const KeptFact& fact) {
        const Tristate locked = fact.state != 0 ? Tristate::kYes : Tristate::kNo;
        if (since != nullptr && locked != context.locked) return false;
        context.locked = locked;
        since = &fact;
        return true;
    });
    if (since == nullptr) return;
    context.locked_since = since->time();
    note(used, since);
    if (context.locked == Tristate::kNo) {
        context.since_unlock = start - since->time();
        return;
    }
    // The unlock before: the first of the facts that say so.
    each_back_from<LockFact>(since->time(), [&](const KeptFact& fact) {
        if (fact.state != 0) return !context.since_unlock;
        context.since_unlock = start - fact.time();
        return true;
    });
}

void DeviceHistory::describe_start(TextId app, Timestamp start, const TextPool& texts,
                                   DeviceContext& context, UsedFacts* used) const {
    each_back_from<JobFact>(start, [&](const KeptFact& fact) {
        if (fact.app() != app) return true;
        context.since_job = start - fact.time();
        context.job = texts.text(fact.texts[1]);
        note(used, &fact);
        return false;
    });
    each_back_from<ProcessFact>(start, [&](const KeptFact& fact) {
        if (fact.app() != app) return true;
        context.since_process = start - fact.time();
        context.started_locked = locked(fact.time());
        note(used, &fact);
        return false;
    });
}

void DeviceHistory::describe_app(TextId app, Timestamp start, Timestamp last, const TextPool& texts,
                                 DeviceContext& context, UsedFacts* used) const {
    const KeptFact* since = nullptr;
    each_back_from<AppStateFact>(start, [&](const KeptFact& fact) {
        if (fact.app() != app) return true;
        const auto state = static_cast<AppState>(fact.state);
        if (since != nullptr && state != context.app_state) return false;
        context.app_state = state;
        since = &fact;
        return true;
    });
    if (since != nullptr) context.app_state_since = since->time();
    note(used, since);
    context.last_foreground = last_foreground(app, last);
    describe_start(app, start, texts, context, used);
    const Inventory known = inventory(app, start, used);
    context.app_managed = known.managed;
    context.app_approved = known.approved;
    context.app_installed = known.installed;
    context.app_version = texts.text(known.version);
    context.app_signer = texts.text(known.signer);
}

DeviceContext DeviceHistory::context(TextId app, Timestamp start, Timestamp last,
                                     const TextPool& texts, UsedFacts* used) const {
    DeviceContext context;
    describe_lock(start, context, used);
    each_back_from<InteractionFact>(start, [&](const KeptFact& fact) {
        context.since_interaction = start - fact.time();
        note(used, &fact);
        return false;
    });
    const Device known = device(start);
    context.managed = known.managed;
    context.supervised = known.supervised;
    context.compliant = known.compliant;
    if (app != TextId::kEmpty) describe_app(app, start, last, texts, context, used);
    return context;
}

}  // namespace sensor::attribute
