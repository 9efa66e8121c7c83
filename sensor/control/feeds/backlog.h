// Events that have been taken from their sender for good, and wait until the Intake takes them.
#pragma once

#include <deque>
#include <string_view>
#include <vector>

#include "sensor/control/feeds/intake.h"

namespace sensor::control {

/// Hands them over in their order and in portions, so that there may be more than the Intake has
/// room for. One thread.
class Backlog {
  public:
    /// `intake` must outlive it.
    explicit Backlog(Intake& intake) : intake_{intake} {}

    void add(std::string_view feed, std::vector<IdentityEvent> events);
    /// False if some wait still. Those that the Intake took are on the disk once it returns true.
    [[nodiscard]] bool hand_over();
    void clear() { offers_.clear(); }

  private:
    Intake& intake_;
    std::deque<Intake::Offer> offers_;
};

}  // namespace sensor::control
