// JSON lines to a file or to standard output, written by a thread of its own so that a slow disk
// holds up nobody else. Records wait up to 10 ms for others, so that neither waking that thread nor
// a system call is paid for each.
#pragma once

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
#include <vector>

#include "sensor/report/record_file.h"
#include "sensor/report/sink.h"

namespace sensor::report {

enum class WhenFull {
    kWait,  ///< write() waits for room: nothing is lost while the destination works
    kDrop,  ///< write() drops the record and counts it: nobody ever waits
};

struct FileSinkOptions {
    std::string path{};  ///< "-" is standard output
    Existing existing = Existing::kAppend;
    WhenFull when_full = WhenFull::kDrop;
    std::size_t queue_bytes = std::size_t{64} << 20U;  ///< a larger record passes an empty queue
    /// Told, in one line, when writing begins to fail and when it works again; called from the
    /// sink's thread. Standard error if empty.
    std::function<void(std::string_view line)> notice{};
};

class FileSink final : public Sink {
  public:
    /// The error names the path and the cause.
    [[nodiscard]] static result::Result<std::unique_ptr<FileSink>> open(FileSinkOptions options);
    FileSink(const FileSink&) = delete;
    FileSink& operator=(const FileSink&) = delete;
    FileSink(FileSink&&) = delete;
    FileSink& operator=(FileSink&&) = delete;
    ~FileSink() override;

    bool write(std::string_view record) override;
    /// Nothing to do for standard output. If the path cannot be opened, the old file stays in use.
    void reopen() override;
    void flush() override;
    result::Status close() override;
    [[nodiscard]] SinkCounts counts() const override;

  private:
    /// Whole lines that are written at once.
    struct Block {
        std::string lines{};
        std::uint64_t records = 0;
        bool reopen_after = false;

        [[nodiscard]] std::uint64_t entries() const noexcept {
            return records + (reopen_after ? 1 : 0);
        }
    };
    FileSink(FileSinkOptions options, RecordFile file);
    [[nodiscard]] bool has_room(std::size_t bytes) const noexcept;
    [[nodiscard]] bool is_full(const Block& block) const noexcept;
    [[nodiscard]] bool is_urgent() const noexcept;
    [[nodiscard]] Block& open_block();
    void hurry();
    void run();
    [[nodiscard]] bool take_block(Block& block);
    void write_block(const Block& block);
    void finish_block(Block& block);
    void reopen_file();
    void note_state(int error);
    [[nodiscard]] std::string destination() const;
    void tell(std::string_view line) const;

    const FileSinkOptions options_;
    const std::size_t block_bytes_;    // what a block holds, give or take a line
    RecordFile file_;                  // the thread's alone while it runs
    int failing_with_ = 0;             // ditto: errno of the last attempt
    std::uint64_t failed_before_ = 0;  // ditto: failed records when it began

    mutable std::mutex mutex_;  // guards everything below
    std::condition_variable work_;
    std::condition_variable progress_;
    std::deque<Block> queue_;         // the last may take more
    std::vector<std::string> spare_;  // memory of blocks that are done
    std::size_t queued_bytes_ = 0;
    std::uint64_t accepted_ = 0;  // records and reopenings that ever went into the queue
    std::uint64_t handled_ = 0;   // those that are done
    std::uint64_t awaited_ = 0;   // those that somebody waits for
    bool is_idle_ = false;        // the thread sleeps until there is a record
    SinkCounts counts_;
    int last_error_ = 0;
    bool closing_ = false;
    std::jthread thread_;  // last, so that it starts when everything else is there
};

}  // namespace sensor::report
