// A worker's way out: records for the cold side, and how far the worker has come.
#pragma once

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "lib/dpdk/message_ring.h"
#include "lib/metrics/counter_block.h"
#include "sensor/model/datagram_record.h"
#include "sensor/model/record.h"

namespace sensor::pipeline {

enum class OutboxCounter : std::uint8_t {
    kSessionRecords,
    kFactsRecords,
    kDatagramRecords,
    kDroppedRecords,  ///< the cold side was too slow; live capture only
    kCount,
};

/// What a full ring means: live capture must not wait, a replay must not lose.
enum class WhenFull : std::uint8_t { kDrop, kWait };

/// MessageHeader::kind
enum class RecordType : std::uint32_t { kSession, kFacts, kDatagram };

class Outbox {
  public:
    static constexpr std::size_t kLongestRecord =
        std::max(sizeof(FactsRecord), sizeof(DatagramRecord));  // bytes

    Outbox(std::size_t capacity_bytes, WhenFull when_full)
        : ring_{capacity_bytes}, when_full_{when_full} {}

    // The worker's side. The record's envelope is written.
    void send(SessionRecord& record) noexcept {
        deliver(record, sizeof record, RecordType::kSession, OutboxCounter::kSessionRecords);
    }
    void send(FactsRecord& record) noexcept {
        deliver(record, record.bytes_in_use(), RecordType::kFacts, OutboxCounter::kFactsRecords);
    }
    void send(DatagramRecord& record) noexcept {
        deliver(record, record.bytes_in_use(), RecordType::kDatagram,
                OutboxCounter::kDatagramRecords);
    }
    /// No record of `epoch` before `time_ns` will follow.
    void reach(std::uint32_t epoch, std::int64_t time_ns) noexcept {
        // A reader takes the epoch first: it must never pair a new epoch with an old, late time.
        if (epoch != epoch_.load(std::memory_order_relaxed)) {
            ended_.store(0, std::memory_order_release);
            time_ns_.store(kNotYet, std::memory_order_release);
            epoch_.store(epoch, std::memory_order_release);
        }
        time_ns_.store(time_ns, std::memory_order_release);
    }
    /// The epoch ends at the time that was reached: of the sessions that end with it, none with a
    /// lower flow id will follow.
    void reach_end_of(std::uint64_t flow_id) noexcept {
        ended_.store(flow_id, std::memory_order_release);
    }
    /// Waits for room from now on: nothing more is received that could be missed meanwhile.
    void wait_from_now_on() noexcept { when_full_ = WhenFull::kWait; }
    void finish() noexcept { finished_.store(true, std::memory_order_release); }

    // The cold side's.
    struct Reached {
        RecordOrder order;  ///< no record before it will follow
        bool finished = false;
    };
    [[nodiscard]] Reached reached() const noexcept {
        const bool finished = finished_.load(std::memory_order_acquire);
        const std::uint32_t epoch = epoch_.load(std::memory_order_acquire);
        const std::int64_t time_ns = time_ns_.load(std::memory_order_acquire);
        const std::uint64_t ended = ended_.load(std::memory_order_acquire);
        return {.order = {.epoch = epoch,
                          .time_ns = time_ns,
                          .packet = ended == 0 ? 0 : RecordOrder::kAfterPackets,
                          .flow_id = ended},
                .finished = finished};
    }
    /// Records as they were sent: of a SessionRecord all bytes, of the others those in use.
    [[nodiscard]] dpdk::MessageRing& ring() noexcept { return ring_; }
    [[nodiscard]] const dpdk::MessageRing& ring() const noexcept { return ring_; }
    [[nodiscard]] const metrics::CounterBlock<OutboxCounter>& counters() const noexcept {
        return counters_;
    }

  private:
    static constexpr std::int64_t kNotYet = std::numeric_limits<std::int64_t>::min();

    template <class T>
    void deliver(T& record, std::size_t bytes, RecordType type, OutboxCounter counter) noexcept {
        static_assert(offsetof(T, envelope) == 0 &&
                      sizeof(record.envelope) == sizeof(dpdk::MessageHeader));
        record.envelope = std::bit_cast<std::uint64_t>(dpdk::MessageHeader{
            .units = dpdk::units_for(bytes), .kind = static_cast<std::uint32_t>(type)});
        while (!ring_.push(reinterpret_cast<const dpdk::MessageHeader&>(record))) {
            if (when_full_ == WhenFull::kDrop) {
                counters_.add(OutboxCounter::kDroppedRecords);
                return;
            }
            wait();
        }
        counters_.add(counter);
    }
    static void wait() noexcept;

    dpdk::MessageRing ring_;
    WhenFull when_full_;
    alignas(64) std::atomic<std::uint32_t> epoch_{0};
    std::atomic<std::int64_t> time_ns_{kNotYet};
    std::atomic<std::uint64_t> ended_{0};
    std::atomic<bool> finished_{false};
    metrics::CounterBlock<OutboxCounter> counters_;
};

}  // namespace sensor::pipeline
