// Every lease event of every address, and the leases they add up to: the same whatever the order in
// which the events arrived. Cold path.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "sensor/attribute/directory_limits.h"
#include "sensor/attribute/lease.h"
#include "sensor/model/address.h"
#include "sensor/model/timestamp.h"

namespace sensor::attribute {

/// From now on (`granted`), or until now, the address is the device's.
struct LeaseEvent {
    std::int64_t time_ns = 0;
    DeviceNumber device{};
    AppGroupId group{};
    bool granted = false;

    friend auto operator<=>(const LeaseEvent&, const LeaseEvent&) = default;
};

class LeaseBook {
  public:
    using Limits = LeaseLimits;
    /// What the book asks about devices.
    struct Devices {
        /// Decides between devices that are granted an address at one moment: the last by name.
        std::function<std::string_view(DeviceNumber)> name;
        /// Whose number it is now; see DeviceIds::current().
        std::function<DeviceNumber(DeviceNumber)> current;
    };
    LeaseBook(const Limits& limits, Devices devices)
        : limits_{limits}, devices_{std::move(devices)} {}

    struct Outcome {
        bool is_news = false;            ///< false for an event that was known
        std::size_t dropped_events = 0;  ///< that found no room
        std::vector<Address> changed;    ///< addresses whose leases() are different now
    };
    Outcome apply(const Address& address, const LeaseEvent& event);

    /// In order, without overlap. An address is a device's from its grant to its own release or to
    /// another's grant; a release by another device changes nothing. A grant to the device that has
    /// it is a renewal, which keeps the app group unless it names one.
    [[nodiscard]] std::vector<Lease> leases(const Address& address) const;
    /// Of those, the one that covers `time_ns`.
    [[nodiscard]] std::optional<Lease> at(const Address& address, std::int64_t time_ns) const;
    /// Addresses that the device had events of, in no order, the newest kAddressesOf at most.
    [[nodiscard]] std::vector<Address> addresses_of(DeviceNumber device) const;

    [[nodiscard]] std::size_t events() const noexcept { return events_; }
    [[nodiscard]] std::size_t addresses() const noexcept { return histories_.size(); }
    /// Calls visit(address, event) for every event that is kept.
    template <class Visit>
    void each(Visit&& visit) const {
        for (const auto& [address, events] : histories_)
            for (const LeaseEvent& event : events)
                visit(address, event);
    }
    /// `absorbed` is `survivor` from now on.
    void join(DeviceNumber survivor, DeviceNumber absorbed);
    /// Of the device's addresses: after its name has changed.
    void sort(DeviceNumber device);

  private:
    static constexpr std::size_t kAddressesOf = 64;

    struct Hash {
        std::size_t operator()(const Address& address) const noexcept;
    };
    using Events = std::vector<LeaseEvent>;  // in order

    /// At one moment releases come before grants: a renewal at the very end of a lease goes on.
    [[nodiscard]] bool is_before(const LeaseEvent& a, const LeaseEvent& b) const;
    /// Calls visit(lease) for each, in order, until it says stop by returning false.
    template <class Visit>
    void add_up(const Events& events, Visit&& visit) const;
    void note_address(DeviceNumber device, const Address& address);
    void forget_stalest(Outcome& outcome);

    Limits limits_;
    Devices devices_;
    std::size_t events_ = 0;
    std::unordered_map<Address, Events, Hash> histories_;
    std::set<std::pair<std::int64_t, Address>> by_newest_event_;
    std::unordered_map<DeviceNumber, std::vector<Address>> addresses_;  // newest last
};

}  // namespace sensor::attribute
