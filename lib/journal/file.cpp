#include "lib/journal/file.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include <fcntl.h>
#include <sys/file.h>

namespace journal {

result::Error failure(const std::string& what, const std::string& path) {
    return result::Error{"cannot " + what + " " + path + ": " + std::strerror(errno)};
}

result::Status write_all(const File& file, std::string_view text, const std::string& path) {
    while (!text.empty()) {
        const ssize_t written = ::write(file.get(), text.data(), text.size());
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
    if (!file.is_open() || ::fsync(file.get()) != 0) return failure("write", directory);
    return result::Done{};
}

result::Result<File> lock_directory(const std::string& directory) {
    std::error_code error;
    std::filesystem::create_directories(directory, error);
    if (error) return result::Error{"cannot make " + directory + ": " + error.message()};
    auto lock = open_file(directory + "/lock", O_RDWR | O_CREAT);
    if (!lock) return lock;
    if (::flock(lock->get(), LOCK_EX | LOCK_NB) != 0) {
        return result::Error{directory + " is in use by another process; give each its own"};
    }
    return lock;
}

result::Status read_lines(const std::string& path,
                          const std::function<void(std::string_view)>& visit) {
    const auto file = open_file(path, O_RDONLY);
    if (!file) return file.error();
    constexpr std::size_t kPiece = std::size_t{1} << 20U;
    std::string text;  // from the start of a line on
    for (;;) {
        const std::size_t begun = text.size();
        text.resize(begun + kPiece);
        const ssize_t read = ::read(file->get(), text.data() + begun, kPiece);
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
    const std::function<void(const std::function<void(std::string_view)>&)>& write) {
    const std::string next = path + ".new";
    {
        auto file = open_file(next, O_WRONLY | O_CREAT | O_TRUNC);
        if (!file) return file.error();
        result::Status written = result::Done{};
        write([&](std::string_view lines) {
            if (written) written = write_all(*file, lines, next);
        });
        if (!written) return written;
        if (::fdatasync(file->get()) != 0) return failure("write", next);
    }
    if (std::rename(next.c_str(), path.c_str()) != 0) return failure("rename", next);
    return sync_directory(std::filesystem::path{path}.parent_path().string());
}

}  // namespace journal
