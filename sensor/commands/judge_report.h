// What `offport judge` prints: findings, exceptions, and what sets two policies apart.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "sensor/control/review/policy_difference.h"
#include "sensor/report/style.h"

namespace sensor::commands {

/// The gravest findings, and how often each exception was of use.
void print_rejudged(std::ostream& out, const control::Rejudged& rejudged,
                    const judge::Policy& policy, const report::Style& style);
/// Each finding as an EVE alert, one a line, in the order of when it was first seen.
void print_alerts(std::ostream& out, const control::Rejudged& rejudged,
                  const std::string& sensor_name);

/// One paragraph a difference, and how many there are of each kind.
void print_differences(std::ostream& out, const std::vector<control::Difference>& differences,
                       const report::Style& style);
/// One object a line: `change`, and `before` and `after` as EVE alerts where there are such.
void print_difference_lines(std::ostream& out, const std::vector<control::Difference>& differences,
                            const std::string& sensor_name);

}  // namespace sensor::commands
