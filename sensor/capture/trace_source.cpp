#include "sensor/capture/trace_source.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <sched.h>

namespace sensor::capture {
namespace {

/// LINKTYPE_ numbers, www.tcpdump.org/linktypes, and libpcap's own numbers for raw IP.
std::optional<LinkType> link_type_of(int number) {
    switch (number) {
        case 0:    // NULL
        case 108:  // LOOP
            return LinkType::kNullLoop;
        case 1: return LinkType::kEthernet;
        case 12:   // DLT_RAW on most systems
        case 14:   // DLT_RAW on OpenBSD
        case 101:  // RAW
        case 228:  // IPV4
        case 229:  // IPV6
            return LinkType::kRawIp;
        case 105: return LinkType::kIeee80211;
        case 113: return LinkType::kLinuxCooked;
        case 127: return LinkType::kRadiotap;
        case 276: return LinkType::kLinuxCooked2;
        default: return std::nullopt;
    }
}

constexpr std::int64_t clamped(std::int64_t time_ns) noexcept {
    return std::clamp(time_ns, nanoseconds_of(kEarliest), nanoseconds_of(kLatest));
}

}  // namespace

result::Result<Trace> inspect_trace(const std::string& path) {
    const auto info = trace::inspect(path);
    if (!info) return info.error();
    const auto link = link_type_of(info->link_type);
    if (!link) {
        return result::Error{path + ": link type " + info->link_name +
                             " is not supported; Ethernet, raw IP, Linux cooked, loopback, 802.11 "
                             "and radiotap are"};
    }
    return Trace{.path = path,
                 .link = *link,
                 .file_bytes = info->file_bytes,
                 .first_time_ns = clamped(info->first_time_ns),
                 .readable = info->readable,
                 .copy = info->copy};
}

TraceSource::TraceSource(std::vector<Trace> traces, bool together, const dpdk::FramePool& pool)
    : traces_{std::move(traces)},
      together_{together},
      pool_{&pool},
      progress_{std::make_unique<TraceProgress>()} {
    inputs_.reserve(traces_.size());
}

/// Opens the next trace, or all of them; false if there are no more. Not the hot path: it happens
/// once a file.
bool TraceSource::open_next() noexcept {
    inputs_.clear();
    const std::size_t last = together_ ? traces_.size() : next_trace_ + 1;
    if (next_trace_ >= traces_.size()) return false;
    std::int64_t start = traces_[next_trace_].first_time_ns;
    for (; next_trace_ < last; ++next_trace_) {
        const Trace& trace = traces_[next_trace_];
        start = std::min(start, trace.first_time_ns);
        auto port =
            dpdk::TracePort::open(trace.readable, static_cast<unsigned>(next_trace_), *pool_);
        if (!port) {
            error_ = port.error().message;
            next_trace_ = traces_.size();
            return false;
        }
        const dpdk::RxQueue queue = port->queue();
        inputs_.push_back({.port = std::move(*port),
                           .queue = queue,
                           .trace = &trace,
                           .mirror = static_cast<MirrorPort>(next_trace_),
                           .pending = {}});
    }
    constexpr std::int64_t kDriverResolution = 1000;  // ns: net_pcap cuts times to microseconds
    const std::int64_t begun = std::exchange(begun_ns_, start);
    const bool goes_on = start > begun && start >= now_ns_ - kMostOverlapNs;
    if (!goes_on && start / kDriverResolution < now_ns_ / kDriverResolution) {
        ++epoch_;
        epoch_end_ns_ = std::exchange(now_ns_, 0);
        last_ns_ = std::max(last_ns_, epoch_end_ns_);
    }
    return true;
}

std::int64_t TraceSource::noted_time_of(const Input& input) const noexcept {
    return input.queue.time_of(input.pending, input.cursor).value_or(now_ns_);
}

/// As many frames as there are buffers for, if each were as long as libpcap allows. Half of the
/// pool is for frames that wait to be merged, in equal shares; the other half is in the hands of
/// those who give it back without waiting for this source.
std::size_t TraceSource::frames_to_ask_for() const noexcept {
    constexpr std::size_t kLongestFrame = 262144;  // bytes; libpcap refuses longer ones
    const std::size_t buffers_each = (kLongestFrame - 1) / pool_->data_bytes() + 1;
    const std::size_t share = std::max(pool_->size() / 2 / inputs_.size(), buffers_each);
    const std::size_t buffers = std::min<std::size_t>(share, pool_->ready());
    return std::min(buffers / buffers_each, dpdk::FrameBatch::kCapacity);
}

TraceSource::Supply TraceSource::refill(Input& input) noexcept {
    if (input.cursor < input.pending.size()) return Supply::kReady;
    input.pending.drop_front(input.pending.size());  // all were taken over by bursts
    input.cursor = 0;
    if (input.ended) return Supply::kEnd;
    const std::size_t wanted = frames_to_ask_for();
    if (wanted == 0) return Supply::kWait;
    input.pending = input.queue.poll(wanted);
    input.read += input.pending.size();
    if (input.pending.size() < wanted) look_into_shortage(input);
    if (input.pending.size() != 0) return Supply::kReady;
    return input.ended ? Supply::kEnd : Supply::kWait;
}

/// The driver gives fewer frames than it was asked for at the end of the file, at one it cannot
/// read on in, and after a frame it had no buffers for. Its counters tell; a damaged file is read
/// once more, because after an error the driver would go on in the middle of a record.
void TraceSource::look_into_shortage(Input& input) noexcept {
    const dpdk::PortCounters before = std::exchange(input.counters, input.port.counters());
    if (input.counters.no_buffer != before.no_buffer) {
        ++input.read;
        ++lost_;
        return;
    }
    if (input.counters.errors == before.errors) {
        input.ended = true;
        return;
    }
    if (!input.end) input.end = trace::read_to_end(input.trace->readable);
    if (input.read < input.end->packets) {
        ++input.read;
        ++lost_;
        return;
    }
    input.ended = true;
    cut_short_.push_back({input.trace->path, input.read, input.end->problem});
}

/// The open input whose next packet is the oldest; ends inputs that have none left.
TraceSource::Supply TraceSource::earliest(Input*& best) noexcept {
    best = nullptr;
    std::int64_t best_time = 0;
    for (std::size_t i = 0; i < inputs_.size();) {
        Input& input = inputs_[i];
        const Supply supply = refill(input);
        if (supply == Supply::kWait) return supply;
        if (supply == Supply::kEnd) {
            inputs_.erase(inputs_.begin() + static_cast<std::ptrdiff_t>(i));
            return earliest(best);  // the others have moved
        }
        const std::int64_t time = clamped(noted_time_of(input));
        if (best == nullptr || time < best_time) {
            best = &input;
            best_time = time;
        }
        ++i;
    }
    return best == nullptr ? Supply::kEnd : Supply::kReady;
}

/// Moves the next frame of `input` into the burst, at a time that never goes back.
void TraceSource::take(Input& input, dpdk::FrameBatch& batch, Burst& burst) noexcept {
    const std::int64_t noted = noted_time_of(input);
    const std::int64_t time = clamped(noted);
    if (time != noted) progress_->clamped.fetch_add(1, std::memory_order_relaxed);
    if (time < now_ns_) progress_->backsteps.fetch_add(1, std::memory_order_relaxed);
    now_ns_ = std::max(time, now_ns_);
    first_ns_ = std::min(first_ns_, now_ns_);
    PacketView& view = burst.views[burst.size];
    view = {.frame = input.pending.bytes_of(input.cursor),
            .captured = input.pending.length_of(input.cursor),
            .link = input.trace->link,
            .source = input.mirror,
            .seen = timestamp_of(now_ns_),
            .number = ++number_};
    if (view.frame.size() < view.captured)
        progress_->too_long.fetch_add(1, std::memory_order_relaxed);
    batch.adopt(input.pending, input.cursor);
    ++burst.size;
    ++input.cursor;
}

dpdk::FrameBatch TraceSource::receive(Burst& burst) noexcept {
    dpdk::FrameBatch batch;
    burst.size = 0;
    std::uint64_t bytes = 0;
    Supply supply = Supply::kReady;
    if (progress_->stopping.load(std::memory_order_relaxed)) exhausted_ = true;
    while (!batch.full() && !exhausted_) {
        Input* input = nullptr;
        supply = earliest(input);
        if (supply == Supply::kWait) break;
        if (supply == Supply::kEnd) {
            if (batch.size() != 0) break;
            exhausted_ = !open_next();
            continue;
        }
        const std::int64_t seen = std::max(clamped(noted_time_of(*input)), now_ns_);
        if (burst.size != 0 && seen - nanoseconds_of(burst.views[0].seen) >= kBurstSpanNs) break;
        take(*input, batch, burst);
        bytes += burst.views[burst.size - 1].captured;
    }
    // What was adopted is no longer pending, whatever happens to the inputs.
    for (Input& input : inputs_) {
        input.pending.drop_front(input.cursor);
        input.cursor = 0;
    }
    progress_->packets.store(number_, std::memory_order_relaxed);
    progress_->bytes.fetch_add(bytes, std::memory_order_relaxed);
    if (supply == Supply::kWait && batch.size() == 0) ::sched_yield();
    return batch;
}

}  // namespace sensor::capture
