#include "sensor/judge/decide.h"

#include <algorithm>

#include "sensor/judge/exception_match.h"
#include "sensor/judge/glob.h"

namespace sensor::judge {
namespace {

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words)
        text += (text.empty() ? "" : ", ") + word;
    return text;
}

/// One run through the levels.
class Deliberation {
  public:
    Deliberation(const Policy& policy, const Question& question, Explain explain)
        : policy_{policy},
          question_{question},
          name_{plain_host_name(question.name)},
          explain_{explain == Explain::kYes} {}

    Decision run() {
        note_roles();
        const bool approved = ask_exceptions() || ask_apps() || ask_roles() ||
                              ask_service_classes() || ask_defaults() || ask_unknown();
        if (!approved) refuse();
        decision_.denied_by = std::move(denied_by_);
        return std::move(decision_);
    }

  private:
    void step(const std::string& rule, const std::string& why) {
        if (explain_) decision_.steps.push_back({rule + ": " + why});
    }
    /// Notes a rule that is about something else.
    void pass_over(const std::string& rule, const std::string& why) {
        if (explain_) decision_.steps.push_back({.text = rule + ": " + why, .applies = false});
    }
    [[nodiscard]] std::string where() const {
        return to_string(question_.transport, question_.port);
    }
    [[nodiscard]] bool is_unknown() const { return question_.protocol == kUnknownProtocol; }

    bool approve(const std::string& rule, const std::string& why) {
        step(rule, why);
        decision_.approved = true;
        decision_.rule = rule;
        return true;
    }

    void note_roles() {
        for (const Role& role : policy_.roles) {
            if (!mismatch_of(role, question_).empty()) continue;
            decision_.role += (decision_.role.empty() ? "" : ", ") + role.name;
        }
    }

    bool ask_exceptions() {
        std::string first;
        for (const Exception& exception : policy_.exceptions) {
            const std::string rule = "EnterpriseExceptionList." + exception.id;
            if (const std::string why_not = mismatch_of(exception, policy_, question_, name_);
                !why_not.empty()) {
                note_mismatch(exception, rule, why_not);
                continue;
            }
            step(rule, "matches; owner " + exception.owner + ", reason: " + exception.reason);
            decision_.exceptions_hit.push_back(exception.id);
            if (first.empty()) first = rule;
        }
        if (first.empty()) return false;
        decision_.approved = true;
        decision_.rule = first;
        return true;
    }

    /// An exception for this very app that does not apply is what an operator looks for.
    void note_mismatch(const Exception& exception, const std::string& rule,
                       const std::string& why_not) {
        const std::string why = "does not apply: " + why_not;
        if (any_glob_matches(exception.match.apps, question_.app)) return step(rule, why);
        pass_over(rule, why);
    }

    bool denies(const std::string& place, const Rules& rules) {
        if (!rules.deny.contains(question_.protocol)) return false;
        const std::string rule = place + ".deny." + question_.protocol;
        step(rule, "denies it on every port, whatever less specific rules allow");
        if (denied_by_.empty()) denied_by_ = rule;
        return true;
    }

    /// True if `allow` has the port. `counts`: its ports are those that a mismatch expected.
    bool allows(const std::string& place, const Allowances& allow, bool counts) {
        const auto found = allow.find(question_.protocol);
        if (found == allow.end()) {
            pass_over(place, "does not mention " + question_.protocol);
            return false;
        }
        const std::string rule = place + "." + question_.protocol;
        const std::string ports = to_string(found->second);
        if (found->second.contains(question_.transport, question_.port)) {
            return approve(rule, "allows it on " + ports);
        }
        step(rule, "allows it on " + ports + ", not on " + where());
        if (counts) {
            if (elsewhere_.empty()) elsewhere_rule_ = rule;
            elsewhere_.add(found->second);
        }
        return false;
    }

    bool ask_apps() {
        std::vector<const AppRules*> mine;
        for (const AppRules& rules : policy_.apps) {
            if (glob_matches(rules.app, question_.app)) {
                mine.push_back(&rules);
            } else {
                pass_over("apps." + rules.app, "is for another app");
            }
        }
        for (const AppRules* rules : mine) {
            if (denies("apps." + rules->app, rules->rules)) return false;
        }
        return std::ranges::any_of(mine, [this](const AppRules* rules) {
            return allows("apps." + rules->app + ".allow", rules->rules.allow, true);
        });
    }

