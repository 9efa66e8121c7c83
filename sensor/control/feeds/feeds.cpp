#include "sensor/control/feeds/feeds.h"

#include <utility>

#include "sensor/report/wording.h"

namespace sensor::control {
namespace {

constexpr std::size_t kMostWaitingEvents = 262'144;

metrics::Family counter(const char* name, const char* help) {
    return {.name = name,
            .help = help,
            .type = metrics::Type::kCounter,
            .samples = {},
            .distributions = {}};
}

/// Without what a terminal would act on.
std::string in_quotes(std::string_view line) {
    std::string text{'"'};
    for (const char c : line)
        text += c >= ' ' && c <= '~' ? c : '?';
    return text + '"';
}

}  // namespace

result::Result<std::unique_ptr<Feeds>> Feeds::open(const Configuration& configuration) {
    std::unique_ptr<Feeds> feeds{new Feeds{configuration}};
    const std::string& state = configuration.sensor.state;
    if (configuration.feeds.any() && !state.empty()) {
        auto journal = IdentityJournal::open(state + "/identity", {});
        if (!journal) {
            return result::Error{"`state` in sensor.yaml: " + journal.error().message};
        }
        feeds->journal_ = std::move(*journal);
    }
    journal::Journal* lines = feeds->journal_ ? &feeds->journal_->journal() : nullptr;
    feeds->intake_ = std::make_unique<Intake>(kMostWaitingEvents, lines);
    return feeds;
}

result::Status Feeds::restore(const std::function<void(const IdentityEvent&)>& visit) {
    if (journal_ == nullptr) return result::Done{};
    const auto restored = journal_->restore(visit);
    if (!restored) return restored.error();
    restored_ = *restored;
    if (restored_.unreadable != 0) intake_->reject("journal", restored_.unreadable);
    return result::Done{};
}

result::Status Feeds::listen() {
    const FeedsConfig& config = configuration_.feeds;
    auto radius = RadiusListener::start(config.radius, configuration_.identity.groups, *intake_);
    if (!radius) return radius.error();
    radius_ = std::move(*radius);
    auto ipfix = IpfixListener::start(config.ipfix, *intake_);
    if (!ipfix) return ipfix.error();
    ipfix_ = std::move(*ipfix);
    auto syslog = SyslogListener::start(config.syslog, *intake_);
    if (!syslog) return syslog.error();
    syslog_ = std::move(*syslog);
    auto directory = DirectoryFeed::start(config.directory, *intake_);
    if (!directory) return directory.error();
    directory_ = std::move(*directory);
    if (journal_) journal_->keep_short(configuration_.identity, configuration_.identity.limits);
    return result::Done{};
}

void Feeds::stop() {
    directory_.reset();
    syslog_.reset();
    ipfix_.reset();
    radius_.reset();
}

std::vector<std::string> Feeds::notices() const {
    std::vector<std::string> lines;
    if (configuration_.feeds.any() && journal_ == nullptr) {
        lines.emplace_back("what feeds tell is lost at a restart: `state` in sensor.yaml is off");
    }
    if (restored_.unreadable != 0) {
        lines.push_back(
            report::counted(restored_.unreadable, "line") +
            " of what feeds told before cannot be read: see to the disk that `state` in "
            "sensor.yaml is on; the first begins: " +
            in_quotes(restored_.first_unreadable));
    }
    return lines;
}

/// Says that it works again only after a while: a disk that is full takes a little now and then.
std::vector<std::string> Feeds::news() {
    constexpr std::chrono::minutes kQuiet{1};
    std::vector<std::string> lines;
    if (directory_) lines = directory_->news();
    std::string objection = intake_->journal_objection();
    if (objection.empty() && journal_) objection = journal_->objection();
    const auto now = std::chrono::steady_clock::now();
    if (!objection.empty()) {
        last_failure_ = now;
        if (!std::exchange(is_failing_, true)) {
            lines.push_back("what feeds tell cannot be kept, and is refused: " + objection +
                            "; see to the disk that `state` in sensor.yaml is on");
        }
    } else if (is_failing_ && now - last_failure_ >= kQuiet) {
        is_failing_ = false;
        lines.emplace_back("what feeds tell is kept again");
    }
    return lines;
}

std::vector<metrics::Family> Feeds::families(const MirroredRadius* mirrored) const {
    std::vector<metrics::Family> families;
    if (radius_ || mirrored != nullptr) {
        metrics::Family& requests =
            families.emplace_back(counter("offport_radius_requests_total",
                                          "RADIUS accounting requests, by what became of them."));
        if (radius_) radius_->add_metrics(requests);
        if (mirrored != nullptr) mirrored->add_metrics(requests);
    }
    if (ipfix_) {
        ipfix_->add_metrics(families.emplace_back(
            counter("offport_ipfix_events_total", "What IPFIX exporters sent, by event.")));
    }
    if (syslog_) {
        syslog_->add_metrics(families.emplace_back(
            counter("offport_syslog_messages_total", "What syslog senders sent, by event.")));
    }
    if (journal_) add_journal(families);
    return families;
}

void Feeds::add_journal(std::vector<metrics::Family>& families) const {
    const auto gauge = [&](const char* name, const char* help, double value) {
        families.push_back({.name = name,
                            .help = help,
                            .type = metrics::Type::kGauge,
                            .samples = {{{}, value}},
                            .distributions = {}});
    };
    gauge("offport_identity_journal_bytes",
          "What feeds told, on disk, the file that is written to left out.",
          static_cast<double>(journal_->journal().closed_bytes()));
    gauge("offport_identity_journal_failing",
          "1 if the journal could not be made safe or shorter the last time: see to the disk that "
          "`state` in sensor.yaml is on.",
          journal_->objection().empty() ? 0 : 1);
}

}  // namespace sensor::control
