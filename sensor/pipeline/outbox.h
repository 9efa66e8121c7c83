// A worker's way out: records for the cold side, and how far the worker has come.
#pragma once

#include <atomic>
#include <cstdint>
#include <limits>

#include "lib/dpdk/record_ring.h"
#include "lib/metrics/counter_block.h"
#include "sensor/model/record.h"

namespace sensor::pipeline {

enum class OutboxCounter : std::uint8_t {
    kSessionRecords,
    kFactsRecords,
    kDroppedRecords,  ///< the cold side was too slow; live capture only
    kCount,
};

/// What a full ring means: live capture must not wait, a replay must not lose.
enum class WhenFull : std::uint8_t { kDrop, kWait };

class Outbox {
  public:
    Outbox(unsigned capacity, WhenFull when_full)
        : sessions_{capacity}, facts_{capacity}, when_full_{when_full} {}

    // The worker's side.
    void send(const SessionRecord& record) noexcept {
        deliver(sessions_, record, OutboxCounter::kSessionRecords);
    }
    void send(const FactsRecord& record) noexcept {
        deliver(facts_, record, OutboxCounter::kFactsRecords);
    }
    /// No record of `epoch` before `time_ns` will follow.
    void reach(std::uint32_t epoch, std::int64_t time_ns) noexcept {
        // A reader takes the epoch first: it must never pair a new epoch with an old, late time.
        if (epoch != epoch_.load(std::memory_order_relaxed)) {
            time_ns_.store(kNotYet, std::memory_order_release);
            epoch_.store(epoch, std::memory_order_release);
        }
        time_ns_.store(time_ns, std::memory_order_release);
    }
    /// Waits for room from now on: nothing more is received that could be missed meanwhile.
    void wait_from_now_on() noexcept { when_full_ = WhenFull::kWait; }
    void finish() noexcept { finished_.store(true, std::memory_order_release); }

    // The cold side's.
    struct Reached {
        std::uint32_t epoch = 0;
        std::int64_t time_ns = 0;
        bool finished = false;
    };
    [[nodiscard]] Reached reached() const noexcept {
        const bool finished = finished_.load(std::memory_order_acquire);
        const std::uint32_t epoch = epoch_.load(std::memory_order_acquire);
        return {epoch, time_ns_.load(std::memory_order_acquire), finished};
    }
    [[nodiscard]] dpdk::RecordRing<SessionRecord>& sessions() noexcept { return sessions_; }
    [[nodiscard]] dpdk::RecordRing<FactsRecord>& facts() noexcept { return facts_; }
    [[nodiscard]] const dpdk::RecordRing<SessionRecord>& sessions() const noexcept {
        return sessions_;
    }
    [[nodiscard]] const dpdk::RecordRing<FactsRecord>& facts() const noexcept { return facts_; }
    [[nodiscard]] const metrics::CounterBlock<OutboxCounter>& counters() const noexcept {
        return counters_;
    }

  private:
    static constexpr std::int64_t kNotYet = std::numeric_limits<std::int64_t>::min();

    template <class T>
    void deliver(dpdk::RecordRing<T>& ring, const T& record, OutboxCounter counter) noexcept {
        while (!ring.push(record)) {
            if (when_full_ == WhenFull::kDrop) {
                counters_.add(OutboxCounter::kDroppedRecords);
                return;
            }
            yield();
        }
        counters_.add(counter);
    }
    static void yield() noexcept;

    dpdk::RecordRing<SessionRecord> sessions_;
    dpdk::RecordRing<FactsRecord> facts_;
    WhenFull when_full_;
    alignas(64) std::atomic<std::uint32_t> epoch_{0};
    std::atomic<std::int64_t> time_ns_{kNotYet};
    std::atomic<bool> finished_{false};
    metrics::CounterBlock<OutboxCounter> counters_;
};

}  // namespace sensor::pipeline
