#include "sensor/pipeline/steering.h"

#include <algorithm>
#include <new>

#include <sched.h>

#include "sensor/capture/live_source.h"
#include "sensor/capture/trace_source.h"
#include "sensor/model/flow_hash.h"

namespace sensor::pipeline {

dpdk::FrameBatch SteeredSource::receive(Burst& burst) noexcept {
    burst.size = 0;
    // The clock is read before the ring: whatever it promises is in the ring by then.
    const bool finished = clock_->finished.load(std::memory_order_acquire);
    const std::uint32_t epoch = clock_->epoch.load(std::memory_order_acquire);
    const std::int64_t clock_ns = clock_->time_ns.load(std::memory_order_acquire);
    ring_->pop(pending_);
    if (pending_.size() == 0) {
        if (epoch != epoch_) {
            epoch_ = epoch;
            now_ = Timestamp{};
            return {};
        }
        now_ = std::max(now_, timestamp_of(clock_ns));
        exhausted_ = finished;
        return {};
    }
    dpdk::FrameBatch batch;
    for (std::size_t i = 0; i < pending_.size(); ++i) {
        const auto& steered = *static_cast<const Steered*>(pending_.private_area(i));
        const Duration span =
            steered.view.seen - (burst.size == 0 ? steered.view.seen : burst.views[0].seen);
        if (span.count() >= capture::kBurstSpanNs) break;
        burst.views[i] = steered.view;
        burst.packets[i] = steered.packet;
        batch.adopt(pending_, i);
        ++burst.size;
    }
    pending_.drop_front(burst.size);
    now_ = burst.views[burst.size - 1].seen;
    return batch;
}

template <class Source>
Steering<Source>::Steering(Source& source, const dpdk::FramePool& pool,
                           const SteeringOptions& options)
    : source_{source},
      pool_{pool},
      options_{options},
      reassembler_{options.decode.reassembly},
      outgoing_(options.workers),
      clock_{std::make_unique<SteeringClock>()},
      bursts_{options.cycles} {
    for (std::size_t worker = 0; worker < options.workers; ++worker) {
        rings_.push_back(std::make_unique<dpdk::FrameRing>(options.ring_frames));
    }
}

template <class Source>
void Steering<Source>::run() noexcept {
    std::uint32_t epoch = source_.epoch();
    while (!source_.exhausted()) {
        auto batch = source_.receive(burst_);
        if (burst_.size == 0) {
            clock_->time_ns.store(nanoseconds_of(source_.now()), std::memory_order_release);
            options_.idle.rest();
            continue;
        }
        const std::uint64_t received = cycles::now();
        options_.idle.wake();
        if (source_.epoch() != epoch) {
            epoch = source_.epoch();
            begin_epoch(epoch);
        }
        decode::run(burst_, options_.decode, reassembler_);
        count_decoded(burst_, decoded_);
        hand_over(std::move(batch));
        flush();
        bursts_.note(burst_.size, cycles::now() - received);
        clock_->time_ns.store(nanoseconds_of(source_.now()), std::memory_order_release);
    }
    clock_->finished.store(true, std::memory_order_release);
}

/// The reassembler forgets a datagram at the next burst, and a carrier has another worker than the
/// packet in it: either travels in a frame of its own. Waiting for one is waiting for workers,
/// whose rings were filled before. False if there is none to be had.
template <class Source>
bool Steering<Source>::copy_payload(std::size_t index, dpdk::FrameBatch& into) noexcept {
    std::span<std::uint8_t> room = into.append_from(pool_);
    for (; room.empty(); room = into.append_from(pool_)) {
        if (options_.when_full == WhenFull::kDrop) return false;
        ::sched_yield();
    }
    const auto take_along = [&room](bytes::View& borrowed) {
        borrowed = borrowed.first(std::min(borrowed.size(), room.size()));
        std::copy(borrowed.begin(), borrowed.end(), room.begin());
        borrowed = bytes::View{room}.first(borrowed.size());
        room = room.subspan(borrowed.size());
    };
    DecodedPacket& packet = burst_.packets[index];
    bytes::View& frame = burst_.views[index].frame;
    take_along(packet.geneve_options);
    if (options_.whole_frames && !packet.was_fragmented) {
        const auto before = static_cast<std::size_t>(packet.payload.data() - frame.data());
        take_along(frame);
        const bytes::View rest = frame.subspan(std::min(before, frame.size()));
        packet.payload = rest.first(std::min(packet.payload.size(), rest.size()));
        return true;
    }
    take_along(packet.payload);
    if (options_.whole_frames) {
        take_along(frame);
    } else {
        frame = packet.payload;
    }
    return true;
}

template <class Source>
void Steering<Source>::hand_over(dpdk::FrameBatch batch) noexcept {
    dpdk::FrameBatch given_back;
    std::size_t frame = 0;
    for (std::size_t i = 0; i < burst_.size; ++i) {
        const DecodedPacket& packet = burst_.packets[i];
        if (packet.status != DecodeStatus::kOk) {
            given_back.adopt(batch, frame++);
            continue;
        }
        const std::uint64_t hash =
            symmetric_hash(packet.source.address, packet.destination.address, packet.scope);
        // The high half of a 32-bit product maps the hash to [0, workers) without a division.
        const std::size_t worker = ((hash >> 32U) * rings_.size()) >> 32U;
        dpdk::FrameBatch& outgoing = outgoing_[worker];
        if (outgoing.full()) flush();
        if (packet.is_carrier || packet.was_fragmented) {
            const bool is_copied = copy_payload(i, outgoing);
            if (!packet.is_carrier) given_back.adopt(batch, frame++);
            if (!is_copied) {
                counters_.add(packet.is_carrier ? SteeringCounter::kCarriers
                                                : SteeringCounter::kNoBuffer);
                continue;
            }
        } else {
            outgoing.adopt(batch, frame++);
        }
        ::new (outgoing.private_area(outgoing.size() - 1)) Steered{burst_.views[i], packet};
    }
    batch.drop_front(frame);
}

template <class Source>
void Steering<Source>::flush() noexcept {
    for (std::size_t worker = 0; worker < rings_.size(); ++worker) {
        while (outgoing_[worker].size() != 0) {
            if (rings_[worker]->push(outgoing_[worker]) != 0) continue;
            if (options_.when_full == WhenFull::kDrop) {
                drop(std::move(outgoing_[worker]));
            } else {
                ::sched_yield();
            }
        }
    }
}

template <class Source>
void Steering<Source>::drop(dpdk::FrameBatch batch) noexcept {
    for (std::size_t i = 0; i < batch.size(); ++i) {
        const auto& steered = *static_cast<const Steered*>(batch.private_area(i));
        counters_.add(steered.packet.is_carrier ? SteeringCounter::kCarriers
                                                : SteeringCounter::kRingFull);
    }
}

/// Workers end the sessions of the old epoch before a packet of the new one is handed over.
template <class Source>
void Steering<Source>::begin_epoch(std::uint32_t epoch) noexcept {
    clock_->arrived.store(0, std::memory_order_release);
    clock_->epoch_end_ns.store(nanoseconds_of(source_.epoch_end()), std::memory_order_relaxed);
    clock_->time_ns.store(0, std::memory_order_release);
    clock_->epoch.store(epoch, std::memory_order_release);
    while (clock_->arrived.load(std::memory_order_acquire) != rings_.size())
        ::sched_yield();
}

template class Steering<capture::TraceSource>;
template class Steering<capture::LiveSource>;

}  // namespace sensor::pipeline
