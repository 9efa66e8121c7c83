#include "sensor/report/finding_text.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <tuple>

#include "sensor/report/time_text.h"
#include "sensor/report/wording.h"

namespace sensor::report {
namespace {

Ink ink_of(Severity severity) noexcept {
    switch (severity) {
        case Severity::kHigh: return Ink::kRed;
        case Severity::kMedium: return Ink::kYellow;
        case Severity::kLow: return Ink::kBlue;
        case Severity::kInfo: return Ink::kFaint;
    }
    return Ink::kPlain;
}

std::string upper_case(std::string_view text) {
    std::string upper{text};
    for (char& c : upper)
        c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return upper;
}

/// "com.example.flashlight on phone-114 (a.berg@example.org)"
std::string who_text(const Observation& session) {
    const Attribution& known = session.attribution;
    std::string device = known.device_name.empty() ? known.device : known.device_name;
    if (device.empty()) device = to_string(session.client.address);
    std::string who = printable(app_text(known)) + " on " + printable(device);
    if (!known.user.empty()) who += " (" + printable(known.user) + ")";
    return who;
}

/// Who on the second line if the first gets too long.
std::string headline(const Finding& finding, const Style& style) {
    const Observation& session = finding.session;
    const std::string grade =
        upper_case(name_of(finding.severity)) + " " + std::to_string(finding.score);
    const std::string what = printable(protocol_text(session.protocol)) + " on " +
                             port_text(session.transport, session.server.port);
    const std::string who = who_text(session);
    const std::size_t columns = columns_of(grade) + columns_of(what) + columns_of(who) + 4;
    const bool fits = columns <= static_cast<std::size_t>(std::max(style.width, 0));
    return painted(grade, ink_of(finding.severity), style) + "  " +
           painted(what, Ink::kBold, style) + (fits ? "  " : "\n  ") + who + "\n";
}

/// The client's address and the tags it came with, as a tap or a switch would name them.
std::string source_text(const Observation& session) {
    const Tags& tags = session.tags;
    std::string text = endpoint_text(session.client);
    for (std::size_t i = 0; i < tags.vlan_count; ++i) {
        text += (i == 0 ? ", VLAN " : "/") + std::to_string(tags.vlans[i]);
    }
    if (tags.has_tag(kHasMplsLabel)) text += ", MPLS label " + std::to_string(tags.mpls_label);
    if (tags.tunnel != TunnelKind::kNone) {
        text += ", " + upper_case(name_of(tags.tunnel));
        if (has_vni(tags.tunnel)) {
            text += " VNI " + std::to_string(static_cast<std::uint32_t>(tags.vni));
        }
        if (tags.has_tag(kHasTunnelKey)) {
            text +=
                " " + std::string{key_name_of(tags.tunnel)} + " " + std::to_string(tags.tunnel_key);
        }
    }
    if (tags.has_tag(kHasNshPath)) text += ", NSH path " + std::to_string(tags.nsh_path);
    if (tags.has_tag(kHasNshContext)) text += ", NSH context " + std::to_string(tags.nsh_context);
    if (tags.has_group_policy != 0) text += ", group policy " + std::to_string(tags.group_policy);
    return text;
}

/// The address, and the name that the client used for it.
std::string destination_text(const Observation& session) {
    if (session.proxy) {
        const std::string_view asked = session.fact(Fact::kDestinationRequested);
        return printable(asked) + ", through " + protocol_text(session.proxy_protocol) + " on " +
               endpoint_text(*session.proxy);
    }
    std::string text = endpoint_text(session.server);
    for (const Fact fact : {Fact::kTlsSni, Fact::kHttpHost}) {
        const std::string_view name = session.fact(fact);
        if (name.empty()) continue;
        text += " (" + printable(split_host(name).name) + ")";
        break;
    }
    if (const auto name = session.fact(Fact::kDnsName); !name.empty()) {
        text += ", asked for " + printable(name);
    }
    if (const auto asked = session.fact(Fact::kDestinationRequested); !asked.empty()) {
        text += ", asked to reach " + printable(asked);
    }
    return text;
}

/// "client 7.91 bits/byte, 37 % printable" and the server's, of unknown sessions.
std::string first_bytes_text(const Observation& session) {
    if (session.protocol != "unknown") return {};
    constexpr std::array<std::tuple<std::string_view, Fact, Fact>, 2> kSides{
        {{"client", Fact::kEntropyToServer, Fact::kPrintableToServer},
         {"server", Fact::kEntropyToClient, Fact::kPrintableToClient}}};
    std::string text;
    for (const auto& [who, entropy, printable_share] : kSides) {
        if (session.fact(entropy).empty()) continue;
        text += (text.empty() ? "" : "; ") + std::string{who} + " " +
                printable(session.fact(entropy)) + " bits/byte, printable share " +
                printable(session.fact(printable_share));
    }
    return text;
}

std::string_view method_text(AttributionMethod method) noexcept {
    switch (method) {
        case AttributionMethod::kFlowRecord: return "named by a record of this very connection";
        case AttributionMethod::kTunnelTag: return "named by the tunnel tag";
        case AttributionMethod::kSingleApp: return "the only app of this device in its tunnel";
        case AttributionMethod::kAppGroup: return "one of the group that the tunnel tag names";
        case AttributionMethod::kNone: return "not known: no tag and no record names it";
    }
    return {};
}

std::string attribution_text(const Attribution& known) {
    std::string text{method_text(known.method)};
    if (known.method != AttributionMethod::kNone) {
        text += ", " + std::string{name_of(known.confidence)} + " confidence";
    }
    if (!known.rule.empty()) text += "; tag rule " + printable(known.rule);
    return text;
}

std::string rule_text(const Finding& finding) {
    std::string text = printable(finding.rule);
    if (!finding.role.empty()) text += ", role " + printable(finding.role);
    return text;
}

std::string identity_text(const Finding& finding) {
    std::string text = printable(finding.id) + ", revision " + std::to_string(finding.revision) +
                       ", " + date_text(finding.first_seen);
    for (const std::string& analytic : finding.analytics)
        text += ", " + printable(analytic);
    if (finding.status != FindingStatus::kOpen) {
        text += ", " + std::string{name_of(finding.status)};
    }
    return text;
}

std::string doubt_text(const Observation& session) {
    std::string text;
    const auto add = [&](bool applies, std::string_view doubt) {
        if (applies) text += (text.empty() ? "" : "; ") + std::string{doubt};
    };
    add(session.conflict, "client and server speak different protocols");
    add(session.loss_seen, "packets are missing from the session's first bytes");
    add(session.overlap_conflict,
        "segments overlap with different bytes, of which those that came first were looked at");
    return text;
}

/// What the same behaviour did before it was quiet for a long time.
std::string earlier_text(const EarlierLife& earlier) {
    if (earlier.times == 0) return {};
    return counted(earlier.sessions, "session") + " from " +
           date_span_text(earlier.first_seen, earlier.last_seen) + "; closed " +
           (earlier.times == 1 ? "once" : std::to_string(earlier.times) + " times");
}

std::string suppressed_text(const Suppressed& suppressed) {
    std::string text;
    const auto add = [&](std::uint64_t count, std::string_view whose) {
        if (count == 0) return;
        text += (text.empty() ? "" : ", ") + grouped(count) + " of this " + std::string{whose};
    };
    add(suppressed.of_device, "device");
    add(suppressed.of_app, "app");
    add(suppressed.of_rule, "rule");
    return text.empty() ? text : "findings beyond AlertLimits: " + text;
}

/// "android-management: locked, 4 min before".
std::string fact_text(const UsedFact& fact, Timestamp start) {
    const Duration age = start - fact.time;
    const bool is_later = age < Duration::zero();
    return (fact.source.empty() ? "" : printable(fact.source) + ": ") + printable(fact.what) +
           ", " + duration_text(is_later ? -age : age) + (is_later ? " after" : " before");
}

/// A line for each, oldest first.
std::string facts_text(const Observation& session, const Style& style) {
    std::string text;
    for (const UsedFact& fact : session.facts_used)
        text += labelled(text.empty() ? "facts" : "", fact_text(fact, session.start), style);
    return text;
}

std::string evidence_text(const std::optional<KeptEvidence>& evidence) {
    if (!evidence) return {};
    const std::string file = printable(evidence->file);
    switch (evidence->state) {
        case EvidenceState::kWritten:
            return file + (evidence->missing == 0
                               ? ""
                               : " (" + counted(evidence->missing, "packet") + " overwritten)");
        case EvidenceState::kOverwritten:
            return "overwritten: raise memory_bytes" + (file.empty() ? "" : "; see " + file);
        case EvidenceState::kFull: return file;
        case EvidenceState::kFailed: return "not written" + (file.empty() ? "" : "; see " + file);
    }
    return {};
}

/// Points, name, channel and what was seen, in columns; the sum below.
class ScoreTable {
  public:
    ScoreTable(const Finding& finding, const Style& style) : finding_{finding}, style_{style} {
        points_ = std::to_string(finding.score).size();
        for (const Contribution& part : finding.contributions) {
            points_ = std::max(points_, std::to_string(part.points).size());
            name_ = std::max(name_, columns_of(printable(part.name)));
            channel_ = std::max(channel_, columns_of(printable(part.channel)));
        }
    }
    [[nodiscard]] std::string text() const {
        if (finding_.contributions.empty()) return {};
        std::string table;
        for (const Contribution& part : finding_.contributions)
            table += row(part, table.empty());
        const std::string margin(kLabelColumns, ' ');
        table += margin + painted(std::string(points_, '-'), Ink::kFaint, style_) + "\n";
        const std::string sum = right_aligned(std::to_string(finding_.score), points_);
        return table + margin + painted(sum, Ink::kBold, style_) + "\n";
    }

