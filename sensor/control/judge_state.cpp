#include "sensor/control/judge_state.h"

#include <algorithm>
#include <filesystem>
#include <unordered_map>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace sensor::control {

namespace {

/// Packet time of a sensor that began with a wrong clock would make all that comes look stale.
bool is_of_the_future(const judge::Behaviour& behaviour) {
    const auto now = std::chrono::system_clock::now() + std::chrono::days{1};
    return behaviour.last_seen > std::chrono::time_point_cast<Duration>(now);
}

result::Status read_if_there(const std::string& path,
                             const std::function<void(std::string_view)>& visit) {
    if (std::error_code ignored; !std::filesystem::exists(path, ignored)) return result::Done{};
    return journal::read_lines(path, visit);
}

}  // namespace

result::Result<JudgeState> JudgeState::open(const std::string& directory) {
    auto lock = journal::lock_directory(directory);
    if (!lock) return lock.error();
    JudgeState state{directory, std::move(*lock)};
    auto told = journal::open_file(state.told_path_, O_WRONLY | O_CREAT | O_APPEND);
    if (!told) return told.error();
    state.told_ = std::move(*told);
    return state;
}

result::Result<JudgeState::Restored> JudgeState::restore(judge::Judge& judge) const {
    Restored restored;
    // By id, as last told; those that were told longest ago first.
    std::vector<judge::Behaviour> told;
    std::unordered_map<std::string, std::size_t> places;
    const auto note_told = [&](std::string_view line) {
        auto behaviour = read_behaviour(line);
        if (!behaviour || is_of_the_future(*behaviour)) {
            ++restored.unreadable;
            return;
        }
        const auto [place, is_new] = places.try_emplace(behaviour->id, told.size());
        if (is_new) {
            told.push_back(*std::move(behaviour));
        } else {
            told[place->second] = *std::move(behaviour);
        }
    };
    if (const auto read = read_if_there(told_path_, note_told); !read) return read.error();
    const auto take = [&](judge::Behaviour behaviour) {
        if (is_of_the_future(behaviour)) {
            ++restored.unreadable;
            return;
        }
        judge.restore(std::move(behaviour));
        ++restored.behaviours;
    };
    const auto read = read_if_there(path_, [&](std::string_view line) {
        if (auto behaviour = read_behaviour(line)) {
            if (!places.contains(behaviour->id)) take(*std::move(behaviour));
        } else if (auto past = read_past(line)) {
            if (!places.contains(past->second.id)) {
                judge.restore(std::move(past->first), std::move(past->second));
            }
        } else if (!restore_line(line, judge)) {
            ++restored.unreadable;
        }
    });
    if (!read) return read.error();
    for (judge::Behaviour& behaviour : told)
        take(std::move(behaviour));
    return restored;
}

std::vector<std::string> unused_exceptions(const std::string& directory) {
    std::vector<std::string> unused;
    const auto note = [&](std::string_view line) {
        if (auto id = read_unused_exception(line)) unused.push_back(*std::move(id));
    };
    const std::string path = directory + "/behaviours.ndjson";
    if (const auto read = read_if_there(path, note); !read) unused.clear();
    return unused;
}

result::Status JudgeState::add(judge::Judge& judge, std::vector<std::string> told) {
    std::ranges::sort(told);
    const auto rest = std::ranges::unique(told);
    told.erase(rest.begin(), rest.end());
    std::string lines;
    for (const std::string& id : told) {
        const judge::Behaviour* behaviour = judge.find(id);
        if (behaviour != nullptr) lines += line_of(*behaviour) + '\n';
    }
    return journal::write_all(told_, lines, told_path_);
}

result::Status JudgeState::save(const judge::Judge& judge) {
    const auto saved = journal::replace_file(path_, [&](const auto& write) {
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
        const auto& last_hits = judge.exception_last_hits();
        for (const auto& [id, hits] : judge.exception_hits()) {
            const auto last = last_hits.find(id);
            add(line_of(id, hits, last == last_hits.end() ? Timestamp{} : last->second));
        }
        judge.spread().each([&](std::uint64_t key, auto hashes) { add(line_of(key, hashes)); });
        judge.budget().each([&](const auto& entry) { add(line_of(entry)); });
        write(lines);
    });
    if (!saved) return saved;
    if (::ftruncate(told_.number(), 0) != 0) return journal::failure("write", told_path_);
    return saved;
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
