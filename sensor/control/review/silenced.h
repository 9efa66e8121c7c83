// Findings that additions to a policy would have kept from being told, one line for each addition
// that a reviewer must look at. Cold path.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "sensor/control/review/learning.h"
#include "sensor/control/review/rejudge.h"

namespace sensor::control {

/// Findings of one pair.
struct Silenced {
    Pair pair;
    std::uint64_t findings = 0;
    std::uint64_t sessions = 0;
    std::set<std::string> destinations;  ///< addresses, or names that a proxy was asked for
    std::set<std::string> devices;
    std::set<std::string> addresses;  ///< of clients whose device is not known
    Severity severity{};              ///< of the gravest
    int score = 0;                    ///< ditto
};

/// What `with` the additions no longer finds, gravest first.
[[nodiscard]] std::vector<Silenced> silenced_between(const Rejudged& without, const Rejudged& with);

/// For people: "medium 45: com.a: tls on tcp/8443: 3 findings, 40 destinations, 2 devices, ...".
[[nodiscard]] std::string text_of(const Silenced& silenced);

}  // namespace sensor::control
