// offport version: what runs, and on what.

#include <iostream>

#include "lib/dpdk/eal.h"
#include "lib/hyperscan/database.h"
#include "sensor/commands/command.h"
#include "sensor/identify/signatures.h"

namespace sensor::commands {
namespace {

int run(const Words& words) {
    if (!words.empty()) return usage_error(kVersion, "takes no arguments");
    std::cout << "offport " << OFFPORT_VERSION << '\n'
              << dpdk::version() << '\n'
              << "Hyperscan " << hyperscan::version() << '\n'
              << identify::catalog_names().size() - 1 << " protocols\n";
    if (!hyperscan::is_supported()) {
        return input_error("this CPU lacks the instructions Hyperscan needs (SSSE3 or better)");
    }
    return kDone;
}

}  // namespace

const Command kVersion{
    .name = "version",
    .summary = "print the version, and those of DPDK and Hyperscan it runs on",
    .usage = "usage: offport version\n",
    .run = run,
};

}  // namespace sensor::commands
