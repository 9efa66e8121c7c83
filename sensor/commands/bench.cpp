// offport bench: what the sensor can do on this machine.

#include "sensor/bench/bench.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iostream>

#include "sensor/bench/json.h"
#include "sensor/bench/plot.h"
#include "sensor/bench/text.h"
#include "sensor/commands/bench_request.h"
#include "sensor/commands/command.h"
#include "sensor/commands/configuration_option.h"

namespace sensor::commands {
namespace {

std::string text_of(const bench::Report& report) {
    std::string text = bench::machine_text(report);
    for (const bench::CaseResult& result : report.cases)
        text += "\n" + bench::case_text(result, report.machine);
    return text;
}

/// Nothing is written without a path.
result::Status write_file(const std::optional<std::string>& path, const std::string& content) {
    if (!path) return result::Done{};
    std::ofstream file{*path};
    file << content << std::flush;
    if (file) return result::Done{};
    return result::Error{*path + ": " + std::strerror(errno) + "; name a file that can be written"};
}

int run(const Words& words) {
    const auto line = CommandLine::read(words, bench_options());
    if (!line) return usage_error(kBench, line.error().message);
    auto request = bench_request_of(*line);
    if (!request) return usage_error(kBench, request.error().message);
    const auto configuration = configuration_of(*line);
    if (!configuration) return kBadInput;
    request->bench.version = OFFPORT_VERSION;
    const auto report = bench::run(*configuration, request->bench, [](const std::string& what) {
        std::cerr << "offport: " << what << '\n';
    });
    if (!report) return input_error(report.error().message);
    const std::string text = text_of(*report);
    std::cout << (request->json ? bench::json_of(*report) + "\n" : text) << std::flush;
    for (const auto& written : {write_file(request->text_path, text),
                                write_file(request->svg_path, bench::plot_of(*report))}) {
        if (!written) return input_error(written.error().message);
    }
    return kDone;
}

}  // namespace

const Command kBench{
    .name = "bench",
    .summary = "measure what one worker can do on this machine, stage by stage",
    .usage =
        "usage: offport bench [--traffic LIST] [--frames LIST] [--tunnel LIST] [--sessions LIST]\n"
        "                     [--stages] [--search] [--json] [--svg FILE] [-c DIR] [OPTION...]\n\n"
        "Traffic comes from memory, uncopied, and goes through every stage on one core; a bare "
        "loop\n"
        "that only parses, hashes, finds a session and counts is measured with it. Lists have "
        "commas.\n\n"
        "  --traffic LIST     steady (default): sessions that are identified already\n"
        "                     new: whole short sessions, half TLS, a quarter HTTP, a quarter DNS\n"
        "                     new-tls, new-http, new-dns: of one kind\n"
        "                     first: first payloads alone, one packet and one scan a session\n"
        "  --frames LIST      of steady sessions: 64 (default), imix, 1500\n"
        "  --tunnel LIST      around them: none (default), vxlan, geneve, gre\n"
        "  --sessions LIST    in the flow table at once (1000,1000000)\n"
        "  --stages           with the stages cut off one by one, for what each costs\n"
        "  --modes LIST       these loops: bare, receive, decode, flow, identify, attribute, "
        "judge,\n"
        "                     whole\n"
        "  --seconds S        of a run (0.25)\n"
        "  --packets N        of a run, instead\n"
        "  --runs N           of each loop, interleaved (5)\n"
        "  --search           for the highest rate without loss, as RFC 2544 has it\n"
        "  --trial S          seconds at one rate (2); the RFC wants 60\n"
        "  --resolution P     of the rate found, in percent (1)\n"
        "  --queue N          frames that may wait, as in a receive queue (4096)\n"
        "  --latency MIB      of memory that the latency probe walks through (1024); 0 for no "
        "probe\n"
        "  --json             everything as one JSON object on standard output\n"
        "  --text FILE        the tables\n"
        "  --svg FILE         a plot of them\n"
        "  -c DIR             as for replay; the table is as large as --sessions wants it\n\n"
        "Set OFFPORT_NO_HUGE=1 to leave hugepages alone.\n",
    .run = run,
};

}  // namespace sensor::commands
