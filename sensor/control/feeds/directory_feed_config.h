// `feeds.directory` in identity.yaml: where files with events are put.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "lib/yaml/yaml.h"

namespace sensor::control {

struct DirectoryFeedConfig {
    std::string path;                     ///< empty: nowhere
    yaml::Place place;                    ///< of `path`
    std::size_t most_bytes = 64U << 20U;  ///< of a file
    std::size_t keep_files = 1000;        ///< in done/, and in failed/
    std::chrono::nanoseconds keep_for{std::chrono::days{7}};
};

/// `node` is undefined if there is no such key.
[[nodiscard]] DirectoryFeedConfig read_directory_feed_config(const yaml::Node& node,
                                                             yaml::Problems& problems);

}  // namespace sensor::control
