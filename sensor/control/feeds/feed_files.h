// Whether the files that `feeds` in identity.yaml names are there and sound: asked where the feeds
// are to run, since elsewhere a configuration is of use without them.
#pragma once

#include "lib/yaml/yaml.h"
#include "sensor/control/feeds/feeds_config.h"

namespace sensor::control {

/// What is wrong goes into `problems`, and so do secrets that others can read.
void check_feed_files(const FeedsConfig& config, yaml::Problems& problems);

}  // namespace sensor::control
