#include "sensor/report/delivery.h"

#include <algorithm>
#include <csignal>
#include <utility>

namespace sensor::report {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kBlockBytes = std::size_t{64} << 10U;  // delivered at once
constexpr auto kPatience = milliseconds{10};                 // how long a record waits for others
constexpr auto kStep = milliseconds{50};                     // how long one attempt may take
constexpr auto kLongInHand = milliseconds{500};  // after which the destination counts as slow
constexpr auto kTick = milliseconds{100};        // how often a failing destination is looked at

/// The process's signals are for other threads, and a reader that goes away is no reason to die.
void block_signals() noexcept {
    sigset_t all;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_BLOCK, &all, nullptr);
}

/// The first `records` lines go.
void drop_lines(std::string& lines, std::size_t records) {
    std::size_t end = 0;
    for (; records != 0; --records)
        end = lines.find('\n', end) + 1;
    lines.erase(0, end);
}

}  // namespace

Delivery::Delivery(DeliveryOptions options)
    : options_{std::move(options)}, retry_after_{options_.first_retry} {
    if (options_.spool) {
        note_spool();
        counts_.handed = on_disk_;
    }
    thread_ = std::jthread{[this] { run(); }};
}

Delivery::~Delivery() {
    static_cast<void>(close());
}

void Delivery::write(std::string_view record) {
    const std::size_t bytes = record.size() + 1;
    const auto has_room = [&] {
        return queued_bytes_ == 0 || queued_bytes_ + bytes <= options_.queue_bytes;
    };
    std::unique_lock lock{mutex_};
    ++counts_.handed;
    if (options_.when_full == WhenFull::kWait) {
        // For room that will not come for long, nobody waits.
        const auto is_hopeless = [&] {
            return !counts_.is_up && (options_.spool == nullptr || disk_fails_);
        };
        room_.wait(lock, [&] { return closing_ || has_room() || is_hopeless(); });
    }
    if (closing_ || !has_room()) {
        ++counts_.queue_full;
        return;
    }
    if (queue_.empty() || queue_.back().lines.size() >= kBlockBytes) queue_.emplace_back();
    Block& block = queue_.back();
    block.lines.append(record).push_back('\n');
    ++block.records;
    ++queued_;
    queued_bytes_ += bytes;
    if (queued_ == 1 || block.lines.size() >= kBlockBytes) work_.notify_one();
}

void Delivery::reopen() {
    const std::scoped_lock lock{mutex_};
    reopen_ = true;
    work_.notify_one();
}

result::Status Delivery::close() {
    {
        const std::scoped_lock lock{mutex_};
        if (!closing_) close_by_ = Clock::now() + options_.goodbye;
        closing_ = true;
        work_.notify_one();
        room_.notify_all();
    }
    if (thread_.joinable()) thread_.join();
    const DeliveryCounts now = counts();
    if (now.lost() == 0) return result::Done{};
    return result::Error{"output '" + options_.name + "': " + std::to_string(now.lost()) + " of " +
                         std::to_string(now.handed) + " records were lost"};
}

DeliveryCounts Delivery::counts() const {
    const std::scoped_lock lock{mutex_};
    DeliveryCounts now = counts_;
    now.waiting = queued_ + moving_ + on_disk_;
    return now;
}

/// What the spool counts, for others.
void Delivery::note_spool() {
    if (!options_.spool) return;
    on_disk_ = options_.spool->lines();
    counts_.spool_bytes = options_.spool->bytes();
    counts_.spool_full = options_.spool->dropped();
}

void Delivery::run() {
    block_signals();
    for (;;) {
        wait_for_work();
        settle_queue();
        attempt();
        const std::scoped_lock lock{mutex_};
        const bool is_empty = queue_.empty() && hand_.records == 0 && on_disk_ == 0;
        if (closing_ && (is_empty || is_failing_ || is_past(close_by_))) break;
    }
    finish();
}

/// Whether there is something to do now; asked with the mutex held.
bool Delivery::is_worth_a_turn() const {
    if (closing_ || reopen_) return true;
    const bool has_any = hand_.records != 0 || on_disk_ != 0;
    return has_any && is_past(retry_at_);
}

void Delivery::wait_for_work() {
    std::unique_lock lock{mutex_};
    if (!is_worth_a_turn()) {
        const bool has_any = hand_.records != 0 || on_disk_ != 0 || !queue_.empty();
        const auto is_there = [this] {
            return is_worth_a_turn() || (!queue_.empty() && !is_failing_) || queue_.size() > 1;
        };
        if (has_any) {
            work_.wait_for(lock, kTick, is_there);
        } else {
            work_.wait(lock, is_there);
        }
        // A record waits a moment for others, so that not each is an attempt of its own.
        work_.wait_for(lock, kPatience, [this] { return closing_ || queue_.size() > 1; });
    }
    if (!reopen_) return;
    reopen_ = false;
    options_.carrier->reopen();
    retry_at_ = {};
}

