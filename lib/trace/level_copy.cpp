#include "lib/trace/level_copy.h"

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <limits>
#include <utility>

#include <fcntl.h>
#include <sys/sendfile.h>
#include <unistd.h>

namespace trace {
namespace {

// draft-ietf-opsawg-pcapng §3.1, §4.1, §4.2
constexpr std::uint32_t kSectionHeader = 0x0a0d0d0a;  // the same in either byte order
constexpr std::uint32_t kInterface = 1;
constexpr std::uint32_t kByteOrderMagic = 0x1a2b3c4d;
constexpr std::uint32_t kLeastBlock = 12;  // bytes: type, length and length again
constexpr std::uint32_t kLeastInterface = 20;
constexpr off_t kSnapLengthAt = 12;  // in an interface's block
constexpr std::uint32_t kLargest = 262144;

bool read_all(int file, void* into, std::size_t size, off_t at) {
    return ::pread(file, into, size, at) == static_cast<ssize_t>(size);
}

/// Raises the snap lengths block by block, up to the first that is none.
bool raise_snap_lengths(int file) {
    bool is_foreign = false;  // of the section: written in the other byte order
    const auto told = [&](std::uint32_t value) {
        return is_foreign ? __builtin_bswap32(value) : value;
    };
    off_t at = 0;
    for (std::array<std::uint32_t, 3> block{}; read_all(file, block.data(), sizeof block, at);) {
        if (block[0] == kSectionHeader) is_foreign = block[2] != kByteOrderMagic;
        const std::uint32_t length = told(block[1]);
        if (length < kLeastBlock || length % 4 != 0) return true;
        const std::uint32_t largest = told(kLargest);
        std::uint32_t present = 0;
        if (told(block[0]) == kInterface && length >= kLeastInterface &&
            read_all(file, &present, sizeof present, at + kSnapLengthAt) &&
            ::pwrite(file, &largest, sizeof largest, at + kSnapLengthAt) != sizeof largest) {
            return false;
        }
        if (at > std::numeric_limits<off_t>::max() - length) return true;
        at += length;
    }
    return true;
}

bool copy_all(int from, int to) {
    constexpr std::size_t kPiece = 1U << 30U;  // bytes a call
    ssize_t copied = 0;
    while ((copied = ::sendfile(to, from, nullptr, kPiece)) > 0)
        continue;
    return copied == 0;
}

}  // namespace

result::Result<LevelCopy> LevelCopy::make(const std::string& path) {
    std::error_code ignored;  // leaves an empty path, in which nothing can be made
    std::string name = std::filesystem::temp_directory_path(ignored) / "offport-XXXXXX";
    LevelCopy copy{::mkostemp(name.data(), O_CLOEXEC)};
    if (copy.file_ < 0) return result::Error{name + ": " + std::strerror(errno)};
    ::unlink(name.c_str());
    const int original = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (original < 0) return result::Error{path + ": " + std::strerror(errno)};
    const bool is_copied = copy_all(original, copy.file_) && raise_snap_lengths(copy.file_);
    const int reason = errno;
    ::close(original);
    if (!is_copied) return result::Error{name + ": " + std::strerror(reason)};
    return copy;
}

LevelCopy::LevelCopy(LevelCopy&& other) noexcept : file_{std::exchange(other.file_, -1)} {}

LevelCopy::~LevelCopy() {
    if (file_ >= 0) ::close(file_);
}

}  // namespace trace
