// What the judge remembers, in a file, so that it goes on after a restart: open findings with their
// history, and those that were closed. Cold path.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "lib/journal/file.h"
#include "lib/result/result.h"
#include "sensor/judge/judge.h"

namespace sensor::control {

class JudgeState {
  public:
    /// In `directory`, which is made if need be and is this process's until the end. One line on
    /// failure.
    [[nodiscard]] static result::Result<JudgeState> open(const std::string& directory);

    struct Restored {
        std::uint64_t behaviours = 0;
        std::uint64_t unreadable = 0;  ///< lines that say nothing: the disk, or somebody, changed
    };
    [[nodiscard]] result::Result<Restored> restore(judge::Judge& judge) const;

    /// Writes all of it, in the place of what was there.
    [[nodiscard]] result::Status save(const judge::Judge& judge);
    /// Does so if it is time: once a minute, and less often if that took long, so that it takes at
    /// most a hundredth of the time.
    [[nodiscard]] result::Status save_if_due(const judge::Judge& judge);

  private:
    JudgeState(std::string path, journal::File lock)
        : path_{std::move(path)}, lock_{std::move(lock)} {}

    std::string path_;
    journal::File lock_;
    std::chrono::steady_clock::time_point due_ =
        std::chrono::steady_clock::now() + std::chrono::minutes{1};
};

/// One line, without its end.
[[nodiscard]] std::string line_of(const judge::Behaviour& behaviour);
[[nodiscard]] std::string line_of(const std::string& key, const judge::BehaviourTable::Past& past);
/// Nothing if the line is no behaviour's.
[[nodiscard]] std::optional<judge::Behaviour> read_behaviour(std::string_view line);
[[nodiscard]] std::optional<std::pair<std::string, judge::BehaviourTable::Past>> read_past(
    std::string_view line);

}  // namespace sensor::control
