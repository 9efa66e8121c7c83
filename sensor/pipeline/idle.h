// What a core does while nothing comes.
#pragma once

#include <chrono>

namespace sensor::pipeline {

class Idle {
  public:
    /// Lets others have the CPU at once: for replays, whose cores may share one.
    [[nodiscard]] static Idle yielding() noexcept { return Idle{Manner::kYield, {}}; }
    /// Never lets go: for CPUs of its own.
    [[nodiscard]] static Idle spinning() noexcept { return Idle{Manner::kSpin, {}}; }
    /// Spins a little, then sleeps, longer each time and up to `longest`, which must be less than
    /// what the receive queue can hold back.
    [[nodiscard]] static Idle sleeping(std::chrono::microseconds longest) noexcept {
        return Idle{Manner::kSleep, longest};
    }

    /// A turn without packets.
    void rest() noexcept;
    /// A turn with packets.
    void wake() noexcept { turns_ = 0; }

  private:
    enum class Manner : unsigned char { kYield, kSpin, kSleep };
    Idle(Manner manner, std::chrono::microseconds longest) noexcept
        : manner_{manner}, longest_{longest} {}

    Manner manner_;
    unsigned turns_ = 0;  // without packets, in a row
    std::chrono::microseconds longest_;
};

}  // namespace sensor::pipeline
