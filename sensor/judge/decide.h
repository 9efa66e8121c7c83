// May this app speak this protocol here? Resolution, most specific first: exception, app, role,
// service class, protocol default. Cold path; see plain_approval.h for the workers' question.
//
// An app's or a role's `deny` beats its own and every less specific allow. Whatever is allowed is
// approved, on a reserved port too: ReservedPorts tells what it means that nothing allows it.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sensor/judge/policy.h"
#include "sensor/model/finding.h"

namespace sensor::judge {

/// Unknown texts stay empty and match no condition but a bare `*`.
struct Question {
    std::string protocol{kUnknownProtocol};
    Transport transport = Transport::kTcp;
    PortNumber port{};                   ///< the server's
    std::optional<Address> destination;  ///< the server's
    std::string name;                    ///< SNI or Host, in any case, with or without a port
    std::string app;
    std::string app_group;
    /// The group's apps, borrowed. If `app` is empty, the session is approved if one of them is:
    /// which of them it was, nobody can tell.
    std::span<const std::string> group_apps{};
    std::string device;    ///< device id
    std::string signer{};  ///< SHA-256 of the app's certificate, lower-case hexadecimal
    Platform platform = Platform::kUnknown;
    Tristate app_managed = Tristate::kUnknown;  ///< by the MDM
    Timestamp time{};                           ///< the session's start; exceptions expire by it
};

/// One thing that was looked at on the way to a decision.
struct Step {
    std::string text;     ///< "roles.mail.allow.smtp: allows it on tcp/25, 587"
    bool applies = true;  ///< false for a rule that is about something else
};

struct Decision {
    bool approved = false;
    FindingKind kind{};    ///< only if not approved
    std::string rule;      ///< the line that decided: "roles.mail.allow.smtp"
    std::string expected;  ///< for people: "tls on tcp/443, 853"; empty if approved
    /// The `deny` that speaks against it, whichever rule decided: "apps.com.a.deny.tls"; empty if
    /// there is none. If only the group is known: that of its first app, if all have one.
    std::string denied_by;
    std::string role;                         ///< the app's roles, comma-separated; may be empty
    std::vector<std::string> exceptions_hit;  ///< ids of those that matched
    /// The path to the decision: every rule that was looked at, and why it did or did not apply.
    std::vector<Step> steps;
};

enum class Explain : std::uint8_t { kNo, kYes };

/// A pure function of its arguments. `explain` says whether `steps` is wanted.
[[nodiscard]] Decision decide(const Policy& policy, const Question& question,
                              Explain explain = Explain::kYes);

}  // namespace sensor::judge
