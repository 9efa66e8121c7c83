// One pcapng file a finding, in a directory of bounded size: the file that was written to longest
// ago makes room. Cold path; written by a thread of its own, so that a slow disk holds nobody up.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "lib/descriptor/descriptor.h"
#include "lib/result/result.h"
#include "sensor/evidence/options.h"
#include "sensor/evidence/packet.h"

namespace sensor::evidence {

/// Packets of one session for the file of one finding.
struct Piece {
    std::string finding;  ///< id, which names the file
    std::string comment;  ///< of each packet
    std::vector<Packet> packets;

    [[nodiscard]] std::size_t cost() const noexcept;
};

struct FilesOptions {
    /// Findings end with the process: a file that is there from before is replaced. Else it goes
    /// on.
    bool replaces = false;
    WhenFull when_full = WhenFull::kWait;
    std::string application{};           ///< who writes, "offport 0.1.0"
    std::vector<std::string> sources{};  ///< names by MirrorPort
};

class Files {
  public:
    /// Makes the directory, for its owner alone, if it is not there. One line if that cannot be
    /// done, or nobody may make files in it.
    [[nodiscard]] static result::Result<std::unique_ptr<Files>> open(const Options& options,
                                                                     FilesOptions files);
    Files(const Files&) = delete;
    Files& operator=(const Files&) = delete;
    ~Files();

    /// Hands a piece over, to be written soon. False if too many wait, and it may not.
    [[nodiscard]] bool append(Piece piece);
    /// Where the finding's file is, or will be.
    [[nodiscard]] std::string path_of(const std::string& finding) const;
    /// Whether there was a file of the finding before this process.
    [[nodiscard]] bool was_there(const std::string& finding) const {
        return before_.contains(finding);
    }
    /// Writes what waits. What went wrong since the beginning, in one line.
    [[nodiscard]] result::Status close();
    /// What an operator should know since the last call, in one line; empty if nothing.
    [[nodiscard]] std::string take_notice();

    struct Counts {
        std::uint64_t packets_written = 0;
        std::uint64_t packets_failed = 0;  ///< those that could not be written
        std::uint64_t made = 0;            ///< files
        std::uint64_t removed = 0;         ///< files that others needed the room of
        std::uint64_t bytes = 0;           ///< on disk now
    };
    /// Any thread.
    [[nodiscard]] Counts counts() const;

  private:
    using Input = std::pair<MirrorPort, LinkType>;
    struct File {
        std::uint64_t bytes = 0;
        std::uint64_t turn = 0;     // its place in by_turn_
        bool is_begun = false;      // this process has written a section header
        std::vector<Input> inputs;  // of that section: interfaces by number
    };

    Files(const Options& options, FilesOptions files);
    [[nodiscard]] result::Status open_directory();
    void find_files();
    void work();
    [[nodiscard]] std::string write(const Piece& piece);
    [[nodiscard]] std::string content_for(const Piece& piece, File& file) const;
    [[nodiscard]] bool make_room(std::uint64_t bytes, const std::string& but);
    File& note_size(const std::string& finding, std::uint64_t bytes);
    void remove(const std::string& finding);
    void note_outcome(const Piece& piece, const std::string& problem);

    Options options_;
    FilesOptions how_;
    descriptor::Descriptor directory_;
    std::set<std::string> before_;  // findings; fixed from the start

    // The writing thread's:
    std::map<std::string, File> files_;             // by finding
    std::map<std::uint64_t, std::string> by_turn_;  // findings; the first makes room first
    std::uint64_t turns_ = 0;

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Piece> queue_;  // guarded by mutex_, as are those below
    std::size_t queued_bytes_ = 0;
    bool is_closing_ = false;
    bool is_failing_ = false;
    std::string first_problem_;
    std::string notice_;
    Counts counts_;
    std::thread thread_;
};

}  // namespace sensor::evidence