    bool ask_roles() {
        if (!denied_by_.empty()) return false;
        std::vector<const Role*> mine;
        for (const Role& role : policy_.roles) {
            const std::string why_not = mismatch_of(role, question_);
            if (why_not.empty()) {
                mine.push_back(&role);
            } else if (role.covers(question_.app, question_.app_group)) {
                step("roles." + role.name, why_not);
            } else {
                pass_over("roles." + role.name, why_not);
            }
        }
        for (const Role* role : mine) {
            if (denies("roles." + role->name, role->rules)) return false;
        }
        return std::ranges::any_of(mine, [this](const Role* role) {
            return allows("roles." + role->name + ".allow", role->rules.allow, true);
        });
    }

    bool ask_service_classes() {
        if (!denied_by_.empty()) return false;
        return std::ranges::any_of(policy_.service_classes, [this](const ServiceClass& service) {
            const std::string place = "AllowedServiceClasses." + service.name;
            if (!service.has(question_.destination, name_)) {
                pass_over(place, "the destination is not one of its");
            } else if (!service.apps.empty() && !any_glob_matches(service.apps, question_.app)) {
                pass_over(place, "is limited to other apps");
            } else {
                return allows(place + ".allow", service.allow, false);
            }
            return false;
        });
    }

    bool ask_defaults() {
        if (!denied_by_.empty()) return false;
        return allows(std::string{kDefaultsKey}, policy_.defaults, true);
    }

    bool ask_unknown() {
        const Reservation* reservation = reserved();
        if (reservation != nullptr || !is_unknown() || !denied_by_.empty()) return false;
        return approve("ReservedPorts", "nothing was recognised, and " + where() +
                                            " is not reserved: there is nothing to object to");
    }

    [[nodiscard]] const Reservation* reserved() const {
        return policy_.reserved_against(question_.protocol, question_.transport, question_.port);
    }

    void refuse() {
        if (const Reservation* reservation = reserved(); reservation != nullptr) {
            decision_.kind = FindingKind::kPortMasquerade;
            decision_.rule = "ReservedPorts." + reservation->name;
            const auto& kept_for = reservation->protocols;
            decision_.expected = (kept_for.empty() ? "nothing" : "only " + joined(kept_for)) +
                                 " on " + reservation->name;
            step(decision_.rule,
                 "is kept for " + (kept_for.empty() ? std::string{"nobody"} : joined(kept_for)));
        } else if (!elsewhere_.empty()) {
            decision_.kind = FindingKind::kPortMismatch;
            decision_.rule = elsewhere_rule_;
            decision_.expected = question_.protocol + " on " + to_string(elsewhere_);
        } else {
            decision_.kind = FindingKind::kProtocolUnapproved;
            decision_.rule = denied_by_.empty() ? std::string{kDefaultsKey} : denied_by_;
            decision_.expected = is_unknown() ? "no protocol that is not recognised"
                                              : "no " + question_.protocol + " on any port";
        }
        step("verdict", std::string{name_of(decision_.kind)} + "; expected " + decision_.expected);
    }

    const Policy& policy_;
    const Question& question_;
    std::string name_;
    bool explain_;
    Decision decision_;
    std::string denied_by_;
    PortSet elsewhere_;  ///< where app, role and default allow the protocol
    std::string elsewhere_rule_;
};

}  // namespace

Decision decide(const Policy& policy, const Question& question, Explain explain) {
    if (!question.app.empty() || question.group_apps.empty()) {
        return Deliberation{policy, question, explain}.run();
    }
    const std::string place = "group '" + question.app_group + "'";
    Question about = question;
    std::string first_denial;
    bool are_all_denied = true;
    for (const std::string& app : question.group_apps) {
        about.app = app;
        Decision decision = Deliberation{policy, about, explain}.run();
        if (!decision.approved) {
            if (decision.denied_by.empty()) are_all_denied = false;
            if (first_denial.empty()) first_denial = std::move(decision.denied_by);
            continue;
        }
        if (explain == Explain::kYes) {
            const std::string why = app + ", one of its apps, may; which app it was is not known";
            decision.steps.insert(decision.steps.begin(), {place + ": " + why});
        }
        return decision;
    }
    about.app.clear();
    Decision decision = Deliberation{policy, about, explain}.run();
    decision.denied_by = are_all_denied ? std::move(first_denial) : std::string{};
    if (explain == Explain::kYes && !decision.approved) {
        const std::string why = "none of its apps may: " +
                                joined({question.group_apps.begin(), question.group_apps.end()});
        decision.steps.insert(decision.steps.begin(), {place + ": " + why});
    }
    return decision;
}

}  // namespace sensor::judge
