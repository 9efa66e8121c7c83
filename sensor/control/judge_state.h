// What the judge remembers, in files, so that it goes on after a restart: open findings with their
// history, those that were closed, what exceptions silenced, what AlertLimits are used up. All of
// it is written once a minute; what is told between is added at once, so that a process that was
// killed does not tell it anew. Cold path.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

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
        /// Lines that say nothing, or are of a day to come: the disk changed, or the clock.
        std::uint64_t unreadable = 0;
    };
    [[nodiscard]] result::Result<Restored> restore(judge::Judge& judge) const;

    /// Adds the findings that were told just now, by their ids. They are there after a crash of the
    /// process, though not of the machine.
    [[nodiscard]] result::Status add(judge::Judge& judge, std::vector<std::string> told);
    /// Writes all of it, in the place of what was there.
    [[nodiscard]] result::Status save(const judge::Judge& judge);
    /// Does so if it is time: once a minute, and less often if that took long, so that it takes at
    /// most a hundredth of the time.
    [[nodiscard]] result::Status save_if_due(const judge::Judge& judge);

  private:
    JudgeState(const std::string& directory, journal::File lock)
        : path_{directory + "/behaviours.ndjson"},
          told_path_{directory + "/told.ndjson"},
          lock_{std::move(lock)} {}

    std::string path_;
    std::string told_path_;  // lines of behaviours since path_ was written
    journal::File lock_;
    journal::File told_;
    std::chrono::steady_clock::time_point due_ =
        std::chrono::steady_clock::now() + std::chrono::minutes{1};
};

/// Exceptions that have silenced nothing since the daemon knows them, by what it keeps in
/// `directory`. None if there is nothing, or this user may not read it.
[[nodiscard]] std::vector<std::string> unused_exceptions(const std::string& directory);

/// One line, without its end.
[[nodiscard]] std::string line_of(const judge::Behaviour& behaviour);
[[nodiscard]] std::string line_of(const std::string& key, const judge::BehaviourTable::Past& past);
[[nodiscard]] std::string line_of(const std::string& exception, std::uint64_t hits, Timestamp last);
[[nodiscard]] std::string line_of(std::uint64_t spread, std::span<const std::uint32_t> hashes);
[[nodiscard]] std::string line_of(const judge::AlertBudget::Entry& budget);
/// Nothing if the line is no behaviour's.
[[nodiscard]] std::optional<judge::Behaviour> read_behaviour(std::string_view line);
[[nodiscard]] std::optional<std::pair<std::string, judge::BehaviourTable::Past>> read_past(
    std::string_view line);
/// The id, if the line is an exception's without hits.
[[nodiscard]] std::optional<std::string> read_unused_exception(std::string_view line);
/// Gives the judge what a line of another kind says; false if it is none of them.
[[nodiscard]] bool restore_line(std::string_view line, judge::Judge& judge);

}  // namespace sensor::control
