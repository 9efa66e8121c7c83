// The loops that are measured: the worker's own, the same with its later stages cut off, and the
// bare one. Hot path.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "sensor/bench/bare_loop.h"
#include "sensor/bench/sources.h"
#include "sensor/pipeline/stages.h"
#include "sensor/pipeline/worker.h"

namespace sensor::bench {

/// In this order, each of the latter has one stage more than the one before.
enum class Mode : std::uint8_t {
    kBare,       ///< receive, then BareLoop
    kReceive,    ///< nothing but
    kDecode,     ///< + decode
    kFlow,       ///< + flow, timeouts included
    kIdentify,   ///< + identify
    kAttribute,  ///< + attribute
    kJudge,      ///< + the approval question
    kWhole,      ///< + telling the cold side: the worker's own loop
};
inline constexpr std::array kAllModes{Mode::kBare,  Mode::kReceive,  Mode::kDecode,
                                      Mode::kFlow,  Mode::kIdentify, Mode::kAttribute,
                                      Mode::kJudge, Mode::kWhole};
[[nodiscard]] std::string_view name_of(Mode mode) noexcept;

/// How long a run lasts: until one of the two is used up.
struct Budget {
    double seconds = 0;
    std::uint64_t frames = ~std::uint64_t{0};
};

/// What one run took. CPU time leaves out what the kernel gave to others meanwhile.
struct Reading {
    std::uint64_t frames = 0;
    std::uint64_t bytes = 0;  ///< of frames, without the FCS
    double cpu_seconds = 0;   ///< of the thread
    double wall_seconds = 0;
    std::optional<std::uint64_t> instructions;
};

/// `Source` is a SteadySource or a SessionSource. Everything borrowed must outlive it.
template <class Source>
class Loop {
  public:
    Loop(Source& source, pipeline::Stages& stages, BareLoop& bare) noexcept
        : source_{source}, stages_{stages}, bare_{bare}, worker_{source, stages} {}

    /// Runs on the worker's core. `ticks_per_second` is the machine's.
    [[nodiscard]] Reading run(Mode mode, const Budget& budget, double ticks_per_second) noexcept;

  private:
    template <class Turn>
    void repeat(const Budget& budget, double ticks_per_second, Turn&& turn) noexcept;
    template <pipeline::Stage kLast>
    void turn_until() noexcept;
    void repeat(Mode mode, const Budget& budget, double ticks_per_second) noexcept;

    Source& source_;
    pipeline::Stages& stages_;
    BareLoop& bare_;
    pipeline::Worker<Source&> worker_;
    Burst burst_;
};

}  // namespace sensor::bench
