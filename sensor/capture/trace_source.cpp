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
        auto reader = trace::Reader::open(trace.readable);
        if (!reader) {
            error_ = trace.path + ": " + reader.error().message;
            next_trace_ = traces_.size();
            return false;
        }
        Input input{.reader = std::move(*reader),
                    .trace = &trace,
                    .mirror = static_cast<MirrorPort>(next_trace_)};
        if (advance(input)) inputs_.push_back(std::move(input));
    }
    const std::int64_t begun = std::exchange(begun_ns_, start);
    const bool goes_on = start > begun && start >= now_ns_ - kMostOverlapNs;
    if (!goes_on && start < now_ns_) {
        ++epoch_;
        epoch_end_ns_ = std::exchange(now_ns_, 0);
        last_ns_ = std::max(last_ns_, epoch_end_ns_);
    }
    return true;
}

/// False if there is no further frame; a file that is damaged is noted.
bool TraceSource::advance(Input& input) noexcept {
    if (input.reader.advance()) {
        input.next_ns = clamped(input.reader.time_ns());
        return true;
    }
    if (!input.reader.problem().empty()) {
        cut_short_.push_back({input.trace->path, input.read, input.reader.problem()});
    }
    return false;
}

/// The open input whose next frame is the oldest; null if there is none.
TraceSource::Input* TraceSource::earliest() noexcept {
    if (inputs_.empty()) return nullptr;
    return &*std::ranges::min_element(inputs_, {}, &Input::next_ns);
}

/// Copies the next frame of `input` into the burst, at a time that never goes back.
void TraceSource::take(Input& input, dpdk::FrameBatch& batch, Burst& burst) noexcept {
    const std::int64_t noted = input.reader.time_ns();
    const std::int64_t time = input.next_ns;
    if (time != noted) progress_->clamped.fetch_add(1, std::memory_order_relaxed);
    if (time < now_ns_) progress_->backsteps.fetch_add(1, std::memory_order_relaxed);
    now_ns_ = std::max(time, now_ns_);
    first_ns_ = std::min(first_ns_, now_ns_);
    const bytes::View captured = input.reader.frame();
    PacketView& view = burst.views[burst.size++];
    view = {.frame = batch.append_copy(unused_, captured),
            .captured = static_cast<std::uint32_t>(captured.size()),
            .link = input.trace->link,
            .source = input.mirror,
            .seen = timestamp_of(now_ns_),
            .number = ++number_};
    if (view.frame.size() < view.captured)
        progress_->too_long.fetch_add(1, std::memory_order_relaxed);
    ++input.read;
    if (!advance(input)) inputs_.erase(inputs_.begin() + (&input - inputs_.data()));
}

dpdk::FrameBatch TraceSource::receive(Burst& burst) noexcept {
    dpdk::FrameBatch batch;
    burst.size = 0;
    std::uint64_t bytes = 0;
    if (progress_->stopping.load(std::memory_order_relaxed)) exhausted_ = true;
    unused_.fill_from(*pool_);
    while (!batch.full() && !exhausted_) {
        Input* input = earliest();
        if (input == nullptr) {
            if (batch.size() != 0) break;
            exhausted_ = !open_next();
            continue;
        }
        const std::int64_t seen = std::max(input->next_ns, now_ns_);
        if (burst.size != 0 && seen - nanoseconds_of(burst.views[0].seen) >= kBurstSpanNs) break;
        if (unused_.size() == 0) break;
        take(*input, batch, burst);
        bytes += burst.views[burst.size - 1].captured;
    }
    progress_->packets.store(number_, std::memory_order_relaxed);
    progress_->bytes.fetch_add(bytes, std::memory_order_relaxed);
    if (exhausted_) {
        unused_ = dpdk::FrameBatch{};
    } else if (batch.size() == 0) {
        ::sched_yield();
    }
    return batch;
}

}  // namespace sensor::capture
