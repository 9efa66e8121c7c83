// The score of a behaviour: a sum of named items of evidence, so that an analyst can redo it.
//
// Evidence once seen in a session of the behaviour stays, so that the score does not fall when more
// sessions come, nor flap between those of which more or less is known. Only facts take it away:
// that the app came to the foreground after all, that a session was another's. What is unknown is
// no evidence.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "sensor/judge/policy.h"
#include "sensor/judge/spread.h"
#include "sensor/model/finding.h"

namespace sensor::judge {

/// What was seen, for an analyst, by item.
class EvidenceList {
  public:
    void set(Evidence item, std::string detail) { details_[place(item)] = std::move(detail); }
    void drop(Evidence item) { details_[place(item)].reset(); }
    [[nodiscard]] const std::optional<std::string>& operator[](Evidence item) const {
        return details_[place(item)];
    }

  private:
    static constexpr std::size_t place(Evidence item) { return static_cast<std::size_t>(item); }
    std::array<std::optional<std::string>, kEvidenceCount> details_;
};

/// What the policy's own answer says: the kind, the protocol's risk, the app's mapping.
void note_decision(FindingKind kind, const std::string& expected, const Observation& session,
                   EvidenceList& evidence);
/// Whether work of the app in the background, as a job or a process that began while the device was
/// locked, began within JobWindow before the session.
[[nodiscard]] bool is_background_work(const Policy& policy, const DeviceContext& context) noexcept;
/// What is known about device and app as of the session. `first_seen` is the behaviour's: an app
/// that came to the foreground since then does not work in the background.
void note_context(const Policy& policy, const Observation& session, Timestamp first_seen,
                  EvidenceList& evidence);
/// To how many destinations the app speaks on this port where it may not, and on how many ports to
/// this destination; at most SpreadTable::kMost.
void note_spread(const Policy& policy, const Observation& session, unsigned destinations,
                 unsigned ports, EvidenceList& evidence);
/// Whether the sessions keep time, or once did, and whether one lives long.
void note_history(const Policy& policy, const Recurrence& recurrence, Duration longest,
                  EvidenceList& evidence);

/// By item of evidence; 0 for what is not seen.
using Points = std::array<int, kEvidenceCount>;

[[nodiscard]] Points points_of(const Policy& policy, const EvidenceList& evidence,
                               const std::string& protocol);
[[nodiscard]] int sum_of(const Points& points) noexcept;
/// The same for people, in the order of `Evidence`. The platform names the analytic.
[[nodiscard]] std::vector<Contribution> contributions_of(const Policy& policy,
                                                         const EvidenceList& evidence,
                                                         const std::string& protocol,
                                                         Platform platform);
[[nodiscard]] Severity severity_of(const SeverityThresholds& thresholds, int score) noexcept;
/// "AN1828" for iOS; "AN1827" for Android and where the platform is unknown.
[[nodiscard]] std::string analytic_of(Platform platform);

}  // namespace sensor::judge
