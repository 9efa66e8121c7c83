// The facts of a session in EVE's protocol objects: tls, quic, http, dns, ssh, mqtt, sip.
#pragma once

#include "lib/json/writer.h"
#include "sensor/model/observation.h"
#include "sensor/report/fact_index.h"

namespace sensor::report {

/// Writes the members that `facts`, the session's, has something for, into the object that is open.
void write_protocols(json::Writer& out, const Observation& session, const FactIndex& facts);

}  // namespace sensor::report
