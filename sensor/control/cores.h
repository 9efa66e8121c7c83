// What runs on each core: one worker that receives by itself, or a steering core that feeds
// several.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "lib/dpdk/eal.h"
#include "sensor/control/engine.h"
#include "sensor/pipeline/steering.h"
#include "sensor/pipeline/worker.h"

namespace sensor::control {

/// Cores besides the main one that `workers` workers take.
[[nodiscard]] constexpr unsigned cores_for(unsigned workers) noexcept {
    return workers == 1 ? 1 : workers + 1;
}

/// MB for the Eal: `buffers` frames of `data_bytes`, and what DPDK and the lease table take.
[[nodiscard]] constexpr unsigned memory_for(unsigned buffers, unsigned data_bytes) noexcept {
    constexpr std::uint64_t kBytesPerMegabyte = 1U << 20U;
    constexpr unsigned kFrameOverhead = 1024;  // mbuf, headroom, private area, alignment
    constexpr unsigned kRest = 64;             // MB
    return static_cast<unsigned>(std::uint64_t{buffers} * (data_bytes + kFrameOverhead) /
                                 kBytesPerMegabyte) +
           kRest;
}

/// `Source` is a TraceSource or a LiveSource. Sessions are always steered by software, whatever the
/// device could do: only the inner addresses bring announced sessions and fragments to the worker
/// that waits for them.
template <class Source>
class Cores {
  public:
    /// Everything borrowed must outlive it. With one worker, only the idling counts of `options`.
    Cores(Source& source, const dpdk::FramePool& pool, Engine& engine,
          const pipeline::SteeringOptions& options) {
        const pipeline::Idle idle = options.idle;
        if (options.workers == 1) {
            bodies_.emplace_back([&source, &engine, idle] {
                pipeline::Worker<Source&> worker{source, engine.stages(0), idle};
                worker.run();
            });
            return;
        }
        steering_ = std::make_unique<pipeline::Steering<Source>>(source, pool, options);
        for (unsigned number = 0; number < options.workers; ++number) {
            bodies_.emplace_back([this, &engine, number, idle] {
                pipeline::Worker<pipeline::SteeredSource> worker{steering_->source_for(number),
                                                                 engine.stages(number), idle};
                worker.run();
            });
        }
        bodies_.emplace_back([this] { steering_->run(); });
    }
    Cores(const Cores&) = delete;
    Cores& operator=(const Cores&) = delete;
    ~Cores() = default;

    /// Starts them on the first worker lcores; `eal.wait()` returns when all have ended.
    void launch(dpdk::Eal& eal) {
        for (unsigned lcore = 0; lcore < bodies_.size(); ++lcore)
            eal.launch(lcore, bodies_[lcore]);
    }
    /// Null if the only worker receives by itself.
    [[nodiscard]] const pipeline::Steering<Source>* steering() const noexcept {
        return steering_.get();
    }

  private:
    std::unique_ptr<pipeline::Steering<Source>> steering_;
    std::vector<std::function<void()>> bodies_;  // what runs on each lcore
};

}  // namespace sensor::control
