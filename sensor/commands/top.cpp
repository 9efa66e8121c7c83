// offport top: a running daemon, live.

#include <chrono>
#include <cstdlib>
#include <deque>
#include <iostream>
#include <utility>

#include <unistd.h>

#include "sensor/commands/command.h"
#include "sensor/commands/terminal.h"
#include "sensor/commands/top_json.h"
#include "sensor/commands/top_screen.h"
#include "sensor/commands/top_source.h"
#include "sensor/commands/top_text.h"
#include "sensor/report/time_text.h"

namespace sensor::commands {
namespace {

constexpr std::size_t kMostKept = 30;  // samples that the curve has
constexpr auto kFirstInterval = std::chrono::seconds{1};

struct Request {
    std::chrono::seconds interval{2};
    bool once = false;
    bool json = false;
};

Timestamp wall_clock() {
    return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
}

/// Whether the terminal is one for more than ASCII, as the environment has it.
bool speaks_utf8() {
    for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
        // NOLINTNEXTLINE(concurrency-mt-unsafe): nothing sets the environment
        const char* value = std::getenv(name);
        if (value == nullptr || *value == '\0') continue;
        const std::string_view locale{value};
        return locale.find("UTF-8") != std::string_view::npos ||
               locale.find("utf8") != std::string_view::npos;
    }
    return false;
}

/// One daemon, watched.
class Top {
  public:
    Top(TopSource source, const Request& request)
        : source_{std::move(source)},
          request_{request},
          is_full_{!request.json && !request.once && ::isatty(STDOUT_FILENO) != 0} {}

    [[nodiscard]] int run();

  private:
    /// Asks again and shows what came of it. False if nothing came, and `--once` is over.
    [[nodiscard]] bool look();
    void show();
    void show_json(const std::string& time) const;
    [[nodiscard]] Frame frame() const;

    TopSource source_;
    Request request_;
    bool is_full_;
    Scrape before_;
    View view_;
    std::vector<Problem> problems_;
    std::deque<double> packets_;  // a second, in the last samples
    Timestamp sampled_{};
    std::string away_;  // why there is no sample newer than that
};

Frame Top::frame() const {
    const Timestamp started{
        std::chrono::duration_cast<Duration>(std::chrono::duration<double>(view_.started))};
    Frame frame{.where = source_.where(),
                .clock = report::clock_text(sampled_),
                .up_for = {},
                .away = away_};
    if (view_.started > 0 && sampled_ > started) {
        frame.up_for = report::duration_text(sampled_ - started);
    }
    if (!is_full_) return frame;
    frame.is_utf8 = speaks_utf8();
    frame.packets_before = {packets_.begin(), packets_.end()};
    return frame;
}

void Top::show_json(const std::string& time) const {
    std::cout << (away_.empty() ? json_of(view_, problems_, time) : json_of_absence(away_, time))
              << '\n'
              << std::flush;
}

void Top::show() {
    if (request_.json) return show_json(std::string{report::rfc3339_text(wall_clock())});
    const report::Style style = style_for(STDOUT_FILENO);
    const auto lines = lines_of(view_, problems_, frame(), style);
    if (is_full_) return Screen::draw(page_of(lines, Screen::rows()));
    std::cout << page_of(lines, 0) << (request_.once ? "" : "\n") << std::flush;
}

bool Top::look() {
    auto scrape = source_.scrape();
    away_ = scrape ? "" : scrape.error().message;
    if (!scrape && request_.once) {
        input_error(away_);
        return false;
    }
    if (scrape) {
        view_ = view_of(Change{before_, *scrape});
        problems_ = problems_of(view_);
        before_ = std::move(*scrape);
        sampled_ = wall_clock();
        packets_.push_back(view_.packets().per_second);
        if (packets_.size() > kMostKept) packets_.pop_front();
    }
    show();
    return true;
}

int Top::run() {
    auto first = source_.scrape();
    if (!first) return input_error(first.error().message);
    before_ = std::move(*first);
    Screen screen{is_full_ ? Screen::Mode::kFull : Screen::Mode::kPlain};
    // Nobody likes to look at an empty screen.
    auto next = before_.taken() +
                (is_full_ ? std::min(kFirstInterval, request_.interval) : request_.interval);
    for (bool has_shown = false;;) {
        const Woken woken = screen.wait(next);
        if (woken == Woken::kQuit) return kDone;
        if (woken == Woken::kResized) {
            if (is_full_ && has_shown) show();
            continue;
        }
        if (!look()) return kBadInput;
        if (request_.once || !std::cout) return std::cout ? kDone : kBadInput;
        has_shown = true;
        next = std::max(next, Scrape::Clock::now() - request_.interval) + request_.interval;
    }
}

result::Result<Request> request_of(const CommandLine& line) {
    if (!line.positional().empty()) {
        return result::Error{"cannot use '" + line.positional().front() +
                             "'; give the daemon's configuration with -c, or --url"};
    }
    if (line.has("-c") && line.has("--url")) {
        return result::Error{"-c and --url both say whom to ask; choose one"};
    }
    Request request{.once = line.has("--once"), .json = line.has("--json")};
    if (const auto text = line.value("--interval")) {
        constexpr long kLongest = 3600;
        const auto seconds = number_of("--interval", *text, 1, kLongest);
        if (!seconds) return seconds.error();
        request.interval = std::chrono::seconds{*seconds};
    }
    return request;
}

int run(const Words& words) {
    const auto line = CommandLine::read(words, {{"-c"},
                                                {"--url"},
                                                {"--token-file"},
                                                {"--ca"},
                                                {"--interval"},
                                                {"--once", false},
                                                {"--json", false}});
    if (!line) return usage_error(kTop, line.error().message);
    const auto request = request_of(*line);
    if (!request) return usage_error(kTop, request.error().message);
    auto source = TopSource::of(*line);
    if (!source) return input_error(source.error().message);
    return Top{std::move(*source), *request}.run();
}

}  // namespace

const Command kTop{
    .name = "top",
    .summary = "watch a running daemon: load, losses, sessions, findings",
    .usage =
        "usage: offport top [-c DIR | --url URL] [--interval SECONDS] [--once] [--json]\n"
        "                   [--token-file FILE] [--ca FILE]\n\n"
        "  -c DIR             the daemon's configuration: `metrics` in its sensor.yaml says whom "
        "to\n"
        "                     ask. If left out, http://127.0.0.1:9469\n"
        "  --url URL          http://HOST:PORT or https://HOST:PORT; a path other than /metrics\n"
        "                     behind it, if a proxy has one\n"
        "  --interval SECONDS between two samples, 1 to 3600 (2); rates are of what came between\n"
        "  --once             one sample after one interval, as text for a pipe\n"
        "  --json             each sample as a JSON object on a line\n"
        "  --token-file FILE  a token that the page's proxy asks for\n"
        "  --ca FILE          who signed the certificate of an https page, in PEM; the system's "
        "if\n"
        "                     left out\n\n"
        "What is wrong comes first, the worst on top: what is lost now, what fails, what is "
        "nearly\n"
        "full. q or Ctrl-C ends it. A daemon that goes away is waited for; one that was started "
        "anew\n"
        "has counted from zero. Only /metrics is asked, as Prometheus does.\n",
    .run = run,
};

}  // namespace sensor::commands
