#include "sensor/commands/top_source.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <utility>

#include "sensor/control/configuration.h"

namespace sensor::commands {
namespace {

constexpr auto kPatience = std::chrono::seconds{3};

/// The first line that is not empty and does not begin with #.
result::Result<std::string> read_token(const std::string& path) {
    std::ifstream file{path};
    if (!file) return result::Error{path + ": " + std::strerror(errno)};
    for (std::string line; std::getline(file, line);) {
        const std::size_t end = line.find_last_not_of(" \t\r");
        if (end == std::string::npos || line.starts_with('#')) continue;
        line.resize(end + 1);
        const bool is_plain =
            std::ranges::all_of(line, [](char c) { return c > 0x20 && c < 0x7f; });
        if (!is_plain) return result::Error{path + ": a token has no blanks and is plain ASCII"};
        return line;
    }
    return result::Error{path + ": holds no token; write it on a line of its own"};
}

/// The address of `metrics` in the sensor.yaml of `directory`.
result::Result<http::Url> url_in(const std::string& directory) {
    yaml::Problems problems;
    const auto sensor = control::load_sensor_config(directory, problems);
    if (!sensor) return result::Error{problems.sorted().front().to_string()};
    if (sensor->metrics.empty()) {
        return result::Error{directory +
                             "/sensor.yaml: `metrics` is off, and there is nobody to ask; give it "
                             "an address such as 127.0.0.1:9469 and restart the daemon"};
    }
    auto url = http::parse_url("http://" + sensor->metrics);
    if (url) return url;
    return result::Error{directory +
                         "/sensor.yaml: `metrics` leaves the port to the system; give "
                         "--url with the one that `offport run` said at start"};
}

result::Result<http::Url> url_of(const CommandLine& line) {
    const auto directory = line.value("-c");
    if (directory) return url_in(*directory);
    auto url =
        http::parse_url(line.value("--url").value_or("http://" + control::SensorConfig{}.metrics));
    if (!url) return result::Error{"--url: " + url.error().message};
    return url;
}

}  // namespace

result::Result<TopSource> TopSource::of(const CommandLine& line) {
    auto url = url_of(line);
    if (!url) return url.error();
    if (url->path == "/") url->path = "/metrics";
    http::GetOptions options{.patience = kPatience};
    options.files.ca = line.value("--ca").value_or("");
    if (const auto path = line.value("--token-file")) {
        auto token = read_token(*path);
        if (!token) return token.error();
        options.token = std::move(*token);
    }
    return TopSource{std::move(*url), std::move(options)};
}

result::Result<Scrape> TopSource::scrape() const {
    constexpr int kFine = 200;
    constexpr int kUnauthorized = 401;
    const auto answer = http::get(url_, options_);
    if (!answer) {
        return result::Error{answer.error().message +
                             "; is `offport run` running, and is `metrics` in sensor.yaml on?"};
    }
    const std::string page = where() + url_.path;
    if (answer->status == kUnauthorized) {
        return result::Error{page + " wants a token; give it with --token-file"};
    }
    if (answer->status != kFine) {
        return result::Error{page + " answers with status " + std::to_string(answer->status) +
                             "; is that the address of `metrics` in sensor.yaml?"};
    }
    auto series = metrics::read_exposition(answer->body);
    if (!series) return result::Error{page + ", " + series.error().message};
    Scrape scrape{Scrape::Clock::now(), std::move(*series)};
    if (!scrape.has("build_info")) {
        return result::Error{page +
                             " is not an offport's; give the address of `metrics` in "
                             "sensor.yaml"};
    }
    return scrape;
}

}  // namespace sensor::commands
