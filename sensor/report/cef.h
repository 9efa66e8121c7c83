// Findings in the Common Event Format, version 0, as one line. Cold path.
#pragma once

#include <string>
#include <string_view>

#include "sensor/model/finding.h"
#include "sensor/report/eve.h"

namespace sensor::report {

/// "CEF:0|offport|offport|1.0|1509001|TLS on tcp/8088 by ...|8|rt=... src=...", without a line
/// break whatever the finding holds.
[[nodiscard]] std::string cef_text(const Finding& finding, const EveOptions& options);

/// A field of the header: `\` and `|` escaped, control characters as spaces, bytes that are no
/// UTF-8 as U+FFFD.
[[nodiscard]] std::string cef_header_text(std::string_view value);
/// A value of the extension: `\` and `=` escaped, line breaks as `\n` and `\r`, other control
/// characters as spaces, bytes that are no UTF-8 as U+FFFD.
[[nodiscard]] std::string cef_value_text(std::string_view value);

}  // namespace sensor::report
