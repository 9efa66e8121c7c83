// Records in EVE JSON, as Suricata defines its fields (etc/schema.json there); everything of our
// own is under one `offport` object. The order of members is fixed, so equal input gives equal
// bytes. Cold path.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "lib/json/writer.h"
#include "sensor/model/finding.h"

namespace sensor::report {

struct EveOptions {
    std::string host{};                   ///< the sensor's name, `host`; left out if empty
    std::uint16_t community_id_seed = 0;  ///< that of the site's other tools
    std::string version{};                ///< offport's own; EVE does not tell it
};

/// `signature_id` of a kind of finding: 1509001 and up, from the range left to local rules. A
/// number, once given, is never reused.
[[nodiscard]] int signature_id_of(FindingKind kind) noexcept;

/// One object of event_type `flow`. `finding` is the id of the finding this session belongs to, or
/// empty; it sets `flow.alerted`. What is not known of app and device is left out.
void write_flow(json::Writer& out, const Observation& session, const EveOptions& options,
                std::string_view finding = {});

/// One object of event_type `alert`, whose session is the finding's newest. What is not known of
/// app and device is "unknown".
void write_alert(json::Writer& out, const Finding& finding, const EveOptions& options);

}  // namespace sensor::report
