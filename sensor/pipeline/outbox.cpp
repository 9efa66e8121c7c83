#include "sensor/pipeline/outbox.h"

#include <ctime>

namespace sensor::pipeline {

/// Sleeps: whoever is to make room may want this core.
void Outbox::wait() noexcept {
    const timespec time{.tv_sec = 0, .tv_nsec = 50'000};
    ::nanosleep(&time, nullptr);
}

}  // namespace sensor::pipeline
