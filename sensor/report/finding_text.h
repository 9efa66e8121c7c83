// A finding as a person reads it in a terminal: who does what, what was approved instead, how
// often, and the score so that it can be redone by hand. Cold path.
#pragma once

#include <ostream>
#include <span>
#include <string>
#include <vector>

#include "sensor/model/finding.h"
#include "sensor/report/style.h"

namespace sensor::report {

/// The gravest first: by severity, then score, then first seen, then id.
[[nodiscard]] bool reads_before(const Finding& a, const Finding& b) noexcept;
void sort_findings(std::vector<const Finding*>& findings);

/// Several lines, each with its line feed; the first is the headline.
[[nodiscard]] std::string render(const Finding& finding, const Style& style);
/// Prints all of them in the order given, a blank line between two.
void print(std::ostream& out, std::span<const Finding* const> findings, const Style& style);

/// How often and when: "8 sessions from 07:02:11 to 07:37:11Z, every 300 s (+/- 1 s)".
[[nodiscard]] std::string occurrence_text(const Finding& finding);

}  // namespace sensor::report
