#include "sensor/capture/live_source.h"

#include <sched.h>

namespace sensor::capture {
namespace {

constexpr unsigned kMostLastBursts = 4096;  // taken from ports that go on after the stop

}  // namespace

LiveSource::LiveSource(const std::vector<LiveInput>& inputs) : shared_{std::make_unique<Shared>()} {
    for (const LiveInput& input : inputs)
        inputs_.push_back(std::make_unique<Input>(input));
}

dpdk::FrameBatch LiveSource::poll(Input& input) noexcept {
    const State state = input.state.load(std::memory_order_acquire);
    if (state == State::kPolled) return input.from.queue.poll();
    if (state == State::kDetaching) {
        input.state.store(State::kDetached, std::memory_order_release);
    }
    return {};
}

void LiveSource::fill(Burst& burst, const dpdk::FrameBatch& batch, std::size_t port) noexcept {
    auto& counters = inputs_[port]->counters;
    std::uint64_t bytes = 0;
    std::uint64_t too_long = 0;
    for (std::size_t i = 0; i < batch.size(); ++i) {
        PacketView& view = burst.views[i];
        view = {.frame = batch.bytes_of(i),
                .captured = batch.length_of(i),
                .link = inputs_[port]->from.link,
                .source = static_cast<MirrorPort>(port),
                .seen = now_,
                .number = ++number_};
        bytes += view.captured;
        too_long += view.frame.size() < view.captured ? 1 : 0;
    }
    burst.size = batch.size();
    counters.add(LiveCounter::kPackets, batch.size());
    counters.add(LiveCounter::kBytes, bytes);
    if (too_long != 0) counters.add(LiveCounter::kTooLong, too_long);
}

dpdk::FrameBatch LiveSource::receive(Burst& burst) noexcept {
    burst.size = 0;
    // Before the ports: what came before it was asked to stop is still taken.
    const bool stopping = shared_->stopping.load(std::memory_order_relaxed);
    now_ = timestamp_of(clock_.now_ns());
    if (first_ == Timestamp{}) first_ = now_;
    if (stopping && ++last_bursts_ > kMostLastBursts) return end();
    for (std::size_t turn = 0; turn < inputs_.size(); ++turn) {
        const std::size_t port = next_;
        next_ = next_ + 1 == inputs_.size() ? 0 : next_ + 1;
        dpdk::FrameBatch batch = poll(*inputs_[port]);
        if (batch.size() == 0) continue;
        fill(burst, batch, port);
        return batch;
    }
    return stopping ? end() : dpdk::FrameBatch{};
}

dpdk::FrameBatch LiveSource::end() noexcept {
    exhausted_ = true;
    shared_->ended.store(true, std::memory_order_release);
    return {};
}

void LiveSource::detach(std::size_t number) noexcept {
    Input& input = *inputs_[number];
    State polled = State::kPolled;
    input.state.compare_exchange_strong(polled, State::kDetaching, std::memory_order_acq_rel);
    while (input.state.load(std::memory_order_acquire) != State::kDetached &&
           !shared_->ended.load(std::memory_order_acquire)) {
        ::sched_yield();
    }
}

void LiveSource::attach(std::size_t number, const LiveInput& input) noexcept {
    inputs_[number]->from = input;
    inputs_[number]->state.store(State::kPolled, std::memory_order_release);
}

}  // namespace sensor::capture
