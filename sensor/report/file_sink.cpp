#include "sensor/report/file_sink.h"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <system_error>
#include <utility>

namespace sensor::report {
namespace {

constexpr std::size_t kBlockBytes = std::size_t{64} << 10U;  // written at once, give or take a line

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
    : options_{std::move(options)}, file_{std::move(file)}, thread_{[this] { run(); }} {}

FileSink::~FileSink() {
    static_cast<void>(close());
}

bool FileSink::has_room(std::size_t bytes) const noexcept {
    return queued_bytes_ == 0 || queued_bytes_ + bytes <= options_.queue_bytes;
}

bool FileSink::write(std::string record) {
    record += '\n';
    std::unique_lock lock{mutex_};
    if (options_.when_full == WhenFull::kWait) {
        progress_.wait(lock, [&] { return closing_ || has_room(record.size()); });
    }
    if (closing_ || !has_room(record.size())) {
        ++counts_.dropped;
        return false;
    }
    queued_bytes_ += record.size();
    ++accepted_;
    queue_.emplace_back(std::move(record));
    work_.notify_one();
    return true;
}

void FileSink::reopen() {
    const std::scoped_lock lock{mutex_};
    if (closing_) return;
    ++accepted_;
    queue_.emplace_back(std::nullopt);
    work_.notify_one();
}

void FileSink::flush() {
    std::unique_lock lock{mutex_};
    const std::uint64_t target = accepted_;
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
    std::string block;
    for (;;) {
        std::uint64_t taken = 0;
        const Task task = wait_for_task(block, taken);
        if (task == Task::kEnd) return;
        if (task == Task::kWrite) write_block(block);
        if (task == Task::kReopen) reopen_file();
        const std::scoped_lock lock{mutex_};
        handled_ += taken;
        progress_.notify_all();
    }
}

FileSink::Task FileSink::wait_for_task(std::string& block, std::uint64_t& taken) {
    block.clear();
    std::unique_lock lock{mutex_};
    work_.wait(lock, [&] { return closing_ || !queue_.empty(); });
    if (queue_.empty()) return Task::kEnd;
    if (!queue_.front()) {
        queue_.pop_front();
        taken = 1;
        return Task::kReopen;
    }
    while (!queue_.empty() && queue_.front() && block.size() < kBlockBytes) {
        block += *queue_.front();
        queued_bytes_ -= queue_.front()->size();
        queue_.pop_front();
        ++taken;
    }
    progress_.notify_all();  // there is room again
    return Task::kWrite;
}

void FileSink::write_block(std::string_view block) {
    const auto [bytes, error] = file_.append(block);
    const std::uint64_t written = lines_in(block.substr(0, bytes));
    {
        const std::scoped_lock lock{mutex_};
        counts_.written += written;
        counts_.failed += lines_in(block) - written;
        if (error != 0) last_error_ = error;
    }
    note_state(error);
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
