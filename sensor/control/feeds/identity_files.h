// Identity events from files, into the directory.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "lib/result/result.h"
#include "sensor/attribute/directory.h"
#include "sensor/attribute/feeds/feed.h"

namespace sensor::control {

struct IdentityCounts {
    std::uint64_t accepted = 0;
    std::uint64_t rejected = 0;
    std::vector<std::string> notes;  ///< the first rejections, each with its place
};

/// Each of `names` is "FILE", of lines of the sensor's own events, or "FEED:FILE", a document of
/// that feed; what a document says without a time counts from the beginning. One line if a file
/// cannot be read. What is no event is counted, and the first few noted.
[[nodiscard]] result::Result<IdentityCounts> read_identity_files(
    const std::vector<std::string>& names, attribute::Directory& directory);

/// What the sensor does not know of the document that was in `path`, a line each: "devices.csv:2:
/// the sensor knows no platform 'windows'; 17 in all".
[[nodiscard]] std::vector<std::string> unknown_in(const std::string& path,
                                                  const attribute::feeds::FeedEvents& held);

/// "intune" of "intune:devices.json"; empty if `name` does not begin with a feed's.
[[nodiscard]] std::string_view feed_prefix(std::string_view name) noexcept;

}  // namespace sensor::control
