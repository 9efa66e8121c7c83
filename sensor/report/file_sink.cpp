#include "sensor/report/file_sink.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <system_error>
#include <utility>

namespace sensor::report {
namespace {

constexpr std::size_t kBlockBytes = std::size_t{128} << 10U;
constexpr auto kPatience = std::chrono::milliseconds{10};  // how long a record waits for others

std::uint64_t lines_in(std::string_view block) noexcept {
    return static_cast<std::uint64_t>(std::ranges::count(block, '\n'));
}

/// A reader that went away, or a file size limit, is an error to count, not a signal to die of;
/// and the process's own signals are for other threads.
void block_signals() noexcept {
    sigset_t all;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_BLOCK, &all, nullptr);
}

}  // namespace

result::Result<std::unique_ptr<FileSink>> FileSink::open(FileSinkOptions options) {
    auto file = RecordFile::open(options.path, options.existing);
    if (!file) return file.error();
    return std::unique_ptr<FileSink>{new FileSink{std::move(options), *std::move(file)}};
}

FileSink::FileSink(FileSinkOptions options, RecordFile file)
    : options_{std::move(options)},
      // Half the queue at most, so that one half has room while the other is written.
      block_bytes_{std::min(kBlockBytes, options_.queue_bytes / 2)},
      file_{std::move(file)},
      thread_{[this] { run(); }} {}

FileSink::~FileSink() {
    static_cast<void>(close());
}

bool FileSink::has_room(std::size_t bytes) const noexcept {
    return queued_bytes_ == 0 || queued_bytes_ + bytes <= options_.queue_bytes;
}

bool FileSink::is_full(const Block& block) const noexcept {
    return block.reopen_after || block.lines.size() >= block_bytes_;
}

/// Whether what is queued should be written without waiting for more.
bool FileSink::is_urgent() const noexcept {
    return closing_ || handled_ < awaited_ || (!queue_.empty() && is_full(queue_.front()));
}

/// Everything that is queued is written at once.
void FileSink::hurry() {
    awaited_ = accepted_;
    work_.notify_one();
}

FileSink::Block& FileSink::open_block() {
    if (!queue_.empty() && !is_full(queue_.back())) return queue_.back();
    Block& block = queue_.emplace_back();
    if (!spare_.empty()) {
        block.lines = std::move(spare_.back());
        spare_.pop_back();
    }
    if (is_idle_) work_.notify_one();
    return block;
}

bool FileSink::write(std::string_view record) {
    const std::size_t bytes = record.size() + 1;
    std::unique_lock lock{mutex_};
    while (options_.when_full == WhenFull::kWait && !closing_ && !has_room(bytes)) {
        hurry();
        progress_.wait(lock);
    }
    if (closing_ || !has_room(bytes)) {
        ++counts_.dropped;
        return false;
    }
    Block& block = open_block();
    block.lines.append(record).push_back('\n');
    ++block.records;
    queued_bytes_ += bytes;
    ++accepted_;
    if (is_full(block)) work_.notify_one();
    return true;
}

void FileSink::reopen() {
    const std::scoped_lock lock{mutex_};
    if (closing_) return;
    open_block().reopen_after = true;
    ++accepted_;
    hurry();
}

void FileSink::flush() {
    std::unique_lock lock{mutex_};
    const std::uint64_t target = accepted_;
    hurry();
    progress_.wait(lock, [&] { return handled_ >= target; });
}

result::Status FileSink::close() {
    {
        const std::scoped_lock lock{mutex_};
        closing_ = true;
        work_.notify_one();
        progress_.notify_all();
    }
    if (thread_.joinable()) thread_.join();
    const std::scoped_lock lock{mutex_};
    if (const int error = file_.close(); error != 0) last_error_ = error;
    if (counts_.lost() == 0 && last_error_ == 0) return result::Done{};
    std::string line = destination() + ": " + std::to_string(counts_.lost()) + " of " +
                       std::to_string(counts_.lost() + counts_.written) + " records were lost";
    if (last_error_ != 0) line += ": " + std::generic_category().message(last_error_);
    if (counts_.dropped != 0) {
        line += " (" + std::to_string(counts_.dropped) + " because the queue was full)";
    }
    return result::Error{line};
}

SinkCounts FileSink::counts() const {
    const std::scoped_lock lock{mutex_};
    return counts_;
}

void FileSink::run() {
    block_signals();
    Block block;
    while (take_block(block)) {
        write_block(block);
        if (block.reopen_after) reopen_file();
        finish_block(block);
    }
}

/// Waits for one. False if the sink closes and nothing is left.
bool FileSink::take_block(Block& block) {
    std::unique_lock lock{mutex_};
    for (;;) {
        work_.wait_for(lock, kPatience, [&] { return is_urgent(); });
        if (!queue_.empty()) break;
        if (closing_) return false;
        is_idle_ = true;
        work_.wait(lock, [&] { return closing_ || !queue_.empty(); });
        is_idle_ = false;
    }
    block = std::move(queue_.front());
    queue_.pop_front();
    queued_bytes_ -= block.lines.size();
    progress_.notify_all();  // there is room again
    return true;
}

void FileSink::write_block(const Block& block) {
    if (block.records == 0) return;
    const auto [bytes, error] = file_.append(block.lines);
    const std::string_view in_file = std::string_view{block.lines}.substr(0, bytes);
    const std::uint64_t written = error == 0 ? block.records : lines_in(in_file);
    {
        const std::scoped_lock lock{mutex_};
        counts_.written += written;
        counts_.failed += block.records - written;
        if (error != 0) last_error_ = error;
    }
    note_state(error);
}

void FileSink::finish_block(Block& block) {
    constexpr std::size_t kSpareBlocks = 4;
    const std::scoped_lock lock{mutex_};
    handled_ += block.entries();
    progress_.notify_all();
    if (spare_.size() == kSpareBlocks || block.lines.capacity() > 2 * kBlockBytes) return;
    block.lines.clear();
    spare_.push_back(std::move(block.lines));
}

void FileSink::note_state(int error) {
    if (error == failing_with_) return;
    const std::uint64_t failed = counts().failed;
    if (error != 0) {
        tell(destination() + ": cannot write records: " + std::generic_category().message(error) +
             "; they are lost and counted until it can");
    } else {
        tell(destination() + ": writing again; " + std::to_string(failed - failed_before_) +
             " records were lost");
        failed_before_ = failed;
    }
    failing_with_ = error;
}

void FileSink::reopen_file() {
    if (options_.path == "-") return;
    auto fresh = RecordFile::open(options_.path, Existing::kAppend);
    if (!fresh) {
        tell(fresh.error().message + "; the file opened before stays in use");
        return;
    }
    if (const int error = file_.close(); error != 0) {
        tell(destination() + ": closing it failed: " + std::generic_category().message(error));
    }
    file_ = *std::move(fresh);
}

std::string FileSink::destination() const {
    return options_.path == "-" ? "standard output" : options_.path;
}

void FileSink::tell(std::string_view line) const {
    if (options_.notice) return options_.notice(line);
    std::fprintf(stderr, "offport: %.*s\n", static_cast<int>(line.size()), line.data());
}

}  // namespace sensor::report
