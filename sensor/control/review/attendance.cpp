#include "sensor/control/review/attendance.h"

namespace sensor::control {
namespace {

/// Where no feed tells of jobs, a process that began while the device was locked stands for one.
bool is_of_a_job(const judge::Policy& policy, const DeviceContext& context) noexcept {
    if (context.since_job) return *context.since_job <= policy.job_window;
    return context.started_locked == Tristate::kYes && context.since_process &&
           *context.since_process <= policy.job_window;
}

}  // namespace

Attendance attendance_of(const judge::Policy& policy, const Observation& session) noexcept {
    const DeviceContext& context = session.context;
    const bool is_untouched = context.since_interaction &&
                              *context.since_interaction > policy.recent_user_interaction_window;
    if (context.app_state == AppState::kBackground || context.locked == Tristate::kYes ||
        is_untouched) {
        return Attendance::kUnattended;
    }
    if (context.app_state == AppState::kForeground) return Attendance::kAttended;
    if (is_of_a_job(policy, context)) return Attendance::kUnattended;
    const bool is_in_use = context.locked == Tristate::kNo || context.since_interaction;
    return is_in_use ? Attendance::kAttended : Attendance::kUnknown;
}

}  // namespace sensor::control
