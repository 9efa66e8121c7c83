#include "sensor/commands/bench_request.h"

#include <array>
#include <charconv>
#include <cstdlib>

#include "sensor/bench/scenario.h"

namespace sensor::commands {
namespace {

using bench::Case;
constexpr std::array kAllTunnels{bench::Tunnel::kNone, bench::Tunnel::kVxlan,
                                 bench::Tunnel::kGeneve, bench::Tunnel::kGre};

/// The words of "a,b,c".
std::vector<std::string> listed(const std::string& text) {
    std::vector<std::string> words;
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find(',', begin), text.size());
        words.push_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return words;
}

/// The values of `all` whose names `--option` lists.
template <class All>
auto named(const CommandLine& line, std::string_view option, const All& all,
           std::vector<typename All::value_type> without)
    -> result::Result<std::vector<typename All::value_type>> {
    const auto text = line.value(option);
    if (!text) return without;
    std::vector<typename All::value_type> values;
    for (const std::string& word : listed(*text)) {
        const auto found =
            std::ranges::find_if(all, [&](const auto& value) { return name_of(value) == word; });
        if (found != all.end()) {
            values.push_back(*found);
            continue;
        }
        std::string names;
        for (const auto& value : all)
            names += (names.empty() ? "" : ", ") + std::string{name_of(value)};
        return result::Error{std::string{option} + " wants some of " + names +
                             " with commas between, got '" + word + "'"};
    }
    return values;
}

result::Result<double> decimal_of(const CommandLine& line, std::string_view option, double without,
                                  double minimum, double maximum) {
    const auto text = line.value(option);
    if (!text) return without;
    double value = 0;
    const char* end = text->data() + text->size();
    const auto [stop, error] = std::from_chars(text->data(), end, value);
    if (error == std::errc{} && stop == end && value >= minimum && value <= maximum) return value;
    const auto shown = [](double number) {
        std::array<char, 32> digits{};
        const auto written = std::to_chars(digits.data(), digits.data() + digits.size(), number);
        return std::string{digits.data(), written.ptr};
    };
    return result::Error{std::string{option} + " wants a number from " + shown(minimum) + " to " +
                         shown(maximum) + ", got '" + *text + "'"};
}

result::Result<long> whole_of(const CommandLine& line, std::string_view option, long without,
                              long minimum, long maximum) {
    const auto text = line.value(option);
    if (!text) return without;
    return number_of(option, *text, minimum, maximum);
}

result::Result<std::vector<std::uint64_t>> sessions_of(const CommandLine& line) {
    constexpr long kMost = 16'000'000;
    std::vector<std::uint64_t> sessions;
    for (const std::string& word : listed(line.value("--sessions").value_or("1000,1000000"))) {
        const auto number = number_of("--sessions", word, 1, kMost);
        if (!number) return number.error();
        sessions.push_back(static_cast<std::uint64_t>(*number));
    }
    return sessions;
}

/// Every combination of what was asked for. Frames of a given size are for steady sessions, and
/// sessions that end need a table of some size.
result::Result<std::vector<Case>> cases_of(const CommandLine& line) {
    const auto traffic = named(line, "--traffic", bench::kAllTraffic, {bench::Traffic::kSteady});
    if (!traffic) return traffic.error();
    const auto frames = named(line, "--frames", bench::kAllFrames, {bench::Frames::k64});
    if (!frames) return frames.error();
    const auto tunnels = named(line, "--tunnel", kAllTunnels, {bench::Tunnel::kNone});
    if (!tunnels) return tunnels.error();
    const auto sessions = sessions_of(line);
    if (!sessions) return sessions.error();
    std::vector<Case> cases;
    for (const bench::Traffic kind : *traffic) {
        const bool is_steady = kind == bench::Traffic::kSteady;
        for (const bench::Tunnel tunnel : *tunnels) {
            for (const bench::Frames size : is_steady ? *frames : std::vector{bench::Frames::k64}) {
                for (const std::uint64_t count : *sessions) {
                    if (count < bench::Scenario::fewest_sessions(kind)) continue;
                    cases.push_back(
                        {.traffic = kind, .frames = size, .tunnel = tunnel, .sessions = count});
                }
            }
        }
    }
    if (cases.empty()) {
        return result::Error{
            "sessions that end need a table for " +
            std::to_string(bench::Scenario::fewest_sessions(bench::Traffic::kNew)) +
            "; give --sessions as many or more"};
    }
    return cases;
}

result::Status read_measuring(const CommandLine& line, bench::BenchOptions& options) {
    const bool has_stages = line.has("--stages");
    auto modes = named(line, "--modes", bench::kAllModes,
                       has_stages ? std::vector(bench::kAllModes.begin(), bench::kAllModes.end())
                                  : std::vector{bench::Mode::kBare, bench::Mode::kWhole});
    if (!modes) return modes.error();
    options.modes = std::move(*modes);
    const auto seconds = decimal_of(line, "--seconds", options.seconds, 0.001, 3600);
    if (!seconds) return seconds.error();
    options.seconds = *seconds;
    const auto runs = whole_of(line, "--runs", options.runs, 1, 1000);
    if (!runs) return runs.error();
    options.runs = static_cast<unsigned>(*runs);
    if (line.has("--packets")) {
        const auto packets = whole_of(line, "--packets", 0, 1, 1'000'000'000'000);
        if (!packets) return packets.error();
        options.frames = static_cast<std::uint64_t>(*packets);
        options.seconds = 3600;
    }
    const auto latency = whole_of(line, "--latency", 1024, 0, 65536);
    if (!latency) return latency.error();
    options.latency_bytes = static_cast<std::size_t>(*latency) << 20U;
    return result::Done{};
}

result::Status read_search(const CommandLine& line, bench::BenchOptions& options) {
    options.search = line.has("--search");
    const auto trial = decimal_of(line, "--trial", options.trial_seconds, 0.01, 3600);
    if (!trial) return trial.error();
    options.trial_seconds = *trial;
    const auto resolution = decimal_of(line, "--resolution", options.resolution * 100, 0.1, 50);
    if (!resolution) return resolution.error();
    options.resolution = *resolution / 100;
    const auto queue = whole_of(line, "--queue", static_cast<long>(options.queue), 64, 1 << 20);
    if (!queue) return queue.error();
    options.queue = static_cast<std::uint64_t>(*queue);
    return result::Done{};
}

}  // namespace

