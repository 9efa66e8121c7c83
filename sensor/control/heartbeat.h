// Whether something that should go on does: it is stalled once what it has reached has not changed
// for a while, whatever any clock says meanwhile.
#pragma once

#include <chrono>
#include <cstdint>

namespace sensor::control {

class Heartbeat {
  public:
    using Time = std::chrono::steady_clock::time_point;
    static constexpr std::chrono::seconds kPatience{30};

    explicit Heartbeat(Time begun) noexcept : changed_{begun} {}

    /// At `now` it has reached `place`.
    void beat(std::int64_t place, Time now) noexcept {
        if (place == place_) return;
        place_ = place;
        changed_ = now;
    }
    [[nodiscard]] bool is_stalled(Time now) const noexcept { return now - changed_ > kPatience; }

  private:
    std::int64_t place_ = 0;
    Time changed_;
};

}  // namespace sensor::control
