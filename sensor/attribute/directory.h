// Who is behind an address, and which app behind a session: every identity event, kept by its own
// time and asked as of a session's. Cold path; one thread.
//
// Events may come late and in any order: the answers are the same as if all had come in order.
#pragma once

#include <deque>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>

#include "lib/metrics/counter_block.h"
#include "sensor/attribute/device_history.h"
#include "sensor/attribute/identity_config.h"
#include "sensor/attribute/lease_book.h"
#include "sensor/attribute/lease_table.h"

namespace sensor::attribute {

enum class DirectoryCounter : std::uint8_t {
    kApplied,        ///< events that told something new
    kDuplicates,     ///< events that were known
    kDropped,        ///< events that were dropped for newer ones, or too old to be kept at all
    kRefused,        ///< events of a device for which there was no room
    kUnknownGroups,  ///< leases that name an app group that identity.yaml does not define
    kUnpublished,    ///< leases that the workers' table had no room for
    kCount,
};

class Directory {
  public:
    struct Limits {
        std::size_t devices = 65536;
        std::size_t events_per_kind = 16384;  ///< of one device; of more, the oldest goes
        std::size_t events = 1'000'000;       ///< of all devices, save leases; ditto
        LeaseBook::Limits leases;
    };

    /// `config` must outlive it, and so must `workers`, the table of leases that workers read, if
    /// there is one.
    Directory(const IdentityConfig& config, const Limits& limits, LeaseTable* workers = nullptr);

    void apply(const IdentityEvent& event);

    /// Fills observation.attribution and observation.context from its client, server, transport,
    /// start and last. `group` and `rule` are what the worker found; without a group that of the
    /// lease counts. The app is named by, in order of trust: a connect event (see
    /// DeviceHistory::connected_app); the group, if it has one app; the device, if its inventory
    /// lists one app of the group only.
    void describe(Observation& observation, AppGroupId group, TagRuleId rule) const;

    [[nodiscard]] const metrics::CounterBlock<DirectoryCounter>& counters() const noexcept {
        return counters_;
    }
    /// Events held now, save leases.
    [[nodiscard]] std::size_t events() const noexcept { return events_; }
    [[nodiscard]] std::size_t devices() const noexcept { return devices_.size(); }

  private:
    struct Device {
        std::string id;
        DeviceNumber number{};
        DeviceHistory history;
    };
    /// The oldest event of one kind of one device.
    struct Oldest {
        Timestamp time{};
        std::string_view device_id;
        std::size_t kind = 0;
        Device* device = nullptr;

        friend auto operator<=>(const Oldest&, const Oldest&) = default;
    };

    [[nodiscard]] Device* find_or_add(const std::string& id);
    [[nodiscard]] const Device* device_of(const Lease* lease) const noexcept;
    void apply_lease(const Device& device, Timestamp time, const LeaseFact& fact);
    void remember(Device& device, const DatedFact& fact);
    void drop_oldest(Device& device, std::size_t kind);
    void list(Device& device, std::size_t kind);
    void unlist(Device& device, std::size_t kind);
    void name_app(const Observation& observation, const Device* device, const AppGroup* group,
                  Attribution& attribution) const;

    const IdentityConfig& config_;
    Limits limits_;
    LeaseTable* workers_;
    std::deque<Device> devices_;  // stays in place; DeviceNumber is the index
    std::unordered_map<std::string, Device*> by_id_;
    LeaseBook leases_;
    std::set<Oldest> oldest_;  // of every kind of every device that holds any
    std::size_t events_ = 0;
    metrics::CounterBlock<DirectoryCounter> counters_;
};

}  // namespace sensor::attribute
