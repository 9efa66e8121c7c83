// Findings as OCSF events, version 1.8: class 2004, Detection Finding. What the class has no place
// for is under `unmapped.offport`. The order of members is fixed, so equal input gives equal bytes.
// Cold path.
#pragma once

#include "lib/json/writer.h"
#include "sensor/model/finding.h"
#include "sensor/report/eve.h"

namespace sensor::report {

/// One object: a finding's first revision creates it, a later one updates it, and one that
/// withdraws it closes it.
void write_ocsf(json::Writer& out, const Finding& finding, const EveOptions& options);

}  // namespace sensor::report
