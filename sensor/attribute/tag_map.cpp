#include "sensor/attribute/tag_map.h"

#include <algorithm>

namespace sensor::attribute {
namespace {

bool has_vlan(const Tags& tags, std::uint16_t vlan) noexcept {
    const std::size_t kept = std::min<std::size_t>(tags.vlan_count, tags.vlans.size());
    return std::find(tags.vlans.begin(), tags.vlans.begin() + kept, vlan) !=
           tags.vlans.begin() + kept;
}

/// Walks the options, RFC 8926 §3.5: class, type, three reserved bits and a length in 4-byte words.
/// An option that is cut short, and whatever would follow it, is not there.
bool has_option(bytes::View options, const TagConditions& wanted) noexcept {
    constexpr unsigned kLengthMask = 0x1f;
    bytes::ByteCursor in{options};
    while (!in.empty()) {
        const auto option_class = in.read<std::uint16_t>();
        const auto type = in.read<std::uint8_t>();
        const bytes::View value = in.take(std::size_t{4} * (in.read<std::uint8_t>() & kLengthMask));
        if (!in.ok()) return false;
        if (option_class != wanted.option.option_class || type != wanted.option.type) continue;
        if (!wanted.asks(kGeneveValue)) return true;
        const bytes::View expected{wanted.option.value.data(), wanted.option.value_bytes};
        if (std::ranges::equal(value, expected)) return true;
    }
    return false;
}

bool has_key(const Tags& tags, const TagConditions& wanted) noexcept {
    const TunnelKind kind =
        tags.tunnel == TunnelKind::kL2tpOverIp ? TunnelKind::kL2tp : tags.tunnel;
    return tags.has_tag(kHasTunnelKey) && kind == wanted.tunnel &&
           tags.tunnel_key == wanted.tunnel_key;
}

/// Of the tags that stand beside tunnels or between them.
bool holds_between(const TagConditions& wanted, const Tags& tags) noexcept {
    if (wanted.asks(kMplsLabel) &&
        (!tags.has_tag(kHasMplsLabel) || tags.mpls_label != wanted.mpls_label)) {
        return false;
    }
    if (wanted.asks(kNshPath) && (!tags.has_tag(kHasNshPath) || tags.nsh_path != wanted.nsh_path)) {
        return false;
    }
    return !wanted.asks(kNshContext) ||
           (tags.has_tag(kHasNshContext) && tags.nsh_context == wanted.nsh_context);
}

bool holds(const TagConditions& wanted, const Tags& tags, bytes::View geneve_options,
           const Address& client, MirrorPort port) noexcept {
    if (wanted.asks(kPort) && wanted.port != port) return false;
    if (wanted.asks(kAnyVlan) && !has_vlan(tags, wanted.vlans[0])) return false;
    if (wanted.asks(kVlanPair) && (tags.vlan_count != 2 || tags.vlans != wanted.vlans)) {
        return false;
    }
    if (wanted.asks(kVni) && (!has_vni(tags.tunnel) || tags.vni != wanted.vni)) return false;
    if (wanted.asks(kGroupPolicy) &&
        (tags.has_group_policy == 0 || tags.group_policy != wanted.group_policy)) {
        return false;
    }
    if (wanted.asks(kTunnelKey) && !has_key(tags, wanted)) return false;
    if (!holds_between(wanted, tags)) return false;
    if (wanted.asks(kSource) && !wanted.source.contains(client)) return false;
    return !wanted.asks(kGeneveOption) || has_option(geneve_options, wanted);
}

}  // namespace

TagMatch TagMap::resolve(const Tags& tags, bytes::View geneve_options, const Address& client,
                         MirrorPort port) const noexcept {
    for (const Ranked& rule : rules_) {
        if (holds(rule.conditions, tags, geneve_options, client, port)) return rule.match;
    }
    return {};
}

}  // namespace sensor::attribute
