#include "sensor/capture/live_source.h"

#include <sched.h>

namespace sensor::capture {
namespace {

constexpr unsigned kMostLastBursts = 4096;  // taken from ports that go on after the stop
constexpr unsigned kMostBypassed = 63;      // bursts in a row, before one is looked at all the same

}  // namespace

LiveSource::LiveSource(const std::vector<LiveInput>& inputs, Duration patience)
    : shared_{std::make_unique<Shared>()}, patience_{patience} {
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

/// Sends what `input` received at its peer. True if there is no time to look at it.
bool LiveSource::forward(Input& input, const dpdk::FrameBatch& batch) noexcept {
    Input& peer = *inputs_[*input.from.peer];
    const bool is_there = peer.state.load(std::memory_order_acquire) == State::kPolled;
    const std::uint32_t longest = is_there ? peer.longest.load(std::memory_order_relaxed) : 0;
    if (longest == 0) {
        input.counters.add(LiveCounter::kPeerAway, batch.size());
    } else {
        const dpdk::Sent sent = peer.from.sender->send(batch, longest);
        input.counters.add(LiveCounter::kForwarded, sent.accepted);
        if (sent.refused != 0) input.counters.add(LiveCounter::kRefused, sent.refused);
        if (sent.too_long != 0) input.counters.add(LiveCounter::kUnsendable, sent.too_long);
    }
    return input.backlog.must_give_way(batch.full(), now_, patience_);
}

/// Counts frames that nobody looks at.
void LiveSource::bypass(Input& input, const dpdk::FrameBatch& batch) noexcept {
    std::uint64_t bytes = 0;
    for (std::size_t i = 0; i < batch.size(); ++i)
        bytes += batch.length_of(i);
    input.counters.add(LiveCounter::kPackets, batch.size());
    input.counters.add(LiveCounter::kBytes, bytes);
    input.counters.add(LiveCounter::kBypassed, batch.size());
}

dpdk::FrameBatch LiveSource::receive(Burst& burst) noexcept {
    burst.size = 0;
    // Before the ports: what came before it was asked to stop is still taken.
    const bool stopping = shared_->stopping.load(std::memory_order_relaxed);
    now_ = timestamp_of(clock_.now_ns());
    if (first_ == Timestamp{}) first_ = now_;
    if (stopping && ++last_bursts_ > kMostLastBursts) return end();
    unsigned bypassed = 0;
    for (std::size_t empty = 0; empty < inputs_.size();) {
        const std::size_t port = next_;
        Input& input = *inputs_[port];
        next_ = next_ + 1 == inputs_.size() ? 0 : next_ + 1;
        dpdk::FrameBatch batch = poll(input);
        if (batch.size() == 0) {
            ++empty;
            input.backlog = {};
            continue;
        }
        // Under the heaviest load a burst is looked at now and then: the caller has other duties,
        // and an empty burst would tell it to sleep.
        if (input.from.peer && forward(input, batch) && bypassed < kMostBypassed) {
            bypass(input, batch);
            ++bypassed;
            empty = 0;
            continue;
        }
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
    limit_sending(number, input.longest);
    inputs_[number]->state.store(State::kPolled, std::memory_order_release);
}

}  // namespace sensor::capture
