// offport: dispatches to the subcommands.

#include <algorithm>
#include <array>
#include <iostream>
#include <new>

#include <fcntl.h>
#include <unistd.h>

#include "lib/yaml/yaml.h"
#include "sensor/commands/command.h"

namespace {

using sensor::commands::Command;
constexpr std::array<const Command*, 11> kCommands{
    &sensor::commands::kReplay,  &sensor::commands::kRun,    &sensor::commands::kTop,
    &sensor::commands::kReload,  &sensor::commands::kCheck,  &sensor::commands::kTest,
    &sensor::commands::kExplain, &sensor::commands::kJudge,  &sensor::commands::kLearn,
    &sensor::commands::kBench,   &sensor::commands::kVersion};

void print_help(std::ostream& out) {
    out << "offport recognises what each session speaks, knows which app on which device opened "
           "it,\n"
           "and reports protocols on ports where that app is not approved to use them.\n\n"
           "usage: offport COMMAND ...\n\n";
    for (const Command* command : kCommands) {
        out << "  " << command->name << std::string(10 - command->name.size(), ' ')
            << command->summary << '\n';
    }
    out << "\n`offport COMMAND --help` tells more. Exit codes: 0 done, 1 bad input or "
           "configuration,\n"
           "2 usage, 3 findings at or above --fail-on.\n";
}

/// Tables are as large as sensor.yaml says; everything else grows with what is found.
int run(const Command& command, const sensor::commands::Words& words) {
    try {
        return command.run(words);
    } catch (const std::bad_alloc&) {
        std::cerr << "offport: out of memory; lower `sessions` or `first_bytes` of `limits` in "
                     "sensor.yaml, or allow more\n";
        return sensor::commands::kBadInput;
    }
}

/// What is opened later must not become standard output.
void fill_standard_descriptors() {
    for (int descriptor = 0; descriptor <= STDERR_FILENO; ++descriptor) {
        if (::fcntl(descriptor, F_GETFD) < 0) ::open("/dev/null", O_RDWR);
    }
}

int unknown_command(const std::string& name) {
    std::vector<std::string_view> names;
    for (const Command* command : kCommands)
        names.push_back(command->name);
    const std::string hint = yaml::nearest(name, names);
    std::cerr << "offport: there is no command '" << name << "'"
              << (hint.empty() ? "" : "; did you mean '" + hint + "'?")
              << "; see `offport --help`\n";
    return sensor::commands::kUsage;
}

}  // namespace

int main(int argc, char** argv) {
    fill_standard_descriptors();
    const sensor::commands::Words words(argv + std::min(argc, 1), argv + argc);
    if (words.empty()) {
        print_help(std::cerr);
        return sensor::commands::kUsage;
    }
    if (words[0] == "--help" || words[0] == "-h" || words[0] == "help") {
        print_help(std::cout);
        return sensor::commands::kDone;
    }
    const std::string name = words[0] == "--version" ? "version" : words[0];
    for (const Command* command : kCommands) {
        if (command->name != name) continue;
        const sensor::commands::Words rest(words.begin() + 1, words.end());
        if (std::ranges::find(rest, "--help") != rest.end() ||
            std::ranges::find(rest, "-h") != rest.end()) {
            std::cout << command->usage;
            return sensor::commands::kDone;
        }
        return run(*command, rest);
    }
    return unknown_command(name);
}
