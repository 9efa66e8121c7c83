#include "sensor/commands/explain_device.h"

#include <iostream>

#include "lib/journal/journal.h"
#include "sensor/attribute/directory.h"
#include "sensor/attribute/feeds/ndjson.h"
#include "sensor/attribute/rfc3339.h"
#include "sensor/control/feeds/identity_files.h"
#include "sensor/report/style.h"
#include "sensor/report/time_text.h"

namespace sensor::commands {
namespace {

constexpr Duration kUsualWindow = std::chrono::hours{1};

struct Question {
    std::string device;
    Timestamp time{};
    Duration window = kUsualWindow;
};

result::Result<Question> question_of(const CommandLine& line) {
    Question question;
    if (!line.has("--device") || !line.has("--time")) {
        return result::Error{"--time needs --device ID, and --window needs both"};
    }
    for (const char* option :
         {"--app", "--protocol", "--port", "--dst", "--name", "--transport", "--app-group",
          "--platform", "--signer", "--app-managed", "--at", "--eve"}) {
        if (line.has(option)) {
            return result::Error{std::string{option} + " does not go with --time"};
        }
    }
    question.device = *line.value("--device");
    const auto time = attribute::parse_rfc3339(*line.value("--time"));
    if (!time) {
        return result::Error{"--time wants a time such as 2026-09-21T07:02:11Z, got '" +
                             *line.value("--time") + "'"};
    }
    question.time = *time;
    if (const auto minutes = line.value("--window")) {
        constexpr std::int64_t kMost = 7 * 24 * 60;
        const auto number = number_of("--window", *minutes, 1, kMost);
        if (!number) return number.error();
        question.window = std::chrono::minutes{*number};
    }
    return question;
}

/// From files, and from what a daemon of this configuration keeps.
result::Status fill(attribute::Directory& directory, const CommandLine& line,
                    const control::Configuration& configuration) {
    const auto read = control::read_identity_files(line.values("--identity"), directory);
    if (!read) return read.error();
    for (const std::string& note : read->notes)
        std::cerr << note << '\n';
    const std::string& state = configuration.sensor.state;
    if (state.empty()) return result::Done{};
    return journal::read_journal(state + "/identity", [&](std::string_view text) {
        if (const auto event = attribute::feeds::parse_kept_event(text)) directory.apply(*event);
    });
}

std::string since(const std::optional<Timestamp>& time, Timestamp now) {
    return time ? ", for " + report::duration_text(now - *time) : std::string{};
}

void print_known(const attribute::Directory& directory, const Question& question) {
    const auto known = directory.portrait(question.device, question.time);
    const auto ids = directory.ids_of(question.device);
    const DeviceContext& is = known->context;
    std::cout << report::printable(ids.front());
    if (!known->name.empty()) std::cout << ", " << report::printable(known->name);
    if (!known->user.empty()) std::cout << " of " << report::printable(known->user);
    std::cout << '\n';
    for (std::size_t i = 1; i < ids.size(); ++i)
        std::cout << (i == 1 ? "  also        " : ", ") << report::printable(ids[i])
                  << (i + 1 == ids.size() ? "\n" : "");
    std::cout << "  at          " << report::date_clock_text(question.time) << '\n';
    for (const Address& address : known->addresses)
        std::cout << "  address     " << to_string(address) << '\n';
    std::cout << "  platform    " << name_of(known->platform) << '\n'
              << "  locked      " << name_of(is.locked) << since(is.locked_since, question.time)
              << '\n';
    if (is.since_unlock) {
        std::cout << "  unlocked    " << report::duration_text(*is.since_unlock) << " before\n";
    }
    if (is.since_interaction) {
        std::cout << "  touched     " << report::duration_text(*is.since_interaction)
                  << " before\n";
    }
    std::cout << "  managed     " << name_of(is.managed) << '\n'
              << "  supervised  " << name_of(is.supervised) << '\n'
              << "  compliant   " << name_of(is.compliant) << '\n';
}

void print_timeline(const attribute::Directory& directory, const Question& question) {
    const Timestamp from = question.time - question.window;
    const Timestamp to = question.time + question.window;
    std::cout << "\nfrom " << report::date_span_text(from, to) << ":\n";
    const auto told = directory.timeline(question.device, from, to);
    for (const UsedFact& fact : told) {
        std::cout << "  " << report::date_clock_text(fact.time) << "  ";
        if (!fact.source.empty()) std::cout << report::printable(fact.source) << ": ";
        std::cout << report::printable(fact.what) << '\n';
    }
    if (told.empty()) std::cout << "  nothing was told of it\n";
}

}  // namespace

bool asks_of_device(const CommandLine& line) {
    return line.has("--time") || line.has("--window") || line.has("--identity");
}

int explain_device(const CommandLine& line, const control::Configuration& configuration) {
    const auto question = question_of(line);
    if (!question) return usage_error(kExplain, question.error().message);
    attribute::Directory directory{configuration.identity, configuration.identity.limits};
    if (const auto filled = fill(directory, line, configuration); !filled) {
        std::cerr << filled.error().message << '\n';
        return kBadInput;
    }
    if (directory.ids_of(question->device).empty()) {
        std::cerr << "nobody has told of a device '" << report::printable(question->device)
                  << "'; give --identity FILE, or the `state` of a daemon that heard of it\n";
        return kBadInput;
    }
    print_known(directory, *question);
    print_timeline(directory, *question);
    return kDone;
}

}  // namespace sensor::commands
