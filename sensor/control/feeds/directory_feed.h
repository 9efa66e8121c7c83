// Files with events: each is taken whole, by its feed, and moved away when it is done with.
//
//   PATH/FEED/any-name           a document of that feed
//   PATH/any-name.FEED.json      ditto, also .csv and .ndjson
//   PATH/done, PATH/failed       where they end up; beside a failed one, NAME.reason says why
#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "lib/result/result.h"
#include "lib/watch/directory_watch.h"
#include "sensor/attribute/feeds/document_feeds.h"
#include "sensor/control/feeds/backlog.h"
#include "sensor/control/feeds/directory_feed_config.h"
#include "sensor/control/feeds/intake.h"

namespace sensor::control {

class DirectoryFeed {
  public:
    /// Null if there is nothing to watch. `intake` must outlive it. One line on failure.
    [[nodiscard]] static result::Result<std::unique_ptr<DirectoryFeed>> start(
        const DirectoryFeedConfig& config, Intake& intake);

    DirectoryFeed(const DirectoryFeed&) = delete;
    DirectoryFeed& operator=(const DirectoryFeed&) = delete;
    /// Waits for the file that is being read, and a fifth of a second besides.
    ~DirectoryFeed() = default;

    /// For the operator, what went wrong since the last call, a line each. Any thread.
    [[nodiscard]] std::vector<std::string> news();

  private:
    using Clock = std::chrono::steady_clock;

    DirectoryFeed(const DirectoryFeedConfig& config, Intake& intake, watch::DirectoryWatch watch);
    /// Makes and watches what must be there.
    [[nodiscard]] result::Status prepare();
    void work(const std::stop_token& stop);
    void hear(const watch::DirectoryWatch::Event& event);
    /// Looks for what no event told of: files from before, and those the Intake had no room for.
    void look_around();
    void look_into(const std::filesystem::path& directory);
    /// Whether a file that no event told of is whole, as far as anybody can tell.
    [[nodiscard]] bool has_settled(const std::filesystem::directory_entry& entry) const;
    void watch_subdirectories();
    void take(const std::filesystem::path& file);
    /// Why its events are none, one a line; empty if they were accepted, for which it waits.
    /// Nothing if it is to stop.
    [[nodiscard]] std::optional<std::string> read(const std::filesystem::path& file);
    [[nodiscard]] const attribute::feeds::DocumentFeed* feed_of(
        const std::filesystem::path& file) const;
    /// Waits until the Intake has all of them; false if it is to stop.
    [[nodiscard]] bool hand_over(std::string_view feed, std::vector<IdentityEvent> events);
    void move_away(const std::filesystem::path& file, const std::string& reason);
    void move_to_done(const std::filesystem::path& file, const std::string& name);
    void move_to_failed(const std::filesystem::path& file, const std::string& name,
                        const std::string& reason);
    void tell(std::string line);
    void prune(const std::filesystem::path& directory) const;

    DirectoryFeedConfig config_;
    std::filesystem::path root_;
    Intake& intake_;
    Backlog backlog_;
    std::stop_token stop_;
    watch::DirectoryWatch watch_;
    std::map<int, std::filesystem::path> watched_;
    std::set<std::filesystem::path> begun_;  // files that were made and not closed since
    std::set<std::filesystem::path> stuck_;  // files that can be neither moved nor deleted
    std::mutex mutex_;
    std::vector<std::string> news_;
    std::jthread thread_;  // the last: it uses all the others
};

}  // namespace sensor::control
