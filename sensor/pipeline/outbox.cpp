#include "sensor/pipeline/outbox.h"

#include <sched.h>

namespace sensor::pipeline {

void Outbox::yield() noexcept {
    ::sched_yield();
}

}  // namespace sensor::pipeline
