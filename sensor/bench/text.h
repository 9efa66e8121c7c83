// The report of a benchmark for people: one table a case. Cold path.
#pragma once

#include <string>

#include "sensor/bench/result.h"

namespace sensor::bench {

/// The machine and how it was measured: the head of the report.
[[nodiscard]] std::string machine_text(const Report& report);
[[nodiscard]] std::string case_text(const CaseResult& result, const Machine& machine);

/// What a row of the table is called: "+ flow".
[[nodiscard]] std::string label_of(Mode mode);
/// Bits a second on an Ethernet wire: with preamble, FCS and gap.
[[nodiscard]] double wire_bits(double frame_bytes, double frames_per_second) noexcept;

}  // namespace sensor::bench
