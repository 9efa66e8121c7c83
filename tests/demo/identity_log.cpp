#include "tests/demo/identity_log.h"

#include <algorithm>
#include <cstdio>

namespace demo {
namespace {

/// RFC 3339 in UTC, to the millisecond.
std::string text_of(sensor::Timestamp time) {
    using namespace std::chrono;
    const auto day = floor<days>(time);
    const year_month_day date{day};
    const hh_mm_ss clock{floor<milliseconds>(time - day)};
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ",
                  static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                  static_cast<unsigned>(date.day()), static_cast<int>(clock.hours().count()),
                  static_cast<int>(clock.minutes().count()),
                  static_cast<int>(clock.seconds().count()),
                  static_cast<int>(clock.subseconds().count()));
    return text.data();
}

}  // namespace

json::Writer IdentityLog::begin(const Device& device, std::string_view kind, sensor::Timestamp time,
                                std::string_view app) {
    json::Writer line;
    line.begin_object().member("v", 1).member("ts", std::string_view{text_of(time)});
    line.member("device_id", std::string_view{device.id}).member_if("app", app);
    line.member("kind", kind);
    return line;
}

void IdentityLog::end(json::Writer& line, sensor::Timestamp time) {
    line.end_object();
    lines_.emplace_back(time, line.view());
}

void IdentityLog::state(const Device& device, std::string_view kind, std::string_view state,
                        sensor::Timestamp time, std::string_view app) {
    json::Writer line = begin(device, kind, time, app);
    line.member("state", state);
    end(line, time);
}

void IdentityLog::device(const Device& device, sensor::Timestamp time) {
    json::Writer line = begin(device, "device", time);
    line.member("name", std::string_view{device.name});
    line.member("user", std::string_view{device.user});
    line.member("platform", std::string_view{device.platform});
    line.member("managed", true).member("supervised", device.supervised);
    line.member("compliant", true);
    end(line, time);
}

void IdentityLog::lease_granted(const Device& device, sensor::Timestamp time) {
    json::Writer line = begin(device, "lease", time);
    line.member("address", std::string_view{device.address}).member("state", "granted");
    end(line, time);
}

void IdentityLog::locked(const Device& device, sensor::Timestamp time) {
    state(device, "lock_state", "locked", time);
}

void IdentityLog::unlocked(const Device& device, sensor::Timestamp time) {
    state(device, "lock_state", "unlocked", time);
}

void IdentityLog::foreground(const Device& device, std::string_view app, sensor::Timestamp time) {
    state(device, "app_state", "foreground", time, app);
}

void IdentityLog::background(const Device& device, std::string_view app, sensor::Timestamp time) {
    state(device, "app_state", "background", time, app);
}

void IdentityLog::user_interaction(const Device& device, sensor::Timestamp time) {
    json::Writer line = begin(device, "user_interaction", time);
    end(line, time);
}

void IdentityLog::job_start(const Device& device, std::string_view app, std::string_view job,
                            sensor::Timestamp time) {
    json::Writer line = begin(device, "job_start", time, app);
    line.member("job", job);
    end(line, time);
}

void IdentityLog::connect(const Device& device, std::string_view app,
                          const sensor::Endpoint& server, sensor::Transport transport,
                          sensor::Timestamp time) {
    json::Writer line = begin(device, "connect", time, app);
    line.member("destination", std::string_view{sensor::to_string(server.address)});
    line.member("port", static_cast<int>(server.port));
    line.member("transport", transport == sensor::Transport::kTcp ? "tcp" : "udp");
    end(line, time);
}

void IdentityLog::app_inventory(const Device& device, std::string_view app,
                                const Inventory& inventory, sensor::Timestamp time) {
    json::Writer line = begin(device, "app_inventory", time, app);
    line.member("managed", inventory.managed).member("approved", inventory.approved);
    end(line, time);
}

std::string IdentityLog::text() const {
    auto lines = lines_;
    std::ranges::stable_sort(lines, {}, [](const auto& line) { return line.first; });
    std::string text;
    for (const auto& [time, line] : lines)
        text.append(line).append("\n");
    return text;
}

}  // namespace demo
