#include "sensor/commands/explain_recorded.h"

#include <charconv>
#include <iostream>

#include "sensor/commands/decision_text.h"
#include "sensor/commands/recording_files.h"
#include "sensor/control/review/eve_files.h"
#include "sensor/judge/beyond_proxy.h"
#include "sensor/judge/exchange.h"
#include "sensor/judge/question.h"
#include "sensor/report/eve_reader.h"
#include "sensor/report/style.h"
#include "sensor/report/time_text.h"
#include "sensor/report/wording.h"

namespace sensor::commands {
namespace {

/// Which record is wanted.
struct Wanted {
    std::optional<std::uint64_t> flow_id;
    std::string finding;

    [[nodiscard]] bool is(const json::Value& record) const {
        if (!finding.empty()) return report::finding_of(record) == finding;
        const auto id = record.find("flow_id");
        return id && id->unsigned_integer() == flow_id;
    }
    [[nodiscard]] std::string text() const {
        return finding.empty() ? "flow " + std::to_string(*flow_id) : "finding " + finding;
    }
};

result::Result<Wanted> wanted_of(const CommandLine& line) {
    if (!line.has("--eve")) return result::Error{"--flow-id and --finding need --eve FILE"};
    if (line.has("--flow-id") == line.has("--finding")) {
        return result::Error{"--eve needs one of --flow-id and --finding"};
    }
    for (const char* option :
         {"--app", "--protocol", "--port", "--dst", "--name", "--transport", "--app-group",
          "--device", "--platform", "--signer", "--app-managed", "--at"}) {
        if (line.has(option)) {
            return result::Error{std::string{option} + " does not go with --eve: the record tells"};
        }
    }
    Wanted wanted{.flow_id = {}, .finding = line.value("--finding").value_or("")};
    if (!line.has("--flow-id")) return wanted;
    const std::string text = *line.value("--flow-id");
    std::uint64_t id = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
    if (error != std::errc{} || end != text.data() + text.size()) {
        return result::Error{"--flow-id wants a whole number, got '" + text + "'"};
    }
    wanted.flow_id = id;
    return wanted;
}

/// The last alert for a finding; for a flow its flow record, or else the last alert.
std::optional<control::RecordPlace> place_of(control::EveFiles& files, const Wanted& wanted,
                                             result::Status& scanned) {
    std::optional<control::RecordPlace> flow;
    std::optional<control::RecordPlace> alert;
    scanned = files.scan([&](const json::Value& record, const control::RecordPlace& place) {
        if (wanted.is(record)) {
            const std::string_view type = report::event_type_of(record);
            if (type == "flow") flow = place;
            if (type == "alert") alert = place;
        }
        return result::Status{result::Done{}};
    });
    if (!wanted.finding.empty()) return alert ? alert : flow;
    return flow ? flow : alert;
}

void print_decision_on(const Observation& session, const control::Configuration& configuration,
                       Rules rules) {
    judge::Question question = judge::question_of(session);
    const auto group = configuration.identity.find_group(question.app_group);
    const AppGroup* known = configuration.identity.group(group);
    if (known != nullptr) question.group_apps = known->apps;
    std::cout << '\n';
    print_decision(std::cout, question, judge::decide(configuration.policy, question), rules);
    if (!judge::is_real_exchange(RecordKind::kEnd, session)) {
        std::cout << "  It is no finding in any case: nothing shows that both ends spoke.\n";
    }
}

/// An alert of a session beyond its proxy tells the inner protocol as the session's.
void print_session(Observation session, const control::Configuration& configuration, Rules rules) {
    const Attribution& who = session.attribution;
    const bool is_beyond = !session.proxy_protocol.empty();
    std::cout << "session " << session.flow_id << ", "
              << report::date_span_text(session.start, session.last) << '\n'
              << "  from " << report::endpoint_text(session.client) << " to "
              << report::endpoint_text(session.server);
    if (!who.device.empty()) std::cout << ", device " << report::printable(who.device);
    std::cout << '\n';
    if (is_beyond) {
        session.protocol = session.proxy_protocol;
        session.proxy_protocol.clear();
    } else {
        print_decision_on(session, configuration, rules);
    }
    const auto beyond = judge::beyond_proxy(session);
    if (!beyond) return;
    std::cout << "\nand beyond the proxy, "
              << report::printable(session.fact(Fact::kDestinationRequested)) << ":\n";
    print_decision_on(*beyond, configuration, rules);
}

}  // namespace

bool asks_of_recorded(const CommandLine& line) {
    return line.has("--eve") || line.has("--flow-id") || line.has("--finding");
}

int explain_recorded(const CommandLine& line, const control::Configuration& configuration) {
    const auto wanted = wanted_of(line);
    if (!wanted) return usage_error(kExplain, wanted.error().message);
    const std::string path = *line.value("--eve");
    auto files = control::EveFiles::open({path});
    if (!files) return input_error(files.error().message);
    result::Status scanned{result::Done{}};
    const auto place = place_of(*files, *wanted, scanned);
    if (!scanned) return input_error(scanned.error().message);
    if (!place) {
        tell_of_files(*files, 1);
        return input_error(path + ": there is no " + wanted->text() +
                           "; flow records are written with --flows");
    }
    const auto record = files->read(*place);
    if (!record) return input_error(record.error().message);
    auto session = report::read_session(*record);
    if (!session) {
        return input_error(path + ": " + wanted->text() + ": " + session.error().message);
    }
    if (const auto finding = report::finding_of(*record); !finding.empty()) {
        std::cout << "finding " << report::printable(finding) << ", as recorded\n";
    }
    print_session(std::move(*session), configuration,
                  line.has("--all") ? Rules::kAll : Rules::kWithAHint);
    return kDone;
}

}  // namespace sensor::commands
