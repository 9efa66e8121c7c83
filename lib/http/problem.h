// Problem Details (RFC 9457): why a request was refused, for programs.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "lib/http/server.h"
#include "lib/json/writer.h"

namespace http {

/// `detail` says what to do; `more` may add members. The title is the status in words.
[[nodiscard]] Response problem(int status, std::string_view detail,
                               const std::function<void(json::Writer&)>& more = {});

/// "Unprocessable Content"; empty for a status that problem() is not used with.
[[nodiscard]] std::string_view reason_phrase(int status) noexcept;

}  // namespace http
