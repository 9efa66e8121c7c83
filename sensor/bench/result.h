// What a run of the benchmark was asked for, and what came out of it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sensor/bench/loop.h"
#include "sensor/bench/machine.h"
#include "sensor/bench/traffic.h"

namespace sensor::bench {

/// One kind of traffic over a table of one size.
struct Case {
    Traffic traffic = Traffic::kSteady;
    Frames frames = Frames::k64;  ///< of steady sessions; new ones have their real payloads
    Tunnel tunnel = Tunnel::kNone;
    std::uint64_t sessions = 1000;  ///< in the flow table at once
};

/// A figure of several runs.
struct Spread {
    double low = 0;
    double median = 0;
    double high = 0;
};
[[nodiscard]] inline Spread spread_of(std::vector<double> values) {
    if (values.empty()) return {};
    std::ranges::sort(values);
    const std::size_t middle = values.size() / 2;
    const double median =
        values.size() % 2 != 0 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    return {.low = values.front(), .median = median, .high = values.back()};
}

struct ModeResult {
    Mode mode{};
    std::vector<Reading> runs;

    /// CPU time a frame.
    [[nodiscard]] Spread nanoseconds() const {
        constexpr double kPerSecond = 1e9;
        std::vector<double> values;
        for (const Reading& run : runs)
            values.push_back(run.cpu_seconds * kPerSecond / static_cast<double>(run.frames));
        return spread_of(std::move(values));
    }
    /// Nothing if the machine does not count them.
    [[nodiscard]] std::optional<double> instructions() const {
        std::vector<double> values;
        for (const Reading& run : runs) {
            if (!run.instructions) return std::nullopt;
            values.push_back(static_cast<double>(*run.instructions) /
                             static_cast<double>(run.frames));
        }
        return spread_of(std::move(values)).median;
    }
};

/// The worker's own counts; of several runs together, if not said otherwise.
struct Counts {
    std::uint64_t received = 0;  ///< frames
    std::uint64_t decoded = 0;
    std::uint64_t rejected = 0;
    std::uint64_t carriers = 0;
    std::uint64_t tracked = 0;
    std::uint64_t untracked = 0;
    std::uint64_t sessions = 0;  ///< begun
    std::uint64_t evicted = 0;
    std::uint64_t scans = 0;
    std::uint64_t recognised = 0;  ///< directions
    std::uint64_t confirmed = 0;   ///< sessions whose two directions agree
    std::uint64_t records = 0;     ///< that crossed to the cold side, or found no room to

    friend Counts operator-(const Counts& a, const Counts& b) noexcept {
        return {a.received - b.received,     a.decoded - b.decoded,     a.rejected - b.rejected,
                a.carriers - b.carriers,     a.tracked - b.tracked,     a.untracked - b.untracked,
                a.sessions - b.sessions,     a.evicted - b.evicted,     a.scans - b.scans,
                a.recognised - b.recognised, a.confirmed - b.confirmed, a.records - b.records};
    }
    Counts& operator+=(const Counts& other) noexcept {
        const Counts before = *this;
        return *this = before - (Counts{} - other);  // unsigned: wraps round twice
    }
};

/// The highest rate at which nothing was lost, RFC 2544 §26.1.
struct SearchResult {
    struct Trial {
        double rate = 0;  ///< offered, frames a second
        std::uint64_t offered = 0;
        std::uint64_t lost = 0;
        double interrupted_seconds = 0;
    };
    double rate = 0;  ///< frames a second; 0 if every rate lost some
    std::vector<Trial> trials;
};

struct CaseResult {
    Case what;
    std::size_t bank_frames = 0;
    bool rewrites = false;  ///< endpoints are written into the frames
    std::size_t table_sessions = 0;
    std::vector<ModeResult> modes;
    Counts whole;                     ///< in the runs of the whole loop
    std::uint64_t open_sessions = 0;  ///< in the table at the end
    Counts lifetime;  ///< since the table was empty; `received` is what reached decode
    std::optional<SearchResult> search;

    [[nodiscard]] const ModeResult* find(Mode mode) const noexcept {
        const auto found = std::ranges::find(modes, mode, &ModeResult::mode);
        return found == modes.end() ? nullptr : &*found;
    }
    /// The whole loop's rate by the bare one's; nothing if one was not measured.
    [[nodiscard]] std::optional<double> ratio() const {
        const ModeResult* bare = find(Mode::kBare);
        const ModeResult* all = find(Mode::kWhole);
        if (bare == nullptr || all == nullptr) return std::nullopt;
        return bare->nanoseconds().median / all->nanoseconds().median;
    }
    /// Sessions that begin and are identified, per second of the whole loop; nothing for steady
    /// traffic.
    [[nodiscard]] std::optional<double> sessions_per_second() const {
        const ModeResult* all = find(Mode::kWhole);
        if (all == nullptr || what.traffic == Traffic::kSteady) return std::nullopt;
        double seconds = 0;
        for (const Reading& run : all->runs)
            seconds += run.cpu_seconds;
        const std::uint64_t identified =
            what.traffic == Traffic::kFirst ? whole.recognised : whole.confirmed;
        return static_cast<double>(identified) / seconds;
    }
    /// Bytes a frame, without the FCS.
    [[nodiscard]] double frame_bytes() const {
        std::uint64_t bytes = 0;
        std::uint64_t frames = 0;
        for (const ModeResult& mode : modes) {
            for (const Reading& run : mode.runs) {
                bytes += run.bytes;
                frames += run.frames;
            }
        }
        return frames == 0 ? 0 : static_cast<double>(bytes) / static_cast<double>(frames);
    }
};

struct Report {
    std::string version;
    Machine machine;
    bool hugepages = false;
    unsigned runs = 0;
    double seconds = 0;
    std::vector<CaseResult> cases;
};

}  // namespace sensor::bench
