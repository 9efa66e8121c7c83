// offport explain: which rule decides about a session, and why.

#include <algorithm>
#include <chrono>
#include <iostream>

#include "sensor/attribute/rfc3339.h"
#include "sensor/commands/command.h"
#include "sensor/commands/configuration_option.h"
#include "sensor/commands/decision_text.h"
#include "sensor/commands/explain_device.h"
#include "sensor/commands/explain_recorded.h"
#include "sensor/judge/decide.h"

namespace sensor::commands {
namespace {

/// Words that are not known are usage errors with the nearest that is.
result::Result<std::string> one_of(std::string_view option, const std::string& word,
                                   const std::vector<std::string>& known) {
    if (std::ranges::find(known, word) != known.end()) return word;
    const std::string hint = yaml::nearest(word, {known.begin(), known.end()});
    return result::Error{std::string{option} + ": '" + word + "' is not known" +
                         (hint.empty() ? "" : "; did you mean '" + hint + "'?")};
}

/// UDP for protocols that only run over it, else TCP.
Transport usual_transport(const std::string& protocol) {
    const auto names = identify::catalog_names();
    const auto at = std::ranges::find(names, protocol);
    if (at == names.end()) return Transport::kTcp;
    const auto* row =
        identify::Signatures::row_of(static_cast<ProtocolId>(std::distance(names.begin(), at)));
    return row != nullptr && row->transports == identify::kOverUdp ? Transport::kUdp
                                                                   : Transport::kTcp;
}

/// `--dst` is an address or a name; a session may have both.
result::Status read_destination(const CommandLine& line, judge::Question& question) {
    if (const auto destination = line.value("--dst")) {
        question.destination = parse_address(*destination);
        if (!question.destination) question.name = *destination;
    }
    if (const auto name = line.value("--name")) {
        if (!question.name.empty()) {
            return result::Error{"--dst and --name are both names; give --dst an address"};
        }
        question.name = *name;
    }
    return result::Done{};
}

/// A session of a group with one app is that app's.
result::Status read_who(const CommandLine& line, const attribute::IdentityConfig& identity,
                        judge::Question& question) {
    question.app = line.value("--app").value_or("");
    question.device = line.value("--device").value_or("");
    const auto name = line.value("--app-group");
    if (!name) return result::Done{};
    std::vector<std::string> names;
    for (const AppGroup& each : identity.groups)
        names.push_back(each.name);
    const auto word = one_of("--app-group", *name, names);
    if (!word) return word.error();
    question.app_group = *word;
    question.group_apps = identity.group(identity.find_group(*word))->apps;
    if (question.app.empty() && question.group_apps.size() == 1) {
        question.app = question.group_apps.front();
    }
    return result::Done{};
}

/// What roles and exceptions may make a condition of.
result::Status read_circumstances(const CommandLine& line, judge::Question& question) {
    question.signer = line.value("--signer").value_or("");
    if (const auto platform = line.value("--platform")) {
        const auto word = one_of("--platform", *platform, {"android", "ios"});
        if (!word) return word.error();
        question.platform = *word == "ios" ? Platform::kIos : Platform::kAndroid;
    }
    if (const auto managed = line.value("--app-managed")) {
        const auto word = one_of("--app-managed", *managed, {"yes", "no"});
        if (!word) return word.error();
        question.app_managed = *word == "yes" ? Tristate::kYes : Tristate::kNo;
    }
    question.time = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
    if (const auto text = line.value("--at")) {
        const auto time = attribute::parse_rfc3339(*text);
        if (!time) return result::Error{"--at wants a time such as 2026-09-21T07:02:11Z"};
        question.time = *time;
    }
    return result::Done{};
}

result::Result<judge::Question> question_of(const CommandLine& line,
                                            const control::Configuration& configuration) {
    judge::Question question;
    const auto protocol = line.value("--protocol");
    const auto port = line.value("--port");
    if (!protocol || !port) return result::Error{"--protocol and --port are needed"};
    auto known = one_of("--protocol", *protocol, configuration.protocol_names);
    if (!known) return known.error();
    question.protocol = *known;
    const auto number = number_of("--port", *port, 0, 65535);
    if (!number) return number.error();
    question.port = static_cast<PortNumber>(*number);
    question.transport = usual_transport(*protocol);
    if (const auto transport = line.value("--transport")) {
        const auto word = one_of("--transport", *transport, {"tcp", "udp"});
        if (!word) return word.error();
        question.transport = *word == "tcp" ? Transport::kTcp : Transport::kUdp;
    }
    if (const auto read = read_destination(line, question); !read) return read.error();
    if (const auto read = read_who(line, configuration.identity, question); !read) {
        return read.error();
    }
    if (const auto read = read_circumstances(line, question); !read) return read.error();
    return question;
}

int run(const Words& words) {
    const auto line = CommandLine::read(words, {{"-c"},
                                                {"--app"},
                                                {"--protocol"},
                                                {"--port"},
                                                {"--dst"},
                                                {"--name"},
                                                {"--all", false},
                                                {"--transport"},
                                                {"--app-group"},
                                                {"--device"},
                                                {"--platform"},
                                                {"--signer"},
                                                {"--app-managed"},
                                                {"--at"},
                                                {"--eve"},
                                                {"--flow-id"},
                                                {"--finding"},
                                                {"--time"},
                                                {"--window"},
                                                {"--identity", true, true}});
    if (!line) return usage_error(kExplain, line.error().message);
    if (!line->positional().empty()) {
        return usage_error(kExplain, "unexpected '" + line->positional()[0] + "'");
    }
    const auto configuration = configuration_of(*line);
    if (!configuration) return kBadInput;
    if (asks_of_device(*line)) return explain_device(*line, *configuration);
    if (asks_of_recorded(*line)) return explain_recorded(*line, *configuration);
    const auto question = question_of(*line, *configuration);
    if (!question) return usage_error(kExplain, question.error().message);

    const judge::Decision decision = judge::decide(configuration->policy, *question);
    print_decision(std::cout, *question, decision,
                   line->has("--all") ? Rules::kAll : Rules::kWithAHint);
    return kDone;
}

}  // namespace

const Command kExplain{
    .name = "explain",
    .summary = "show which rule decides about an app, protocol and port, and why",
    .usage =
        "usage: offport explain [-c DIR] [--app A] --protocol P --port N [--dst D] [--name H]\n"
        "                       [--transport tcp|udp] [--app-group G] [--device ID] [--all]\n"
        "                       [--platform android|ios] [--signer SHA256] [--app-managed yes|no]\n"
        "                       [--at TIME]\n"
        "       offport explain [-c DIR] --eve FILE --flow-id N|--finding ID [--all]\n"
        "       offport explain [-c DIR] --device ID --time TIME [--window MINUTES]\n"
        "                       [--identity [FEED:]FILE...]\n\n"
        "  --app A        package or bundle id, e.g. com.example.mail\n"
        "  --app-group G  if only the group is known, one approved app of it is enough\n"
        "  --protocol P   as in findings, e.g. tls; `unknown` for an unrecognised one\n"
        "  --dst D        the server's address, or its name if only that is known\n"
        "  --name H       the server's name as in SNI or Host, beside its address\n"
        "  --transport T  tcp unless the protocol runs over UDP alone\n"
        "  --signer S     SHA-256 of the certificate that the app is signed with\n"
        "  --app-managed  whether the MDM manages the app; not known, if left out\n"
        "  --at TIME      e.g. 2026-09-21T07:02:11Z; exceptions expire by it. Now, if left out\n"
        "  --eve FILE     a recorded session, by its flow_id or by its finding's id: what DIR's\n"
        "                 policy says of it, as of when it began\n"
        "  --time TIME    what was told of a device within --window minutes (60) of then, by what\n"
        "                 a daemon of DIR keeps, and by files\n"
        "  --all          show the rules that are about something else, too\n",
    .run = run,
};

}  // namespace sensor::commands
