// Live ports -> bursts, stamped with the time at which they were polled.
//
// One core polls; any other may count, stop it, or take a port out for a while.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "lib/dpdk/port.h"
#include "lib/metrics/counter_block.h"
#include "sensor/capture/live_clock.h"
#include "sensor/model/burst.h"

namespace sensor::capture {

enum class LiveCounter : std::uint8_t {
    kPackets,
    kBytes,    ///< of frames, as received
    kTooLong,  ///< packets of which only a buffer's worth was kept
    kCount,
};

/// Where frames of one mirror port come from, and what they begin with.
struct LiveInput {
    dpdk::RxQueue queue;
    LinkType link = LinkType::kEthernet;
};

class LiveSource {
  public:
    /// Input `i` of `inputs` is mirror port `i`.
    explicit LiveSource(const std::vector<LiveInput>& inputs);

    // The polling core:
    /// Fills the `views` column from the next port that has frames. An empty burst means that none
    /// has any.
    [[nodiscard]] dpdk::FrameBatch receive(Burst& burst) noexcept;
    [[nodiscard]] bool exhausted() const noexcept { return exhausted_; }
    [[nodiscard]] std::uint32_t epoch() const noexcept { return 0; }  // the clock never goes back
    [[nodiscard]] Timestamp now() const noexcept { return now_; }
    [[nodiscard]] Timestamp epoch_end() const noexcept { return now_; }
    /// When it began to poll.
    [[nodiscard]] Timestamp first() const noexcept { return first_; }

    // Any one other thread:
    /// Ends it, once the ports have nothing more, or no end of it.
    void stop() noexcept { shared_->stopping.store(true, std::memory_order_relaxed); }
    /// Returns when port `number` is polled no more; at once if it was not.
    void detach(std::size_t number) noexcept;
    /// Polls port `number` from now on. It must be detached.
    void attach(std::size_t number, const LiveInput& input) noexcept;
    [[nodiscard]] const metrics::CounterBlock<LiveCounter>& counters(
        std::size_t number) const noexcept {
        return inputs_[number]->counters;
    }

  private:
    enum class State : std::uint8_t { kPolled, kDetaching, kDetached };
    struct Input {
        LiveInput from;
        std::atomic<State> state{State::kPolled};
        metrics::CounterBlock<LiveCounter> counters;

        explicit Input(const LiveInput& input) : from{input} {}
    };
    struct Shared {
        std::atomic<bool> stopping{false};
        std::atomic<bool> ended{false};
    };
    [[nodiscard]] dpdk::FrameBatch poll(Input& input) noexcept;
    [[nodiscard]] dpdk::FrameBatch end() noexcept;
    void fill(Burst& burst, const dpdk::FrameBatch& batch, std::size_t port) noexcept;

    std::vector<std::unique_ptr<Input>> inputs_;
    std::unique_ptr<Shared> shared_;
    LiveClock clock_;
    std::size_t next_ = 0;  // the port whose turn it is
    std::uint64_t number_ = 0;
    Timestamp first_{};
    Timestamp now_{};
    unsigned last_bursts_ = 0;  // since it was stopped
    bool exhausted_ = false;
};

}  // namespace sensor::capture
