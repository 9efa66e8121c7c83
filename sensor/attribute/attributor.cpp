#include "sensor/attribute/attributor.h"

namespace sensor::attribute {

std::string_view name_of(AttributeCounter counter) noexcept {
    switch (counter) {
        case AttributeCounter::kByTag: return "by-tag";
        case AttributeCounter::kByLease: return "by-lease";
        case AttributeCounter::kUnmappedTags: return "unmapped-tags";
        case AttributeCounter::kNone: return "none";
        case AttributeCounter::kCount: break;
    }
    return {};
}

void Attributor::run(Burst& burst) noexcept {
    for (const std::size_t i : burst.due()) {
        Session* session = burst.sessions[i];
        if (session->has(kAttributed)) continue;
        const DecodedPacket& packet = burst.packets[i];
        if (session->direction_of(packet.source_is_low) != Direction::kToServer) continue;
        attribute(*session, packet, burst.views[i]);
    }
}

void Attributor::attribute(Session& session, const DecodedPacket& packet,
                           const PacketView& view) noexcept {
    const Address& client = packet.source.address;
    TagMatch match = tags_.resolve(packet.tags, packet.geneve_options, client, view.source);
    AttributeCounter how = AttributeCounter::kByTag;
    if (match.group == AppGroupId::kNone) {
        const auto lease = leases_.find(client, nanoseconds_of(view.seen));
        if (lease) match.group = lease->group;
        how = match.group != AppGroupId::kNone ? AttributeCounter::kByLease
              : packet.has_tags                ? AttributeCounter::kUnmappedTags
                                               : AttributeCounter::kNone;
    }
    if (how == AttributeCounter::kUnmappedTags) {
        unmapped_.count(packet.tags, packet.geneve_options);
    }
    session.app_group = match.group;
    session.tag_rule = match.rule;
    session.set(kAttributed);
    counters_.add(how);
}

}  // namespace sensor::attribute
