// What `offport bench` is asked for on its command line.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sensor/bench/bench.h"
#include "sensor/commands/command.h"

namespace sensor::commands {

struct BenchRequest {
    bench::BenchOptions bench;
    bool json = false;
    std::optional<std::string> text_path;
    std::optional<std::string> svg_path;
};

[[nodiscard]] std::vector<CommandLine::Option> bench_options();
/// One line if an option is not what it should be.
[[nodiscard]] result::Result<BenchRequest> bench_request_of(const CommandLine& line);

}  // namespace sensor::commands
