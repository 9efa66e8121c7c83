#include "sensor/judge/policy_load.h"

#include <algorithm>
#include <filesystem>
#include <iterator>

#include "sensor/judge/policy_idle.h"
#include "sensor/judge/policy_references.h"
#include "sensor/judge/policy_sections.h"
#include "sensor/judge/spread.h"

namespace sensor::judge {
namespace {

namespace fs = std::filesystem;

void read_window(yaml::Map& map, std::string_view key, Duration& window, Reading& reading) {
    const yaml::Node node = map.optional(key);
    const auto given = yaml::as_duration(node, reading.problems);
    if (!given || !reading.claim(std::string{key}, node)) return;
    if (*given <= Duration::zero()) {
        reading.problems.error(node.place(), std::string{key} + " must be longer than zero");
    }
    window = *given;
}

void read_flag(yaml::Map& map, std::string_view key, bool& flag, Reading& reading) {
    const yaml::Node node = map.optional(key);
    const auto given = yaml::as_bool(node, reading.problems);
    if (given && reading.claim(std::string{key}, node)) flag = *given;
}

/// Lists of apps are the union of what all files say.
void read_app_list(yaml::Map& map, std::string_view key, std::vector<std::string>& apps,
                   Reading& reading) {
    std::ranges::move(as_globs(map.optional(key), reading.problems), std::back_inserter(apps));
}

void read_settings(yaml::Map& map, Reading& reading) {
    Policy& policy = reading.policy;
    read_window(map, "TimeWindow", policy.time_window, reading);
    read_window(map, "RecentUserInteractionWindow", policy.recent_user_interaction_window, reading);
    read_window(map, "PersistenceThreshold", policy.persistence_threshold, reading);
    read_window(map, "JobWindow", policy.job_window, reading);
    read_flag(map, "ForegroundStateRequired", policy.foreground_state_required, reading);
    read_flag(map, "SupervisedRequired", policy.supervised_required, reading);

    const yaml::Node tolerance = map.optional("BeaconIntervalTolerance");
    const auto spread = yaml::as_number(tolerance, 0, 1, reading.problems);
    if (spread && reading.claim("BeaconIntervalTolerance", tolerance)) {
        policy.beacon_interval_tolerance = *spread;
    }
    constexpr std::int64_t kMaxRecurrence = 60;  // what a behaviour remembers of its intervals
    const yaml::Node minimum = map.optional("RecurrenceMinimum");
    const auto sessions = yaml::as_integer(minimum, 3, kMaxRecurrence, reading.problems);
    if (sessions && reading.claim("RecurrenceMinimum", minimum)) {
        policy.recurrence_minimum = static_cast<std::uint64_t>(*sessions);
    }
    const yaml::Node spread_node = map.optional("SpreadMinimum");
    const auto many = yaml::as_integer(spread_node, 2, SpreadTable::kMost, reading.problems);
    if (many && reading.claim("SpreadMinimum", spread_node)) {
        policy.spread_minimum = static_cast<unsigned>(*many);
    }
}

/// Reads a file and what it includes, each file once.
class Loader {
  public:
    explicit Loader(Reading& reading) : reading_{reading} {}

    /// `place` is the include's; nothing for the first file.
    void read_file(const std::string& path, const std::optional<yaml::Place>& place) {
        std::error_code error;  // of a path that cannot be read either
        const std::string canonical = fs::weakly_canonical(path, error).string();
        if (std::ranges::find(open_, canonical) != open_.end()) {
            reading_.problems.error(*place, "'" + path + "' includes itself by way of this line");
            return;
        }
        if (std::ranges::find(done_, canonical) != done_.end()) return;
        const auto text = yaml::read_text(path);
        if (!text) {
            reading_.problems.error(place.value_or(yaml::Place{path, 1, 1}),
                                    "'" + path + "' " + text.error().message);
            return;
        }
        open_.push_back(canonical);
        read_text(*text, path);
        open_.pop_back();
        done_.push_back(canonical);
    }

    void read_text(std::string_view text, const std::string& name) {
        const yaml::Node root = yaml::load_text(text, name, reading_.problems);
        yaml::Map map{root, "the policy", reading_.problems};
        // First, so that a name given twice is reported in the file that could know.
        const std::size_t overrides = begin_overrides(map.optional("override"));
        for (const yaml::Node& element : map.optional("include").elements()) {
            const auto path = yaml::as_text(element, reading_.problems);
            if (!path) continue;
            read_file((fs::path{name}.parent_path() / *path).lexically_normal().string(),
                      element.place());
        }
        end_overrides(overrides);
        read_settings(map, reading_);
        read_app_list(map, "AllowedAppList", reading_.policy.allowed_apps, reading_);
        read_app_list(map, "AllowedManagedApps", reading_.policy.allowed_managed_apps, reading_);
        read_defaults(map.optional(kDefaultsKey), reading_);
        read_reservations(map.optional("ReservedPorts"), reading_);
        read_roles(map.optional("roles"), reading_);
        read_apps(map.optional("apps"), reading_);
        read_service_classes(map.optional("AllowedServiceClasses"), reading_);
        read_exceptions(map.optional("EnterpriseExceptionList"), reading_);
        read_score(map.optional("score"), reading_);
        read_severity(map.optional("severity"), reading_);
        read_alert_limits(map.optional("AlertLimits"), reading_);
        read_neighbours(map.optional("Neighbours"), reading_);
        read_baseline(map.optional("AppNetworkBehaviorBaseline"), reading_);
        map.finish();
    }

  private:
    /// Returns how many there were before.
    [[nodiscard]] std::size_t begin_overrides(const yaml::Node& node) {
        const std::size_t before = reading_.overrides.size();
        for (const yaml::Node& element : node.elements()) {
            if (auto path = yaml::as_text(element, reading_.problems)) {
                reading_.overrides.push_back({.path = *std::move(path), .place = element.place()});
            }
        }
        return before;
    }

    void end_overrides(std::size_t before) {
        for (std::size_t i = before; i < reading_.overrides.size(); ++i) {
            const Override& one = reading_.overrides[i];
            if (one.is_used) continue;
            reading_.problems.error(one.place, "nothing that this file includes gives '" +
                                                   one.path + "'; write it as in " +
                                                   "ReservedPorts.tcp/443, or remove it");
        }
        reading_.overrides.resize(before);
    }

    Reading& reading_;
    std::vector<std::string> open_;  ///< canonical paths of the file being read and its includers
    std::vector<std::string> done_;
};

template <class Read>
std::optional<Policy> load(const Vocabulary& vocabulary, Timestamp today, yaml::Problems& problems,
                           Read&& read) {
    Policy policy;
    Reading reading{vocabulary, today, problems, policy, {}, {}, {}};
    Loader loader{reading};
    read(loader);
    check_references(reading);
    check_severity(reading);
    check_dead_allowances(reading);
    warn_of_needless(reading);
    if (problems.has_errors()) return std::nullopt;
    return policy;
}

}  // namespace

std::optional<Policy> load_policy(const std::string& path, const Vocabulary& vocabulary,
                                  Timestamp today, yaml::Problems& problems) {
    return load(vocabulary, today, problems,
                [&](Loader& loader) { loader.read_file(path, std::nullopt); });
}

std::optional<Policy> load_policy_text(std::string_view text, const std::string& name,
                                       const Vocabulary& vocabulary, Timestamp today,
                                       yaml::Problems& problems) {
    return load(vocabulary, today, problems, [&](Loader& loader) { loader.read_text(text, name); });
}

}  // namespace sensor::judge
