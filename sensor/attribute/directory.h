// Who is behind an address, and which app behind a session: every identity event, kept by its own
// time and asked as of a session's. Cold path; one thread.
//
// Events may come late and in any order: the answers are the same as if all had come in order.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "lib/metrics/counter_block.h"
#include "sensor/attribute/device_history.h"
#include "sensor/attribute/device_ids.h"
#include "sensor/attribute/identity_config.h"
#include "sensor/attribute/lease_book.h"
#include "sensor/attribute/lease_table.h"
#include "sensor/model/device_id.h"

namespace sensor::attribute {

enum class DirectoryCounter : std::uint8_t {
    kApplied,         ///< events that told something new
    kDuplicates,      ///< events that were known
    kDropped,         ///< events that were dropped for newer ones, or too old to be kept at all
    kRefused,         ///< events of a device, or with a text, for which there was no room
    kUnknownGroups,   ///< leases that name an app group that identity.yaml does not define
    kUnpublished,     ///< leases that the workers' table had no room for
    kConflicts,       ///< ids told to be one device's that cannot be; see DeviceIds::conflicts()
    kJoined,          ///< devices that turned out to be one that was known by another id
    kAmbiguousUsers,  ///< sessions of a user who has several devices, and who named none
    kCount,
};

/// Sessions that later facts may have put in another light.
struct Touched {
    Timestamp from{};  ///< sessions of this address that began then or later,
    Timestamp to{};    ///< and not after
};

class Directory {
  public:
    using Limits = DirectoryLimits;
    enum class Explain : bool { kNo, kYes };

    /// `config` must outlive it, and so must `workers`, the table of leases that workers read, if
    /// there is one.
    Directory(const IdentityConfig& config, const Limits& limits, LeaseTable* workers = nullptr);

    Directory(const Directory&) = delete;
    Directory& operator=(const Directory&) = delete;
    ~Directory() = default;

    void apply(const IdentityEvent& event);

    /// Fills observation.attribution and observation.context from its client, server, transport,
    /// start and last, and with kYes observation.facts_used. `group` and `rule` are what the worker
    /// found; without a group that of the lease counts. The app is named by, in order of trust: a
    /// connect event (see DeviceHistory::connected_app); the group, if it has one app; the device,
    /// if its inventory lists one app of the group only.
    void describe(Observation& observation, AppGroupId group, TagRuleId rule,
                  Explain explain = Explain::kNo) const;

    /// What was told of a device from `from` to `to`, in order; nothing of one that is not known.
    [[nodiscard]] std::vector<UsedFact> timeline(std::string_view device, Timestamp from,
                                                 Timestamp to) const;
    /// What was known of a device at one moment.
    struct Portrait {
        std::string name;
        std::string user;
        Platform platform = Platform::kUnknown;
        DeviceContext context;  ///< without what is of one app
        std::vector<Address> addresses;
    };
    /// Nothing of one that is not known.
    [[nodiscard]] std::optional<Portrait> portrait(std::string_view device, Timestamp at) const;
    /// All ids of a device, the one it is named by first.
    [[nodiscard]] std::vector<std::string> ids_of(std::string_view device) const;

    /// From now on take_touched() tells which sessions an event bears on.
    void watch() noexcept { is_watched_ = true; }
    /// By client's address, since the last call.
    [[nodiscard]] std::map<Address, Touched> take_touched() { return std::exchange(touched_, {}); }

    /// Calls visit(const IdentityEvent&) with events that, applied to an empty directory, make one
    /// that answers like this one.
    template <class Visit>
    void each_event(Visit&& visit) const;

    [[nodiscard]] const metrics::CounterBlock<DirectoryCounter>& counters() const noexcept {
        return counters_;
    }
    /// Events held now, save leases.
    [[nodiscard]] std::size_t events() const noexcept { return events_; }
    [[nodiscard]] std::size_t lease_events() const noexcept { return leases_.events(); }
    [[nodiscard]] std::size_t devices() const noexcept { return ids_.size(); }
    [[nodiscard]] const DeviceIds& ids() const noexcept { return ids_; }

  private:
    /// The oldest event of one kind of one device.
    struct Oldest {
        std::int64_t time_ns = 0;
        std::string_view device_id;
        DeviceNumber device{};
        std::size_t kind = 0;

