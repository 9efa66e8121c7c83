#include "sensor/commands/top_text.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "sensor/commands/top_numbers.h"
#include "sensor/commands/top_table.h"
#include "sensor/report/wording.h"

namespace sensor::commands {
namespace {

using report::Ink;
using report::printable;
using report::Style;
using Lines = std::vector<std::string>;

constexpr std::size_t kMostProblems = 5;
constexpr std::size_t kMostProtocols = 12;
constexpr double kBusy = 0.7;     // from here on it is shown in yellow
constexpr double kTooBusy = 0.9;  // and in red

Ink ink_of(double share) noexcept {
    return share >= kTooBusy ? Ink::kRed : share >= kBusy ? Ink::kYellow : Ink::kPlain;
}

Ink ink_of(Grade grade) noexcept {
    return grade >= Grade::kLosing ? Ink::kRed : Ink::kYellow;
}

Cell loss(double number, std::string (*text)(double)) {
    return {text(number), number > 0 ? Ink::kRed : Ink::kPlain};
}

/// "[####......]  42%"
std::string bar_of(double share) {
    constexpr std::size_t kLength = 10;
    const auto full = std::min(
        static_cast<std::size_t>(std::max(share, 0.0) * static_cast<double>(kLength) + 0.5),
        kLength);
    return "[" + std::string(full, '#') + std::string(kLength - full, '.') + "] " +
           report::right_aligned(share_text(share), 4);
}

/// One column a number, from the lowest to the highest there is.
std::string curve_of(const std::vector<double>& numbers) {
    constexpr std::array kSteps{"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    const double most = numbers.empty() ? 0 : *std::max_element(numbers.begin(), numbers.end());
    std::string curve;
    for (const double number : numbers) {
        const double share = most > 0 ? number / most : 0;
        curve +=
            kSteps.at(std::min(static_cast<std::size_t>(share * static_cast<double>(kSteps.size())),
                               kSteps.size() - 1));
    }
    return curve;
}

void add_title(Lines& lines, const View& view, const Frame& frame, const Style& style) {
    std::string title = "offport " + printable(view.version) + " at " + printable(frame.where);
    if (!frame.up_for.empty()) title += ", up " + frame.up_for;
    const std::string when = frame.clock + " over " + rate_text(view.seconds) + " s";
    const auto width = static_cast<std::size_t>(style.width);
    const std::size_t used = when.size() + 2;
    title = cut_to(title, width > used ? width - used : width);
    std::string line = report::painted(title, Ink::kBold, style);
    if (width > used) {
        line += report::right_aligned(when, width - report::columns_of(title));
    }
    lines.push_back(std::move(line));
}

void add_problems(Lines& lines, const View& view, const std::vector<Problem>& problems,
                  const Frame& frame, const Style& style) {
    const auto width = static_cast<std::size_t>(style.width);
    const auto add = [&](const std::string& text, Ink ink) {
        lines.push_back(report::painted(cut_to(printable(text), width), ink, style));
    };
    if (!frame.away.empty()) add("! no answer, these numbers are old: " + frame.away, Ink::kRed);
    if (view.is_new_daemon) add("! the daemon was started anew", Ink::kYellow);
    for (std::size_t i = 0; i < std::min(problems.size(), kMostProblems); ++i)
        add("! " + problems[i].text, ink_of(problems[i].grade));
    if (problems.size() > kMostProblems) {
        add("! and " + report::counted(problems.size() - kMostProblems, "further problem"),
            Ink::kYellow);
    }
    if (problems.empty() && frame.away.empty()) {
        add("nothing is lost, nothing fails", Ink::kPlain);
    }
}

void add_ports(Lines& lines, const View& view, const Style& style) {
    std::vector<std::string> head{"port",   "link",     "packets/s", "bits/s",
                                  "lost/s", "received", "lost"};
    if (view.is_inline) {
        for (const char* more : {"forwarded/s", "unforwarded/s", "bypassed/s"})
            head.emplace_back(more);
    }
    Table table{std::move(head)};
    for (const PortView& port : view.ports) {
        std::vector<Cell> row{printable(port.name),
                              port.is_up ? Cell{"up"} : Cell{"down", Ink::kRed},
                              rate_text(port.packets.per_second),
                              rate_text(port.bits_per_second),
                              loss(port.dropped().per_second, rate_text),
                              count_text(port.packets.total),
                              loss(port.dropped().total, count_text)};
        if (view.is_inline) {
            row.emplace_back(rate_text(port.forwarded.per_second));
            row.push_back(loss(port.not_forwarded.per_second + port.unsent.per_second, rate_text));
            row.push_back(loss(port.bypassed.per_second, rate_text));
        }
        table.add(std::move(row));
    }
    table.append_to(lines, style);
}

void add_cores(Lines& lines, const View& view, const Style& style) {
    Table table{{"core", "busy            ", "packets/s", "a burst", "sessions", "new/s", "table",
                 "ring", "lost/s"}};
    for (const CoreView& core : view.cores) {
        const double lost = core.is_worker
                                ? core.untracked.per_second + core.lost_records.per_second
                                : view.steering_dropped.per_second;
        const auto of_worker = [&](Cell cell) {
            return core.is_worker ? std::move(cell) : Cell{""};
        };
        table.add({core.is_worker ? "worker " + printable(core.name) : printable(core.name),
                   {bar_of(core.busy), ink_of(core.busy)},
                   rate_text(core.packets_per_second),
                   rate_text(core.packets_per_burst),
                   of_worker(count_text(core.sessions)),
                   of_worker(rate_text(core.new_sessions.per_second)),
                   of_worker({share_text(core.table()), ink_of(core.table())}),
                   of_worker({share_text(core.fullest_ring), ink_of(core.fullest_ring)}),
                   loss(lost, rate_text)});
    }
    table.append_to(lines, style);
}

void add_protocols(Lines& lines, const View& view, const Style& style) {
    double all = 0;
    for (const NamedRate& one : view.protocols)
        all += one.rate.total;
    Table table{{"protocol", "sessions/s", "ended", "share"}};
    for (std::size_t i = 0; i < std::min(view.protocols.size(), kMostProtocols); ++i) {
        const auto& [name, rate] = view.protocols[i];
        table.add({report::protocol_text(printable(name)), rate_text(rate.per_second),
                   count_text(rate.total), share_text(rate.total / all)});
    }
    table.append_to(lines, style);
    if (view.protocols.size() > kMostProtocols) {
        lines.push_back("and " + std::to_string(view.protocols.size() - kMostProtocols) + " more");
    }
}

/// "LABEL   TEXT", wrapped.
void add_labelled(Lines& lines, std::string_view label, const std::string& text,
                  const Style& style) {
    std::string block = report::labelled(label, text, style);
    while (!block.empty()) {
        const std::size_t end = block.find('\n');
        lines.push_back(block.substr(0, end));
        block.erase(0, end + 1);
    }
}

/// "12 (0.5/s)"; the rate only if there is one.
std::string counted_now(const Rate& rate) {
    std::string text = count_text(rate.total);
    if (rate.per_second > 0) text += " (" + rate_text(rate.per_second) + "/s)";
    return text;
}

void add_findings(Lines& lines, const View& view, const Style& style) {
    std::string text;
    for (const NamedRate& severity : view.findings)
        text += (text.empty() ? "" : ", ") + counted_now(severity.rate) + " " + severity.name;
    text += "; " + counted_now(view.suppressed) + " suppressed, " + counted_now(view.withdrawn) +
            " withdrawn; " + count_text(view.behaviours) + " behaviours open";
    add_labelled(lines, "findings", text, style);
    add_labelled(lines, "records",
                 rate_text(view.records_written.per_second) + "/s, " +
                     count_text(view.records_written.total) + " written, " +
                     counted_now(view.records_lost) + " lost; " + count_text(view.waiting_records) +
                     " wait to be judged",
                 style);
}

void add_identity(Lines& lines, const View& view, const Style& style) {
    std::string text = count_text(view.devices) + " devices";
    for (const NamedRate& trouble : view.directory_troubles)
        text += ", " + counted_now(trouble.rate) + " " + printable(trouble.name);
    for (const NamedRate& lost : view.feed_losses)
        text += ", " + counted_now(lost.rate) + " " + printable(lost.name);
    if (view.journal) {
        text += "; the journal ";
        text += view.journal->is_failing
                    ? "FAILS"
                    : "has " + report::bytes_text(static_cast<std::uint64_t>(view.journal->bytes));
    }
    add_labelled(lines, "identity", text, style);
}

void add_outputs(Lines& lines, const View& view, const Style& style) {
    Table table{{"output", "state", "written/s", "lost/s", "waiting", "spool", "written", "lost"}};
    for (const OutputView& output : view.outputs) {
        table.add({printable(output.name), output.is_up ? Cell{"up"} : Cell{"down", Ink::kRed},
                   rate_text(output.written.per_second), loss(output.lost.per_second, rate_text),
                   count_text(output.waiting),
                   report::bytes_text(static_cast<std::uint64_t>(output.spool_bytes)),
                   count_text(output.written.total), loss(output.lost.total, count_text)});
    }
    table.append_to(lines, style);
}

void add_feeds(Lines& lines, const View& view, const Style& style) {
    Table table{{"feed", "events/s", "rejected/s", "refused/s", "events", "rejected", "refused"}};
    for (const FeedView& feed : view.feeds) {
        table.add({printable(feed.name), rate_text(feed.accepted.per_second),
                   loss(feed.rejected.per_second, rate_text),
                   loss(feed.refused.per_second, rate_text), count_text(feed.accepted.total),
                   loss(feed.rejected.total, count_text), loss(feed.refused.total, count_text)});
    }
    table.append_to(lines, style);
}

}  // namespace

std::vector<std::string> lines_of(const View& view, const std::vector<Problem>& problems,
                                  const Frame& frame, const Style& style) {
    Lines lines;
    add_title(lines, view, frame, style);
    add_problems(lines, view, problems, frame, style);
    std::string traffic = rate_text(view.packets().per_second) + " packets/s, " +
                          rate_text(view.bits_per_second()) + " bits/s; " +
                          counted_now(view.rejected) + " not decoded";
    if (frame.is_utf8) traffic += "  " + curve_of(frame.packets_before);
    add_labelled(lines, "traffic", traffic, style);
    add_findings(lines, view, style);
    add_identity(lines, view, style);
    using Section = void (*)(Lines&, const View&, const Style&);
    for (const auto& [section, is_shown] : {std::pair<Section, bool>{add_ports, true},
                                            {add_cores, true},
                                            {add_outputs, !view.outputs.empty()},
                                            {add_feeds, !view.feeds.empty()},
                                            {add_protocols, true}}) {
        if (!is_shown) continue;
        lines.emplace_back();
        section(lines, view, style);
    }
    return lines;
}

std::string page_of(const std::vector<std::string>& lines, std::size_t rows) {
    const bool fits = rows == 0 || lines.size() <= rows;
    const std::size_t shown = fits ? lines.size() : rows - 1;
    std::string page;
    for (std::size_t i = 0; i < shown; ++i)
        page += lines[i] + "\n";
    if (!fits) {
        page +=
            "and " + report::counted(lines.size() - shown, "line") + "; make the window higher\n";
    }
    return page;
}

}  // namespace sensor::commands
