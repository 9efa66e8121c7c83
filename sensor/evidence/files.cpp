#include "sensor/evidence/files.h"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <tuple>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/pcapng/pcapng.h"

namespace sensor::evidence {
namespace {

using descriptor::Descriptor;

constexpr std::string_view kRemedy =
    "; it must be a directory that belongs to whom offport runs as";
constexpr std::string_view kSuffix = ".pcapng";
constexpr std::size_t kMostQueued = std::size_t{16} << 20U;  // bytes

std::string words_of(int error) {
    return std::generic_category().message(error);
}

/// LINKTYPE_ numbers, as capture/ reads them.
std::uint16_t link_type_of(LinkType link) noexcept {
    switch (link) {
        case LinkType::kRawIp: return 101;
        case LinkType::kLinuxCooked: return 113;
        case LinkType::kLinuxCooked2: return 276;
        case LinkType::kNullLoop: return 0;
        case LinkType::kIeee80211: return 105;
        case LinkType::kRadiotap: return 127;
        case LinkType::kEthernet:
        case LinkType::kCount: break;
    }
    return 1;
}

/// The finding whose file has this name; empty if it is nobody's.
std::string finding_of(const std::string& name) {
    constexpr std::size_t kDigits = 16;  // of a finding's id
    if (name.size() != kDigits + kSuffix.size() || !name.ends_with(kSuffix)) return {};
    const std::string id = name.substr(0, kDigits);
    return id.find_first_not_of("0123456789abcdef") == std::string::npos ? id : std::string{};
}

/// Empty, or why not all could be written; then nothing was.
std::string write_all(const Descriptor& file, std::string_view content, std::uint64_t size) {
    while (!content.empty()) {
        const ssize_t written = ::write(file.number(), content.data(), content.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) {
            const int error = errno;
            if (::ftruncate(file.number(), static_cast<off_t>(size)) != 0) {
                return words_of(error) + ", and half a packet could not be taken back";
            }
            return words_of(error);
        }
        content.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

}  // namespace

std::size_t Piece::cost() const noexcept {
    std::size_t sum = sizeof *this + finding.size() + comment.size();
    for (const Packet& packet : packets)
        sum += packet.cost();
    return sum;
}

Files::Files(const Options& options, FilesOptions files)
    : options_{options}, how_{std::move(files)} {
    std::string& path = options_.directory;
    while (path.size() > 1 && path.ends_with('/'))
        path.pop_back();
}

result::Result<std::unique_ptr<Files>> Files::open(const Options& options, FilesOptions how) {
    std::unique_ptr<Files> files{new Files{options, std::move(how)}};
    if (const auto opened = files->open_directory(); !opened) return opened.error();
    files->find_files();
    files->thread_ = std::thread{[raw = files.get()] { raw->work(); }};
    return files;
}

Files::~Files() {
    static_cast<void>(close());
}

result::Status Files::open_directory() {
    const std::string& path = options_.directory;
    const std::filesystem::path parent = std::filesystem::path{path}.parent_path();
    std::error_code failed;
    if (!parent.empty()) std::filesystem::create_directories(parent, failed);
    if (!failed && ::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) {
        failed = {errno, std::generic_category()};
    }
    if (failed) {
        return result::Error{"cannot make the directory " + path +
                             " for evidence: " + failed.message() + std::string{kRemedy}};
    }
    directory_ = Descriptor{::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (!directory_.is_open() ||
        ::faccessat(directory_.number(), ".", W_OK | X_OK, AT_EACCESS) != 0) {
        return result::Error{"cannot make files of evidence in " + path + ": " + words_of(errno) +
                             std::string{kRemedy}};
    }
    return result::Done{};
}

void Files::find_files() {
    struct Found {
        std::filesystem::file_time_type written;
        std::string finding;
        std::uint64_t bytes;
        auto operator<=>(const Found&) const = default;
    };
    std::vector<Found> all;
    std::error_code failed;
    for (const auto& entry : std::filesystem::directory_iterator{options_.directory, failed}) {
        std::error_code gone;
        const std::string finding = finding_of(entry.path().filename().string());
        if (finding.empty() || !entry.is_regular_file(gone) || entry.is_symlink(gone)) continue;
        const auto bytes = entry.file_size(gone);
        if (!gone) all.push_back({entry.last_write_time(gone), finding, bytes});
    }
    std::ranges::sort(all);
    for (const Found& one : all) {
        note_size(one.finding, one.bytes);
        before_.insert(one.finding);
    }
    static_cast<void>(make_room(0, {}));
}

std::string Files::path_of(const std::string& finding) const {
    return options_.directory + "/" + finding + std::string{kSuffix};
}

bool Files::append(Piece piece) {
    const std::size_t cost = piece.cost();
    std::unique_lock lock{mutex_};
    const auto has_room = [&] { return queue_.empty() || queued_bytes_ + cost <= kMostQueued; };
    if (!has_room()) {
        if (how_.when_full == WhenFull::kDrop) {
            counts_.packets_failed += piece.packets.size();
            return false;
        }
        changed_.wait(lock, has_room);
    }
    queued_bytes_ += cost;
    queue_.push_back(std::move(piece));
    changed_.notify_all();
    return true;
}

void Files::work() {
    std::unique_lock lock{mutex_};
    while (true) {
        changed_.wait(lock, [this] { return is_closing_ || !queue_.empty(); });
        if (queue_.empty()) return;
        const Piece piece = std::move(queue_.front());
        const std::size_t cost = piece.cost();
        queue_.pop_front();
        lock.unlock();
        const std::string problem = write(piece);
        lock.lock();
        queued_bytes_ -= cost;
        note_outcome(piece, problem);
        changed_.notify_all();
    }
}

/// Called with mutex_ held. One line when it begins to fail, one when it has recovered.
void Files::note_outcome(const Piece& piece, const std::string& problem) {
    if (problem.empty()) {
        counts_.packets_written += piece.packets.size();
        if (is_failing_) notice_ = "evidence is written to " + options_.directory + " again";
        is_failing_ = false;
        return;
    }
    counts_.packets_failed += piece.packets.size();
    const std::string line = "cannot write evidence to " + path_of(piece.finding) + ": " + problem;
    if (first_problem_.empty()) first_problem_ = line;
    if (!is_failing_) notice_ = line;
    is_failing_ = true;
}

/// A section of its own for each process: what an earlier one left needs not be read.
std::string Files::content_for(const Piece& piece, File& file) const {
    std::string content;
    if (!file.is_begun) {
        pcapng::append_section(content, how_.application);
        file.inputs.clear();
    }
    for (const Packet& packet : piece.packets) {
        const Input input{packet.about.source, packet.about.link};
        auto at = std::ranges::find(file.inputs, input);
        if (at == file.inputs.end()) {
            const auto number = static_cast<std::size_t>(input.first);
            const bool has_name = number < how_.sources.size();
            pcapng::append_interface(content,
                                     {.link_type = link_type_of(input.second),
                                      .snap_bytes = options_.snap_bytes,
                                      .name = has_name ? how_.sources[number] : std::string{}});
            at = file.inputs.insert(at, input);
        }
        std::string comment =
            piece.comment + "; packet " + std::to_string(packet.about.index) + " of its session";
        if (packet.about.was_fragmented) comment += ", the last fragment of a datagram";
        pcapng::append_packet(content,
                              {.interface = static_cast<std::uint32_t>(at - file.inputs.begin()),
                               .time_ns = packet.about.time_ns,
                               .original_bytes = packet.about.original_bytes,
                               .data = packet.bytes,
                               .comment = comment});
    }
    return content;
}

/// What stopped it; empty if nothing did.
std::string Files::write(const Piece& piece) {
    const auto known = files_.find(piece.finding);
    if (how_.replaces && known != files_.end() && !known->second.is_begun) remove(piece.finding);
    const std::string name = piece.finding + std::string{kSuffix};
    const Descriptor out{
        ::openat(directory_.number(), name.c_str(),
                 O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0600)};
    struct ::stat status {};
    if (!out.is_open() || ::fstat(out.number(), &status) != 0) return words_of(errno);
    if (!S_ISREG(status.st_mode)) return "it is not a file";
    const auto size = static_cast<std::uint64_t>(status.st_size);

    File& file = note_size(piece.finding, size);
    const File before = file;
    if (size == 0) file.is_begun = false;  // new, or somebody has emptied it
    const std::string content = content_for(piece, file);
    const std::string problem = make_room(content.size(), piece.finding)
                                    ? write_all(out, content, size)
                                    : "disk_bytes in sensor.yaml leaves no room for it; raise it";
    if (!problem.empty()) {
        file = before;
        if (size == 0) remove(piece.finding);
        return problem;
    }
    file.is_begun = true;
    file.bytes += content.size();
    by_turn_.erase(file.turn);
    file.turn = ++turns_;
    by_turn_[file.turn] = piece.finding;
    const std::lock_guard lock{mutex_};
    counts_.bytes += content.size();
    if (size == 0) ++counts_.made;
    return {};
}

/// Its file, which has this size whatever was known of it.
Files::File& Files::note_size(const std::string& finding, std::uint64_t bytes) {
    File& file = files_[finding];
    if (file.turn == 0) {
        file.turn = ++turns_;
        by_turn_[file.turn] = finding;
    }
    const std::lock_guard lock{mutex_};
    counts_.bytes += bytes - file.bytes;
    file.bytes = bytes;
    return file;
}

/// Whether `bytes` more may be written, once other files were removed.
bool Files::make_room(std::uint64_t bytes, const std::string& but) {
    while (counts().bytes + bytes > options_.disk_bytes) {
        auto oldest = by_turn_.begin();
        if (oldest != by_turn_.end() && oldest->second == but) ++oldest;
        if (oldest == by_turn_.end()) return false;
        remove(std::string{oldest->second});
        const std::lock_guard lock{mutex_};
        ++counts_.removed;
    }
    return true;
}

void Files::remove(const std::string& finding) {
    ::unlinkat(directory_.number(), (finding + std::string{kSuffix}).c_str(), 0);
    const auto file = files_.find(finding);
    by_turn_.erase(file->second.turn);
    const std::lock_guard lock{mutex_};
    counts_.bytes -= file->second.bytes;
    files_.erase(file);
}

result::Status Files::close() {
    {
        const std::lock_guard lock{mutex_};
        is_closing_ = true;
        changed_.notify_all();
    }
    if (thread_.joinable()) thread_.join();
    if (first_problem_.empty()) return result::Done{};
    return result::Error{first_problem_};
}

std::string Files::take_notice() {
    const std::lock_guard lock{mutex_};
    return std::exchange(notice_, {});
}

Files::Counts Files::counts() const {
    const std::lock_guard lock{mutex_};
    return counts_;
}

}  // namespace sensor::evidence
