#include "sensor/commands/decision_text.h"

#include <ostream>

#include "sensor/report/style.h"

namespace sensor::commands {
namespace {

std::string who_text(const judge::Question& question) {
    if (!question.app.empty()) return report::printable(question.app);
    if (!question.app_group.empty()) {
        return "an app of group " + report::printable(question.app_group);
    }
    return "an unknown app";
}

void print_steps(std::ostream& out, const std::vector<judge::Step>& steps, Rules rules,
                 std::string_view indent) {
    out << '\n' << indent << "how:\n";
    std::size_t number = 0;
    std::size_t left_out = 0;
    for (const judge::Step& step : steps) {
        if (!step.applies && rules != Rules::kAll) {
            ++left_out;
            continue;
        }
        out << indent << "  " << ++number << ". " << step.text << '\n';
    }
    if (left_out != 0 && rules == Rules::kWithAHint) {
        out << indent << "  " << left_out << (left_out == 1 ? " rule is" : " rules are")
            << " about something else; --all shows " << (left_out == 1 ? "it" : "them") << '\n';
    }
}

}  // namespace

void print_decision(std::ostream& out, const judge::Question& question,
                    const judge::Decision& decision, Rules rules, std::string_view indent) {
    out << indent << question.protocol << " on "
        << judge::to_string(question.transport, question.port) << " by " << who_text(question)
        << ": " << (decision.approved ? "approved" : name_of(decision.kind)) << '\n'
        << indent << "  decided by  " << decision.rule << '\n';
    if (!decision.role.empty()) out << indent << "  role        " << decision.role << '\n';
    if (!decision.expected.empty()) out << indent << "  expected    " << decision.expected << '\n';
    print_steps(out, decision.steps, rules, indent);
}

}  // namespace sensor::commands
