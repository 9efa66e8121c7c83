#include "sensor/report/record_file.h"

#include <cerrno>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

namespace sensor::report {
namespace {

constexpr mode_t kMode = 0640;  // records name people

/// Whether the regular file at `path` ends in half a line, as a crash may leave it. Unreadable
/// counts as no.
bool ends_mid_line(const std::string& path, off_t size) noexcept {
    if (size == 0) return false;
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return false;
    char last = '\n';
    const bool was_read = ::pread(descriptor, &last, 1, size - 1) == 1;
    ::close(descriptor);
    return was_read && last != '\n';
}

}  // namespace

result::Result<RecordFile> RecordFile::open(const std::string& path, Existing existing) {
    if (path == "-") return RecordFile{STDOUT_FILENO, false};
    const int how = existing == Existing::kReplace ? O_TRUNC : 0;
    const int descriptor =
        ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | how, kMode);
    if (descriptor < 0) {
        return result::Error{
            path + ": cannot write records here: " + std::generic_category().message(errno)};
    }
    struct stat status {};
    const bool is_regular = ::fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
    return RecordFile{descriptor, is_regular && ends_mid_line(path, status.st_size)};
}

RecordFile::RecordFile(RecordFile&& other) noexcept
    : descriptor_{std::exchange(other.descriptor_, -1)}, is_mid_line_{other.is_mid_line_} {}

RecordFile& RecordFile::operator=(RecordFile&& other) noexcept {
    if (this == &other) return *this;
    close();
    descriptor_ = std::exchange(other.descriptor_, -1);
    is_mid_line_ = other.is_mid_line_;
    return *this;
}

RecordFile::~RecordFile() {
    close();
}

int RecordFile::close() noexcept {
    const int descriptor = std::exchange(descriptor_, -1);
    if (descriptor < 0 || descriptor == STDOUT_FILENO) return 0;
    return ::close(descriptor) == 0 ? 0 : errno;
}

RecordFile::Appended RecordFile::write_all(std::string_view bytes) noexcept {
    std::size_t done = 0;
    while (done < bytes.size()) {
        const ssize_t written = ::write(descriptor_, bytes.data() + done, bytes.size() - done);
        if (written > 0) {
            done += static_cast<std::size_t>(written);
        } else if (written < 0 && errno == EAGAIN) {  // standard output may be non-blocking
            pollfd writable{.fd = descriptor_, .events = POLLOUT, .revents = 0};
            ::poll(&writable, 1, -1);
        } else if (written == 0 || errno != EINTR) {
            return {.bytes = done, .error = written == 0 ? EIO : errno};
        }
    }
    return {.bytes = done, .error = 0};
}

RecordFile::Appended RecordFile::append(std::string_view lines) noexcept {
    if (is_mid_line_) {
        const Appended ended = write_all("\n");
        if (ended.error != 0) return {.bytes = 0, .error = ended.error};
        is_mid_line_ = false;
    }
    const Appended attempt = write_all(lines);
    if (attempt.error == 0) return attempt;
    const std::size_t last_end = lines.substr(0, attempt.bytes).rfind('\n');
    const std::size_t whole = last_end == std::string_view::npos ? 0 : last_end + 1;
    if (attempt.bytes > whole) is_mid_line_ = !take_back(attempt.bytes - whole);
    return {.bytes = whole, .error = attempt.error};
}

bool RecordFile::take_back(std::size_t bytes) noexcept {
    struct stat status {};
    if (::fstat(descriptor_, &status) != 0 || !S_ISREG(status.st_mode)) return false;
    const off_t end = ::lseek(descriptor_, 0, SEEK_CUR);
    // If another process has written behind our half line, cutting would take its bytes too.
    if (end < 0 || end != status.st_size) return false;
    const off_t whole = end - static_cast<off_t>(bytes);
    return ::ftruncate(descriptor_, whole) == 0 && ::lseek(descriptor_, whole, SEEK_SET) == whole;
}

}  // namespace sensor::report
