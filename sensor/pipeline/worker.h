// One worker: one source of frames, one flow-table shard, every stage in order.
//
// Nothing on this path allocates, locks, throws or logs. What goes wrong is counted.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

#include "lib/cycles/cycles.h"
#include "sensor/model/burst.h"
#include "sensor/pipeline/idle.h"
#include "sensor/pipeline/stages.h"

namespace sensor::pipeline {

/// Fills a burst; the lease it returns gives the frames back to their pool when it dies.
template <class S>
concept FrameSource = requires(S source, Burst& burst) {
    requires std::movable<decltype(source.receive(burst))>;
    requires noexcept(source.receive(burst));
    { source.exhausted() } -> std::same_as<bool>;
    { source.epoch() } -> std::same_as<std::uint32_t>;
    { source.now() } -> std::same_as<Timestamp>;
    { source.epoch_end() } -> std::same_as<Timestamp>;
};

/// `Source` may be a reference.
template <FrameSource Source>
class Worker {
  public:
    Worker(Source source, Stages& stages, Idle idle = Idle::yielding()) noexcept
        : source_{std::forward<Source>(source)}, stages_{stages}, idle_{idle} {}

    /// Until the source is exhausted and every session is told of.
    void run() noexcept {
        while (!source_.exhausted()) {
            if (poll_once() == 0) {
                idle_.rest();
            } else {
                idle_.wake();
            }
        }
        stages_.close();
        stages_.end_all_sessions(source_.now(), epoch_);
        stages_.finish();
    }

    /// One turn of the loop; returns packets handled. Public so that a test can single-step it.
    std::size_t poll_once() noexcept {
        [[maybe_unused]] const auto lease = source_.receive(burst_);
        const std::uint64_t received = cycles::now();
        if (source_.epoch() != epoch_) begin_epoch();
        if constexpr (!requires { std::remove_reference_t<Source>::kDecodes; })
            stages_.decode(burst_);
        stages_.run(burst_, epoch_);  // flow, identify, attribute, judge, tell
        if (burst_.size != 0) stages_.bursts().note(burst_.size, cycles::now() - received);
        stages_.expire(source_.now(), epoch_);
        return burst_.size;
    }

  private:
    /// A new clock: no session of the old one lives on.
    void begin_epoch() noexcept {
        stages_.end_all_sessions(source_.epoch_end(), epoch_);
        epoch_ = source_.epoch();
        if constexpr (requires { source_.epoch_ended(); }) source_.epoch_ended();
    }

    Source source_;
    Stages& stages_;
    Idle idle_;
    Burst burst_;
    std::uint32_t epoch_ = 0;
};

}  // namespace sensor::pipeline
