// Steering: one receiving core decodes and hands each packet to the worker that owns its session.
//
// The hash is of the inner packet's two addresses and the same for both directions, so tunnels,
// split fibres and single-queue devices spread over workers and every session has one owner.
// Without ports, as in RSS over IP alone: fragments have none, and a session announced by another
// (FTP's data connections) must come to the worker that heard of it.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "lib/dpdk/frames.h"
#include "lib/metrics/counter_block.h"
#include "sensor/decode/decoder.h"
#include "sensor/model/burst.h"
#include "sensor/pipeline/burst_meter.h"
#include "sensor/pipeline/decode_counters.h"
#include "sensor/pipeline/idle.h"
#include "sensor/pipeline/outbox.h"

namespace sensor::pipeline {

/// What travels in a frame's private area from the steering core to a worker.
struct Steered {
    PacketView view;
    DecodedPacket packet;
};
/// Bytes a pool sets aside per frame for it; mbufs want a multiple of 8.
inline constexpr std::uint16_t kSteeredBytes = (sizeof(Steered) + 7U) & ~7U;

/// The steering core's clock, as workers without packets see it.
struct SteeringClock {
    std::atomic<std::int64_t> time_ns{0};       ///< every packet up to here is in its worker's ring
    std::atomic<std::int64_t> epoch_end_ns{0};  ///< last time of the epoch before `epoch`
    std::atomic<std::uint32_t> epoch{0};        ///< the epoch that comes next or runs
    std::atomic<std::uint32_t> arrived{0};      ///< workers that have ended the epoch before
    std::atomic<bool> finished{false};
};

/// A worker's receiving end. Fills `views` and `packets`: the frames are decoded already.
class SteeredSource {
  public:
    static constexpr bool kDecodes = true;

    SteeredSource(dpdk::FrameRing& ring, SteeringClock& clock) noexcept
        : ring_{&ring}, clock_{&clock} {}

    [[nodiscard]] dpdk::FrameBatch receive(Burst& burst) noexcept;
    [[nodiscard]] bool exhausted() const noexcept { return exhausted_; }
    [[nodiscard]] std::uint32_t epoch() const noexcept { return epoch_; }
    [[nodiscard]] Timestamp now() const noexcept { return now_; }
    [[nodiscard]] Timestamp epoch_end() const noexcept {
        return timestamp_of(clock_->epoch_end_ns.load(std::memory_order_relaxed));
    }
    /// Tells the steering core that this worker is ready for the epoch it waits to begin.
    void epoch_ended() noexcept { clock_->arrived.fetch_add(1, std::memory_order_acq_rel); }

  private:
    dpdk::FrameRing* ring_;
    SteeringClock* clock_;
    dpdk::FrameBatch pending_;
    std::uint32_t epoch_ = 0;
    Timestamp now_{};
    bool exhausted_ = false;
};

/// Live capture only: a replay waits.
enum class SteeringCounter : std::uint8_t {
    kRingFull,  ///< decoded packets dropped because their worker was too slow
    kNoBuffer,  ///< ditto, because the pool had no frame for one that needs a frame of its own
    kCarriers,  ///< packets that carry others, dropped for either reason
    kCount,
};

struct SteeringOptions {
    decode::Options decode{};
    std::size_t workers = 2;
    unsigned ring_frames = 511;
    WhenFull when_full = WhenFull::kWait;
    Idle idle = Idle::yielding();
    cycles::Rate cycles{};      ///< of this machine's, for bursts()
    bool whole_frames = false;  ///< whoever gets a copied payload gets its frame, too: for evidence
};

/// The steering core's loop over a source of frames: a TraceSource or a LiveSource.
template <class Source>
class Steering {
  public:
    /// `pool` gives the frames in which reassembled datagrams and carriers travel.
    Steering(Source& source, const dpdk::FramePool& pool, const SteeringOptions& options);

    [[nodiscard]] SteeredSource source_for(std::size_t worker) noexcept {
        return {*rings_[worker], *clock_};
    }
    /// Until the source is exhausted.
    void run() noexcept;
    [[nodiscard]] const DecodeCounters& decoded() const noexcept { return decoded_; }
    [[nodiscard]] const decode::Reassembler& reassembly() const noexcept { return reassembler_; }
    [[nodiscard]] const BurstMeter& bursts() const noexcept { return bursts_; }
    /// On the way to `worker`.
    [[nodiscard]] const dpdk::FrameRing& ring(std::size_t worker) const noexcept {
        return *rings_[worker];
    }
    [[nodiscard]] const metrics::CounterBlock<SteeringCounter>& counters() const noexcept {
        return counters_;
    }

  private:
    [[nodiscard]] bool copy_payload(std::size_t index, dpdk::FrameBatch& into) noexcept;
    void hand_over(dpdk::FrameBatch batch) noexcept;
    void flush() noexcept;
    void drop(dpdk::FrameBatch batch) noexcept;
    void begin_epoch(std::uint32_t epoch) noexcept;

    Source& source_;
    const dpdk::FramePool& pool_;
    SteeringOptions options_;
    decode::Reassembler reassembler_;
    std::vector<std::unique_ptr<dpdk::FrameRing>> rings_;
    std::vector<dpdk::FrameBatch> outgoing_;
    std::unique_ptr<SteeringClock> clock_;
    Burst burst_;
    DecodeCounters decoded_;
    BurstMeter bursts_;
    metrics::CounterBlock<SteeringCounter> counters_;
};

}  // namespace sensor::pipeline
