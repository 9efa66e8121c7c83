// How many findings there are, each counted once, however often it is told anew; none that were
// withdrawn.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "sensor/model/finding.h"

namespace sensor::report {

class FindingCounts {
  public:
    /// Revisions of one finding come in their order.
    void add(const Finding& finding) noexcept {
        if (finding.severity_before) --counts_[static_cast<std::size_t>(*finding.severity_before)];
        if (finding.status == FindingStatus::kWithdrawn) return;
        ++counts_[static_cast<std::size_t>(finding.severity)];
    }
    /// By Severity of their newest revision.
    [[nodiscard]] const std::array<std::uint64_t, 4>& by_severity() const noexcept {
        return counts_;
    }

  private:
    std::array<std::uint64_t, 4> counts_{};
};

}  // namespace sensor::report
