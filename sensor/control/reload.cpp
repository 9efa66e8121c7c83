#include "sensor/control/reload.h"

#include <filesystem>
#include <new>
#include <sstream>
#include <system_error>
#include <utility>

namespace sensor::control {
namespace {

constexpr std::string_view kQuestion = "reload\n";
constexpr std::string_view kAccepted = "accepted";
constexpr std::string_view kRejected = "rejected";
constexpr std::chrono::seconds kPatience{120};

/// The outcome as it travels: one line for what it is, one for the verdict, then the problems.
std::string text_of(const ReloadOutcome& outcome) {
    std::string text{outcome.accepted ? kAccepted : kRejected};
    text += '\n' + outcome.verdict + '\n';
    for (const std::string& problem : outcome.problems)
        text += problem + '\n';
    return text;
}

ReloadOutcome outcome_of(const std::string& text) {
    std::istringstream lines{text};
    ReloadOutcome outcome;
    std::string line;
    std::getline(lines, line);
    outcome.accepted = line == kAccepted;
    std::getline(lines, outcome.verdict);
    while (std::getline(lines, line))
        outcome.problems.push_back(line);
    return outcome;
}

ReloadOutcome rejected(const std::string& reason) {
    return {.accepted = false,
            .verdict = "configuration not reloaded, the old one stays: " + reason,
            .problems = {}};
}

/// Why the daemon that runs with `directory` does not answer this request; empty if it does.
std::string objection_to(std::string_view request, const std::string& directory) {
    if (!request.starts_with(kQuestion)) {
        return "this daemon knows no such request; is `offport reload` of the same version?";
    }
    const std::string asked{request.substr(kQuestion.size())};
    std::error_code differs;  // what cannot be looked at is not the same
    if (std::filesystem::equivalent(asked, directory, differs)) return {};
    return "the daemon that answers runs with " + directory + ", not with " + asked +
           "; give that one, or each daemon a control_socket of its own in its sensor.yaml";
}

std::string silence_text(const std::string& path, ipc::Silence silence) {
    switch (silence) {
        case ipc::Silence::kNobody:
            return "no daemon runs that listens at " + path +
                   "; start one with `offport run`, or give the control_socket of the one that "
                   "runs in sensor.yaml";
        case ipc::Silence::kRefused:
            return "no permission to ask at " + path + "; run it as root, or as the daemon's user";
        case ipc::Silence::kEnded: return "the daemon ended before it answered";
        case ipc::Silence::kTimeout:
            return "the daemon does not answer; see what it says on standard error";
        case ipc::Silence::kOther: break;
    }
    return "the daemon cannot be asked at " + path;
}

}  // namespace

result::Result<ReloadOutcome> ask_for_reload(const std::string& path,
                                             const std::string& directory) {
    const auto answer = ipc::ask(path, std::string{kQuestion} + directory, kPatience);
    if (answer.text.empty()) return result::Error{silence_text(path, answer.silence)};
    return outcome_of(answer.text);
}

void Reloader::hear_requests() {
    if (options_.requests == nullptr) return;
    while (auto request = options_.requests->next()) {
        const std::string objection = objection_to(request->text(), options_.directory);
        if (objection.empty()) {
            waiting_.push_back(std::move(*request));
        } else {
            request->answer(text_of(rejected(objection)));
        }
    }
}

std::optional<ReloadOutcome> Reloader::turn() {
    hear_requests();
    try {
        if (reading_.valid()) {
            if (reading_.wait_for(std::chrono::seconds{0}) != std::future_status::ready) return {};
            return conclude(take_up(reading_.get()));
        }
        if (!is_asked_ && waiting_.empty()) return {};
        // What is asked for from here on may be newer than what is read now: it waits.
        is_asked_ = false;
        answered_ = std::exchange(waiting_, {});
        reading_ = std::async(std::launch::async, [this] { return read(); });
        return {};
    } catch (const std::bad_alloc&) {
        return conclude(rejected("out of memory"));
    } catch (const std::system_error& error) {
        return conclude(rejected(std::string{"no thread to read it on: "} + error.what()));
    }
}

Reloader::Read Reloader::read() const {
    Read read{.reading = options_.read(), .next = {}};
    const auto& configuration = read.reading.configuration;
    if (configuration && restart_reason(running_, *configuration).empty()) {
        read.next = engine_.approve(std::move(read.reading.configuration->policy));
    }
    return read;
}

ReloadOutcome Reloader::take_up(Read read) {
    ReloadOutcome outcome{.accepted = true, .verdict = "policy reloaded", .problems = {}};
    if (!read.reading.configuration) {
        outcome = rejected("it is not sound, see above");
    } else if (read.next) {
        engine_.use(std::move(*read.next));
    } else {
        outcome = rejected(restart_reason(running_, *read.reading.configuration) +
                           "; restart to take it up");
    }
    outcome.problems = std::move(read.reading.problems);
    return outcome;
}

ReloadOutcome Reloader::conclude(ReloadOutcome outcome) {
    for (ipc::Request& request : answered_)
        request.answer(text_of(outcome));
    answered_.clear();
    return outcome;
}

}  // namespace sensor::control
