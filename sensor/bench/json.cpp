#include "sensor/bench/json.h"

#include "lib/json/writer.h"
#include "sensor/bench/text.h"

namespace sensor::bench {
namespace {

constexpr double kNano = 1e9;

void write(json::Writer& out, json::Key name, double value) {
    out.key(name).number(value);
}

void write_latency(json::Writer& out, json::Key name, const std::optional<MemoryLatency>& latency) {
    if (!latency) return;
    out.key(name).begin_object();
    out.member("bytes", std::uint64_t{latency->bytes});
    write(out, "ns", latency->nanoseconds);
    out.end_object();
}

void write_machine(json::Writer& out, const Report& report) {
    const Machine& machine = report.machine;
    out.key("machine").begin_object();
    out.member("cpu", machine.cpu).member("cpus", std::uint64_t{machine.cpus});
    write(out, "tsc_hz", machine.ticks_per_second);
    write(out, "core_hz_estimated", machine.core_cycles_per_second);
    out.member("hugepages", report.hugepages);
    write_latency(out, "latency_cached", machine.cached);
    write_latency(out, "latency_memory", machine.memory);
    out.end_object();
}

void write_mode(json::Writer& out, const ModeResult& mode, const Machine& machine) {
    const Spread time = mode.nanoseconds();
    out.begin_object().member("mode", name_of(mode.mode));
    out.key("ns_per_frame").begin_object();
    write(out, "median", time.median);
    write(out, "low", time.low);
    write(out, "high", time.high);
    out.end_object();
    write(out, "tsc_per_frame", time.median * machine.ticks_per_second / kNano);
    write(out, "core_cycles_per_frame_estimated",
          time.median * machine.core_cycles_per_second / kNano);
    if (const auto instructions = mode.instructions()) {
        write(out, "instructions_per_frame", *instructions);
    }
    write(out, "frames_per_second", kNano / time.median);
    out.key("runs").begin_array();
    for (const Reading& run : mode.runs) {
        out.begin_object().member("frames", run.frames);
        write(out, "cpu_seconds", run.cpu_seconds);
        write(out, "wall_seconds", run.wall_seconds);
        out.end_object();
    }
    out.end_array().end_object();
}

void write_counts(json::Writer& out, json::Key name, const Counts& counts) {
    out.key(name).begin_object();
    out.member("received", counts.received).member("decoded", counts.decoded);
    out.member("rejected", counts.rejected).member("carriers", counts.carriers);
    out.member("tracked", counts.tracked).member("untracked", counts.untracked);
    out.member("sessions", counts.sessions).member("evicted", counts.evicted);
    out.member("scans", counts.scans).member("recognised", counts.recognised);
    out.member("confirmed", counts.confirmed).member("records", counts.records);
    out.end_object();
}

void write_search(json::Writer& out, const SearchResult& search, double frame_bytes) {
    out.key("search").begin_object();
    write(out, "frames_per_second", search.rate);
    write(out, "wire_bits_per_second", wire_bits(frame_bytes, search.rate));
    out.key("trials").begin_array();
    for (const SearchResult::Trial& trial : search.trials) {
        out.begin_object();
        write(out, "frames_per_second", trial.rate);
        out.member("offered", trial.offered).member("lost", trial.lost);
        write(out, "interrupted_seconds", trial.interrupted_seconds);
        out.end_object();
    }
    out.end_array().end_object();
}

void write_case(json::Writer& out, const CaseResult& result, const Machine& machine) {
    out.begin_object().member("traffic", name_of(result.what.traffic));
    if (result.what.traffic == Traffic::kSteady) {
        out.member("frames", name_of(result.what.frames));
    }
    out.member("tunnel", name_of(result.what.tunnel)).member("sessions", result.what.sessions);
    write(out, "frame_bytes", result.frame_bytes());
    out.member("buffers", std::uint64_t{result.bank_frames});
    out.member("rewritten_in_place", result.rewrites);
    out.member("table_sessions", std::uint64_t{result.table_sessions});
    out.member("open_sessions", result.open_sessions);
    out.key("modes").begin_array();
    for (const ModeResult& mode : result.modes)
        write_mode(out, mode, machine);
    out.end_array();
    if (const auto ratio = result.ratio()) write(out, "ratio_to_bare_loop", *ratio);
    if (const auto rate = result.sessions_per_second()) {
        write(out, "sessions_identified_per_second", *rate);
    }
    write_counts(out, "whole", result.whole);
    write_counts(out, "lifetime", result.lifetime);
    if (result.search) write_search(out, *result.search, result.frame_bytes());
    out.end_object();
}

}  // namespace

std::string json_of(const Report& report) {
    json::Writer out;
    out.begin_object().member("version", report.version);
    write_machine(out, report);
    out.member("runs", std::uint64_t{report.runs});
    write(out, "seconds", report.seconds);
    out.key("cases").begin_array();
    for (const CaseResult& result : report.cases)
        write_case(out, result, report.machine);
    out.end_array().end_object();
    return std::string{out.view()};
}

}  // namespace sensor::bench
