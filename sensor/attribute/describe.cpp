// Directory's answers: whose session it was, and in what light.
#include <algorithm>
#include <utility>

#include "sensor/attribute/directory.h"

namespace sensor::attribute {

Duration Directory::skew_of(TextId source) const {
    return config_.skew_of(texts_.text(source));
}

void Directory::describe(Observation& observation, AppGroupId group, TagRuleId rule,
                         Explain explain) const {
    const Address& address = observation.client.address;
    const auto lease = leases_.at(address, nanoseconds_of(observation.start));
    if (group == AppGroupId::kNone && lease) group = lease->group;
    UsedFacts facts;
    UsedFacts* const used_facts = explain == Explain::kYes ? &facts : nullptr;

    Subject subject{
        .device = nullptr,
        .address = events_ == 0 ? nullptr : find_history("address:" + to_string(address)),
        .group = config_.group(group)};
    Attribution who;
    who.rule = config_.rule_text(rule);
    if (subject.group != nullptr) who.app_group = subject.group->name;
    if (lease) {
        const DeviceNumber device = carried_by(lease->device);
        subject.device = find_history(device);
        who.device = ids_.name(device);
    }
    if (subject.device != nullptr) {
        const auto known = subject.device->device(observation.start, used_facts);
        who.device_name = texts_.text(known.name);
        who.user = texts_.text(known.user);
        who.platform = known.platform;
    }
    name_app(observation, subject, who, used_facts);
    observation.context = DeviceContext{};
    if (subject.device != nullptr) {
        const auto app = texts_.find(who.app).value_or(TextId::kEmpty);
        observation.context =
            subject.device->context(app, observation.start, observation.last, texts_, used_facts);
    }
    observation.attribution = std::move(who);
    const auto served = leases_.at(observation.server.address, nanoseconds_of(observation.start));
    observation.server_device = served ? std::string{ids_.name(served->device)} : std::string{};
    if (explain == Explain::kNo) return;
    observation.facts_used.clear();
    if (lease) observation.facts_used.push_back(used(*lease, address));
    for (const KeptFact* fact : facts)
        observation.facts_used.push_back(used(*fact));
    std::ranges::stable_sort(observation.facts_used, {}, &UsedFact::time);
}

/// True if a record of the connection tells the app.
bool Directory::name_by_record(const Observation& observation, const Subject& subject,
                               Attribution& attribution, UsedFacts* used_facts) const {
    const DeviceHistory::Connection connection{.client = observation.client,
                                               .server = observation.server,
                                               .transport = observation.transport,
                                               .start = observation.start};
    const auto skew = [this](TextId source) { return skew_of(source); };
    for (const DeviceHistory* history : {subject.device, subject.address}) {
        if (history == nullptr) continue;
        const auto claim = history->connected_app(connection, config_.widest_skew(), skew);
        if (!claim) continue;
        attribution.app = texts_.text(claim->app);
        attribution.method = AttributionMethod::kFlowRecord;
        attribution.confidence = claim->confidence;
        if (used_facts != nullptr) used_facts->push_back(claim->fact);
        return true;
    }
    return false;
}

void Directory::name_app(const Observation& observation, const Subject& subject,
                         Attribution& attribution, UsedFacts* used_facts) const {
    if (name_by_record(observation, subject, attribution, used_facts)) return;
    const AppGroup* group = subject.group;
    if (group == nullptr) return;
    const auto settle = [&](std::string_view app, AttributionMethod method,
                            AttributionConfidence confidence) {
        attribution.app = app;
        attribution.method = method;
        attribution.confidence = confidence;
    };
    if (group->apps.size() == 1) {
        return settle(group->apps.front(), AttributionMethod::kTunnelTag,
                      AttributionConfidence::kHigh);
    }
    std::string_view only;
    std::size_t installed = 0;
    for (const std::string& app : group->apps) {
        const auto text = texts_.find(app);
        if (!text || subject.device == nullptr) continue;
        const auto inventory = subject.device->inventory(*text, observation.start);
        if (!inventory.is_known || inventory.installed == Tristate::kNo) continue;
        only = app;
        ++installed;
    }
    if (installed == 1) {
        return settle(only, AttributionMethod::kSingleApp, AttributionConfidence::kMedium);
    }
    settle({}, AttributionMethod::kAppGroup, AttributionConfidence::kLow);
}

UsedFact Directory::used(const KeptFact& fact) const {
    return {.what = text_of(fact, texts_),
            .source = std::string{texts_.text(fact.source)},
            .time = fact.time()};
}

UsedFact Directory::used(const Lease& lease, const Address& address) const {
    const AppGroup* group = config_.group(lease.group);
    return {.what = to_string(address) + " leased to " + std::string{ids_.name(lease.device)} +
                    (group == nullptr ? "" : " in group " + group->name),
            .source = {},
            .time = timestamp_of(lease.from_ns)};
}

std::optional<Directory::Portrait> Directory::portrait(std::string_view device,
                                                       Timestamp at) const {
    const auto number = ids_.find(device);
    if (!number) return std::nullopt;
    Portrait portrait;
    if (const DeviceHistory* history = find_history(*number)) {
        const auto known = history->device(at);
        portrait.name = texts_.text(known.name);
        portrait.user = texts_.text(known.user);
        portrait.platform = known.platform;
        portrait.context = history->context(TextId::kEmpty, at, at, texts_);
    }
    for (const Address& address : leases_.addresses_of(*number)) {
        const auto lease = leases_.at(address, nanoseconds_of(at));
        if (lease && lease->device == *number) portrait.addresses.push_back(address);
    }
    return portrait;
}

std::vector<UsedFact> Directory::timeline(std::string_view device, Timestamp from,
                                          Timestamp to) const {
    std::vector<UsedFact> told;
    const auto number = ids_.find(device);
    if (!number) return told;
    if (const DeviceHistory* history = find_history(*number)) {
        for (std::size_t kind = 0; kind < kKinds; ++kind)
            for (const KeptFact& fact : history->facts(kind))
                if (fact.time() >= from && fact.time() <= to) told.push_back(used(fact));
    }
    for (const Address& address : leases_.addresses_of(*number)) {
        for (const Lease& lease : leases_.leases(address)) {
            if (lease.device != *number) continue;
            if (timestamp_of(lease.from_ns) > to || timestamp_of(lease.to_ns) < from) continue;
            told.push_back(used(lease, address));
            if (lease.to_ns == Lease::kOpenEnd) continue;
            told.push_back({.what = to_string(address) + " given back",
                            .source = {},
                            .time = timestamp_of(lease.to_ns)});
        }
    }
    std::ranges::stable_sort(told, {}, &UsedFact::time);
    return told;
}

std::vector<std::string> Directory::ids_of(std::string_view device) const {
    const auto number = ids_.find(device);
    if (!number) return {};
    const std::vector<std::string_view> ids = ids_.ids(*number);
    return {ids.begin(), ids.end()};
}

}  // namespace sensor::attribute
