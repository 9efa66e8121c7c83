// The ids of a device that RADIUS attributes carry, and which of them to trust most. Cold path.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sensor/model/event.h"

namespace sensor::attribute::feeds::radius {

/// From the most trusted on.
enum class IdRank : std::uint8_t { kUdid, kGlobalUdid, kSerial, kImei, kMac, kCount };

class DeviceIds {
  public:
    /// What is no such id, or known, is left out.
    void add(IdRank rank, std::string_view value);
    /// The same for the MAC of a device or of one of its interfaces; that of nobody (all zeros or
    /// ones) is left out too.
    void add_mac(std::string_view value);

    /// The most trusted id, else "user:..." of `user`; and all the others, without any user's.
    [[nodiscard]] std::pair<std::string, std::vector<std::string>> settle(
        std::string_view user) const;

  private:
    static constexpr std::size_t kMost = 4;  // of one rank
    std::array<std::vector<std::string>, static_cast<std::size_t>(IdRank::kCount)> ids_;
};

/// Whether a Calling-Station-Id is a MAC: VPN gateways put an address there, mobile networks a
/// telephone number. Twelve decimal digits are one only if `is_layer_two`.
[[nodiscard]] bool is_mac(std::string_view station, bool is_layer_two);

/// "mdm-tlv=device-uid=..." and its like, as AnyConnect tells of a device (ACIDex). Others are
/// left.
void read_cisco_pair(std::string_view pair, DeviceIds& ids, DeviceFact& fact);

/// "android", "apple-ios", "Android 15", "iOS 18.1"; others say nothing of it.
void note_platform(std::string_view text, DeviceFact& fact);

}  // namespace sensor::attribute::feeds::radius
