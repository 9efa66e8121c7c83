// Lines that wait on disk until somebody takes them: first in, first out, in bounded space. A
// directory of numbered files, and one that says how far it has been read. What waits outlives the
// process; after a crash the lines taken last may come again. Cold path; one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>

#include "lib/descriptor/descriptor.h"
#include "lib/result/result.h"

namespace spool {

class Spool {
  public:
    /// Makes the directory if it is not there (0700). Of more than `most_bytes`, the oldest lines
    /// go, an eighth of that at once. One line on failure: it cannot be made or written, or another
    /// process has it open.
    [[nodiscard]] static result::Result<std::unique_ptr<Spool>> open(const std::string& directory,
                                                                     std::uint64_t most_bytes);

    /// `lines`, each with its '\n', go behind the others. None of them does if there is an error,
    /// such as "cannot write .../000001.spool: No space left on device".
    [[nodiscard]] result::Status append(std::string_view lines);
    /// `lines` go before the others.
    [[nodiscard]] result::Status prepend(std::string_view lines);

    /// The oldest lines, as many as fit into `bytes` but at least one; empty if none waits. They
    /// stay, and none of them is dropped, until they are taken or read() is called again. What
    /// cannot be read any more counts as dropped.
    [[nodiscard]] std::string read(std::size_t bytes);
    /// The first `lines` of what read() returned are done with.
    void take(std::uint64_t lines);

    [[nodiscard]] bool empty() const noexcept { return lines_ == 0; }
    [[nodiscard]] std::uint64_t lines() const noexcept { return lines_; }
    [[nodiscard]] std::uint64_t bytes() const noexcept { return bytes_; }
    /// Lines that went because there was no room, or that the disk has lost, since it was opened.
    [[nodiscard]] std::uint64_t dropped() const noexcept { return dropped_; }

  private:
    struct File {
        std::uint64_t number = 0;
        std::uint64_t bytes = 0;  // in it
        std::uint64_t done = 0;   // of them, taken
        std::uint64_t lines = 0;  // that are not
    };
    Spool(std::string directory, std::uint64_t most_bytes, descriptor::Descriptor lock);
    [[nodiscard]] result::Status find_files();
    [[nodiscard]] result::Status measure(File& file) const;
    [[nodiscard]] std::string path_of(std::uint64_t number) const;
    [[nodiscard]] std::string piece_from(const File& file, std::size_t bytes) const;
    void make_room(std::uint64_t bytes);
    void remove(std::deque<File>::iterator file);
    [[nodiscard]] result::Status begin_file();
    void note_position(std::uint64_t number, std::uint64_t done);

    std::string directory_;
    std::uint64_t most_bytes_;
    descriptor::Descriptor lock_;
    descriptor::Descriptor position_;
    descriptor::Descriptor last_;  // of files_.back(), if it is being written
    std::deque<File> files_;
    std::string piece_;           // what read() returned last, without what was taken of it
    std::uint64_t piece_of_ = 0;  // the number of its file
    std::uint64_t noted_ = 0;     // the file that the position is of
    std::uint64_t lines_ = 0;
    std::uint64_t bytes_ = 0;
    std::uint64_t dropped_ = 0;
};

}  // namespace spool
