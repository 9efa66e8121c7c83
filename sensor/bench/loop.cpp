#include "sensor/bench/loop.h"

#include <algorithm>

#include "sensor/bench/machine.h"
#include "sensor/bench/ticks.h"

namespace sensor::bench {

std::string_view name_of(Mode mode) noexcept {
    switch (mode) {
        case Mode::kBare: return "bare";
        case Mode::kReceive: return "receive";
        case Mode::kDecode: return "decode";
        case Mode::kFlow: return "flow";
        case Mode::kIdentify: return "identify";
        case Mode::kAttribute: return "attribute";
        case Mode::kJudge: return "judge";
        case Mode::kWhole: return "whole";
    }
    return {};
}

template <class Source>
template <class Turn>
void Loop<Source>::repeat(const Budget& budget, double ticks_per_second, Turn&& turn) noexcept {
    constexpr unsigned kTurnsPerLook = 16;  // at the clock
    const std::uint64_t begin = ticks();
    constexpr double kMostTicks = 1e18;  // decades; what 64 bits can say
    const auto most_ticks =
        static_cast<std::uint64_t>(std::min(budget.seconds * ticks_per_second, kMostTicks));
    const std::uint64_t frames = source_.frames();
    do {
        for (unsigned i = 0; i < kTurnsPerLook && source_.frames() - frames < budget.frames; ++i)
            turn();
    } while (ticks() - begin < most_ticks && source_.frames() - frames < budget.frames);
}

template <class Source>
template <pipeline::Stage kLast>
void Loop<Source>::turn_until() noexcept {
    [[maybe_unused]] const auto lease = source_.receive(burst_);
    stages_.decode(burst_);
    stages_.template run_until<kLast>(burst_, source_.epoch());
    stages_.expire(source_.now(), source_.epoch());
}

template <class Source>
void Loop<Source>::repeat(Mode mode, const Budget& budget, double ticks_per_second) noexcept {
    const auto until = [&]<pipeline::Stage kLast>() noexcept {
        repeat(budget, ticks_per_second, [this] { turn_until<kLast>(); });
    };
    switch (mode) {
        case Mode::kBare:
            return repeat(budget, ticks_per_second, [this] {
                [[maybe_unused]] const auto lease = source_.receive(burst_);
                bare_.run(burst_);
            });
        case Mode::kReceive:
            return repeat(budget, ticks_per_second,
                          [this] { [[maybe_unused]] const auto lease = source_.receive(burst_); });
        case Mode::kDecode:
            return repeat(budget, ticks_per_second, [this] {
                [[maybe_unused]] const auto lease = source_.receive(burst_);
                stages_.decode(burst_);
            });
        case Mode::kFlow: return until.template operator()<pipeline::Stage::kFlow>();
        case Mode::kIdentify: return until.template operator()<pipeline::Stage::kIdentify>();
        case Mode::kAttribute: return until.template operator()<pipeline::Stage::kAttribute>();
        case Mode::kJudge: return until.template operator()<pipeline::Stage::kJudge>();
        case Mode::kWhole: return repeat(budget, ticks_per_second, [this] { worker_.poll_once(); });
    }
}

template <class Source>
Reading Loop<Source>::run(Mode mode, const Budget& budget, double ticks_per_second) noexcept {
    constexpr double kNanosecondsPerSecond = 1e9;
    const InstructionCounter counter;
    const std::uint64_t frames = source_.frames();
    const std::uint64_t bytes = source_.bytes();
    const auto instructions = counter.read();
    const std::int64_t cpu = thread_cpu_ns();
    const std::uint64_t begin = ticks();
    repeat(mode, budget, ticks_per_second);
    const std::uint64_t end = ticks();
    Reading reading{
        .frames = source_.frames() - frames,
        .bytes = source_.bytes() - bytes,
        .cpu_seconds = static_cast<double>(thread_cpu_ns() - cpu) / kNanosecondsPerSecond,
        .wall_seconds = static_cast<double>(end - begin) / ticks_per_second,
        .instructions = counter.read()};
    if (instructions && reading.instructions) *reading.instructions -= *instructions;
    return reading;
}

template class Loop<SteadySource>;
template class Loop<SessionSource>;

}  // namespace sensor::bench
