// Where the benchmark's packets come from: memory, with the interface of capture's sources.
#pragma once

#include <cstdint>
#include <vector>

#include "sensor/bench/arrivals.h"
#include "sensor/bench/frame_bank.h"
#include "sensor/bench/traffic.h"
#include "sensor/model/burst.h"

namespace sensor::bench {

/// Frames of a bank are on loan from nobody.
struct Unleased {};

/// What both sources have: a clock that advances with the packets, and counts.
class Supply {
  public:
    /// All that fits a burst from now on, or what has arrived; `arrivals` must outlive its use.
    void pace(Arrivals* arrivals) noexcept { arrivals_ = arrivals; }
    [[nodiscard]] bool exhausted() const noexcept { return false; }
    [[nodiscard]] std::uint32_t epoch() const noexcept { return 0; }
    [[nodiscard]] Timestamp now() const noexcept { return timestamp_of(now_ns_); }
    [[nodiscard]] Timestamp epoch_end() const noexcept { return now(); }
    [[nodiscard]] std::uint64_t frames() const noexcept { return frames_; }
    [[nodiscard]] std::uint64_t bytes() const noexcept { return bytes_; }  ///< without the FCS

  protected:
    explicit Supply(std::int64_t start_ns, std::int64_t ns_per_frame) noexcept
        : now_ns_{start_ns}, ns_per_frame_{ns_per_frame} {}

    [[nodiscard]] std::size_t allowed(std::size_t most) noexcept {
        return arrivals_ == nullptr ? most : arrivals_->take(most);
    }
    void show(Burst& burst, const dpdk::FrameExtent& extent) noexcept {
        burst.views[burst.size++] = {.frame = extent.bytes,
                                     .captured = extent.length,
                                     .link = LinkType::kEthernet,
                                     .source = MirrorPort{0},
                                     .seen = now(),
                                     .number = ++frames_};
        bytes_ += extent.length;
    }
    /// Once a burst, as live capture stamps packets.
    void advance(std::size_t frames) noexcept {
        now_ns_ += static_cast<std::int64_t>(frames) * ns_per_frame_;
    }

  private:
    Arrivals* arrivals_ = nullptr;
    std::int64_t now_ns_;
    std::int64_t ns_per_frame_;
    std::uint64_t frames_ = 0;
    std::uint64_t bytes_ = 0;
};

/// Packets of sessions that go on, in random order, each once a lap. Where the bank has a frame for
/// each session, frames are shown as they are; else endpoints are written into them in place, from
/// a list of 12 bytes a session, as a card would write new frames.
class SteadySource : public Supply {
  public:
    struct Plan {
        std::uint64_t sessions = 0;
        Frames frames = Frames::k64;
        Tunnel tunnel = Tunnel::kNone;
        std::int64_t start_ns = 0;
    };
    /// Cold path.
    [[nodiscard]] static result::Result<SteadySource> build(const dpdk::FramePool& pool,
                                                            const Plan& plan);

    [[nodiscard]] Unleased receive(Burst& burst) noexcept;
    [[nodiscard]] bool rewrites() const noexcept { return !order_.empty(); }
    [[nodiscard]] std::size_t bank_frames() const noexcept { return bank_.size(); }

  private:
    SteadySource(FrameBank bank, std::vector<Endpoints> order, std::int64_t start_ns) noexcept;

    FrameBank bank_;
    std::vector<Endpoints> order_;  // empty if the frames stay as they are
    std::size_t frame_ = 0;         // next in bank_
    std::size_t place_ = 0;         // next in order_
};

/// Sessions that begin, one after the other, many at a time. The bank holds one cycle: every packet
/// of as many sessions as fit; a session's next packet comes `lag` cycles after the one before.
class SessionSource : public Supply {
  public:
    struct Plan {
        std::vector<Conversation> conversations;
        Tunnel tunnel = Tunnel::kNone;
        /// Sessions that begin between two packets of one session, about.
        std::uint64_t spacing = 1;
        /// Sessions of each conversation; no packets of later ones.
        std::uint64_t sessions = ~std::uint64_t{0} >> 1U;
        std::int64_t start_ns = 0;
        double ns_per_session = 0;
    };
    /// Cold path.
    [[nodiscard]] static result::Result<SessionSource> build(const dpdk::FramePool& pool,
                                                             const Plan& plan);

    [[nodiscard]] Unleased receive(Burst& burst) noexcept;
    /// Whether all packets of all sessions were shown.
    [[nodiscard]] bool finished() const noexcept { return cycle_ >= last_cycle_; }
    [[nodiscard]] std::size_t bank_frames() const noexcept { return slots_.size(); }
    /// Frames between the first packet of a session and its last, at most.
    [[nodiscard]] std::uint64_t frames_in_flight() const noexcept { return in_flight_; }
    [[nodiscard]] double frames_per_session() const noexcept { return frames_per_session_; }

  private:
    /// One frame of the bank: which session of each cycle sends it.
    struct Slot {
        std::int64_t offset = 0;  // session = cycle * per_cycle + offset
        std::int64_t per_cycle = 0;
        std::uint16_t server_port = 0;  // in network byte order
        bool from_client = true;
    };
    SessionSource(FrameBank bank, const Plan& plan, std::int64_t ns_per_frame) noexcept
        : Supply{plan.start_ns, ns_per_frame},
          bank_{std::move(bank)},
          sessions_{static_cast<std::int64_t>(plan.sessions)} {}

    FrameBank bank_;
    std::vector<Slot> slots_;  // by frame of the bank
    std::int64_t sessions_;
    std::int64_t cycle_ = 0;
    std::int64_t last_cycle_ = 0;
    std::size_t frame_ = 0;  // next in bank_
    std::uint64_t in_flight_ = 0;
    double frames_per_session_ = 0;
};

}  // namespace sensor::bench
