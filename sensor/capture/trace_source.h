// capture: traces -> bursts, with the traces' own time.
//
// No frame is lost: while others hold all buffers, it waits for them.
//
// Traces come one after the other, or together in the order of their times. Time never goes back: a
// packet older than the one before it counts as simultaneous. A trace that begins more than
// kMostOverlapNs before its predecessor ended, or no later than that began, starts a new epoch, in
// which no session of the old one lives on; less is what happens where a capture changes files.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lib/dpdk/frames.h"
#include "lib/trace/trace_file.h"
#include "lib/trace/trace_reader.h"
#include "sensor/model/burst.h"

namespace sensor::capture {

/// A trace that was found readable.
struct Trace {
    std::string path;
    LinkType link = LinkType::kEthernet;
    std::uint64_t file_bytes = 0;
    std::int64_t first_time_ns = 0;
    std::string readable;                            ///< the path to read it from
    std::shared_ptr<const trace::LevelCopy> copy{};  ///< what keeps that there
};

/// One line if the file cannot be read, or its link type is not spoken.
[[nodiscard]] result::Result<Trace> inspect_trace(const std::string& path);

/// Longest packet time that one burst spans; flow relies on it.
inline constexpr std::int64_t kBurstSpanNs = 1'000'000'000;

/// How far consecutive traces may overlap and still be one capture.
inline constexpr std::int64_t kMostOverlapNs = 1'000'000'000;

/// Packet times are brought into this range, so that a century, the longest timeout or window there
/// is, can be added or taken away.
inline constexpr Timestamp kEarliest{};
inline constexpr Timestamp kLatest{std::chrono::sys_days{std::chrono::year{2160} / 1 / 1}};

/// Written by the source, read by anybody who shows progress.
struct TraceProgress {
    std::atomic<std::uint64_t> packets{0};
    std::atomic<std::uint64_t> bytes{0};      ///< of frames, as captured
    std::atomic<std::uint64_t> backsteps{0};  ///< packets older than the one before
    std::atomic<std::uint64_t> clamped{0};    ///< packets from before kEarliest or after kLatest
    std::atomic<std::uint64_t> too_long{0};   ///< packets of which only a buffer's worth was kept
    std::atomic<bool> stopping{false};        ///< written by whoever wants it to end
};

/// A trace whose reading stopped before its end.
struct CutTrace {
    std::string path;
    std::uint64_t packets = 0;  ///< read up to there
    std::string problem;        ///< libpcap's words
};

/// Buffers a pool needs for a TraceSource whose frames go to `workers` cores and two more.
[[nodiscard]] constexpr unsigned frames_for_traces(unsigned workers) noexcept {
    constexpr unsigned kSource = 416;     // kept ready to be filled, and what cores keep back
    constexpr unsigned kPerWorker = 128;  // in a worker's hands and on the way there
    return kSource + workers * kPerWorker;
}

class TraceSource {
  public:
    /// With `together`, all traces are open at once.
    TraceSource(std::vector<Trace> traces, bool together, const dpdk::FramePool& pool);

    /// Fills the `views` column. An empty burst means that there is nothing now: others hold the
    /// buffers, or it is the end and exhausted() says so.
    [[nodiscard]] dpdk::FrameBatch receive(Burst& burst) noexcept;

    [[nodiscard]] bool exhausted() const noexcept { return exhausted_; }
    /// Ends it at the next burst. Any thread.
    void stop() noexcept { progress_->stopping.store(true, std::memory_order_relaxed); }
    /// How often the clock was started anew; constant within a burst.
    [[nodiscard]] std::uint32_t epoch() const noexcept { return epoch_; }
    [[nodiscard]] Timestamp now() const noexcept { return timestamp_of(now_ns_); }
    /// The last time of the epoch before this one.
    [[nodiscard]] Timestamp epoch_end() const noexcept { return timestamp_of(epoch_end_ns_); }
    [[nodiscard]] const TraceProgress& progress() const noexcept { return *progress_; }

    [[nodiscard]] const std::vector<Trace>& traces() const noexcept { return traces_; }

    // After the end:
    /// Times of the oldest and the newest packet.
    [[nodiscard]] Timestamp first() const noexcept { return timestamp_of(first_ns_); }
    [[nodiscard]] Timestamp last() const noexcept {
        return timestamp_of(std::max(now_ns_, last_ns_));
    }
    [[nodiscard]] const std::vector<CutTrace>& cut_short() const noexcept { return cut_short_; }
    /// What went wrong in opening a trace; empty if nothing did.
    [[nodiscard]] const std::string& error() const noexcept { return error_; }

  private:
    struct Input {
        trace::Reader reader;  // at the frame that comes next
        const Trace* trace;
        MirrorPort mirror;
        std::uint64_t read = 0;    // frames before that one
        std::int64_t next_ns = 0;  // its time, in range
    };
    [[nodiscard]] bool open_next() noexcept;
    [[nodiscard]] Input* earliest() noexcept;
    [[nodiscard]] bool advance(Input& input) noexcept;
    void take(Input& input, dpdk::FrameBatch& batch, Burst& burst) noexcept;

    std::vector<Trace> traces_;
    bool together_;
    const dpdk::FramePool* pool_;
    std::vector<Input> inputs_;  // open now, each with a frame
    dpdk::FrameBatch unused_;    // frames to be filled
    std::size_t next_trace_ = 0;
    std::uint32_t epoch_ = 0;
    std::int64_t now_ns_ = 0;
    std::int64_t epoch_end_ns_ = 0;
    std::int64_t begun_ns_ = 0;  // when the traces read last began
    std::int64_t first_ns_ = std::numeric_limits<std::int64_t>::max();
    std::int64_t last_ns_ = 0;  // of the epochs before this one
    std::uint64_t number_ = 0;
    bool exhausted_ = false;
    std::unique_ptr<TraceProgress> progress_;
    std::vector<CutTrace> cut_short_;
    std::string error_;
};

}  // namespace sensor::capture
