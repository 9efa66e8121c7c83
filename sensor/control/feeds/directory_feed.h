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
#include <optional>
#include <set>
#include <string>
#include <thread>

#include "lib/result/result.h"
#include "lib/watch/directory_watch.h"
#include "sensor/attribute/feeds/document_feeds.h"
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
    /// Why its events are none, one a line; empty if they were accepted. Nothing if the file is to
    /// be looked at again.
    [[nodiscard]] std::optional<std::string> read(const std::filesystem::path& file);
    [[nodiscard]] const attribute::feeds::DocumentFeed* feed_of(
        const std::filesystem::path& file) const;
    void move_away(const std::filesystem::path& file, const std::string& reason);
    void prune(const std::filesystem::path& directory) const;

    DirectoryFeedConfig config_;
    std::filesystem::path root_;
    Intake& intake_;
    watch::DirectoryWatch watch_;
    std::map<int, std::filesystem::path> watched_;
    std::set<std::filesystem::path> begun_;  // files that were made and not closed since
    std::set<std::filesystem::path> stuck_;  // files that can be neither moved nor deleted
    std::jthread thread_;                    // the last: it uses all the others
};

}  // namespace sensor::control
