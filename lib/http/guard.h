// Who may ask, and how often.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace http {

class Guard {
  public:
    using Clock = std::chrono::steady_clock;

    struct Options {
        /// Any of them opens (RFC 6750, "Authorization: Bearer TOKEN"). None: anybody may ask.
        std::vector<std::string> tokens{};
        /// Requests a second, on average, and at once. 0: as many as come.
        double rate = 0;
        double burst = 1;
    };
    explicit Guard(const Options& options);

    /// `authorization` is the header's value, empty if there is none. Takes as long for a token
    /// that is almost right as for any other. Any thread.
    [[nodiscard]] bool knows(std::string_view authorization) const;

    /// Counts a request; zero if it may go on, else how long its client should wait. Any thread.
    [[nodiscard]] std::chrono::seconds wait_for_turn(Clock::time_point now);

  private:
    using Digest = std::array<std::uint8_t, 32>;

    std::vector<Digest> tokens_;
    double rate_;
    double burst_;
    std::mutex mutex_;
    double left_;              // guarded by mutex_: requests that may come at once
    Clock::time_point as_of_;  // ditto
};

}  // namespace http
