#include "sensor/attribute/feeds/radius_ids.h"

#include <algorithm>

#include "sensor/attribute/feeds/platform_name.h"
#include "sensor/model/device_id.h"

namespace sensor::attribute::feeds::radius {
namespace {

constexpr std::array<DeviceIdKind, static_cast<std::size_t>(IdRank::kCount)> kKinds{
    DeviceIdKind::kUdid, DeviceIdKind::kUdid, DeviceIdKind::kSerial, DeviceIdKind::kImei,
    DeviceIdKind::kMac};

}  // namespace

void DeviceIds::add(IdRank rank, std::string_view value) {
    const auto index = static_cast<std::size_t>(rank);
    std::string id = device_id(kKinds[index], value);
    auto& known = ids_[index];
    if (id.empty() || known.size() == kMost || std::ranges::find(known, id) != known.end()) return;
    known.push_back(std::move(id));
}

void DeviceIds::add_mac(std::string_view value) {
    const std::string id = device_id(DeviceIdKind::kMac, value);
    if (id != "mac:000000000000" && id != "mac:ffffffffffff") add(IdRank::kMac, value);
}

std::pair<std::string, std::vector<std::string>> DeviceIds::settle(std::string_view user) const {
    std::pair<std::string, std::vector<std::string>> settled;
    for (const auto& of_rank : ids_) {
        for (const std::string& id : of_rank) {
            if (settled.first.empty()) {
                settled.first = id;
            } else {
                settled.second.push_back(id);
            }
        }
    }
    if (settled.first.empty()) settled.first = device_id(DeviceIdKind::kUser, user);
    return settled;
}

bool is_mac(std::string_view station, bool is_layer_two) {
    if (device_id(DeviceIdKind::kMac, station).empty() || parse_address(station)) return false;
    constexpr std::string_view kDecimal = "0123456789";
    return is_layer_two || station.find_first_not_of(kDecimal) != std::string_view::npos;
}

void note_platform(std::string_view text, DeviceFact& fact) {
    const Platform platform = platform_named(text);
    if (platform != Platform::kUnknown) fact.platform = platform;
}

void read_cisco_pair(std::string_view pair, DeviceIds& ids, DeviceFact& fact) {
    constexpr std::string_view kMdm = "mdm-tlv=";
    if (!pair.starts_with(kMdm)) return;
    pair.remove_prefix(kMdm.size());
    const std::size_t equals = pair.find('=');
    if (equals == std::string_view::npos) return;
    const std::string_view key = pair.substr(0, equals);
    const std::string_view value = pair.substr(equals + 1);
    if (key == "device-uid") ids.add(IdRank::kUdid, value);
    if (key == "device-uid-global") ids.add(IdRank::kGlobalUdid, value);
    if (key == "device-mac" || key == "device-public-mac") ids.add_mac(value);
    if (key == "device-platform") note_platform(value, fact);
}

}  // namespace sensor::attribute::feeds::radius
