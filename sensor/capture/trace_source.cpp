#include "sensor/capture/trace_source.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "lib/trace/trace_file.h"

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
        case 113: return LinkType::kLinuxCooked;
        case 276: return LinkType::kLinuxCooked2;
        default: return std::nullopt;
    }
}

}  // namespace

result::Result<Trace> inspect_trace(const std::string& path) {
    const auto info = trace::inspect(path);
    if (!info) return info.error();
    const auto link = link_type_of(info->link_type);
    if (!link) {
        return result::Error{path + ": link type " + info->link_name +
                             " is not supported; Ethernet, raw IP, Linux cooked and loopback are"};
    }
    return Trace{.path = path,
                 .link = *link,
                 .file_bytes = info->file_bytes,
                 .first_time_ns = info->first_time_ns};
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
        auto port = dpdk::TracePort::open(trace.path, static_cast<unsigned>(next_trace_), *pool_);
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
    if (start / kDriverResolution < now_ns_ / kDriverResolution) {
        ++epoch_;
        epoch_end_ns_ = std::exchange(now_ns_, 0);
        last_ns_ = std::max(last_ns_, epoch_end_ns_);
    }
    return true;
}

std::int64_t TraceSource::time_of(const Input& input) const noexcept {
    return input.queue.time_of(input.pending, input.cursor).value_or(now_ns_);
}

bool TraceSource::refill(Input& input) noexcept {
    if (input.cursor < input.pending.size()) return true;
    input.pending.drop_front(input.pending.size());  // all were taken over by bursts
    input.cursor = 0;
    input.pending = input.queue.poll();
    return input.pending.size() != 0;
}

void TraceSource::finish(const Input& input) noexcept {
    const dpdk::PortCounters counters = input.port.counters();
    if (counters.errors != 0) cut_short_.push_back(input.trace->path);
    lost_ += counters.no_buffer;
}

/// The open input whose next packet is the oldest; ends inputs that have none left.
TraceSource::Input* TraceSource::earliest() noexcept {
    Input* best = nullptr;
    std::int64_t best_time = 0;
    for (std::size_t i = 0; i < inputs_.size();) {
        Input& input = inputs_[i];
        if (!refill(input)) {
            finish(input);
            inputs_.erase(inputs_.begin() + static_cast<std::ptrdiff_t>(i));
            return earliest();  // the others have moved
        }
        const std::int64_t time = time_of(input);
        if (best == nullptr || time < best_time) {
            best = &input;
            best_time = time;
        }
        ++i;
    }
    return best;
}

dpdk::FrameBatch TraceSource::receive(Burst& burst) noexcept {
    dpdk::FrameBatch batch;
    burst.size = 0;
    std::uint64_t bytes = 0;
    while (!batch.full()) {
        Input* input = earliest();
        if (input == nullptr) {
            if (batch.size() != 0 || exhausted_) break;
            if (!open_next()) {
                exhausted_ = true;
                break;
            }
            continue;
        }
        const std::int64_t time = time_of(*input);
        const auto seen = std::max(time, now_ns_);
        if (burst.size != 0 && seen - nanoseconds_of(burst.views[0].seen) >= kBurstSpanNs) break;
        if (time < now_ns_) progress_->backsteps.fetch_add(1, std::memory_order_relaxed);
        now_ns_ = seen;
        first_ns_ = std::min(first_ns_, seen);
        batch.adopt(input->pending, input->cursor);
        burst.views[burst.size] = {.frame = input->pending.bytes_of(input->cursor),
                                   .wire_length = input->pending.wire_length(input->cursor),
                                   .link = input->trace->link,
                                   .source = input->mirror,
                                   .seen = timestamp_of(now_ns_),
                                   .number = ++number_};
        bytes += burst.views[burst.size].wire_length;
        ++burst.size;
        ++input->cursor;
    }
    // What was adopted is no longer pending, whatever happens to the inputs.
    for (Input& input : inputs_) {
        input.pending.drop_front(input.cursor);
        input.cursor = 0;
    }
    progress_->packets.store(number_, std::memory_order_relaxed);
    progress_->bytes.fetch_add(bytes, std::memory_order_relaxed);
    return batch;
}

}  // namespace sensor::capture
