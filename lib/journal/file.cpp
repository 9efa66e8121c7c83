#include "lib/journal/file.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace journal {
namespace {

constexpr std::size_t kMostUnsynced = std::size_t{16} << 20U;  // bytes

result::Error stopped(const std::string& what, const std::string& path) {
    errno = ECANCELED;
    return failure(what, path);
}

}  // namespace

result::Error failure(const std::string& what, const std::string& path) {
    return result::Error{"cannot " + what + " " + path + ": " + std::strerror(errno)};
}

result::Status write_all(const File& file, std::string_view text, const std::string& path) {
    while (!text.empty()) {
        const ssize_t written = ::write(file.number(), text.data(), text.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return failure("write", path);
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return result::Done{};
}

result::Result<File> open_file(const std::string& path, int flags) {
    File file{::open(path.c_str(), flags | O_CLOEXEC, 0600)};
    if (!file.is_open()) return failure("open", path);
    return file;
}

result::Status sync_directory(const std::string& directory) {
    const File file{::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (!file.is_open() || ::fsync(file.number()) != 0) return failure("write", directory);
    return result::Done{};
}

result::Status make_private_directory(const std::string& directory) {
    std::error_code error;
    const auto parent = std::filesystem::path{directory}.parent_path();
    if (!parent.empty()) std::filesystem::create_directories(parent, error);
    if (error) return result::Error{"cannot make " + directory + ": " + error.message()};
    // A mode that is set later leaves it open until then.
    if (::mkdir(directory.c_str(), 0700) == 0) return result::Done{};
    const int reason = errno;
    if (reason == EEXIST && std::filesystem::is_directory(directory, error)) return result::Done{};
    errno = reason;
    return failure("make", directory);
}

result::Result<File> lock_directory(const std::string& directory) {
    if (auto is_there = make_private_directory(directory); !is_there) return is_there.error();
    auto lock = open_file(directory + "/lock", O_RDWR | O_CREAT);
    if (!lock) return lock;
    if (::flock(lock->number(), LOCK_EX | LOCK_NB) != 0) {
        return result::Error{directory + " is in use by another process; give each its own"};
    }
    return lock;
}

result::Status read_lines(const std::string& path,
                          const std::function<void(std::string_view)>& visit,
                          const std::stop_token& stop) {
    const auto file = open_file(path, O_RDONLY);
    if (!file) return file.error();
    constexpr std::size_t kPiece = std::size_t{1} << 20U;
    std::string text;  // from the start of a line on
    for (;;) {
        if (stop.stop_requested()) return stopped("read", path);
        const std::size_t begun = text.size();
        text.resize(begun + kPiece);
        const ssize_t read = ::read(file->number(), text.data() + begun, kPiece);
        if (read < 0 && errno != EINTR) return failure("read", path);
        text.resize(begun + static_cast<std::size_t>(std::max<ssize_t>(read, 0)));
        if (read == 0) return result::Done{};
        std::size_t line = 0;
        for (std::size_t end = text.find('\n', begun); end != std::string::npos;
             end = text.find('\n', line)) {
            visit(std::string_view{text}.substr(line, end - line));
            line = end + 1;
        }
        text.erase(0, line);
    }
}

result::Status replace_file(
    const std::string& path,
    const std::function<void(const std::function<void(std::string_view)>&)>& write,
    const std::stop_token& stop) {
    const std::string next = path + ".new";
    auto file = open_file(next, O_WRONLY | O_CREAT | O_TRUNC);
    if (!file) return file.error();
    result::Status written = result::Done{};
    std::size_t unsynced = 0;
    write([&](std::string_view lines) {
        if (written && stop.stop_requested()) written = stopped("write", next);
        if (written) written = write_all(*file, lines, next);
        unsynced += lines.size();
        // So that whoever asks to stop does not wait for all of it to reach the disk.
        if (!written || unsynced < kMostUnsynced) return;
        unsynced = 0;
        if (::fdatasync(file->number()) != 0) written = failure("write", next);
    });
    if (written && ::fdatasync(file->number()) != 0) written = failure("write", next);
    if (written && std::rename(next.c_str(), path.c_str()) != 0) written = failure("rename", next);
    if (written) return sync_directory(std::filesystem::path{path}.parent_path().string());
    ::unlink(next.c_str());
    return written;
}

}  // namespace journal
