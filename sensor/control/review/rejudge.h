// Whole sessions given to a judge as the daemon gives it live ones: asked the cheap question first,
// judged when they began and once more when they were over. AlertLimits do not count: nobody is
// alerted. Cold path.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "sensor/control/configuration.h"
#include "sensor/control/plain_question.h"
#include "sensor/judge/judge.h"

namespace sensor::control {

/// What one policy makes of sessions.
struct Rejudged {
    std::map<std::string, Finding> findings;  ///< by id, each in its last revision
    judge::Statistics statistics;
    std::map<std::string, std::uint64_t> exception_hits;   ///< all of the policy's, by id
    std::map<std::string, Timestamp> exception_last_hits;  ///< of those that have any
};

class Rejudge {
  public:
    /// `configuration` must outlive it.
    explicit Rejudge(const Configuration& configuration);

    /// A session when it begins (kUnapproved), or when it is over (kEnd). In the order of these
    /// times.
    void consider(RecordKind kind, Observation session);
    [[nodiscard]] Rejudged finish();

  private:
    void note(judge::Considered considered);

    bool has_neighbours_;
    PlainQuestion question_;
    judge::Judge judge_;
    Rejudged result_;
};

}  // namespace sensor::control
