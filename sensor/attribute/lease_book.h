// Every lease event of every address, and the leases they add up to: the same whatever the order in
// which the events arrived. Cold path.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include "sensor/attribute/lease.h"
#include "sensor/model/address.h"
#include "sensor/model/timestamp.h"

namespace sensor::attribute {

/// At one moment releases come before grants: a renewal at the very end of a lease goes on.
struct LeaseEvent {
    Timestamp time{};
    bool granted = false;
    std::string device_id;  ///< decides between devices that are granted it at one moment: the last
    AppGroupId group{};
    DeviceNumber device{};

    friend auto operator<=>(const LeaseEvent&, const LeaseEvent&) = default;
};

class LeaseBook {
  public:
    struct Limits {
        std::size_t addresses = 65536;         ///< of more, the one longest without an event goes
        std::size_t events_per_address = 256;  ///< of more, the oldest goes
    };
    explicit LeaseBook(const Limits& limits) noexcept : limits_{limits} {}

    struct Outcome {
        bool is_news = false;            ///< false for an event that was known
        std::size_t dropped_events = 0;  ///< that found no room
        std::vector<Address> changed;    ///< addresses whose leases() are different now
    };
    Outcome apply(const Address& address, const LeaseEvent& event);

    /// In order, without overlap. An address is a device's from its grant to its own release or to
    /// another's grant; a release by another device changes nothing. A grant to the device that has
    /// it is a renewal, which keeps the app group unless it names one.
    [[nodiscard]] std::span<const Lease> leases(const Address& address) const noexcept;

  private:
    struct History {
        std::set<LeaseEvent> events;
        std::vector<Lease> leases;  // what they add up to
    };
    using Histories = std::map<Address, History>;

    void forget_stalest(Outcome& outcome);

    Limits limits_;
    Histories histories_;
    std::set<std::pair<Timestamp, Address>> by_newest_event_;
};

}  // namespace sensor::attribute
