// The findings that people are shown: as many as anybody reads, the gravest. What was found besides
// is counted, and is in the records.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sensor/report/finding_counts.h"

namespace sensor::report {

class GravestFindings {
  public:
    /// Of each kept finding, the newest revision is.
    explicit GravestFindings(std::size_t most) : most_{most} {}

    /// Revisions of one finding come in their order.
    void add(const Finding& finding);

    /// All there were, by Severity of their newest revision.
    [[nodiscard]] const std::array<std::uint64_t, 4>& by_severity() const noexcept {
        return counts_.by_severity();
    }
    [[nodiscard]] std::uint64_t count() const noexcept;
    /// None if there are no findings.
    [[nodiscard]] std::optional<Severity> worst() const noexcept;
    /// Borrowed until the next add(): at most as many as asked for, in the order in which people
    /// read them.
    [[nodiscard]] std::vector<const Finding*> gravest() const;
    /// The same by their ids.
    [[nodiscard]] std::vector<const Finding*> by_id() const;

  private:
    /// What the order in which findings are read goes by.
    struct Place {
        Severity severity;
        int score;
        Timestamp first_seen;
        std::string id;
    };
    void thin_out();
    [[nodiscard]] static bool is_behind(const Finding& finding, const Place& place) noexcept;

    std::size_t most_;
    std::map<std::string, Finding> kept_;  // up to twice as many as asked for
    std::optional<Place> least_;           // of those kept when thinned out
    FindingCounts counts_;
};

}  // namespace sensor::report
