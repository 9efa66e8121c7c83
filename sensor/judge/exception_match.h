// Does an exception apply to a session, and if not, which of its conditions fails?
#pragma once

#include <string>
#include <string_view>

#include "sensor/judge/decide.h"
#include "sensor/judge/policy.h"

namespace sensor::judge {

/// The first condition that does not hold, for people; empty if the exception, which is one of
/// `policy`, applies. `name` is the question's, as plain_host_name() makes it.
[[nodiscard]] std::string mismatch_of(const Exception& exception, const Policy& policy,
                                      const Question& question, std::string_view name);
/// Why a role does not cover who asks; empty if it does.
[[nodiscard]] std::string mismatch_of(const Role& role, const Question& question);

/// A Host or SNI in lower case, without its port and final dot: "Example.org.:8080" is
/// "example.org".
[[nodiscard]] std::string plain_host_name(std::string_view name);

}  // namespace sensor::judge
