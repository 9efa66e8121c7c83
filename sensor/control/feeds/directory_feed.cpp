#include "sensor/control/feeds/directory_feed.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <functional>
#include <system_error>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/descriptor/descriptor.h"
#include "sensor/control/feeds/identity_files.h"

namespace sensor::control {
namespace {

namespace fs = std::filesystem;
using attribute::feeds::DocumentFeed;
using attribute::feeds::FeedEvents;

constexpr auto kPatience = std::chrono::milliseconds{200};
constexpr auto kBetweenLooks = std::chrono::seconds{5};
/// A file that no event told of may still be written to; one that was made and never closed was
/// not written there, but linked.
constexpr auto kSettled = std::chrono::seconds{5};
constexpr auto kLinked = std::chrono::minutes{10};
constexpr auto kBetweenOffers = std::chrono::milliseconds{20};
/// Of a file that was moved, bytes: with a number and ".reason" it is a name still (NAME_MAX, 255).
constexpr std::size_t kLongestName = 240;

struct Content {
    std::string text;
    std::string objection;  // why there is none
    Timestamp written{};
};

Timestamp time_of(const timespec& time) {
    return Timestamp{std::chrono::seconds{time.tv_sec} + std::chrono::nanoseconds{time.tv_nsec}};
}

Content read_file(const fs::path& path, std::size_t most) {
    Content content;
    // What is no file must not be waited for, and no link leads elsewhere.
    const descriptor::Descriptor file{
        ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)};
    struct stat status {};
    if (!file.is_open() || ::fstat(file.number(), &status) != 0) {
        content.objection = std::strerror(errno);
    } else if (!S_ISREG(status.st_mode)) {
        content.objection = "is not a regular file";
    } else {
        content.written = time_of(status.st_mtim);
        std::array<char, 65536> piece{};
        ssize_t count = 0;
        while (content.objection.empty() &&
               (count = ::read(file.number(), piece.data(), piece.size())) > 0) {
            content.text.append(piece.data(), static_cast<std::size_t>(count));
            if (content.text.size() > most) {
                content.objection = "is larger than most_bytes, " + std::to_string(most);
            }
        }
        if (count < 0) content.objection = std::strerror(errno);
    }
    return content;
}

std::string reasons_of(const FeedEvents& held) {
    std::string text;
    for (const auto& [number, reason] : held.rejections) {
        text += (number == 0 ? "" : std::to_string(number) + ": ") + reason + "\n";
    }
    if (held.rejected > held.rejections.size()) {
        text += std::to_string(held.rejected - held.rejections.size()) + " more\n";
    }
    return text;
}

/// Names that writers use until a file is whole.
bool is_unfinished(const std::string& name) {
    return name.starts_with('.') || name.ends_with(".tmp") || name.ends_with(".part");
}

/// False if it was not moved: `failed` says why.
bool move_without_overwriting(const fs::path& file, const fs::path& target,
                              std::error_code& failed) {
    failed.clear();
    if (::renameat2(AT_FDCWD, file.c_str(), AT_FDCWD, target.c_str(), RENAME_NOREPLACE) == 0)
        return true;
    failed = {errno, std::generic_category()};
    if (failed != std::errc::invalid_argument && failed != std::errc::function_not_supported)
        return false;
    // A file system without such renaming: nobody but this thread puts files there.
    if (fs::exists(fs::symlink_status(target))) {
        failed = std::make_error_code(std::errc::file_exists);
        return false;
    }
    fs::rename(file, target, failed);
    return !failed;
}

/// Moves it into `directory`, with a number behind its name if that is taken; returns where to, or
/// nothing: then `failed` says why.
std::optional<fs::path> put_aside(const fs::path& file, const fs::path& directory,
                                  const std::string& name, std::error_code& failed) {
    fs::path target = directory / name;
    for (unsigned number = 2; !move_without_overwriting(file, target, failed); ++number) {
        if (failed != std::errc::file_exists) return std::nullopt;
        target = directory / (name + "." + std::to_string(number));
    }
    return target;
}

}  // namespace

DirectoryFeed::DirectoryFeed(const DirectoryFeedConfig& config, Intake& intake,
                             watch::DirectoryWatch watch)
    : config_{config},
      root_{config.path},
      intake_{intake},
      backlog_{intake},
      watch_{std::move(watch)} {}

