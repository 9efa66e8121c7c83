// Identity events as ndjson.h reads them: what the journal holds. Cold path.
#pragma once

#include <string>

#include "sensor/model/event.h"

namespace sensor::attribute::feeds {

/// Appends one line and its end. Read back, it is the same event.
void append_ndjson(const IdentityEvent& event, std::string& lines);

}  // namespace sensor::attribute::feeds
