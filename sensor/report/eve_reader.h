// EVE records of our own, read back: what eve.h writes of a session, so that it can be judged anew.
// Cold path.
#pragma once

#include <string_view>

#include "lib/json/json.h"
#include "sensor/model/observation.h"

namespace sensor::report {

/// "flow", "alert", ...; empty if `record` is no EVE record.
[[nodiscard]] std::string_view event_type_of(const json::Value& record) noexcept;
/// The id of the finding that a flow or an alert belongs to; empty if to none.
[[nodiscard]] std::string_view finding_of(const json::Value& record) noexcept;

/// The session of a `flow` or an `alert` as write_flow() wrote it. What records leave out is lost:
/// the order of facts, comments of SSH's identification, all but the newest of two TLS versions,
/// and of durations what is below a millisecond. An alert of a session beyond its proxy has the
/// proxy as its server; `proxy_protocol` says so. The error says which member is missing or wrong,
/// what was expected, and what is there.
[[nodiscard]] result::Result<Observation> read_session(const json::Value& record);

}  // namespace sensor::report
