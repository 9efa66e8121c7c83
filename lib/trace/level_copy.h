// A pcapng file whose interfaces differ in snap length, made readable: libpcap refuses such files,
// though a snap length only says how much of a frame would have been kept.
#pragma once

#include <string>

#include "lib/result/result.h"

namespace trace {

/// A copy in which every interface has libpcap's largest snap length. It has no name and goes when
/// this object does.
class LevelCopy {
  public:
    /// One line if there is no room for it in the folder for temporary files ($TMPDIR or /tmp).
    [[nodiscard]] static result::Result<LevelCopy> make(const std::string& path);

    LevelCopy(LevelCopy&& other) noexcept;
    LevelCopy& operator=(LevelCopy&&) = delete;
    LevelCopy(const LevelCopy&) = delete;
    LevelCopy& operator=(const LevelCopy&) = delete;
    ~LevelCopy();

    /// Under which this process can open it.
    [[nodiscard]] std::string path() const { return "/proc/self/fd/" + std::to_string(file_); }

  private:
    explicit LevelCopy(int file) noexcept : file_{file} {}
    int file_;
};

}  // namespace trace
