#include <algorithm>
#include <functional>
#include <map>

#include "sensor/judge/glob.h"
#include "sensor/judge/plain_approval.h"

namespace sensor::judge {
namespace {

/// Every port of one transport on which no reservation keeps unknown protocols off.
PortSet unreserved(const Policy& policy, Transport transport) {
    PortSet ports;
    std::uint32_t first = 0;
    for (std::uint32_t port = 0; port <= kAnyPort.last + 1U; ++port) {
        const bool is_end = port > kAnyPort.last;
        if (!is_end && policy.reserved_against(kUnknownProtocol, transport,
                                               static_cast<PortNumber>(port)) == nullptr) {
            continue;
        }
        if (first < port) {
            ports.add(transport,
                      {static_cast<std::uint16_t>(first), static_cast<std::uint16_t>(port - 1)});
        }
        first = port + 1;
    }
    return ports;
}

void add_allowed(PortSet& ports, const Allowances& allow, std::string_view protocol) {
    if (const auto found = allow.find(protocol); found != allow.end()) ports.add(found->second);
}

/// Where everybody may speak `protocol` whom nothing denies it.
PortSet plain_for_all(const Policy& policy, std::string_view protocol) {
    PortSet ports;
    add_allowed(ports, policy.defaults, protocol);
    if (protocol != kUnknownProtocol) return ports;
    ports.add(unreserved(policy, Transport::kTcp));
    ports.add(unreserved(policy, Transport::kUdp));
    return ports;
}

/// Where an app of a group may speak `protocol`, wherever it goes; `plain` is where all may.
PortSet plain_for_app(const Policy& policy, std::string_view protocol, std::string_view app,
                      std::string_view group, const PortSet& plain) {
    PortSet ports;
    for (const AppRules& rules : policy.apps) {
        if (!glob_matches(rules.app, app)) continue;
        if (rules.rules.deny.contains(protocol)) return {};
        add_allowed(ports, rules.rules.allow, protocol);
    }
    PortSet less_specific;
    for (const Role& role : policy.roles) {
        if (!role.covers(app, group)) continue;
        // One that has conditions may deny, and need not allow.
        if (role.rules.deny.contains(protocol)) return ports;
        if (role.conditions.empty()) add_allowed(less_specific, role.rules.allow, protocol);
    }
    ports.add(less_specific);
    ports.add(plain);
    return ports;
}

/// Where every app may that a group may hold, if its apps are not known.
PortSet plain_for_any(const Policy& policy, std::string_view protocol, std::string_view group,
                      const PortSet& plain) {
    PortSet ports;
    for (const AppRules& rules : policy.apps) {
        if (rules.rules.deny.contains(protocol)) return {};
    }
    for (const Role& role : policy.roles) {
        const bool may_cover = !role.apps.empty() || role.covers("", group);
        if (may_cover && role.rules.deny.contains(protocol)) return {};
        const auto& groups = role.app_groups;
        if (role.conditions.empty() && std::ranges::find(groups, group) != groups.end()) {
            add_allowed(ports, role.rules.allow, protocol);
        }
    }
    ports.add(plain);
    return ports;
}

/// Ports of one transport as one bit each.
template <class Bits>
Bits bits_of(const PortSet& ports, Transport transport) {
    Bits bits{};
    for (const PortRange range : ports.ranges(transport)) {
        for (std::size_t port = range.first; port <= range.last; ++port) {
            bits[port / 64] |= std::uint64_t{1} << (port % 64);
        }
    }
    return bits;
}

template <class Bits>
Bits common_bits(const Policy& policy, std::string_view protocol, Transport transport,
                 const AppGroup& group, const PortSet& plain) {
    if (group.apps.empty()) {
        return bits_of<Bits>(plain_for_any(policy, protocol, group.name, plain), transport);
    }
    Bits common;
    common.fill(~std::uint64_t{0});
    for (const std::string& app : group.apps) {
        const auto mine =
            bits_of<Bits>(plain_for_app(policy, protocol, app, group.name, plain), transport);
        std::ranges::transform(common, mine, common.begin(), std::bit_and{});
    }
    return common;
}

/// Keeps each set of ports once.
template <class Bits>
class SharedSets {
  public:
    /// `sets` begins with the empty set.
    explicit SharedSets(std::vector<Bits>& sets) : sets_{sets} { known_.emplace(sets.front(), 0); }

    [[nodiscard]] std::uint16_t place_of(const Bits& bits) {
        const auto found = known_.find(bits);
        if (found != known_.end()) return found->second;
        // More sets than numbers: the rest are asked of the judge, as if nothing were plain.
        if (sets_.size() > UINT16_MAX) return 0;
        const auto place = static_cast<std::uint16_t>(sets_.size());
        sets_.push_back(bits);
        known_.emplace(bits, place);
        return place;
    }

  private:
    std::vector<Bits>& sets_;
    std::map<Bits, std::uint16_t> known_;
};

}  // namespace

PlainApproval::PlainApproval(const Policy& policy, std::span<const std::string> protocols,
                             std::span<const AppGroup> groups)
    : groups_{groups.size() + 1}, table_(groups_ * kRow), sets_(1) {
    SharedSets<Bits> shared{sets_};
    const AppGroup no_group;
    for (std::size_t id = 0; id < protocols.size(); ++id) {
        const std::string& protocol = protocols[id];
        const PortSet plain = plain_for_all(policy, protocol);
        for (std::size_t group = 0; group < groups_; ++group) {
            const AppGroup& who = group == 0 ? no_group : groups[group - 1];
            for (const Transport transport : {Transport::kTcp, Transport::kUdp}) {
                table_[group * kRow + column_of(static_cast<ProtocolId>(id), transport)] =
                    shared.place_of(common_bits<Bits>(policy, protocol, transport, who, plain));
            }
        }
    }
}

}  // namespace sensor::judge
