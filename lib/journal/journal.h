// Lines that survive a crash: a directory of numbered files, to which a line is written ahead of
// being acted on. Cold path.
//
// Files are read back in their order, and lines in theirs. Closed files can be replaced by one that
// says the same in fewer lines.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "lib/result/result.h"

namespace journal {

struct Options {
    /// A file that has grown to this is closed and the next begun.
    std::uint64_t file_bytes = std::uint64_t{64} << 20U;
};

/// Safe to use from several threads.
class Journal {
  public:
    /// Makes the directory if it is not there (0700). One line on failure: it cannot be made or
    /// written, or another process has it open.
    [[nodiscard]] static result::Result<Journal> open(const std::string& directory,
                                                      const Options& options = {});
    Journal(Journal&&) noexcept;
    Journal& operator=(Journal&&) noexcept;
    ~Journal();

    enum class Safety : std::uint8_t {
        kOnDisk,  ///< when append() returns; callers at the same time share the wait for it
        kSoon,    ///< with the next such call, or sync(): nobody waits for a disk
    };
    /// Appends `lines`, each with its '\n'. None of them is in the journal if it returns an error,
    /// such as "cannot write .../000001.journal: No space left on device".
    [[nodiscard]] result::Status append(std::string_view lines, Safety safety = Safety::kOnDisk);
    /// Waits until all that was appended is on the disk.
    [[nodiscard]] result::Status sync();

    /// Calls visit(line), without its '\n', for all that there was when it was opened. A last line
    /// without an end is that of a writer that died: nobody was told that it is safe, and it is
    /// passed over.
    [[nodiscard]] result::Status read(const std::function<void(std::string_view)>& visit) const;

    /// Paths of the files that are closed, oldest first.
    [[nodiscard]] std::vector<std::string> closed_files() const;
    /// All bytes of closed files.
    [[nodiscard]] std::uint64_t closed_bytes() const;
    /// Puts one file in the place of the first `count` of closed_files(): `write` calls its
    /// argument with lines. A crash leaves either, or both, never neither; once `stop` is asked for
    /// all is left as it was.
    [[nodiscard]] result::Status replace(
        std::size_t count,
        const std::function<void(const std::function<void(std::string_view)>&)>& write,
        const std::stop_token& stop = {});

  private:
    struct State;
    explicit Journal(std::unique_ptr<State> state) noexcept;
    std::unique_ptr<State> state_;
};

/// Calls visit(line) for all there is in the directory's journal, which may be another process's.
/// Done without a call if there is none.
[[nodiscard]] result::Status read_journal(const std::string& directory,
                                          const std::function<void(std::string_view)>& visit);

}  // namespace journal
