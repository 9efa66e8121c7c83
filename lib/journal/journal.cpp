#include "lib/journal/journal.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <condition_variable>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <mutex>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/journal/file.h"

namespace journal {
namespace {

constexpr std::string_view kSuffix = ".journal";

std::string path_of(const std::string& directory, std::uint64_t number) {
    std::array<char, 32> name{};
    std::snprintf(name.data(), name.size(), "%012llu", static_cast<unsigned long long>(number));
    return directory + "/" + name.data() + std::string{kSuffix};
}

/// Numbers of the files in it, ascending.
result::Result<std::vector<std::uint64_t>> numbers_in(const std::string& directory) {
    std::vector<std::uint64_t> numbers;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator{directory, error}) {
        const std::string name = entry.path().filename().string();
        const std::string stem = entry.path().stem().string();
        const bool is_number =
            !stem.empty() && stem.find_first_not_of("0123456789") == std::string::npos;
        if (!name.ends_with(kSuffix) || !is_number || stem.size() > 18) continue;
        numbers.push_back(std::stoull(stem));
    }
    if (error) return result::Error{"cannot read " + directory + ": " + error.message()};
    std::ranges::sort(numbers);
    return numbers;
}

std::uint64_t size_of(const std::string& path) {
    struct stat status {};
    return ::stat(path.c_str(), &status) == 0 ? static_cast<std::uint64_t>(status.st_size) : 0;
}

}  // namespace

struct Journal::State {
    std::string directory;
    Options options;
    File lock;
    std::vector<std::uint64_t> read_first;  // those files

    mutable std::mutex mutex;
    std::condition_variable synced;
    std::vector<std::uint64_t> closed;  // ascending
    std::uint64_t number = 0;           // of the open file
    File file;
    std::uint64_t size = 0;     // of the open file, bytes
    std::uint64_t written = 0;  // appends so far
    std::uint64_t on_disk = 0;  // of them
    bool is_syncing = false;
    std::string failed;  // why nothing is taken any more

    [[nodiscard]] result::Status begin_file(std::uint64_t next);
    void begin_file_if_full(std::unique_lock<std::mutex>& lock_held);
    [[nodiscard]] result::Status wait_for_disk(std::unique_lock<std::mutex>& lock_held,
                                               std::uint64_t mine);
};

Journal::Journal(std::unique_ptr<State> state) noexcept : state_{std::move(state)} {}
Journal::Journal(Journal&&) noexcept = default;
Journal& Journal::operator=(Journal&&) noexcept = default;
Journal::~Journal() = default;

result::Status Journal::State::begin_file(std::uint64_t next) {
    const std::string path = path_of(directory, next);
    auto opened = open_file(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND);
    if (!opened) return opened.error();
    if (auto is_safe = sync_directory(directory); !is_safe) {
        ::unlink(path.c_str());  // or the next attempt would find it
        return is_safe;
    }
    if (file.is_open()) closed.push_back(number);
    file = std::move(*opened);
    number = next;
    size = 0;
    return result::Done{};
}

result::Result<Journal> Journal::open(const std::string& directory, const Options& options) {
    auto state = std::make_unique<State>();
    state->directory = directory;
    state->options = options;
    auto lock = lock_directory(directory);
    if (!lock) return lock.error();
    state->lock = std::move(*lock);
    auto numbers = numbers_in(directory);
    if (!numbers) return numbers.error();
    state->closed = *numbers;
    state->read_first = std::move(*numbers);
    const std::uint64_t next = state->closed.empty() ? 1 : state->closed.back() + 1;
    if (const auto begun = state->begin_file(next); !begun) return begun.error();
    return Journal{std::move(state)};
}

