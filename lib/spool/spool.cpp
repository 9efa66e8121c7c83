#include "lib/spool/spool.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

#include "lib/journal/file.h"

namespace spool {
namespace {

using descriptor::Descriptor;

constexpr std::string_view kSuffix = ".spool";
constexpr std::uint64_t kFiles = 8;  // that the space is divided into
/// Of the first file: before it, there is room for those that prepend() makes.
constexpr std::uint64_t kFirstNumber = 1'000'000'000;
constexpr int kPositionDigits = 20;

result::Error failure(std::string_view what, const std::string& path) {
    return result::Error{"cannot " + std::string{what} + " " + path + ": " +
                         std::generic_category().message(errno)};
}

Descriptor open_file(const std::string& path, int flags) {
    return Descriptor{::open(path.c_str(), flags | O_CLOEXEC, 0600)};
}

/// 0, or the errno of what stopped it.
int write_all(const Descriptor& file, std::string_view text) {
    while (!text.empty()) {
        const ssize_t written = ::write(file.number(), text.data(), text.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return errno;
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return 0;
}

std::uint64_t lines_in(std::string_view text) noexcept {
    return static_cast<std::uint64_t>(std::ranges::count(text, '\n'));
}

}  // namespace

Spool::Spool(std::string directory, std::uint64_t most_bytes, Descriptor lock)
    : directory_{std::move(directory)}, most_bytes_{most_bytes}, lock_{std::move(lock)} {}

std::string Spool::path_of(std::uint64_t number) const {
    return directory_ + "/" + std::to_string(number) + std::string{kSuffix};
}

result::Result<std::unique_ptr<Spool>> Spool::open(const std::string& directory,
                                                   std::uint64_t most_bytes) {
    auto lock = journal::lock_directory(directory);
    if (!lock) return lock.error();
    std::unique_ptr<Spool> spool{new Spool{directory, most_bytes, std::move(*lock)}};
    spool->position_ = open_file(directory + "/position", O_RDWR | O_CREAT);
    if (!spool->position_.is_open()) return failure("open", directory + "/position");
    if (auto found = spool->find_files(); !found) return found.error();
    return spool;
}

/// What an earlier process left, from where it had come to.
result::Status Spool::find_files() {
    std::array<char, 2 * kPositionDigits + 2> text{};
    const ssize_t read = ::pread(position_.number(), text.data(), text.size(), 0);
    std::uint64_t number = 0;
    std::uint64_t done = 0;
    if (read == static_cast<ssize_t>(text.size())) {
        std::from_chars(text.data(), text.data() + kPositionDigits, number);
        std::from_chars(text.data() + kPositionDigits + 1, text.data() + text.size() - 1, done);
    }
    std::error_code failed;
    for (const auto& entry : std::filesystem::directory_iterator{directory_, failed}) {
        const std::string name = entry.path().filename().string();
        File file;
        const char* end = name.data() + name.size();
        const auto digits = std::from_chars(name.data(), end, file.number);
        if (digits.ec != std::errc{} || std::string_view{digits.ptr, end} != kSuffix) continue;
        files_.push_back(file);
    }
    if (failed) return result::Error{"cannot read " + directory_ + ": " + failed.message()};
    std::ranges::sort(files_, {}, &File::number);
    for (File& file : files_) {
        if (file.number == number) file.done = done;
        if (auto measured = measure(file); !measured) return measured;
        lines_ += file.lines;
        bytes_ += file.bytes - file.done;
    }
    const bool is_noted = std::ranges::find(files_, number, &File::number) != files_.end();
    noted_ = number;
    if (!is_noted) note_position(0, 0);
    while (!files_.empty() && files_.front().lines == 0)
        remove(files_.begin());
    return result::Done{};
}

/// Counts what is left in it. A last line without an end is that of a writer that died, and goes.
result::Status Spool::measure(File& file) const {
    constexpr std::size_t kPiece = std::size_t{1} << 18U;
    const std::string path = path_of(file.number);
    const Descriptor descriptor = open_file(path, O_RDWR);
    if (!descriptor.is_open()) return failure("open", path);
    std::vector<char> piece(kPiece);
    std::uint64_t at = file.done;
    file.bytes = file.done;
    for (;;) {
        const ssize_t read =
            ::pread(descriptor.number(), piece.data(), piece.size(), static_cast<off_t>(at));
        if (read < 0) return failure("read", path);
        if (read == 0) break;
        const std::string_view text{piece.data(), static_cast<std::size_t>(read)};
        file.lines += lines_in(text);
        if (const auto end = text.rfind('\n'); end != std::string_view::npos) {
            file.bytes = at + end + 1;
        }
        at += text.size();
    }
    if (at > file.bytes && ::ftruncate(descriptor.number(), static_cast<off_t>(file.bytes)) != 0) {
        return failure("write", path);
    }
    return result::Done{};
}

void Spool::remove(std::deque<File>::iterator file) {
    // A later file may get the number.
    if (file->number == noted_) note_position(0, 0);
    ::unlink(path_of(file->number).c_str());
    if (file->number == files_.back().number) last_ = Descriptor{};
    lines_ -= file->lines;
    bytes_ -= file->bytes - file->done;
    files_.erase(file);
}

void Spool::make_room(std::uint64_t bytes) {
    while (bytes_ + bytes > most_bytes_) {
        // Lines that are being delivered would be counted twice if they were dropped.
        const auto oldest = std::ranges::find_if(files_, [this](const File& file) {
            return piece_.empty() || file.number != piece_of_;
        });
        if (oldest == files_.end()) return;
        dropped_ += oldest->lines;
        remove(oldest);
    }
}

result::Status Spool::begin_file() {
    const std::uint64_t number = files_.empty() ? kFirstNumber : files_.back().number + 1;
    const std::string path = path_of(number);
    last_ = open_file(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND);
    if (!last_.is_open()) return failure("write", path);
    files_.push_back({.number = number});
    return result::Done{};
}

result::Status Spool::append(std::string_view lines) {
    if (lines.empty()) return result::Done{};
    make_room(lines.size());
    const bool is_full = last_.is_open() && files_.back().bytes >= most_bytes_ / kFiles;
    if (!last_.is_open() || is_full) {
        if (auto begun = begin_file(); !begun) return begun;
    }
    File& file = files_.back();
    if (const int error = write_all(last_, lines); error != 0) {
        // What was written of them goes; if it cannot, the file is closed and read up to here.
        if (::ftruncate(last_.number(), static_cast<off_t>(file.bytes)) != 0) last_ = Descriptor{};
        errno = error;
        return failure("write", path_of(file.number));
    }
    const std::uint64_t count = lines_in(lines);
    file.bytes += lines.size();
    file.lines += count;
    bytes_ += lines.size();
    lines_ += count;
    return result::Done{};
}

result::Status Spool::prepend(std::string_view lines) {
    if (lines.empty()) return result::Done{};
    piece_.clear();
    make_room(lines.size());
    const File file{.number = files_.empty() ? kFirstNumber : files_.front().number - 1,
                    .bytes = lines.size(),
                    .lines = lines_in(lines)};
    const std::string path = path_of(file.number);
    const Descriptor descriptor = open_file(path, O_WRONLY | O_CREAT | O_TRUNC);
    if (!descriptor.is_open()) return failure("write", path);
    if (const int error = write_all(descriptor, lines); error != 0) {
        ::unlink(path.c_str());
        errno = error;
        return failure("write", path);
    }
    if (files_.empty()) last_ = Descriptor{};
    files_.push_front(file);
    bytes_ += file.bytes;
    lines_ += file.lines;
    return result::Done{};
}

/// Whole lines from `done` on, about `bytes`; empty if the file cannot be read.
std::string Spool::piece_from(const File& file, std::size_t bytes) const {
    const Descriptor descriptor = open_file(path_of(file.number), O_RDONLY);
    if (!descriptor.is_open()) return {};
    const std::uint64_t rest = file.bytes - file.done;
    for (std::uint64_t wanted = std::min<std::uint64_t>(bytes, rest);;
         wanted = std::min(wanted * 2, rest)) {
        std::string piece(wanted, '\0');
        const ssize_t read =
            ::pread(descriptor.number(), piece.data(), piece.size(), static_cast<off_t>(file.done));
        if (read != static_cast<ssize_t>(piece.size())) return {};
        if (const auto end = piece.rfind('\n'); end != std::string::npos) {
            piece.resize(end + 1);
            return piece;
        }
        if (wanted == rest) return {};
    }
}

std::string Spool::read(std::size_t bytes) {
    piece_.clear();
    while (!files_.empty()) {
        const File& file = files_.front();
        piece_ = piece_from(file, bytes);
        piece_of_ = file.number;
        if (!piece_.empty()) return piece_;
        dropped_ += file.lines;  // somebody has removed it, or the disk has lost it
        remove(files_.begin());
    }
    return {};
}

void Spool::take(std::uint64_t lines) {
    if (files_.empty() || files_.front().number != piece_of_) return;
    File& file = files_.front();
    std::size_t size = 0;
    for (; lines != 0 && size != piece_.size(); --lines) {
        size = piece_.find('\n', size) + 1;
        --file.lines;
        --lines_;
    }
    piece_.erase(0, size);
    file.done += size;
    bytes_ -= size;
    if (file.lines == 0) return remove(files_.begin());
    note_position(file.number, file.done);
}

/// If it cannot be written, a later process delivers some lines once more.
void Spool::note_position(std::uint64_t number, std::uint64_t done) {
    std::array<char, 2 * kPositionDigits + 3> text{};
    std::snprintf(text.data(), text.size(), "%-20llu %-20llu\n",
                  static_cast<unsigned long long>(number), static_cast<unsigned long long>(done));
    [[maybe_unused]] const ssize_t written =
        ::pwrite(position_.number(), text.data(), text.size() - 1, 0);
    noted_ = number;
}

}  // namespace spool
