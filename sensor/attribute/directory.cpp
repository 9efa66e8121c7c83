#include "sensor/attribute/directory.h"

namespace sensor::attribute {

Directory::Directory(const IdentityConfig& config, const Limits& limits, LeaseTable* workers)
    : config_{config}, limits_{limits}, workers_{workers}, leases_{limits.leases} {}

void Directory::apply(const IdentityEvent& event) {
    Device* device = find_or_add(event.device);
    if (device == nullptr) {
        counters_.add(DirectoryCounter::kRefused);
        return;
    }
    if (const auto* lease = std::get_if<LeaseFact>(&event.fact)) {
        apply_lease(*device, event.time, *lease);
    } else {
        remember(*device, {event.time, event.fact});
    }
}

Directory::Device* Directory::find_or_add(const std::string& id) {
    if (const auto found = by_id_.find(id); found != by_id_.end()) return found->second;
    if (devices_.size() == limits_.devices) return nullptr;
    const auto number = static_cast<std::uint32_t>(devices_.size());
    Device& device = devices_.emplace_back(Device{id, DeviceNumber{number}, {}});
    by_id_.emplace(id, &device);
    return &device;
}

const Directory::Device* Directory::device_of(const Lease* lease) const noexcept {
    return lease == nullptr ? nullptr : &devices_[static_cast<std::size_t>(lease->device)];
}

void Directory::apply_lease(const Device& device, Timestamp time, const LeaseFact& fact) {
    LeaseEvent event{.time = time,
                     .granted = fact.granted,
                     .device_id = device.id,
                     .group = config_.find_group(fact.app_group),
                     .device = device.number};
    if (!fact.app_group.empty() && event.group == AppGroupId::kNone) {
        counters_.add(DirectoryCounter::kUnknownGroups);
    }
    const LeaseBook::Outcome outcome = leases_.apply(fact.address, event);
    counters_.add(outcome.is_news ? DirectoryCounter::kApplied : DirectoryCounter::kDuplicates);
    counters_.add(DirectoryCounter::kDropped, outcome.dropped_events);
    if (workers_ == nullptr) return;
    for (const Address& address : outcome.changed) {
        if (workers_->publish(address, leases_.leases(address))) continue;
        counters_.add(DirectoryCounter::kUnpublished);
    }
}

void Directory::remember(Device& device, const DatedFact& fact) {
    const std::size_t kind = fact.fact.index();
    unlist(device, kind);
    if (device.history.insert(fact)) {
        ++events_;
        counters_.add(DirectoryCounter::kApplied);
    } else {
        counters_.add(DirectoryCounter::kDuplicates);
    }
    if (device.history.size(kind) > limits_.events_per_kind) drop_oldest(device, kind);
    list(device, kind);
    if (events_ <= limits_.events) return;
    const Oldest oldest = *oldest_.begin();
    unlist(*oldest.device, oldest.kind);
    drop_oldest(*oldest.device, oldest.kind);
    list(*oldest.device, oldest.kind);
}

void Directory::drop_oldest(Device& device, std::size_t kind) {
    device.history.drop_oldest(kind);
    --events_;
    counters_.add(DirectoryCounter::kDropped);
}

void Directory::list(Device& device, std::size_t kind) {
    const DatedFact* oldest = device.history.oldest(kind);
    if (oldest != nullptr) oldest_.insert({oldest->time, device.id, kind, &device});
}

void Directory::unlist(Device& device, std::size_t kind) {
    const DatedFact* oldest = device.history.oldest(kind);
    if (oldest != nullptr) oldest_.erase({oldest->time, device.id, kind, &device});
}

void Directory::describe(Observation& observation, AppGroupId group, TagRuleId rule) const {
    const Lease* lease =
        lease_at(leases_.leases(observation.client.address), nanoseconds_of(observation.start));
    const Device* device = device_of(lease);
    if (group == AppGroupId::kNone && lease != nullptr) group = lease->group;
    const AppGroup* app_group = config_.group(group);

    Attribution who;
    who.rule = config_.rule_text(rule);
    if (app_group != nullptr) who.app_group = app_group->name;
    if (device != nullptr) {
        DeviceFact known = device->history.device(observation.start);
        who.device = device->id;
        who.device_name = std::move(known.name);
        who.user = std::move(known.user);
        who.platform = known.platform;
    }
    name_app(observation, device, app_group, who);
    observation.context =
        device == nullptr ? DeviceContext{}
                          : device->history.context(who.app, observation.start, observation.last);
    observation.attribution = std::move(who);
}

void Directory::name_app(const Observation& observation, const Device* device,
                         const AppGroup* group, Attribution& attribution) const {
    const auto settle = [&](std::string_view app, AttributionMethod method,
                            AttributionConfidence confidence) {
        attribution.app = app;
        attribution.method = method;
        attribution.confidence = confidence;
    };
    if (device != nullptr) {
        const auto claim = device->history.connected_app(observation.server, observation.transport,
                                                         observation.start, config_.clock_skew);
        if (claim) return settle(claim->app, AttributionMethod::kFlowRecord, claim->confidence);
    }
    if (group == nullptr) return;
    if (group->apps.size() == 1) {
        return settle(group->apps.front(), AttributionMethod::kTunnelTag,
                      AttributionConfidence::kHigh);
    }
    std::string_view only;
    std::size_t installed = 0;
    for (const std::string& app : group->apps) {
        if (device == nullptr || !device->history.has_app(app, observation.start)) continue;
        only = app;
        ++installed;
    }
    if (installed == 1) {
        return settle(only, AttributionMethod::kSingleApp, AttributionConfidence::kMedium);
    }
    settle({}, AttributionMethod::kAppGroup, AttributionConfidence::kLow);
}

}  // namespace sensor::attribute
