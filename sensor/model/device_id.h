// Ids of devices as every feed writes them, so that two feeds' words for one device are one.
//
// An id is "kind:value". What a feed has under a name of its own, such as "phone-114" or
// "enterprises/LC00x1/devices/3f1a9c", is an id as it stands.
#pragma once

#include <string>
#include <string_view>

namespace sensor {

enum class DeviceIdKind : std::uint8_t {
    kSerial,  ///< of the maker; upper case
    kImei,    ///< digits only
    kMeid,    ///< upper case
    kMac,     ///< of Wi-Fi; twelve hexadecimal digits, lower case, without separators
    kUdid,    ///< Apple's, AnyConnect's or a tunnel's; lower case
    kMdm,     ///< the MDM's own number of the device; lower case
    kUser,    ///< whoever carries it; lower case. One user may have several devices
};

/// "mac:a1b2c3d4e5f6" of "A1-B2-C3-D4-E5-F6". Empty if `value` cannot be such an id: it is empty, a
/// MAC that has not twelve digits, an IMEI that has not 14 to 16.
[[nodiscard]] std::string device_id(DeviceIdKind kind, std::string_view value);

}  // namespace sensor
