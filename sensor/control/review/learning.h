// Which protocols apps speak where, in recorded flows that a policy does not approve: what an
// operator may want to add to it. Cold path; memory is bounded by Learning::kMost.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "sensor/control/configuration.h"
#include "sensor/control/review/eve_files.h"
#include "sensor/judge/recurrence.h"

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
    std::uint64_t devices = 0;
    std::uint64_t days = 0;  ///< of UTC
};

struct LearnOptions {
    Support least{.sessions = 3, .devices = 2, .days = 1};
    bool background = false;  ///< learn what recurs in the background, too
};

enum class LeftOut {
    kBackground,  ///< recurs while the app is in the background or the device locked
    kThin,        ///< too few sessions, devices or days
    kUnnamable,   ///< the app's name cannot stand in a policy, or identity.yaml lacks the group
};

struct Learned {
    struct Item {
        Pair pair;
        Support support;
    };
    std::vector<Item> learned;
    std::map<LeftOut, std::vector<Item>> left_out;
    std::uint64_t sessions = 0;   ///< flow records there were
    std::uint64_t anonymous = 0;  ///< not approved, and neither app nor group is known
    bool is_full = false;         ///< more pairs or behaviours than kMost: some were not counted
};

class Learning {
  public:
    static constexpr std::size_t kMost = 1U << 16U;  ///< pairs, and behaviours

    /// Both must outlive it.
    Learning(const Configuration& configuration, const LearnOptions& options)
        : configuration_{configuration}, options_{options} {}

    /// Reads all files once. An error if one cannot be read.
    [[nodiscard]] result::Result<Learned> learn(EveFiles& files);

  private:
    struct Counted {
        std::uint64_t sessions = 0;
        std::set<std::string> devices;
        std::set<std::int64_t> days;
    };
    /// Sessions of one device to one destination.
    struct Habit {
        judge::SessionStarts starts;
        const Pair* pair = nullptr;
        bool in_background = false;
    };

    [[nodiscard]] bool is_new(const Observation& session) const;
    void count(const Observation& session);
    void note_habit(const Observation& session, const Pair& pair);
    [[nodiscard]] bool can_be_named(const Pair& pair) const;
    [[nodiscard]] Learned finish();

    const Configuration& configuration_;
    const LearnOptions& options_;
    std::map<Pair, Counted> pairs_;
    std::map<std::string, Habit> habits_;
    Learned result_;
};

/// The policy with what was learned.
[[nodiscard]] judge::Policy policy_with(judge::Policy policy, const Learned& learned);

}  // namespace sensor::control
