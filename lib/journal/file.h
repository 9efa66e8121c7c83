// Files that must be on the disk when it is said that they are. Cold path.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include <unistd.h>

#include "lib/result/result.h"

namespace journal {

/// A file descriptor that is closed with its owner.
class File {
  public:
    File() = default;
    explicit File(int descriptor) noexcept : descriptor_{descriptor} {}
    File(File&& other) noexcept : descriptor_{std::exchange(other.descriptor_, -1)} {}
    File& operator=(File&& other) noexcept {
        std::swap(descriptor_, other.descriptor_);
        return *this;
    }
    ~File() {
        if (descriptor_ >= 0) ::close(descriptor_);
    }
    [[nodiscard]] int get() const noexcept { return descriptor_; }
    [[nodiscard]] bool is_open() const noexcept { return descriptor_ >= 0; }

  private:
    int descriptor_ = -1;
};

/// "cannot WHAT PATH: " and what errno says.
[[nodiscard]] result::Error failure(const std::string& what, const std::string& path);
/// `flags` are those of open(2); a file that is made is its owner's alone.
[[nodiscard]] result::Result<File> open_file(const std::string& path, int flags);
[[nodiscard]] result::Status write_all(const File& file, std::string_view text,
                                       const std::string& path);
/// So that a name that was made or changed survives a crash.
[[nodiscard]] result::Status sync_directory(const std::string& directory);
/// Makes the directory if it is not there; nobody else has it until the File is closed.
[[nodiscard]] result::Result<File> lock_directory(const std::string& directory);

/// Calls visit(line) for each whole line of the file, in pieces of bounded size. One line on
/// failure.
[[nodiscard]] result::Status read_lines(const std::string& path,
                                        const std::function<void(std::string_view)>& visit);

/// Puts what `write` gives its argument into the place of `path`, or leaves what was there.
[[nodiscard]] result::Status replace_file(
    const std::string& path,
    const std::function<void(const std::function<void(std::string_view)>&)>& write);

}  // namespace journal
