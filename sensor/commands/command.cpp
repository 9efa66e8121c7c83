#include "sensor/commands/command.h"

#include <algorithm>
#include <charconv>
#include <iostream>

namespace sensor::commands {

result::Result<CommandLine> CommandLine::read(const Words& words,
                                              const std::vector<Option>& known) {
    CommandLine line;
    bool options_end = false;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const std::string& word = words[i];
        if (options_end || word == "-" || !word.starts_with('-')) {
            line.positional_.push_back(word);
            continue;
        }
        if (word == "--") {
            options_end = true;
            continue;
        }
        const auto equals = word.starts_with("--") ? word.find('=') : std::string::npos;
        const std::string name = word.substr(0, equals);
        const auto option = std::ranges::find(known, std::string_view{name}, &Option::name);
        if (option == known.end()) return result::Error{"unknown option '" + name + "'"};
        if (!option->may_repeat && line.has(name)) {
            return result::Error{name + " is given twice; give it once"};
        }
        if (!option->takes_value) {
            if (equals != std::string::npos) {
                return result::Error{name + " takes no value"};
            }
            line.given_.emplace_back(name, "");
        } else if (equals != std::string::npos) {
            line.given_.emplace_back(name, word.substr(equals + 1));
        } else if (i + 1 < words.size()) {
            line.given_.emplace_back(name, words[++i]);
        } else {
            return result::Error{name + " needs a value"};
        }
    }
    return line;
}

bool CommandLine::has(std::string_view name) const {
    return std::ranges::any_of(given_, [&](const auto& given) { return given.first == name; });
}

std::optional<std::string> CommandLine::value(std::string_view name) const {
    const Words all = values(name);
    if (all.empty()) return std::nullopt;
    return all.back();
}

Words CommandLine::values(std::string_view name) const {
    Words all;
    for (const auto& [given, value] : given_) {
        if (given == name) all.push_back(value);
    }
    return all;
}

result::Result<long> number_of(std::string_view name, const std::string& text, long minimum,
                               long maximum) {
    long number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size() || number < minimum ||
        number > maximum) {
        return result::Error{std::string{name} + " wants a whole number from " +
                             std::to_string(minimum) + " to " + std::to_string(maximum) +
                             ", got '" + text + "'"};
    }
    return number;
}

int usage_error(const Command& command, const std::string& message) {
    std::cerr << "offport " << command.name << ": " << message << "; see `offport " << command.name
              << " --help`\n";
    return kUsage;
}

int input_error(const std::string& message) {
    std::cerr << "offport: " << message << '\n';
    return kBadInput;
}

}  // namespace sensor::commands
