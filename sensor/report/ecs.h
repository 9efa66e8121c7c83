// Records in the Elastic Common Schema, version 9.4; everything of our own is under one `offport`
// object. The order of members is fixed, so equal input gives equal bytes. Cold path.
#pragma once

#include <string_view>

#include "lib/json/writer.h"
#include "sensor/model/finding.h"
#include "sensor/report/eve.h"

namespace sensor::report {

/// One object of event.kind `event`: a session. `finding` is the id of the finding that it belongs
/// to, or empty.
void write_ecs_flow(json::Writer& out, const Observation& session, const EveOptions& options,
                    std::string_view finding = {});

/// One object of event.kind `alert`: a revision of a finding, whose session is its newest.
void write_ecs_alert(json::Writer& out, const Finding& finding, const EveOptions& options);

}  // namespace sensor::report
