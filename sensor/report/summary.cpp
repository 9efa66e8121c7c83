#include "sensor/report/summary.h"

#include <algorithm>
#include <numeric>

#include "sensor/report/time_text.h"
#include "sensor/report/wording.h"

namespace sensor::report {
namespace {

std::uint64_t total_of(const std::vector<NamedCount>& counts) {
    return std::accumulate(
        counts.begin(), counts.end(), std::uint64_t{0},
        [](std::uint64_t sum, const NamedCount& one) { return sum + one.count; });
}

/// Without those that never happened; the most frequent first, then by name.
std::vector<NamedCount> ranked(std::vector<NamedCount> counts) {
    std::erase_if(counts, [](const NamedCount& one) { return one.count == 0; });
    std::ranges::sort(counts, [](const NamedCount& a, const NamedCount& b) {
        return a.count != b.count ? a.count > b.count : a.name < b.name;
    });
    return counts;
}

/// "8 not-ip, 4 ip-fragment"
std::string listed(const std::vector<NamedCount>& counts) {
    std::string text;
    for (const NamedCount& one : ranked(counts)) {
        text += (text.empty() ? "" : ", ") + grouped(one.count) + " " + printable(one.name);
    }
    return text;
}

/// "vlan 42 (12 sessions), gtp teid 77 (3), 5 other sessions"
std::string unmapped_text(const Summary& summary) {
    std::string text;
    for (const NamedCount& one : ranked(summary.unmapped_tags)) {
        const std::string count = text.empty() ? counted(one.count, "session") : grouped(one.count);
        text += (text.empty() ? "" : ", ") + printable(one.name) + " (" + count + ")";
    }
    if (summary.unmapped_others > 0)
        text += ", " + counted(summary.unmapped_others, "other session");
    return text.empty() ? text : "unmapped: " + text;
}

/// "51.0 %", rounded half up.
std::string share_text(std::uint64_t part, std::uint64_t whole) {
    const std::uint64_t tenths = whole == 0 ? 0 : (part * 2000 + whole) / (whole * 2);
    return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " %";
}

std::string lost_packets_text(std::string_view what, const std::vector<NamedCount>& counts) {
    const std::uint64_t total = total_of(counts);
    if (total == 0) return {};
    return grouped(total) + " " + std::string{what} + ": " + listed(counts);
}

std::string time_text(const Summary& summary) {
    if (summary.packets == 0) return {};
    return date_span_text(summary.first, summary.last) + ", " +
           duration_text(summary.last - summary.first);
}

/// One row a protocol: name, sessions, share and a bar of that length.
std::string protocol_table(const Summary& summary, const Style& style) {
    constexpr std::uint64_t kBar = 30;  // columns for all sessions
    auto rows = ranked(summary.protocols);
    if (summary.unknown > 0) rows.push_back({"unknown", summary.unknown});
    std::size_t name = 0;
    std::size_t number = 0;
    for (const NamedCount& row : rows) {
        name = std::max(name, columns_of(printable(row.name)));
        number = std::max(number, grouped(row.count).size());
    }
    std::string table;
    for (const NamedCount& row : rows) {
        const std::uint64_t bar =
            summary.sessions == 0 ? 0 : std::min(kBar, row.count * kBar / summary.sessions);
        std::string line = std::string(kLabelColumns, ' ') +
                           left_aligned(printable(row.name), name) + "  " +
                           right_aligned(grouped(row.count), number) + "  " +
                           right_aligned(share_text(row.count, summary.sessions), 7);
        if (bar > 0) line += "  " + painted(std::string(bar, '#'), Ink::kBlue, style);
        table += line + "\n";
    }
    return table;
}

std::string findings_text(const Summary& summary, const Style& style) {
    const auto total =
        std::accumulate(summary.findings.begin(), summary.findings.end(), std::uint64_t{0});
    if (total == 0) return "none";
    constexpr std::array kOrder{
        std::pair{Severity::kHigh, Ink::kRed}, std::pair{Severity::kMedium, Ink::kYellow},
        std::pair{Severity::kLow, Ink::kBlue}, std::pair{Severity::kInfo, Ink::kPlain}};
    std::string text = grouped(total) + ":";
    bool is_first = true;
    for (const auto& [severity, ink] : kOrder) {
        const std::uint64_t count = summary.findings[static_cast<std::size_t>(severity)];
        if (count == 0) continue;
        const std::string part = grouped(count) + " " + std::string{name_of(severity)};
        text += (is_first ? " " : ", ") + painted(part, ink, style);
        is_first = false;
    }
    if (summary.suppressed != 0) {
        text += "; " + grouped(summary.suppressed) + " more than AlertLimits were not told";
    }
    return text;
}

/// "120 accepted, 2 rejected", the second in red if there are any.
std::string pair_text(std::uint64_t good, std::string_view good_word, std::uint64_t bad,
                      std::string_view bad_word, const Style& style) {
    const std::string tail = grouped(bad) + " " + std::string{bad_word};
    return grouped(good) + " " + std::string{good_word} + ", " +
           painted(tail, bad == 0 ? Ink::kPlain : Ink::kRed, style);
}

void write_counts(json::Writer& out, const std::vector<NamedCount>& counts) {
    out.begin_object();
    for (const NamedCount& one : counts)
        out.escaped_key(one.name).unsigned_integer(one.count);
    out.end_object();
}

void write_counts(json::Writer& out, json::Key key, const std::vector<NamedCount>& counts) {
    write_counts(out.key(key), counts);
}

void write_texts(json::Writer& out, json::Key key, const std::vector<std::string>& texts) {
    out.key(key).begin_array();
    for (const std::string& text : texts)
        out.text(text);
    out.end_array();
}

}  // namespace

std::string render(const Summary& summary, const Style& style) {
    std::string text;
    const auto add = [&](std::string_view label, const std::string& value) {
        if (!value.empty()) text += labelled(label, value, style);
    };
    const auto add_all = [&](std::string_view label, const std::vector<std::string>& names) {
        for (std::size_t i = 0; i < names.size(); ++i)
            add(i == 0 ? label : "", printable(names[i]));
    };
    add_all("trace", summary.traces);
    add_all("port", summary.ports);
    add("time", time_text(summary));
    add("traffic", counted(summary.packets, "packet") + ", " + bytes_text(summary.bytes));
    if (summary.forwarded > 0) add("", grouped(summary.forwarded) + " forwarded");
    if (summary.bypassed > 0) add("", grouped(summary.bypassed) + " bypassed inspection");
    add("", lost_packets_text("rejected", summary.rejected));
    add("", lost_packets_text("without a session", summary.untracked));
    add("sessions", grouped(summary.sessions) + (summary.sessions > 0 ? " by protocol" : ""));
    text += protocol_table(summary, style);
    if (summary.conflicts > 0) {
        add("", counted(summary.conflicts, "session") +
                    " whose two directions speak different protocols");
    }
    add("ended", listed(summary.ended));
    add("tags", unmapped_text(summary));
    add("identity", pair_text(summary.events_accepted, "events accepted", summary.events_rejected,
                              "rejected", style));
    text += labelled("findings", findings_text(summary, style), style);
    add("excepted", listed(summary.exceptions));
    add("records",
        pair_text(summary.records_written, "written", summary.records_lost, "lost", style));
    add("lost", listed(summary.losses));
    for (const std::string& note : summary.notes)
        add("note", printable(note));
    return text;
}

void write_json(json::Writer& out, const Summary& summary) {
    out.begin_object();
    write_texts(out, "traces", summary.traces);
    write_texts(out, "ports", summary.ports);
    out.member("packets", summary.packets);
    out.member("bytes", summary.bytes);
    out.member("first", eve_time_text(summary.first));
    out.member("last", eve_time_text(summary.last));
    out.key("seconds").number(seconds_of(summary.last - summary.first));
    out.member("forwarded", summary.forwarded);
    out.member("bypassed", summary.bypassed);
    out.member("decoded", summary.decoded);
    out.member("carriers", summary.carriers);
    write_counts(out, "rejected", summary.rejected);
    out.member("tracked", summary.tracked);
    write_counts(out, "untracked", summary.untracked);
    out.member("sessions", summary.sessions);
    write_counts(out, "protocols", summary.protocols);
    out.member("unknown", summary.unknown);
    out.member("conflicts", summary.conflicts);
    write_counts(out, "ended", summary.ended);
    write_counts(out, "unmapped_tags", summary.unmapped_tags);
    out.member("unmapped_other_sessions", summary.unmapped_others);
    out.member("identity_events_accepted", summary.events_accepted);
    out.member("identity_events_rejected", summary.events_rejected);
    out.key("findings").begin_object();
    for (const Severity severity :
         {Severity::kHigh, Severity::kMedium, Severity::kLow, Severity::kInfo}) {
        out.escaped_key(name_of(severity))
            .unsigned_integer(summary.findings[static_cast<std::size_t>(severity)]);
    }
    out.end_object();
    out.member("findings_suppressed", summary.suppressed);
    write_counts(out, "exceptions", summary.exceptions);
    out.member("records_written", summary.records_written);
    out.member("records_lost", summary.records_lost);
    write_counts(out, "losses", summary.losses);
    out.key("stages").begin_object();
    for (const StageCounts& one : summary.stages)
        write_counts(out.escaped_key(one.stage), one.counts);
    out.end_object();
    out.member("hugepages", summary.hugepages);
    write_texts(out, "notes", summary.notes);
    out.end_object();
}

}  // namespace sensor::report
