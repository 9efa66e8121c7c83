// offport replay: traces in, findings out.

#include "sensor/control/replay.h"

#include <iostream>

#include "sensor/commands/command.h"
#include "sensor/commands/configuration_option.h"
#include "sensor/commands/replay_report.h"
#include "sensor/commands/replay_request.h"

namespace sensor::commands {
namespace {

int run(const Words& words) {
    const auto line = CommandLine::read(words, replay_options());
    if (!line) return usage_error(kReplay, line.error().message);
    auto request = replay_request_of(*line);
    if (!request) return usage_error(kReplay, request.error().message);
    const auto configuration = configuration_of(*line);
    if (!configuration) return kBadInput;

    auto report = ReplayReport::open(request->report, configuration->sensor);
    if (!report) return input_error(report.error().message);
    request->replay.every_session = (*report)->wants_flows();
    request->replay.version = OFFPORT_VERSION;
    const auto outcome = control::replay(*configuration, request->replay, **report);
    if (!outcome) return input_error(outcome.error().message);
    const bool is_complete = (*report)->finish(*outcome);
    if (!is_complete) return kBadInput;
    const bool has_failed = request->fail_on && (*report)->worst() >= request->fail_on;
    return has_failed ? kFindings : kDone;
}

}  // namespace

const Command kReplay{
    .name = "replay",
    .summary = "read traces through the whole sensor and print the findings",
    .usage =
        "usage: offport replay TRACE... [-c DIR] [--identity FILE...] [--eve FILE|-] [--flows]\n"
        "                      [--evidence DIR] [--workers N] [--together] [--json] [--fail-on "
        "SEVERITY]\n\n"
        "  TRACE               pcap or pcapng; Ethernet, raw IP, Linux cooked, loopback or 802.11 "
        "frames\n"
        "  -c DIR              policy.yaml, identity.yaml and sensor.yaml; the shipped ones if "
        "left out\n"
        "  --identity FILE     identity events, one JSON object a line; or FEED:FILE, a document "
        "of\n"
        "                      that feed (android-management, apple-mdm, cloudconnexa, csv, "
        "intune,\n"
        "                      ivanti-sentry, ndjson, samsung-npa, workspace-one); may be given "
        "again\n"
        "  --eve FILE|-        findings as EVE JSON lines, appended to FILE; with -, standard "
        "output\n"
        "                      has nothing else and what is for people goes to standard error\n"
        "  --flows             a flow record for each session, too\n"
        "  --outputs           records go to the outputs of sensor.yaml, too\n"
        "  --evidence DIR      first packets of the findings' sessions, a pcapng file each; "
        "`evidence`\n"
        "                      in sensor.yaml says how many and which of their bytes\n"
        "  --workers N         worker cores (1); findings and records are the same for any number\n"
        "  --together          merge the traces by packet time; else they come one after the "
        "other\n"
        "  --json              the summary and findings as one JSON object on standard output\n"
        "  --fail-on SEVERITY  exit code 3 if there is a finding this grave: info, low, medium, "
        "high\n\n"
        "Set OFFPORT_NO_HUGE=1 to leave hugepages alone. SIGHUP opens the EVE file anew.\n",
    .run = run,
};

}  // namespace sensor::commands
