#include "sensor/control/feeds/directory_feed_config.h"

namespace sensor::control {

DirectoryFeedConfig read_directory_feed_config(const yaml::Node& node, yaml::Problems& problems) {
    constexpr std::int64_t kMostBytes = 1LL << 30U;
    constexpr std::int64_t kMostFiles = 100'000;
    DirectoryFeedConfig config;
    if (!node.defined()) return config;
    yaml::Map map{node, "feeds.directory", problems};
    const yaml::Node path = map.required("path");
    if (const auto text = as_text(path, problems)) {
        if (!text->starts_with('/')) problems.error(path.place(), "path must be absolute");
        config.path = *text;
        config.place = path.place();
    }
    if (const auto most = as_integer(map.optional("most_bytes"), 1, kMostBytes, problems)) {
        config.most_bytes = static_cast<std::size_t>(*most);
    }
    if (const auto files = as_integer(map.optional("keep_files"), 0, kMostFiles, problems)) {
        config.keep_files = static_cast<std::size_t>(*files);
    }
    config.keep_for = as_duration(map.optional("keep_for"), problems).value_or(config.keep_for);
    map.finish();
    return config;
}

}  // namespace sensor::control