  private:
    [[nodiscard]] std::string row(const Contribution& part, bool is_first) const {
        const std::string label = left_aligned(is_first ? "  score" : "", kLabelColumns);
        std::string start = right_aligned(std::to_string(part.points), points_) + "  " +
                            left_aligned(printable(part.name), name_) + "  ";
        if (channel_ > 0) start += left_aligned(printable(part.channel), channel_) + "  ";
        const std::size_t indentation = kLabelColumns + columns_of(start);
        const auto width = static_cast<std::size_t>(std::max(style_.width, 40));
        constexpr std::size_t kNarrowest = 20;  // columns; below, lines get longer than asked
        const std::size_t rest = std::max(width, indentation + kNarrowest) - indentation;
        std::string text;
        const std::string detail = printable(part.detail);
        for (const std::string_view line : wrapped(detail, rest)) {
            if (text.empty()) {
                text = painted(label, Ink::kFaint, style_) + start;
            } else {
                text.append(indentation, ' ');
            }
            text += line;
            while (text.ends_with(' '))
                text.pop_back();
            text += '\n';
        }
        return text;
    }

    const Finding& finding_;
    const Style& style_;
    std::size_t points_ = 0;  // columns, as below
    std::size_t name_ = 0;
    std::size_t channel_ = 0;
};

}  // namespace

bool reads_before(const Finding& a, const Finding& b) noexcept {
    return std::tie(b.severity, b.score, a.first_seen, a.id) <
           std::tie(a.severity, a.score, b.first_seen, b.id);
}

void sort_findings(std::vector<const Finding*>& findings) {
    std::ranges::sort(findings, [](const auto* a, const auto* b) { return reads_before(*a, *b); });
}

std::string occurrence_text(const Finding& finding) {
    const Recurrence& recurrence = finding.recurrence;
    const Duration lasted = finding.last_seen - finding.first_seen;
    if (recurrence.sessions < 2) {
        if (lasted < std::chrono::seconds{1})
            return "1 session at " + clock_text(finding.first_seen);
        return "1 session from " + span_text(finding.first_seen, finding.last_seen) + " (" +
               duration_text(lasted) + ")";
    }
    return counted(recurrence.sessions, "session") + " from " +
           span_text(finding.first_seen, finding.last_seen) + ", " +
           (recurrence.stable ? "every " : "typically every ") +
           interval_text(recurrence.median_interval, recurrence.spread) + " (+/- " +
           interval_text(recurrence.spread, recurrence.median_interval) + ")";
}

std::string render(const Finding& finding, const Style& style) {
    const Observation& session = finding.session;
    std::string text = headline(finding, style);
    const auto add = [&](std::string_view label, const std::string& value) {
        if (!value.empty()) text += labelled(label, value, style);
    };
    add("from", source_text(session));
    add("to", destination_text(session));
    add("expected", printable(finding.expected));
    add("seen", occurrence_text(finding));
    add("earlier", earlier_text(finding.earlier));
    add("untold", suppressed_text(finding.suppressed));
    add("bytes", first_bytes_text(session));
    add("doubt", doubt_text(session));
    text += ScoreTable{finding, style}.text();
    add("rule", rule_text(finding));
    add("app", attribution_text(session.attribution));
    text += facts_text(session, style);
    add("revised", printable(finding.revised_by));
    add("evidence", evidence_text(finding.evidence));
    add("finding", identity_text(finding));
    return text;
}

void print(std::ostream& out, std::span<const Finding* const> findings, const Style& style) {
    std::string_view between;
    for (const Finding* finding : findings) {
        out << between << render(*finding, style);
        between = "\n";
    }
}

}  // namespace sensor::report
