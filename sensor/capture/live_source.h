// Live ports -> bursts, stamped with the time at which they were polled. Inline, what a port
// receives goes out at its peer before anybody looks at it.
//
// One core polls and sends; any other may count, stop it, or take a port out for a while.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "lib/dpdk/port.h"
#include "lib/dpdk/tx_queue.h"
#include "lib/metrics/counter_block.h"
#include "sensor/capture/backlog.h"
#include "sensor/capture/live_clock.h"
#include "sensor/model/burst.h"

namespace sensor::capture {

enum class LiveCounter : std::uint8_t {
    kPackets,
    kBytes,    ///< of frames, as received
    kTooLong,  ///< packets of which only a buffer's worth was kept
    // Inline; the first four together are all packets:
    kForwarded,
    kRefused,     ///< not forwarded: the peer's queue was full
    kUnsendable,  ///< not forwarded: longer than the peer may send
    kPeerAway,    ///< not forwarded: the peer has no link, or is gone
    kBypassed,    ///< of all, those that were not looked at
    kCount,
};

/// Where frames of one mirror port come from, and what they begin with.
struct LiveInput {
    dpdk::RxQueue queue;
    LinkType link = LinkType::kEthernet;
    // Inline:
    std::optional<std::size_t> peer{};      ///< the input at which this one's frames go out
    std::optional<dpdk::TxQueue> sender{};  ///< of the frames that the peer receives
    std::uint32_t longest = 0;  ///< that may be sent here now, in bytes without a tag; 0: none
};

class LiveSource {
  public:
    static constexpr Duration kPatience = std::chrono::milliseconds{1};

    /// Input `i` of `inputs` is port `i`. Inline, inspection gives way when frames have waited for
    /// longer than `patience`.
    explicit LiveSource(const std::vector<LiveInput>& inputs, Duration patience = kPatience);

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
    /// Returns when port `number` is neither polled nor sent to any more; at once if it was not.
    void detach(std::size_t number) noexcept;
    /// Polls port `number` from now on. It must be detached.
    void attach(std::size_t number, const LiveInput& input) noexcept;
    /// Frames of up to `longest` bytes may be sent at port `number` from now on; 0: none.
    void limit_sending(std::size_t number, std::uint32_t longest) noexcept {
        inputs_[number]->longest.store(longest, std::memory_order_relaxed);
    }
    [[nodiscard]] const metrics::CounterBlock<LiveCounter>& counters(
        std::size_t number) const noexcept {
        return inputs_[number]->counters;
    }

  private:
    enum class State : std::uint8_t { kPolled, kDetaching, kDetached };
    struct Input {
        LiveInput from;
        std::atomic<State> state{State::kPolled};
        std::atomic<std::uint32_t> longest;
        Backlog backlog;
        metrics::CounterBlock<LiveCounter> counters;

        explicit Input(const LiveInput& input) : from{input}, longest{input.longest} {}
    };
    struct Shared {
        std::atomic<bool> stopping{false};
        std::atomic<bool> ended{false};
    };
    [[nodiscard]] dpdk::FrameBatch poll(Input& input) noexcept;
    [[nodiscard]] dpdk::FrameBatch end() noexcept;
    [[nodiscard]] bool forward(Input& input, const dpdk::FrameBatch& batch) noexcept;
    static void bypass(Input& input, const dpdk::FrameBatch& batch) noexcept;
    void fill(Burst& burst, const dpdk::FrameBatch& batch, std::size_t port) noexcept;

    std::vector<std::unique_ptr<Input>> inputs_;
    std::unique_ptr<Shared> shared_;
    Duration patience_;
    LiveClock clock_;
    std::size_t next_ = 0;  // the port whose turn it is
    std::uint64_t number_ = 0;
    Timestamp first_{};
    Timestamp now_{};
    unsigned last_bursts_ = 0;  // since it was stopped
    bool exhausted_ = false;
};

}  // namespace sensor::capture
