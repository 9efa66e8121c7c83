// offport top: numbers as one glance takes them in.
#pragma once

#include <string>

namespace sensor::commands {

/// Three digits that count, in powers of 1000: "0", "0.5", "12.3", "999", "1.2k", "14.9M".
[[nodiscard]] std::string rate_text(double number);
/// Whole: "0", "12", "9,999"; from 10,000 as rate_text().
[[nodiscard]] std::string count_text(double number);
/// "0%", "<1%", "51%"
[[nodiscard]] std::string share_text(double share);

}  // namespace sensor::commands
