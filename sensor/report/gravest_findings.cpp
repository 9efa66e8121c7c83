#include "sensor/report/gravest_findings.h"

#include <algorithm>
#include <numeric>
#include <tuple>

#include "sensor/report/finding_text.h"

namespace sensor::report {

void GravestFindings::add(const Finding& finding) {
    counts_.add(finding);
    const auto known = kept_.find(finding.id);
    if (finding.status == FindingStatus::kWithdrawn) {
        if (known != kept_.end()) kept_.erase(known);
        return;
    }
    if (known != kept_.end()) {
        known->second = finding;
        return;
    }
    // Most findings of a trace that has many are not worth a copy.
    if (least_ && is_behind(finding, *least_)) return;
    kept_.emplace(finding.id, finding);
    if (kept_.size() / 2 > most_) thin_out();
}

bool GravestFindings::is_behind(const Finding& finding, const Place& place) noexcept {
    return std::tie(finding.severity, finding.score, place.first_seen, place.id) <
           std::tie(place.severity, place.score, finding.first_seen, finding.id);
}

void GravestFindings::thin_out() {
    const std::vector<const Finding*> all = gravest();
    const Finding& last = *all.back();
    least_ = Place{last.severity, last.score, last.first_seen, last.id};
    std::map<std::string, Finding> kept;
    for (const Finding* finding : all)
        kept.insert(kept_.extract(finding->id));
    kept_ = std::move(kept);
}

std::uint64_t GravestFindings::count() const noexcept {
    return std::accumulate(by_severity().begin(), by_severity().end(), std::uint64_t{0});
}

std::optional<Severity> GravestFindings::worst() const noexcept {
    for (std::size_t severity = by_severity().size(); severity-- > 0;) {
        if (by_severity()[severity] != 0) return static_cast<Severity>(severity);
    }
    return std::nullopt;
}

std::vector<const Finding*> GravestFindings::gravest() const {
    std::vector<const Finding*> all = by_id();
    sort_findings(all);
    all.resize(std::min(all.size(), most_));
    return all;
}

std::vector<const Finding*> GravestFindings::by_id() const {
    std::vector<const Finding*> all;
    for (const auto& [id, finding] : kept_)
        all.push_back(&finding);
    return all;
}

}  // namespace sensor::report