result::Result<std::unique_ptr<DirectoryFeed>> DirectoryFeed::start(
    const DirectoryFeedConfig& config, Intake& intake) {
    if (config.path.empty()) return std::unique_ptr<DirectoryFeed>{};
    auto watch = watch::DirectoryWatch::open();
    if (!watch) return watch.error();
    std::unique_ptr<DirectoryFeed> feed{new DirectoryFeed{config, intake, std::move(*watch)}};
    if (const auto prepared = feed->prepare(); !prepared) {
        return result::Error{"`feeds.directory` in identity.yaml: " + prepared.error().message};
    }
    feed->thread_ =
        std::jthread{[working = feed.get()](const std::stop_token& stop) { working->work(stop); }};
    return feed;
}

result::Status DirectoryFeed::prepare() {
    for (const char* name : {"done", "failed"}) {
        const fs::path directory = root_ / name;
        std::error_code failed;
        fs::create_directory(directory, failed);
        if (failed || ::access(directory.c_str(), W_OK | X_OK) != 0) {
            const std::string why = failed ? failed.message() : std::strerror(errno);
            return result::Error{directory.string() + ": " + why +
                                 "; make the directory, writable for whom the daemon runs as"};
        }
    }
    const auto number = watch_.add(root_);
    if (!number) return number.error();
    watched_[*number] = root_;
    watch_subdirectories();
    return result::Done{};
}

void DirectoryFeed::watch_subdirectories() {
    for (const DocumentFeed* feed : attribute::feeds::document_feeds()) {
        const fs::path directory = root_ / feed->name;
        std::error_code ignored;  // one that is not there is not watched
        if (!fs::is_directory(directory, ignored)) continue;
        if (const auto number = watch_.add(directory)) watched_[*number] = directory;
    }
}

void DirectoryFeed::work(const std::stop_token& stop) {
    stop_ = stop;
    Clock::time_point next{};
    while (!stop.stop_requested()) {
        if (Clock::now() >= next) {
            look_around();
            next = Clock::now() + kBetweenLooks;
        }
        const auto events = watch_.wait(kPatience);
        for (const auto& event : events)
            if (!stop.stop_requested()) hear(event);
        if (events.empty()) continue;
        prune(root_ / "done");
        prune(root_ / "failed");
    }
}

void DirectoryFeed::hear(const watch::DirectoryWatch::Event& event) {
    using watch::Arrival;
    if (event.what == Arrival::kLost) begun_.clear();
    if (event.what == Arrival::kLost || event.what == Arrival::kDirectory) return look_around();
    const auto directory = watched_.find(event.directory);
    if (directory == watched_.end()) return;
    const fs::path file = directory->second / event.name;
    if (event.what == Arrival::kBegun) {
        begun_.insert(file);
    } else {
        begun_.erase(file);
        stuck_.erase(file);  // it is another one
        take(file);
    }
}

void DirectoryFeed::look_around() {
    const auto is_gone = [](const fs::path& file) {  // deleted, or renamed
        std::error_code ignored;
        return !fs::exists(fs::symlink_status(file, ignored));
    };
    std::erase_if(begun_, is_gone);
    std::erase_if(stuck_, is_gone);
    watch_subdirectories();
    look_into(root_);
    for (const DocumentFeed* feed : attribute::feeds::document_feeds())
        look_into(root_ / feed->name);
    prune(root_ / "done");
    prune(root_ / "failed");
}

bool DirectoryFeed::has_settled(const fs::directory_entry& entry) const {
    std::error_code gone;
    if (entry.is_symlink(gone) || !entry.is_regular_file(gone)) return !gone;  // never will be
    const auto written = entry.last_write_time(gone);
    if (gone) return false;
    const auto age = fs::file_time_type::clock::now() - written;
    return begun_.contains(entry.path()) ? age >= kLinked : age >= kSettled;
}

void DirectoryFeed::look_into(const fs::path& directory) {
    std::vector<fs::path> files;
    std::error_code ignored;  // what cannot be looked into holds nothing for us
    for (fs::directory_iterator entry{directory, ignored}, end; entry != end;
         entry.increment(ignored)) {
        if (ignored) break;
        if (!entry->is_directory(ignored) && has_settled(*entry)) files.push_back(entry->path());
    }
    std::ranges::sort(files);
    for (const fs::path& file : files) {
        if (stop_.stop_requested()) return;
        begun_.erase(file);
        take(file);
    }
}

const DocumentFeed* DirectoryFeed::feed_of(const fs::path& file) const {
    return file.parent_path() == root_
               ? attribute::feeds::feed_of_file(file.filename().string())
               : attribute::feeds::find_document_feed(file.parent_path().filename().string());
}

