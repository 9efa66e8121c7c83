#include "sensor/control/judge_state.h"

#include <algorithm>
#include <filesystem>
#include <utility>

namespace sensor::control {

result::Result<JudgeState> JudgeState::open(const std::string& directory) {
    auto lock = journal::lock_directory(directory);
    if (!lock) return lock.error();
    return JudgeState{directory + "/behaviours.ndjson", std::move(*lock)};
}

result::Result<JudgeState::Restored> JudgeState::restore(judge::Judge& judge) const {
    Restored restored;
    if (std::error_code ignored; !std::filesystem::exists(path_, ignored)) return restored;
    const auto read = journal::read_lines(path_, [&](std::string_view line) {
        if (auto behaviour = read_behaviour(line)) {
            judge.restore(*std::move(behaviour));
            ++restored.behaviours;
        } else if (auto past = read_past(line)) {
            judge.restore(std::move(past->first), std::move(past->second));
        } else {
            ++restored.unreadable;
        }
    });
    if (!read) return read.error();
    return restored;
}

result::Status JudgeState::save(const judge::Judge& judge) {
    return journal::replace_file(path_, [&](const auto& write) {
        constexpr std::size_t kAtOnce = std::size_t{1} << 20U;
        std::string lines;
        const auto add = [&](std::string line) {
            lines += std::move(line);
            lines += '\n';
            if (lines.size() < kAtOnce) return;
            write(lines);
            lines.clear();
        };
        judge.each_behaviour([&](const judge::Behaviour& one) { add(line_of(one)); });
        judge.each_past([&](const std::string& key, const judge::BehaviourTable::Past& past) {
            add(line_of(key, past));
        });
        write(lines);
    });
}

result::Status JudgeState::save_if_due(const judge::Judge& judge) {
    using Clock = std::chrono::steady_clock;
    const auto begun = Clock::now();
    if (begun < due_) return result::Done{};
    auto saved = save(judge);
    const auto took = Clock::now() - begun;
    due_ = Clock::now() + std::max<Clock::duration>(std::chrono::minutes{1}, 100 * took);
    return saved;
}

}  // namespace sensor::control