std::vector<CommandLine::Option> bench_options() {
    return {{"-c"},
            {"--traffic"},
            {"--frames"},
            {"--tunnel"},
            {"--sessions"},
            {"--stages", false},
            {"--modes"},
            {"--seconds"},
            {"--packets"},
            {"--runs"},
            {"--search", false},
            {"--trial"},
            {"--resolution"},
            {"--queue"},
            {"--latency"},
            {"--json", false},
            {"--text"},
            {"--svg"}};
}

result::Result<BenchRequest> bench_request_of(const CommandLine& line) {
    if (!line.positional().empty()) {
        return result::Error{"'" + line.positional().front() + "' is no option; it takes no files"};
    }
    BenchRequest request;
    auto cases = cases_of(line);
    if (!cases) return cases.error();
    request.bench.cases = std::move(*cases);
    if (const auto read = read_measuring(line, request.bench); !read) return read.error();
    if (const auto read = read_search(line, request.bench); !read) return read.error();
    request.json = line.has("--json");
    request.text_path = line.value("--text");
    request.svg_path = line.value("--svg");
    // NOLINTNEXTLINE(concurrency-mt-unsafe): nothing sets the environment
    request.bench.allow_hugepages = std::getenv("OFFPORT_NO_HUGE") == nullptr;
    return request;
}

}  // namespace sensor::commands
