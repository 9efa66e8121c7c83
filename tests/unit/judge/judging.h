// A judge with a small policy, and short cuts for the records of a session.
#pragma once

#include <algorithm>

#include "sensor/judge/judge.h"
#include "tests/unit/judge/cast.h"

namespace sensor::judge::test {

inline constexpr std::string_view kPolicy = R"(
AllowedProtocolPortMappings:
  tls: {tcp: 443}
ReservedPorts:
  tcp/443: [tls]
EnterpriseExceptionList:
  - {id: EX-1, owner: o, reason: r, expires: 2026-09-21, match: {apps: [com.dev]}}
  - {id: EX-2, owner: o, reason: r, expires: 2027-01-01, match: {protocols: ssh}}
)";

inline bool has_item(const Finding& finding, std::string_view name) {
    return std::ranges::any_of(finding.contributions, [name](const Contribution& contribution) {
        return contribution.name == name;
    });
}

class Judging : public testing::Test {
  protected:
    std::vector<Finding> unapproved(const Observation& session) {
        return judge_.consider(RecordKind::kUnapproved, session).told;
    }
    std::vector<Finding> persisting(const Observation& session) {
        return judge_.consider(RecordKind::kPersisting, session).told;
    }
    std::vector<Finding> end(const Observation& session) {
        return judge_.consider(RecordKind::kEnd, session).told;
    }
    /// Both records of a short session; what is told at the first one.
    std::vector<Finding> whole(const Observation& session) {
        auto told = unapproved(session);
        for (Finding& finding : end(session))
            told.push_back(std::move(finding));
        return told;
    }
    void expect_balance() const {
        const Statistics& is = judge_.statistics();
        EXPECT_EQ(is.records, is.approved + is.unproven + is.sessions + is.updates);
    }

    const Policy policy_ = policy_of(kPolicy);
    Judge judge_{policy_};
};

}  // namespace sensor::judge::test
