// The comment that packets of a finding carry, for whoever opens the file.
#pragma once

#include <string>

#include "sensor/model/finding.h"

namespace sensor::evidence {

/// One line of UTF-8 that names the finding: "offport finding ID revision 1: port-mismatch,
/// severity high, score 70; ssh on tcp/7878; app com.example; device D". What is not known is
/// "unknown".
[[nodiscard]] std::string comment_of(const Finding& finding);

}  // namespace sensor::evidence
