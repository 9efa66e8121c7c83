// When inspection gives way: frames of a port that is forwarded must not wait for it.
#pragma once

#include "sensor/model/timestamp.h"

namespace sensor::capture {

/// Follows one port's polls. A poll that fills a whole burst leaves frames behind, which wait while
/// the burst is looked at.
class Backlog {
  public:
    /// After each poll, at `now`: true if frames have been left behind for longer than `patience`,
    /// poll after poll, so that this burst is better not looked at.
    [[nodiscard]] bool must_give_way(bool is_full, Timestamp now, Duration patience) noexcept {
        if (!is_full) {
            since_ = Timestamp{};
            return false;
        }
        if (since_ == Timestamp{}) since_ = now;
        return now - since_ > patience;
    }

  private:
    Timestamp since_{};  // zero while the polls reach the end of the queue
};

}  // namespace sensor::capture