void DirectoryFeed::take(const fs::path& file) {
    if (is_unfinished(file.filename().string()) || stuck_.contains(file)) return;
    std::error_code ignored;
    if (!fs::exists(fs::symlink_status(file, ignored))) return;  // an earlier look took it
    if (const auto reason = read(file)) move_away(file, *reason);
}

std::optional<std::string> DirectoryFeed::read(const fs::path& file) {
    const DocumentFeed* feed = feed_of(file);
    if (feed == nullptr) {
        return "no feed has files of such a name; put it into a directory with the name of one: " +
               attribute::feeds::document_feed_names() + "\n";
    }
    const Content content = read_file(file, config_.most_bytes);
    if (!content.objection.empty()) {
        intake_.reject(feed->name);
        return content.objection + "\n";
    }
    FeedEvents held = feed->read(content.text, content.written);
    if (held.rejected != 0) {
        intake_.reject(feed->name, held.rejected);
        return reasons_of(held);
    }
    for (std::string& line : unknown_in(file.string(), held))
        tell(std::move(line));
    if (!hand_over(feed->name, std::move(held.events))) return std::nullopt;
    return std::string{};
}

/// In portions: a file may hold more than the Intake has room for. Of one that it is stopped in the
/// middle of, some events come twice, which does no harm.
bool DirectoryFeed::hand_over(std::string_view feed, std::vector<IdentityEvent> events) {
    backlog_.clear();
    backlog_.add(feed, std::move(events));
    while (!backlog_.hand_over()) {
        if (stop_.stop_requested()) return false;
        std::this_thread::sleep_for(kBetweenOffers);
    }
    return true;
}

void DirectoryFeed::tell(std::string line) {
    constexpr std::size_t kMost = 100;  // until somebody asks
    const std::scoped_lock lock{mutex_};
    if (news_.size() < kMost) news_.push_back(std::move(line));
}

std::vector<std::string> DirectoryFeed::news() {
    const std::scoped_lock lock{mutex_};
    return std::exchange(news_, {});
}

void DirectoryFeed::move_away(const fs::path& file, const std::string& reason) {
    const bool is_of_root = file.parent_path() == root_;
    const std::string prefix = is_of_root ? "" : file.parent_path().filename().string() + ".";
    std::string name = prefix + file.filename().string();
    if (name.size() > kLongestName) name.resize(kLongestName);
    if (reason.empty()) return move_to_done(file, name);
    move_to_failed(file, name, reason);
}

void DirectoryFeed::move_to_done(const fs::path& file, const std::string& name) {
    std::error_code failed;
    if (put_aside(file, root_ / "done", name, failed)) return;
    std::error_code kept;
    fs::remove(file, kept);  // its events are safe
    if (!kept) return;
    stuck_.insert(file);
    tell(file.string() + ": was taken, but can be neither moved nor deleted: " + kept.message() +
         "; delete it");
}

/// Nothing that was there before is overwritten, and the file stays if it cannot be moved.
void DirectoryFeed::move_to_failed(const fs::path& file, const std::string& name,
                                   const std::string& reason) {
    std::error_code failed;
    const auto target = put_aside(file, root_ / "failed", name, failed);
    if (!target) {
        stuck_.insert(file);
        tell(file.string() + ": was not taken, and cannot be moved to failed: " + failed.message() +
             "; its first fault: " + reason.substr(0, reason.find('\n')));
        return;
    }
    const std::string path = target->string() + ".reason";
    std::ofstream out{path};
    out << reason;
    out.close();
    if (!out) tell(path + ": cannot be written: " + std::strerror(errno));
}

void DirectoryFeed::prune(const fs::path& directory) const {
    struct Kept {
        Timestamp since{};  // when it was moved there: the file's own time is older
        fs::path path;
    };
    std::vector<Kept> kept;
    std::error_code ignored;  // of a file that goes by itself
    for (fs::directory_iterator entry{directory, ignored}, end; entry != end;
         entry.increment(ignored)) {
        if (ignored) break;
        struct stat status {};
        if (::lstat(entry->path().c_str(), &status) != 0 || S_ISDIR(status.st_mode)) continue;
        kept.push_back({time_of(status.st_ctim), entry->path()});
    }
    std::ranges::sort(kept, std::greater{}, &Kept::since);
    const Timestamp oldest = std::chrono::system_clock::now() - config_.keep_for;
    for (std::size_t number = 0; number < kept.size(); ++number) {
        if (number < config_.keep_files && kept[number].since >= oldest) continue;
        fs::remove(kept[number].path, ignored);
    }
}

}  // namespace sensor::control
