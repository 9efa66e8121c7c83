// judge: sessions that are not plainly approved -> findings, one per behaviour. Cold path.
//
// Everything is a function of the policy and the records in their order, so a replay gives the same
// findings, to the byte.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "sensor/judge/behaviour.h"
#include "sensor/model/app_group.h"
#include "sensor/model/record.h"

namespace sensor::judge {

struct Limits {
    std::size_t behaviours = 1U << 16U;  ///< at once; the longest inactive one makes room
    bool tells_all = false;              ///< whatever AlertLimits say
};

/// records = approved + unproven + sessions + updates.
struct Statistics {
    std::uint64_t records = 0;
    std::uint64_t approved = 0;    ///< by an exception, or by a rule that looks at more than ports
    std::uint64_t unproven = 0;    ///< without evidence of a real exchange, or not yet
    std::uint64_t sessions = 0;    ///< counted into a behaviour
    std::uint64_t updates = 0;     ///< more of a session that was counted before
    std::uint64_t behaviours = 0;  ///< ever opened
    std::uint64_t evicted = 0;    ///< behaviours closed for want of room; non-zero: raise the limit
    std::uint64_t revisions = 0;  ///< findings returned, with every revision
    std::uint64_t revised = 0;    ///< sessions that later facts put in another light
    std::uint64_t withdrawn = 0;  ///< findings that they took back
    std::uint64_t suppressed = 0;  ///< findings that were not told when they were new: AlertLimits
};

/// A session that was told of before, as it looks since facts came in later.
struct Revised {
    Observation session;
    std::string because;  ///< which facts, for people
};

/// What one record led to.
struct Considered {
    std::vector<Finding> told;
    std::string finding;  ///< id of the finding that the session belongs to; empty if to none
    std::vector<std::string> exceptions_hit;  ///< ids of the exceptions that approved the session
};

class Judge {
  public:
    /// `policy` must outlive it, or the next use(). A session of which only the app group is known
    /// is approved if one of the group's apps is: which of them it was, nobody can tell.
    explicit Judge(const Policy& policy, std::span<const AppGroup> groups = {},
                   const Limits& limits = {});

    /// Another policy from now on. What is known of behaviours stays.
    void use(const Policy& policy, std::span<const AppGroup> groups = {});

    /// Takes records in their order (see RecordOrder). Returns what is to be told: a new finding,
    /// or a new revision of one whose contributions or severity changed, and the last revision of
    /// those that TimeWindow or want of room has closed.
    [[nodiscard]] Considered consider(RecordKind kind, const Observation& session);
    /// Sessions of one finding, by its id, or with an empty one of none so far. If these are all
    /// its sessions, what speaks against them is gathered anew, and the finding follows them if
    /// they turn out to be one other behaviour. Else those that do not stay leave it, and one that
    /// is left without any is withdrawn. What is approved now is no longer found, and what is not
    /// any more is. Element i of what is returned is what session i led to.
    [[nodiscard]] std::vector<Considered> reconsider(std::span<const Revised> sessions,
                                                     std::string_view finding);
    /// A revision of each finding whose sessions or time changed since it was told.
    [[nodiscard]] std::vector<Finding> finish();

    /// What an earlier process remembered, in its order; more than there is room for is left out.
    void restore(Behaviour behaviour);
    void restore(std::string key, BehaviourTable::Past past);
    /// If the policy has that exception.
    void restore_hits(const std::string& exception, std::uint64_t hits, Timestamp last);
    [[nodiscard]] SpreadTable& spread() noexcept { return spread_; }
    [[nodiscard]] const SpreadTable& spread() const noexcept { return spread_; }
    [[nodiscard]] AlertBudget& budget() noexcept { return budget_; }
    [[nodiscard]] const AlertBudget& budget() const noexcept { return budget_; }
    /// Null if it is not open.
    [[nodiscard]] const Behaviour* find(std::string_view id) { return table_.find_id(id); }
    /// Calls visit(const Behaviour&) for all that are open, longest inactive first.
    template <class Visit>
    void each_behaviour(Visit&& visit) const {
        table_.each(visit);
    }
    /// Calls visit(key, const BehaviourTable::Past&) for all that were closed.
    template <class Visit>
    void each_past(Visit&& visit) const {
        table_.each_past(visit);
    }

    [[nodiscard]] Statistics statistics() const noexcept {
        Statistics all = statistics_;
        all.suppressed = budget_.suppressed();
        return all;
    }
    [[nodiscard]] std::size_t open_behaviours() const noexcept { return table_.size(); }
    /// Sessions that each exception has silenced, by its id; all of the policy's ids are there.
    [[nodiscard]] const std::map<std::string, std::uint64_t>& exception_hits() const noexcept {
        return exception_hits_;
    }
    /// When the newest of these sessions began; of exceptions that silenced any.
    [[nodiscard]] const std::map<std::string, Timestamp>& exception_last_hits() const noexcept {
        return exception_last_hits_;
    }

  private:
    [[nodiscard]] Decision decide_on(const Observation& session) const;
    void count(RecordKind kind, const Observation& session, Considered& result);
    Behaviour& behaviour_for(std::string key, const Observation& session,
                             std::vector<Finding>& told);
    void update(Behaviour& behaviour, RecordKind kind, const Observation& session,
                std::vector<Finding>& told);
    [[nodiscard]] bool is_over(const Behaviour& behaviour, const Observation& session) const;
    void join(Behaviour& behaviour, Decision decision, RecordKind kind, const Observation& session,
              Considered& result);
    void reconsider_one(const Revised& revised, Decision decision, std::string_view finding,
                        Considered& result);
    [[nodiscard]] bool follows(const Behaviour& behaviour, std::span<const Revised> sessions,
                               const std::vector<Decision>& decisions);
    void follow(Behaviour& behaviour, std::span<const Revised> sessions,
                const std::vector<Decision>& decisions, std::vector<Considered>& results);
    void leave(Behaviour& behaviour, const Revised& revised, std::vector<Finding>& told);
    void note_hits(RecordKind kind, const Observation& session, const Decision& decision);
    void close_stale(std::vector<Finding>& told);
    void close(Behaviour& behaviour, std::vector<Finding>& told);
    void evict(Behaviour& behaviour, std::vector<Finding>& told);
    void forget(Behaviour& behaviour);
    void tell_if_changed(Behaviour& behaviour, std::vector<Finding>& told);
    void tell_within_limits(Behaviour& behaviour, const Points& points, std::vector<Finding>& told);
    void tell_if_grown(Behaviour& behaviour, std::vector<Finding>& told);
    /// `points` are those that weigh() gave.
    void tell(Behaviour& behaviour, const Points& points, std::vector<Finding>& told,
              FindingStatus status = FindingStatus::kOpen);
    [[nodiscard]] Points weigh(Behaviour& behaviour) const;

    const Policy* policy_;
    bool tells_all_;
    std::map<std::string, std::vector<std::string>> apps_by_group_;
    BehaviourTable table_;
    AlertBudget budget_;
    SpreadTable spread_;
    Timestamp now_{};
    std::map<std::string, std::uint64_t> exception_hits_;
    std::map<std::string, Timestamp> exception_last_hits_;
    Statistics statistics_;
};

}  // namespace sensor::judge
