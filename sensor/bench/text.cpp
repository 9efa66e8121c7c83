#include "sensor/bench/text.h"

#include <iomanip>
#include <sstream>

#include "sensor/bench/bench.h"

namespace sensor::bench {
namespace {

constexpr double kNano = 1e9;
constexpr double kMega = 1e6;
constexpr double kGiga = 1e9;

std::string fixed(double value, int digits) {
    std::ostringstream text;
    text << std::fixed << std::setprecision(digits) << value;
    return text.str();
}

std::string bytes_text(std::size_t bytes) {
    constexpr std::size_t kKibibyte = 1024;
    const std::size_t kibibytes = bytes / kKibibyte;
    return kibibytes < kKibibyte ? std::to_string(kibibytes) + " KiB"
                                 : std::to_string(kibibytes / kKibibyte) + " MiB";
}

std::string row(const std::string& label, const std::vector<std::string>& cells) {
    std::ostringstream line;
    line << "  " << std::left << std::setw(14) << label << std::right;
    for (const std::string& cell : cells)
        line << std::setw(11) << cell;
    return line.str() + "\n";
}

std::string mode_row(const ModeResult& mode, std::optional<double> before, const Machine& machine) {
    const Spread time = mode.nanoseconds();
    const auto instructions = mode.instructions();
    return row(label_of(mode.mode), {fixed(time.median, 1), fixed(time.low, 1), fixed(time.high, 1),
                                     before ? fixed(time.median - *before, 1) : "",
                                     fixed(time.median * machine.ticks_per_second / kNano, 0),
                                     fixed(time.median * machine.core_cycles_per_second / kNano, 0),
                                     instructions ? fixed(*instructions, 0) : "-",
                                     fixed(kNano / time.median / kMega, 2)});
}

bool follows_a_stage(Mode mode) {
    return mode != Mode::kBare && mode != Mode::kReceive;
}

std::string table(const CaseResult& result, const Machine& machine) {
    std::string text =
        row("", {"ns/frame", "least", "most", "stage ns", "TSC", "cycles", "instr.", "Mframes/s"});
    std::optional<double> before;
    for (const ModeResult& mode : result.modes) {
        text += mode_row(mode, follows_a_stage(mode.mode) ? before : std::nullopt, machine);
        if (mode.mode != Mode::kBare) before = mode.nanoseconds().median;
    }
    return text;
}

std::string frames_text(const CaseResult& result) {
    std::ostringstream text;
    text << std::fixed << std::setprecision(result.frame_bytes() < 100 ? 0 : 1);
    text << "  " << result.bank_frames << " buffers of " << result.frame_bytes() << " bytes, "
         << (result.rewrites ? "addresses and ports written in place"
                             : "one a session, never written")
         << "; table for " << result.table_sessions << ", " << result.open_sessions
         << " sessions open\n";
    return text.str();
}

std::string sessions_text(const CaseResult& result) {
    const auto rate = result.sessions_per_second();
    if (!rate) return {};
    const auto sessions = static_cast<double>(std::max<std::uint64_t>(result.whole.sessions, 1));
    std::ostringstream text;
    text << std::fixed << std::setprecision(3) << "  " << *rate / kMega
         << " million new sessions identified a second (floor 1), " << std::setprecision(2)
         << static_cast<double>(result.whole.scans) / sessions << " scans and "
         << static_cast<double>(result.whole.received) / sessions << " frames each\n";
    return text.str();
}

std::string ratio_text(const CaseResult& result) {
    const auto ratio = result.ratio();
    if (!ratio) return {};
    const bool has_floor = result.what.traffic == Traffic::kSteady &&
                           result.what.frames == Frames::k64 && result.what.tunnel == Tunnel::kNone;
    const ModeResult* whole = result.find(Mode::kWhole);
    const double rate = kNano / whole->nanoseconds().median;
    return "  ratio to bare loop " + fixed(*ratio, 2) + (has_floor ? " (floor 0.50)" : "") + "; " +
           fixed(wire_bits(result.frame_bytes(), rate) / kGiga, 2) + " Gbit/s on the wire\n";
}

std::string search_text(const CaseResult& result) {
    if (!result.search) return {};
    double interrupted = 0;
    for (const auto& trial : result.search->trials)
        interrupted += trial.interrupted_seconds;
    std::string text = "  no loss up to " + fixed(result.search->rate / kMega, 2) +
                       " million frames/s, " +
                       fixed(wire_bits(result.frame_bytes(), result.search->rate) / kGiga, 2) +
                       " Gbit/s (" + std::to_string(result.search->trials.size()) + " trials";
    if (interrupted > 0) text += "; " + fixed(interrupted, 2) + " s taken by others left out";
    return text + ")\n";
}

std::string warnings_text(const CaseResult& result) {
    std::string text;
    const Counts& counts = result.lifetime;
    if (counts.rejected + counts.untracked + counts.evicted == 0) return text;
    return "  warning: " + std::to_string(counts.rejected) + " frames rejected, " +
           std::to_string(counts.untracked) + " packets untracked, " +
           std::to_string(counts.evicted) +
           " sessions evicted: the figures are of something else\n";
}

}  // namespace

std::string label_of(Mode mode) {
    switch (mode) {
        case Mode::kBare: return "bare loop";
        case Mode::kReceive: return "receive only";
        case Mode::kWhole: return "whole";
        default: return "+ " + std::string{name_of(mode)};
    }
}

double wire_bits(double frame_bytes, double frames_per_second) noexcept {
    constexpr double kBesides = 7 + 1 + 4 + 12;  // preamble, delimiter, FCS, gap: IEEE 802.3
    constexpr double kBits = 8;
    return (frame_bytes + kBesides) * kBits * frames_per_second;
}

std::string machine_text(const Report& report) {
    const Machine& machine = report.machine;
    std::string text = "offport " + report.version + " on " + machine.cpu + ", " +
                       std::to_string(machine.cpus) + " CPUs: TSC " +
                       fixed(machine.ticks_per_second / kMega, 1) + " MHz, core about " +
                       fixed(machine.core_cycles_per_second / kMega, 0) + " MHz, packets " +
                       (report.hugepages ? "in hugepages" : "not in hugepages") + "\n";
    if (!report.hugepages) {
        text += "advice: packets in hugepages cost less; `echo 512 > /proc/sys/vm/nr_hugepages`\n";
    }
    if (machine.memory) {
        text += "memory: " + fixed(machine.memory->nanoseconds, 0) + " ns a dependent load in " +
                bytes_text(machine.memory->bytes) + ", " + fixed(machine.cached->nanoseconds, 1) +
                " ns in " + bytes_text(machine.cached->bytes) + "\n";
    }
    return text + std::to_string(report.runs) + " runs of " + fixed(report.seconds, 2) +
           " s each, interleaved: CPU time, medians; TSC and cycles are computed from it\n";
}

std::string case_text(const CaseResult& result, const Machine& machine) {
    return name_of(result.what) + "\n" + frames_text(result) + table(result, machine) +
           ratio_text(result) + sessions_text(result) + search_text(result) + warnings_text(result);
}

}  // namespace sensor::bench
