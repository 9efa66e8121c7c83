// Events that are posted: POST /v1/events/FEED with a document of that feed.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "lib/http/server.h"
#include "lib/result/result.h"
#include "sensor/control/feeds/http_feed_config.h"
#include "sensor/control/feeds/intake.h"

namespace sensor::control {

/// The answer to a document of the feed that the path's last segment names. All of it is taken or
/// nothing: 202 once it is; 400 if it is no such document, 422 if an event is none, with `errors`
/// that say which; 413 if there are too many, 503 if there is no room now.
[[nodiscard]] http::Response take_document(Intake& intake, const http::Request& request,
                                           Timestamp received);

/// Reads the tokens. `intake` must outlive the routes. One line if the file is no good.
[[nodiscard]] result::Result<std::vector<http::Route>> intake_routes(const HttpFeedConfig& config,
                                                                     Intake& intake);

}  // namespace sensor::control