result::Status Journal::append(std::string_view lines, Safety safety) {
    std::unique_lock lock{state_->mutex};
    State& state = *state_;
    if (safety == Safety::kOnDisk) state.begin_file_if_full(lock);
    if (!state.failed.empty()) return result::Error{state.failed};
    const std::string path = path_of(state.directory, state.number);
    if (auto is_written = write_all(state.file, lines, path); !is_written) {
        // Half a line, or lines whose writer is told that they are not there.
        if (::ftruncate(state.file.number(), static_cast<off_t>(state.size)) != 0)
            state.failed = is_written.error().message;
        return is_written;
    }
    state.size += lines.size();
    ++state.written;
    return safety == Safety::kSoon ? result::Done{} : state.wait_for_disk(lock, state.written);
}

result::Status Journal::sync() {
    std::unique_lock lock{state_->mutex};
    auto done = state_->wait_for_disk(lock, state_->written);
    state_->begin_file_if_full(lock);
    return done;
}

/// What is on the disk is safe there, so if no other file can be begun this one goes on.
void Journal::State::begin_file_if_full(std::unique_lock<std::mutex>& lock_held) {
    while (size >= options.file_bytes && (is_syncing || on_disk < written)) {
        if (!wait_for_disk(lock_held, written)) return;
    }
    if (size >= options.file_bytes) (void)begin_file(number + 1);
}

/// The first to come waits for the disk for all that came until then.
result::Status Journal::State::wait_for_disk(std::unique_lock<std::mutex>& lock_held,
                                             std::uint64_t mine) {
    while (on_disk < mine) {
        if (!failed.empty()) return result::Error{failed};
        if (is_syncing) {
            synced.wait(lock_held);
            continue;
        }
        is_syncing = true;
        const std::uint64_t all = written;
        const int descriptor = file.number();
        lock_held.unlock();
        const bool is_safe = ::fdatasync(descriptor) == 0;
        const int reason = errno;
        lock_held.lock();
        is_syncing = false;
        // After a failure the kernel may say that the next attempt succeeded: none is made.
        if (is_safe) {
            on_disk = all;
        } else {
            failed = "cannot write " + path_of(directory, number) + ": " + std::strerror(reason) +
                     "; nothing is taken before a restart";
        }
        synced.notify_all();
    }
    return result::Done{};
}

result::Status Journal::read(const std::function<void(std::string_view)>& visit) const {
    for (const std::uint64_t number : state_->read_first) {
        if (auto done = read_lines(path_of(state_->directory, number), visit); !done) return done;
    }
    return result::Done{};
}

std::vector<std::string> Journal::closed_files() const {
    const std::scoped_lock lock{state_->mutex};
    std::vector<std::string> paths;
    for (const std::uint64_t number : state_->closed)
        paths.push_back(path_of(state_->directory, number));
    return paths;
}

std::uint64_t Journal::closed_bytes() const {
    std::uint64_t sum = 0;
    for (const std::string& path : closed_files())
        sum += size_of(path);
    return sum;
}

result::Status Journal::replace(
    std::size_t count,
    const std::function<void(const std::function<void(std::string_view)>&)>& write,
    const std::stop_token& stop) {
    const std::vector<std::string> files = closed_files();
    if (count == 0 || count > files.size()) return result::Done{};
    if (auto done = replace_file(files[count - 1], write, stop); !done) return done;
    for (std::size_t i = 0; i + 1 < count; ++i)
        ::unlink(files[i].c_str());
    const std::scoped_lock lock{state_->mutex};
    state_->closed.erase(state_->closed.begin(),
                         state_->closed.begin() + static_cast<std::ptrdiff_t>(count - 1));
    return result::Done{};
}

result::Status read_journal(const std::string& directory,
                            const std::function<void(std::string_view)>& visit) {
    if (std::error_code ignored; !std::filesystem::exists(directory, ignored))
        return result::Done{};
    const auto numbers = numbers_in(directory);
    if (!numbers) return numbers.error();
    for (const std::uint64_t number : *numbers) {
        if (auto done = read_lines(path_of(directory, number), visit); !done) return done;
    }
    return result::Done{};
}

}  // namespace journal