        friend bool operator<(const Oldest& a, const Oldest& b) noexcept {
            return std::tie(a.time_ns, a.device_id, a.kind) <
                   std::tie(b.time_ns, b.device_id, b.kind);
        }
    };
    struct Subject {
        const DeviceHistory* device = nullptr;   ///< null if it is not known
        const DeviceHistory* address = nullptr;  ///< what was told of the address alone
        const AppGroup* group = nullptr;
    };

    [[nodiscard]] std::string subject_of(const IdentityEvent& event) const;
    [[nodiscard]] DeviceHistory& history(DeviceNumber device);
    [[nodiscard]] const DeviceHistory* find_history(DeviceNumber device) const noexcept;
    [[nodiscard]] const DeviceHistory* find_history(std::string_view id) const;
    void apply_lease(DeviceNumber device, const IdentityEvent& event, const LeaseFact& fact);
    void publish(const std::vector<Address>& addresses);
    void link(DeviceNumber device, const DeviceFact& fact);
    void link(DeviceNumber device, std::optional<DeviceNumber> other, const std::string& id);
    void absorb(DeviceNumber survivor, DeviceNumber absorbed);
    void note_user(DeviceNumber device, const std::string& user);
    void remember(DeviceNumber device, const KeptFact& fact);
    void keep_within_limits(DeviceNumber device, std::size_t kind);
    void drop_oldest(DeviceNumber device, std::size_t kind);
    void list(DeviceNumber device, std::size_t kind);
    void unlist(DeviceNumber device, std::size_t kind);
    void list(DeviceNumber device);
    void unlist(DeviceNumber device);
    void touch(DeviceNumber device, const IdentityEvent& event);
    void touch(const Address& address, Timestamp from, Timestamp to);
    [[nodiscard]] DeviceNumber carried_by(DeviceNumber device) const;
    [[nodiscard]] Duration skew_of(TextId source) const;
    void name_app(const Observation& observation, const Subject& subject, Attribution& attribution,
                  UsedFacts* used) const;
    [[nodiscard]] bool name_by_record(const Observation& observation, const Subject& subject,
                                      Attribution& attribution, UsedFacts* used) const;
    [[nodiscard]] UsedFact used(const KeptFact& fact) const;
    [[nodiscard]] UsedFact used(const Lease& lease, const Address& address) const;

    const IdentityConfig& config_;
    Limits limits_;
    LeaseTable* workers_;
    TextPool texts_;
    DeviceIds ids_;
    std::vector<DeviceHistory> histories_;                                 // by DeviceNumber
    std::map<std::string, std::vector<DeviceNumber>, std::less<>> users_;  // "user:..." -> devices
    LeaseBook leases_;
    std::set<Oldest> oldest_;  // of every kind of every device that holds any
    std::size_t events_ = 0;
    bool is_watched_ = false;
    std::map<Address, Touched> touched_;
    mutable metrics::CounterBlock<DirectoryCounter> counters_;
};

template <class Visit>
void Directory::each_event(Visit&& visit) const {
    for (std::size_t number = 0; number < histories_.size(); ++number) {
        const auto device = static_cast<DeviceNumber>(number);
        if (ids_.current(device) != device) continue;
        const std::vector<std::string_view> ids = ids_.ids(device);
        if (ids.size() > 1) {
            DeviceFact same;
            same.also_known_as.assign(ids.begin() + 1, ids.end());
            visit(IdentityEvent{{}, std::string{ids.front()}, {}, std::move(same)});
        }
        for (std::size_t kind = 0; kind < kKinds; ++kind) {
            for (const KeptFact& fact : histories_[number].facts(kind)) {
                IdentityEvent event = event_of(fact, texts_);
                event.device = ids.front();
                visit(event);
            }
        }
    }
    leases_.each([&](const Address& address, const LeaseEvent& event) {
        const AppGroup* group = config_.group(event.group);
        visit(IdentityEvent{
            timestamp_of(event.time_ns),
            std::string{ids_.name(event.device)},
            {},
            LeaseFact{address, event.granted, group == nullptr ? std::string{} : group->name}});
    });
}

}  // namespace sensor::attribute
