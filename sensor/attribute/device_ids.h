// Which ids are one device's: an inventory tells that a serial number, an IMEI and a MAC belong
// together, a tunnel gateway knows one of them only. Cold path; one thread.
//
// Devices are joined as inventories say, whatever was heard of each before. What contradicts itself
// is not guessed at: two devices with different serial numbers, or different numbers in one MDM,
// stay two, and the contradiction is counted.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "sensor/attribute/lease.h"

namespace sensor::attribute {

class DeviceIds {
  public:
    /// Room for that many devices, and for eight ids of each.
    explicit DeviceIds(std::size_t most_devices) : most_devices_{most_devices} {}

    DeviceIds(const DeviceIds&) = delete;
    DeviceIds& operator=(const DeviceIds&) = delete;
    ~DeviceIds() = default;

    /// The device of this id, a new one if nobody has it yet; nothing if there is no room.
    [[nodiscard]] std::optional<DeviceNumber> find_or_add(std::string_view id);
    /// Nothing if nobody has it.
    [[nodiscard]] std::optional<DeviceNumber> find(std::string_view id) const;

    enum class Outcome : std::uint8_t {
        kKnown,     ///< it is the device's already
        kAdded,     ///< it is now, and was nobody's
        kJoined,    ///< it was another device's, which is now this one
        kConflict,  ///< it is another device's, and they cannot be one
        kNoRoom,
    };
    struct Link {
        Outcome outcome{};
        DeviceNumber survivor{};  ///< if joined: whose number both have from now on
        DeviceNumber absorbed{};  ///< if joined: which number is no longer anybody's
    };
    /// `id` is one of the device's. Both arguments must be of this object's making.
    [[nodiscard]] Link link(DeviceNumber device, std::string_view id);

    /// The device that this number stands for since its devices were joined.
    [[nodiscard]] DeviceNumber current(DeviceNumber device) const noexcept;
    /// The id that people know it by: a serial number before an IMEI, a UDID, an MDM's number, a
    /// MAC, any other, a user. The same whatever the order in which the ids came.
    [[nodiscard]] std::string_view name(DeviceNumber device) const noexcept;
    /// All of them, by that order.
    [[nodiscard]] std::vector<std::string_view> ids(DeviceNumber device) const;

    /// Devices now.
    [[nodiscard]] std::size_t size() const noexcept { return devices_.size() - absorbed_; }
    /// Two ids that cannot be one device's, the first few that were met.
    struct Conflict {
        std::string one;
        std::string other;
    };
    [[nodiscard]] const std::vector<Conflict>& conflicts() const noexcept { return conflicts_; }

  private:
    static constexpr std::uint32_t kNone = ~0U;
    static constexpr std::size_t kIdsPerDevice = 8;
    static constexpr std::size_t kMostConflicts = 100;

    struct Id {
        std::string text;
        DeviceNumber owner{};
        std::uint32_t next = kNone;  ///< the owner's next, by rank and text
    };
    struct Device {
        DeviceNumber parent{};  ///< itself unless absorbed
        std::uint32_t first = kNone;
    };

    [[nodiscard]] std::optional<std::uint32_t> add_id(std::string_view id);
    void own(DeviceNumber device, std::uint32_t id);
    [[nodiscard]] bool contradicts(DeviceNumber a, DeviceNumber b) const;
    void note_conflict(DeviceNumber a, DeviceNumber b);

    std::size_t most_devices_;
    std::deque<Id> ids_;  // stay in place
    std::unordered_map<std::string_view, std::uint32_t> by_text_;
    std::vector<Device> devices_;  // by DeviceNumber
    std::size_t absorbed_ = 0;
    std::vector<Conflict> conflicts_;
};

/// True for "user:...", which several devices may share.
[[nodiscard]] constexpr bool names_a_user(std::string_view id) noexcept {
    return id.starts_with("user:");
}

}  // namespace sensor::attribute
