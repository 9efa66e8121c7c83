#include "lib/http/guard.h"

#include <algorithm>
#include <cmath>

#include "lib/bytes/letters.h"
#include "lib/digest/digest.h"

namespace http {
namespace {

std::array<std::uint8_t, 32> digest_of(std::string_view token) {
    return digest::sha256(bytes::view_of(token));
}

/// The token; empty if there is none. The scheme's case does not matter (RFC 9110, section 11.1).
std::string_view bearer_token(std::string_view authorization) noexcept {
    constexpr std::string_view kScheme = "bearer ";
    if (!bytes::is_same_word(authorization.substr(0, kScheme.size()), kScheme)) return {};
    authorization.remove_prefix(kScheme.size());
    const std::size_t start = authorization.find_first_not_of(' ');
    return start == std::string_view::npos ? std::string_view{} : authorization.substr(start);
}

}  // namespace

Guard::Guard(const Options& options)
    : rate_{options.rate}, burst_{std::max(options.burst, 1.0)}, left_{burst_} {
    for (const std::string& token : options.tokens)
        tokens_.push_back(digest_of(token));
}

bool Guard::knows(std::string_view authorization) const {
    if (tokens_.empty()) return true;
    // Whoever measures the comparison learns of digests, which lead to no token.
    const Digest given = digest_of(bearer_token(authorization));
    bool is_known = false;
    for (const Digest& token : tokens_) {
        const bool is_this = digest::is_same(token, given);
        is_known = is_known || is_this;
    }
    return is_known;
}

std::chrono::seconds Guard::wait_for_turn(Clock::time_point now) {
    using Seconds = std::chrono::duration<double>;
    if (rate_ <= 0) return std::chrono::seconds{0};
    const std::lock_guard lock{mutex_};
    if (now > as_of_) {
        left_ = std::min(burst_, left_ + rate_ * Seconds{now - as_of_}.count());
        as_of_ = now;
    }
    if (left_ >= 1) {
        left_ -= 1;
        return std::chrono::seconds{0};
    }
    constexpr double kLongest = 3600;
    const double wait = std::min(std::ceil((1 - left_) / rate_), kLongest);
    return std::chrono::seconds{std::max<std::int64_t>(1, static_cast<std::int64_t>(wait))};
}

}  // namespace http
