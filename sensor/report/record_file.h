// A file that holds whole lines only, whatever goes wrong while one is written. Cold path; one
// thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "lib/result/result.h"

namespace sensor::report {

enum class Existing { kAppend, kReplace };  ///< what becomes of a file that is there

class RecordFile {
  public:
    /// `path` is created if absent; "-" is standard output. The error names the path and the cause.
    [[nodiscard]] static result::Result<RecordFile> open(const std::string& path,
                                                         Existing existing);
    RecordFile(RecordFile&& other) noexcept;
    RecordFile& operator=(RecordFile&& other) noexcept;
    ~RecordFile();

    struct Appended {
        std::size_t bytes = 0;  ///< of whole lines that are in the file now
        int error = 0;          ///< errno of what stopped it; 0 if everything was written
    };
    /// `lines` is any number of lines, each with its line feed. What was written of a line that
    /// could not be finished is taken back if this is a regular file; elsewhere the next append
    /// ends it first, so that the lines after it can be read.
    [[nodiscard]] Appended append(std::string_view lines) noexcept;

    /// Closes it, unless it is standard output. The errno, as some file systems report a failed
    /// write only here; 0 if all is well.
    int close() noexcept;

  private:
    RecordFile(int descriptor, bool is_mid_line) noexcept
        : descriptor_{descriptor}, is_mid_line_{is_mid_line} {}
    [[nodiscard]] Appended write_all(std::string_view bytes) noexcept;
    [[nodiscard]] bool take_back(std::size_t bytes) noexcept;

    int descriptor_ = -1;
    bool is_mid_line_ = false;  // the last line in it has no end
};

}  // namespace sensor::report