/// From the queue into the hand, or to the disk if older records are still to be delivered and it
/// is not likely to be soon.
void Delivery::settle_queue() {
    for (;;) {
        Block block;
        bool has_room_in_hand = false;
        {
            const std::scoped_lock lock{mutex_};
            if (queue_.empty()) return;
            has_room_in_hand = hand_.records == 0 && !has_spooled();
            const bool is_slow = is_failing_ || has_spooled() ||
                                 is_past(hand_since_ + kLongInHand) ||
                                 queued_bytes_ > options_.queue_bytes / 2;
            if (!has_room_in_hand && !is_slow) return;
            if (!has_room_in_hand && !options_.spool) return;
            block = std::move(queue_.front());
            queue_.pop_front();
            queued_bytes_ -= block.lines.size();
            queued_ -= block.records;
            moving_ += block.records;
            room_.notify_all();
        }
        if (has_room_in_hand) {
            hand_ = std::move(block);
            is_hand_spooled_ = false;
            hand_since_ = Clock::now();
            continue;
        }
        if (keep_on_disk(block)) continue;
        const std::scoped_lock lock{mutex_};
        queued_bytes_ += block.lines.size();
        queued_ += block.records;
        moving_ -= block.records;
        queue_.push_front(std::move(block));
        disk_fails_ = true;
        room_.notify_all();
        return;
    }
}

/// False if the disk does not take it.
bool Delivery::keep_on_disk(Block& block) {
    if (!options_.spool->append(block.lines)) return false;
    const std::scoped_lock lock{mutex_};
    moving_ -= block.records;
    disk_fails_ = false;
    note_spool();
    return true;
}

void Delivery::attempt() {
    if (!is_past(retry_at_)) return;
    if (hand_.records == 0 && has_spooled()) {
        hand_ = {.lines = options_.spool->read(kBlockBytes), .records = 0};
        hand_.records = static_cast<std::uint64_t>(std::ranges::count(hand_.lines, '\n'));
        is_hand_spooled_ = true;
        hand_since_ = Clock::now();
    }
    if (hand_.records == 0) return;
    const Carrier::Outcome outcome = options_.carrier->deliver(hand_.lines, kStep);
    drop_lines(hand_.lines, outcome.done);
    hand_.records -= outcome.done;
    if (is_hand_spooled_ && outcome.done != 0) options_.spool->take(outcome.done);
    {
        const std::scoped_lock lock{mutex_};
        counts_.written += outcome.done - outcome.refused;
        counts_.refused += outcome.refused;
        if (!is_hand_spooled_) moving_ -= outcome.done;
        note_spool();
    }
    if (!outcome.error.empty()) return fail(outcome.error);
    if (outcome.done != 0) hand_since_ = Clock::now();
    if (outcome.done == 0 || !is_failing_) return;
    is_failing_ = false;
    retry_after_ = options_.first_retry;
    const std::uint64_t lost = counts().lost() - lost_before_;
    const std::scoped_lock lock{mutex_};
    counts_.is_up = true;
    if (options_.notice) {
        options_.notice("output '" + options_.name + "': writing to " + options_.destination +
                        " again; " + std::to_string(lost) + " records were lost");
    }
}

void Delivery::fail(const std::string& error) {
    put_hand_away();
    retry_at_ = Clock::now() + retry_after_;
    retry_after_ = std::min(retry_after_ * 2, options_.longest_retry);
    if (is_failing_) return;
    is_failing_ = true;
    lost_before_ = counts().lost();
    const std::scoped_lock lock{mutex_};
    counts_.is_up = false;
    room_.notify_all();
    if (options_.notice) {
        options_.notice("output '" + options_.name + "': cannot write to " + options_.destination +
                        ": " + error +
                        (options_.spool ? "; records wait on disk until it can"
                                        : "; records wait in memory until it can"));
    }
}

/// What could not be delivered goes to the disk, or stays in the hand if that does not take it.
void Delivery::put_hand_away() {
    if (hand_.records == 0) return;
    if (!is_hand_spooled_) {
        if (!options_.spool || !options_.spool->prepend(hand_.lines)) return;
        const std::scoped_lock lock{mutex_};
        moving_ -= hand_.records;
        note_spool();
    }
    hand_ = {};
}

/// Nothing more is delivered: the rest stays on disk, or is lost.
void Delivery::finish() {
    put_hand_away();
    const std::scoped_lock lock{mutex_};
    while (!queue_.empty() && options_.spool) {
        if (!options_.spool->append(queue_.front().lines)) break;
        queued_ -= queue_.front().records;
        queue_.pop_front();
        note_spool();
    }
    counts_.queue_full += queued_ + moving_;
    queued_ = moving_ = 0;
}

}  // namespace sensor::report
