// The `offport` object of an EVE record: what Suricata's schema has no field for.
//
// Words that a source may not know (lock state, managed, ...) are written as "unknown": in alerts
// always, in flow records if the device is known. Times, durations and names that are not known are
// left out.
#pragma once

#include "lib/json/writer.h"
#include "sensor/model/finding.h"
#include "sensor/report/fact_index.h"

namespace sensor::report {

/// What becomes of who opened a session, and of the device's state, where they are not known.
enum class Unknowns {
    kTold,     ///< an alert says so, as it bears on how to read it
    kLeftOut,  ///< most sessions of an unmanaged network are so: no members, no objects of them
};

/// Writes who opened the session, in which state of device and app, how sure the protocol is, and
/// the tags it came with, into the object that is open. `facts` are the session's.
void write_session_extension(json::Writer& out, const Observation& session, const FactIndex& facts,
                             Unknowns unknowns);

/// Writes the finding's own members, its evidence and recurrence, into the object that is open.
void write_finding_extension(json::Writer& out, const Finding& finding);

}  // namespace sensor::report
