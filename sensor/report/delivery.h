// Records on their way to one destination, on a thread of their own, so that a slow or dead one
// holds up nobody else. What the destination does not take waits on disk, in bounded space, and is
// delivered in order when it is back, also by a later process.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "lib/result/result.h"
#include "lib/spool/spool.h"
#include "sensor/report/carrier.h"
#include "sensor/report/file_sink.h"

namespace sensor::report {

/// handed = written + lost() + waiting, at any time.
struct DeliveryCounts {
    std::uint64_t handed = 0;  ///< records, those included that an earlier process left
    std::uint64_t written = 0;
    std::uint64_t queue_full = 0;  ///< dropped: neither the destination nor the disk took any
    std::uint64_t spool_full = 0;  ///< dropped: the oldest of too many that waited on disk
    std::uint64_t refused = 0;     ///< can never be delivered: too long for a datagram
    std::uint64_t waiting = 0;
    std::uint64_t spool_bytes = 0;  ///< on disk
    bool is_up = true;              ///< the last attempt did not fail

    [[nodiscard]] std::uint64_t lost() const noexcept { return queue_full + spool_full + refused; }
};

struct DeliveryOptions {
    std::string name{};         ///< for messages
    std::string destination{};  ///< ditto: "/run/siem.sock"
    std::unique_ptr<Carrier> carrier{};
    std::unique_ptr<spool::Spool>
        spool{};  ///< null: what the destination does not take waits in memory
    WhenFull when_full = WhenFull::kDrop;
    std::size_t queue_bytes = std::size_t{8} << 20U;
    std::chrono::milliseconds first_retry{200};  ///< doubled with each failure
    std::chrono::milliseconds longest_retry{10'000};
    std::chrono::milliseconds goodbye{2'000};  ///< how long close() waits for the destination
    /// Told, in one line, when delivery begins to fail and when it works again; called from the
    /// delivery's thread.
    std::function<void(std::string_view line)> notice{};
};

class Delivery {
  public:
    explicit Delivery(DeliveryOptions options);
    Delivery(const Delivery&) = delete;
    Delivery& operator=(const Delivery&) = delete;
    ~Delivery();

    /// Takes one record without a line break; any thread.
    void write(std::string_view record);
    /// Opens a file anew (log rotation).
    void reopen();
    /// Delivers what it can within `goodbye`; the rest stays on disk. One line if any record was
    /// lost since the start.
    [[nodiscard]] result::Status close();
    [[nodiscard]] DeliveryCounts counts() const;
    [[nodiscard]] const std::string& name() const noexcept { return options_.name; }

  private:
    using Clock = std::chrono::steady_clock;
    /// Whole lines.
    struct Block {
        std::string lines{};
        std::uint64_t records = 0;
    };
    void run();
    void wait_for_work();
    [[nodiscard]] bool is_worth_a_turn() const;
    void settle_queue();
    [[nodiscard]] bool keep_on_disk(Block& block);
    void attempt();
    void fail(const std::string& error);
    void put_hand_away();
    void finish();
    void note_spool();
    [[nodiscard]] bool is_past(Clock::time_point time) const { return Clock::now() >= time; }
    [[nodiscard]] bool has_spooled() const { return options_.spool && !options_.spool->empty(); }

    DeliveryOptions options_;

    // The thread's alone:
    Block hand_;  // what is being delivered; older than all the rest
    bool is_hand_spooled_ = false;
    Clock::time_point hand_since_;
    Clock::time_point retry_at_;
    std::chrono::milliseconds retry_after_;
    bool is_failing_ = false;
    std::uint64_t lost_before_ = 0;  // when it began to fail

    mutable std::mutex mutex_;  // guards everything below
    std::condition_variable work_;
    std::condition_variable room_;
    std::deque<Block> queue_;
    std::size_t queued_bytes_ = 0;
    std::uint64_t queued_ = 0;   // records
    std::uint64_t moving_ = 0;   // ditto, that the thread has from the queue, not on disk
    std::uint64_t on_disk_ = 0;  // ditto
    DeliveryCounts counts_;
    bool disk_fails_ = false;  // what has waited in the queue could not be put there
    bool reopen_ = false;
    bool closing_ = false;
    Clock::time_point close_by_;
    std::jthread thread_;  // last, so that it starts when everything else is there
};

}  // namespace sensor::report
