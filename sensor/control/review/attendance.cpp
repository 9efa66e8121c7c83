#include "sensor/control/review/attendance.h"

#include "sensor/judge/score.h"

namespace sensor::control {

Attendance attendance_of(const judge::Policy& policy, const Observation& session) noexcept {
    const DeviceContext& context = session.context;
    const bool is_untouched = context.since_interaction &&
                              *context.since_interaction > policy.recent_user_interaction_window;
    if (context.app_state == AppState::kBackground || context.locked == Tristate::kYes ||
        is_untouched) {
        return Attendance::kUnattended;
    }
    if (context.app_state == AppState::kForeground) return Attendance::kAttended;
    if (judge::is_background_work(policy, context)) return Attendance::kUnattended;
    const bool is_in_use = context.locked == Tristate::kNo || context.since_interaction;
    return is_in_use ? Attendance::kAttended : Attendance::kUnknown;
}

}  // namespace sensor::control
