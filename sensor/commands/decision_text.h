// A decision of the policy for people: what decided, and every rule that had a say.
#pragma once

#include <iosfwd>

#include "sensor/judge/decide.h"

namespace sensor::commands {

/// "tls on tcp/8088 by com.example.app: port-mismatch", what decided, and the steps there; with
/// `all` those about something else, too. Every line begins with `indent`.
void print_decision(std::ostream& out, const judge::Question& question,
                    const judge::Decision& decision, bool all, std::string_view indent = "");

}  // namespace sensor::commands
