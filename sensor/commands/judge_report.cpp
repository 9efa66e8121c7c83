#include "sensor/commands/judge_report.h"

#include <algorithm>
#include <array>
#include <ostream>
#include <tuple>

#include "sensor/report/eve.h"
#include "sensor/report/finding_text.h"
#include "sensor/report/time_text.h"
#include "sensor/report/wording.h"

namespace sensor::commands {
namespace {

constexpr std::size_t kMostShown = 200;  // findings; nobody reads more on a terminal

void print_exceptions(std::ostream& out, const control::Rejudged& rejudged,
                      const judge::Policy& policy) {
    if (policy.exceptions.empty()) return;
    out << "exceptions\n";
    for (const judge::Exception& exception : policy.exceptions) {
        out << "  " << report::printable(exception.id) << "  ";
        const auto last = rejudged.exception_last_hits.find(exception.id);
        if (last == rejudged.exception_last_hits.end()) {
            out << "unused: matched no session of this recording\n";
            continue;
        }
        out << "matched " << report::counted(rejudged.exception_hits.at(exception.id), "session")
            << ", last at " << report::date_clock_text(last->second) << '\n';
    }
}

/// "port-mismatch, medium, score 52, by AllowedProtocolPortMappings.tls"
std::string verdict_of(const Finding& finding) {
    return std::string{name_of(finding.kind)} + ", " + std::string{name_of(finding.severity)} +
           ", score " + std::to_string(finding.score) + ", by " + report::printable(finding.rule);
}

report::Ink ink_of(control::Change change) noexcept {
    switch (change) {
        case control::Change::kGained: return report::Ink::kRed;
        case control::Change::kLost: return report::Ink::kBlue;
        case control::Change::kChanged: return report::Ink::kYellow;
    }
    return report::Ink::kPlain;
}

void print(std::ostream& out, const control::Difference& difference, const report::Style& style) {
    const auto& [change, before, after] = difference;
    const Finding& finding = after != nullptr ? *after : *before;
    const Attribution& who = finding.session.attribution;
    out << report::painted(report::left_aligned(control::name_of(change), 8), ink_of(change), style)
        << ' ' << report::printable(report::sentence_of(finding)) << '\n';
    const auto line = [&](std::string_view label, const std::string& text) {
        out << report::labelled(label, text, style);
    };
    const std::string device = who.device.empty() ? to_string(finding.session.client.address)
                                                  : report::printable(who.device);
    line("who", device + " to " + report::endpoint_text(finding.session.server));
    line("when", report::occurrence_text(finding));
    if (before != nullptr) line("before", verdict_of(*before));
    if (after != nullptr) line("after", verdict_of(*after));
    out << '\n';
}

}  // namespace

void print_rejudged(std::ostream& out, const control::Rejudged& rejudged,
                    const judge::Policy& policy, const report::Style& style) {
    std::vector<const Finding*> findings;
    for (const auto& [id, finding] : rejudged.findings)
        findings.push_back(&finding);
    report::sort_findings(findings);
    const std::size_t all = findings.size();
    findings.resize(std::min(all, kMostShown));
    report::print(out, findings, style);
    if (!findings.empty()) out << '\n';
    if (findings.size() < all) {
        out << "  These are the gravest " << findings.size() << " of " << all
            << " findings; --json writes all of them.\n\n";
    }
    print_exceptions(out, rejudged, policy);
}

void print_alerts(std::ostream& out, const control::Rejudged& rejudged,
                  const std::string& sensor_name) {
    std::vector<const Finding*> findings;
    for (const auto& [id, finding] : rejudged.findings)
        findings.push_back(&finding);
    std::ranges::sort(findings, [](const Finding* a, const Finding* b) {
        return std::tie(a->first_seen, a->id) < std::tie(b->first_seen, b->id);
    });
    json::Writer writer;
    for (const Finding* finding : findings) {
        writer.clear();
        report::write_alert(writer, *finding, {.host = sensor_name});
        out << writer.view() << '\n';
    }
}

void print_differences(std::ostream& out, const std::vector<control::Difference>& differences,
                       const report::Style& style) {
    std::array<std::uint64_t, 3> counts{};
    for (const control::Difference& difference : differences) {
        ++counts[static_cast<std::size_t>(difference.change)];
        print(out, difference, style);
    }
    out << report::counted(counts[0], "finding") << " gained, " << counts[1] << " lost, "
        << counts[2] << " changed\n";
}

void print_difference_lines(std::ostream& out, const std::vector<control::Difference>& differences,
                            const std::string& sensor_name) {
    json::Writer writer;
    for (const auto& [change, before, after] : differences) {
        writer.clear();
        writer.begin_object().member("change", control::name_of(change));
        if (before != nullptr) {
            writer.key("before");
            report::write_alert(writer, *before, {.host = sensor_name});
        }
        if (after != nullptr) {
            writer.key("after");
            report::write_alert(writer, *after, {.host = sensor_name});
        }
        writer.end_object();
        out << writer.view() << '\n';
    }
}

}  // namespace sensor::commands
