// Directories and what arrives in them, by inotify. Cold path; one thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "lib/descriptor/descriptor.h"
#include "lib/result/result.h"

namespace watch {

enum class Arrival : std::uint8_t {
    kBegun,      ///< a file was made there, and may still be written to
    kFile,       ///< renamed into the directory, or closed after writing
    kDirectory,  ///< made there, or renamed into it
    kLost,       ///< there was more than the kernel could keep: look for yourself
};

class DirectoryWatch {
  public:
    struct Event {
        Arrival what;
        int directory = 0;  ///< as add() named it
        std::string name;   ///< in the directory
    };

    [[nodiscard]] static result::Result<DirectoryWatch> open();

    /// A number for the directory; the same if it is watched already.
    [[nodiscard]] result::Result<int> add(const std::string& path);
    /// What has arrived; waits for it, but not longer than `patience`.
    [[nodiscard]] std::vector<Event> wait(std::chrono::milliseconds patience);

  private:
    explicit DirectoryWatch(descriptor::Descriptor descriptor) noexcept
        : descriptor_{std::move(descriptor)} {}
    descriptor::Descriptor descriptor_;
};

}  // namespace watch
