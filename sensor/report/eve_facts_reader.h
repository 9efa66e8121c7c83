// The protocol objects of a record (tls, http, dns, ...) as the facts they were made of. Cold path.
#pragma once

#include "sensor/report/record_fields.h"

namespace sensor::report {

/// Adds to `session.facts`. `ours` is the record's `offport` object.
void read_facts(const RecordFields& record, const RecordFields& ours, Observation& session);

}  // namespace sensor::report
