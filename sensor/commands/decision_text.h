// A decision of the policy for people: what decided, and every rule that had a say.
#pragma once

#include <iosfwd>

#include "sensor/judge/decide.h"

namespace sensor::commands {

/// Which rules a decision is told with.
enum class Rules {
    kWithASay,   ///< those that had a say
    kWithAHint,  ///< and how many more there are, which --all shows
    kAll,
};

/// "tls on tcp/8088 by com.example.app: port-mismatch", what decided, and the steps there. Every
/// line begins with `indent`.
void print_decision(std::ostream& out, const judge::Question& question,
                    const judge::Decision& decision, Rules rules, std::string_view indent = "");

}  // namespace sensor::commands
