// Which protocols apps speak where, in recorded flows that a policy does not approve: what an
// operator may want to add to it. Cold path; memory is bounded by Learning::kMost.
//
// What nobody was using the app for is not learned unless asked for: malware does the same.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sensor/control/configuration.h"
#include "sensor/control/plain_question.h"
#include "sensor/control/review/attendance.h"
#include "sensor/judge/decide.h"

namespace sensor::control {

/// What is learned of one app, or of an app group whose app is not known.
struct Pair {
    bool is_group = false;
    std::string subject;  ///< package or bundle id, or the group's name
    std::string protocol;
    Transport transport{};
    PortNumber port{};

    friend auto operator<=>(const Pair&, const Pair&) = default;
};

struct Support {
    std::uint64_t sessions = 0;
    std::uint64_t devices = 0;  ///< those that feeds name
    std::uint64_t days = 0;     ///< of UTC
    std::uint64_t addresses{};  ///< clients whose device no feed names; one device may have many
};

struct LearnOptions {
    Support least{.sessions = 3, .devices = 2, .days = 1};
    bool background = false;  ///< learn what recurs while nobody uses the app, too
    bool reserved = false;    ///< learn what violates ReservedPorts, too
    bool by_address = false;  ///< an address of which no device is known counts as a device
};

enum class LeftOut {
    kDenied,      ///< a `deny` speaks against it, at least at times
    kReserved,    ///< the port is reserved for others
    kBackground,  ///< of all its sessions, or of one client's, most began while nobody used the app
    kUnweighed,   ///< there were too many clients to tell whether it is kBackground
    kThin,        ///< too few sessions, devices or days
    kUnnamable,   ///< the app's name cannot stand in a policy, or the configuration lacks the group
                  ///< or the protocol
};

struct Learned {
    struct Item {
        Pair pair;
        Support support;
        std::string note{};  ///< what speaks against it, for people; mostly empty
    };
    std::vector<Item> learned;
    std::map<LeftOut, std::vector<Item>> left_out;
    std::uint64_t sessions = 0;   ///< flow records there were
    std::uint64_t counted = 0;    ///< those not approved whose app or group is known
    std::uint64_t anonymous = 0;  ///< not approved, and neither app nor group is known
    bool is_full = false;         ///< more pairs or clients than are counted
    bool names_devices = false;   ///< some session that counted was of a device that is known
};

class Learning {
  public:
    static constexpr std::size_t kMost = 1U << 16U;         ///< pairs
    static constexpr std::size_t kMostClients = 1U << 19U;  ///< of all pairs together

    /// Both must outlive it.
    Learning(const Configuration& configuration, const LearnOptions& options)
        : configuration_{configuration}, options_{options}, question_{configuration} {}

    /// A session that is over.
    void take(const Observation& session);
    [[nodiscard]] Learned finish();

  private:
    /// A device, or an address of which no device is known.
    struct Client {
        bool is_device = false;
        Attendances attendances;
    };
    struct Counted {
        std::uint64_t sessions = 0;
        std::set<std::int64_t> days;
        std::string denial;  // the first `deny` that one of them met
        Attendances attendances;
        std::map<std::string, Client, std::less<>> clients;
        bool is_unweighed = false;  // some have no place among the clients
    };

    /// `denial`: see Decision::denied_by.
    void count(const Observation& session, std::string denial);
    void note_client(const Observation& session, Counted& counted);
    [[nodiscard]] bool can_be_named(const Pair& pair) const;
    [[nodiscard]] bool is_enough(const Support& support) const noexcept;
    /// How a client's sessions, or all of them, recur while nobody uses the app; empty if they do
    /// not.
    [[nodiscard]] std::string recurrence_of(const Counted& counted) const;
    /// Why it is not learned, if it is not; the item's note then says more.
    [[nodiscard]] std::optional<LeftOut> reason_against(const Counted& counted,
                                                        Learned::Item& item) const;

    const Configuration& configuration_;
    const LearnOptions& options_;
    PlainQuestion question_;
    std::map<Pair, Counted> pairs_;
    std::size_t clients_ = 0;  // of all pairs
    Learned result_;
};

[[nodiscard]] Pair pair_of(const Observation& session);
/// The policy with what was learned.
[[nodiscard]] judge::Policy policy_with(judge::Policy policy, const Learned& learned);

}  // namespace sensor::control
