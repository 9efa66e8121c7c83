#include "sensor/attribute/device_ids.h"

#include <algorithm>
#include <array>
#include <tuple>

namespace sensor::attribute {
namespace {

constexpr std::array kKinds{std::string_view{"serial:"}, std::string_view{"imei:"},
                            std::string_view{"meid:"},   std::string_view{"udid:"},
                            std::string_view{"mdm:"},    std::string_view{"mac:"}};
// A device has one of these at most; it may have two IMEIs, and a MAC for each network.
constexpr std::array kSingle{std::string_view{"serial:"}, std::string_view{"mdm:"}};

/// People know a device best by what has the lowest rank.
std::size_t rank_of(std::string_view id) noexcept {
    if (names_a_user(id)) return kKinds.size() + 1;
    for (std::size_t i = 0; i < kKinds.size(); ++i)
        if (id.starts_with(kKinds[i])) return i;
    return kKinds.size();
}

constexpr std::size_t place_of(DeviceNumber device) noexcept {
    return static_cast<std::size_t>(device);
}

}  // namespace

std::optional<DeviceNumber> DeviceIds::find(std::string_view id) const {
    const auto found = by_text_.find(id);
    if (found == by_text_.end()) return std::nullopt;
    return current(ids_[found->second].owner);
}

std::optional<DeviceNumber> DeviceIds::find_or_add(std::string_view id) {
    if (const auto known = find(id)) return known;
    if (size() == most_devices_) return std::nullopt;
    const auto added = add_id(id);
    if (!added) return std::nullopt;
    const auto device = static_cast<DeviceNumber>(devices_.size());
    devices_.push_back({.parent = device, .first = kNone});
    own(device, *added);
    return device;
}

std::optional<std::uint32_t> DeviceIds::add_id(std::string_view id) {
    if (ids_.size() >= most_devices_ * kIdsPerDevice) return std::nullopt;
    const auto number = static_cast<std::uint32_t>(ids_.size());
    ids_.push_back({.text = std::string{id}, .owner = {}, .next = kNone});
    by_text_.emplace(ids_.back().text, number);
    return number;
}

/// Puts the id into the device's list, at its place.
void DeviceIds::own(DeviceNumber device, std::uint32_t id) {
    const auto key = [&](std::uint32_t one) {
        return std::tuple{rank_of(ids_[one].text), std::string_view{ids_[one].text}};
    };
    std::uint32_t* link = &devices_[place_of(device)].first;
    while (*link != kNone && key(*link) < key(id))
        link = &ids_[*link].next;
    ids_[id].owner = device;
    ids_[id].next = *link;
    *link = id;
}

DeviceIds::Link DeviceIds::link(DeviceNumber device, std::string_view id) {
    device = current(device);
    const auto other = find(id);
    if (!other) {
        const auto added = add_id(id);
        if (!added) return {.outcome = Outcome::kNoRoom};
        own(device, *added);
        return {.outcome = Outcome::kAdded};
    }
    if (*other == device) return {.outcome = Outcome::kKnown};
    if (contradicts(device, *other)) {
        note_conflict(device, *other);
        return {.outcome = Outcome::kConflict};
    }
    // The lower number stays: which it is must not depend on who names whom.
    const auto [survivor, absorbed] = std::minmax(device, *other);
    std::uint32_t next = devices_[place_of(absorbed)].first;
    while (next != kNone)
        own(survivor, std::exchange(next, ids_[next].next));
    devices_[place_of(absorbed)] = {.parent = survivor, .first = kNone};
    ++absorbed_;
    return {.outcome = Outcome::kJoined, .survivor = survivor, .absorbed = absorbed};
}

DeviceNumber DeviceIds::current(DeviceNumber device) const noexcept {
    while (devices_[place_of(device)].parent != device)
        device = devices_[place_of(device)].parent;
    return device;
}

std::string_view DeviceIds::name(DeviceNumber device) const noexcept {
    const Device& known = devices_[place_of(current(device))];
    return known.first == kNone ? std::string_view{} : std::string_view{ids_[known.first].text};
}

std::vector<std::string_view> DeviceIds::ids(DeviceNumber device) const {
    std::vector<std::string_view> all;
    for (std::uint32_t id = devices_[place_of(current(device))].first; id != kNone;
         id = ids_[id].next)
        all.emplace_back(ids_[id].text);
    return all;
}

bool DeviceIds::contradicts(DeviceNumber a, DeviceNumber b) const {
    const auto of_kind = [&](DeviceNumber device, std::string_view kind) -> std::string_view {
        for (const std::string_view id : ids(device))
            if (id.starts_with(kind)) return id;
        return {};
    };
    return std::ranges::any_of(kSingle, [&](std::string_view kind) {
        const std::string_view one = of_kind(a, kind);
        const std::string_view other = of_kind(b, kind);
        return !one.empty() && !other.empty() && one != other;
    });
}

void DeviceIds::note_conflict(DeviceNumber a, DeviceNumber b) {
    if (conflicts_.size() == kMostConflicts) return;
    const auto same = [&](const Conflict& one) {
        return one.one == name(std::min(a, b)) && one.other == name(std::max(a, b));
    };
    if (std::ranges::any_of(conflicts_, same)) return;
    conflicts_.push_back({std::string{name(std::min(a, b))}, std::string{name(std::max(a, b))}});
}

}  // namespace sensor::attribute
