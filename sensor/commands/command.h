// What a subcommand is, and how a command line is read.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/result/result.h"

namespace sensor::commands {

/// Exit codes: a contract with scripts.
enum ExitCode : int {
    kDone = 0,
    kBadInput = 1,  ///< input or configuration; one line says where
    kUsage = 2,     ///< the command line itself
    kFindings = 3,  ///< --fail-on: a finding of that severity or above
};

using Words = std::vector<std::string>;

struct Command {
    std::string_view name;
    std::string_view summary;  ///< one line for `offport help`
    std::string_view usage;    ///< what `offport NAME --help` prints
    int (*run)(const Words& words);
};

extern const Command kReplay;
extern const Command kRun;
extern const Command kReload;
extern const Command kCheck;
extern const Command kExplain;
extern const Command kJudge;
extern const Command kLearn;
extern const Command kTest;
extern const Command kBench;
extern const Command kTop;
extern const Command kVersion;

/// Reads options and positional words in any order; what it cannot read is one line, and so is an
/// option that is given twice and may not be.
class CommandLine {
  public:
    struct Option {
        std::string_view name;  ///< "--workers" or "-c"
        bool takes_value = true;
        bool may_repeat = false;
    };
    [[nodiscard]] static result::Result<CommandLine> read(const Words& words,
                                                          const std::vector<Option>& known);

    [[nodiscard]] const Words& positional() const noexcept { return positional_; }
    [[nodiscard]] bool has(std::string_view name) const;
    /// The value given for `name`; the last if it may repeat.
    [[nodiscard]] std::optional<std::string> value(std::string_view name) const;
    [[nodiscard]] Words values(std::string_view name) const;

  private:
    std::vector<std::pair<std::string, std::string>> given_;
    Words positional_;
};

/// A whole number in [minimum, maximum], or a line that says what `name` wants.
[[nodiscard]] result::Result<long> number_of(std::string_view name, const std::string& text,
                                             long minimum, long maximum);

/// Prints "offport: MESSAGE" and a hint at --help; returns kUsage.
int usage_error(const Command& command, const std::string& message);
/// Prints "offport: MESSAGE"; returns kBadInput.
int input_error(const std::string& message);

}  // namespace sensor::commands
