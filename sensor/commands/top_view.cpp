#include "sensor/commands/top_view.h"

#include <algorithm>
#include <array>
#include <utility>

namespace sensor::commands {
namespace {

constexpr double kBitsOfByte = 8;

std::vector<PortView> ports_of(const Change& change) {
    std::vector<PortView> ports;
    for (std::string& name : change.values("port_up", "port")) {
        const Filter port{{"port", name}};
        const auto rate = [&](const char* family) { return change.rate(family, port); };
        ports.push_back({.name = std::move(name),
                         .is_up = change.now("port_up", port) != 0,
                         .packets = rate("received_packets_total"),
                         .bits_per_second = rate("received_bytes_total").per_second * kBitsOfByte,
                         .missed = rate("missed_packets_total"),
                         .errors = rate("receive_errors_total"),
                         .no_buffer = rate("no_buffer_packets_total"),
                         .truncated = rate("truncated_packets_total"),
                         .forwarded = rate("forwarded_packets_total"),
                         .not_forwarded = rate("forwarding_dropped_packets_total"),
                         .unsent = rate("unsent_packets_total"),
                         .bypassed = rate("bypassed_packets_total")});
    }
    return ports;
}

CoreView core_of(const Change& change, const std::string& name) {
    const Filter core{{"core", name}};
    const Filter worker{{"worker", name}};
    const double bursts = change.rate("burst_packets_count", core).per_second;
    CoreView view{.name = name,
                  .is_worker = change.now("sessions_limit", worker) > 0,
                  .busy = std::min(change.rate("burst_duration_seconds_sum", core).per_second, 1.0),
                  .packets_per_second = change.rate("burst_packets_sum", core).per_second,
                  .sessions = change.now("sessions_active", worker),
                  .sessions_limit = change.now("sessions_limit", worker),
                  .new_sessions = change.rate("sessions_total", worker),
                  .untracked = change.rate("untracked_packets_total", worker),
                  .lost_records = change.rate("worker_records_dropped_total", worker)};
    if (bursts > 0) view.packets_per_burst = view.packets_per_second / bursts;
    for (const std::string& ring : change.values("ring_occupancy_ratio_count", "ring", worker)) {
        const auto fullest =
            change.highest("ring_occupancy_ratio", {{"worker", name}, {"ring", ring}});
        view.fullest_ring = std::max(view.fullest_ring, fullest.value_or(0));
    }
    return view;
}

std::vector<CoreView> cores_of(const Change& change) {
    std::vector<CoreView> cores;
    for (const std::string& name : change.values("burst_packets_count", "core"))
        cores.push_back(core_of(change, name));
    return cores;
}

/// One for each value of `label`.
std::vector<NamedRate> rates_by(const Change& change, std::string_view family,
                                const std::string& label) {
    std::vector<NamedRate> rates;
    for (std::string& value : change.values(family, label)) {
        const Rate rate = change.rate(family, {{label, value}});
        rates.push_back({std::move(value), rate});
    }
    return rates;
}

/// The most frequent now first, then of all time, then by name.
void rank(std::vector<NamedRate>& rates) {
    std::ranges::sort(rates, [](const NamedRate& a, const NamedRate& b) {
        if (a.rate.per_second != b.rate.per_second) return a.rate.per_second > b.rate.per_second;
        if (a.rate.total != b.rate.total) return a.rate.total > b.rate.total;
        return a.name < b.name;
    });
}

std::vector<NamedRate> findings_of(const Change& change) {
    std::vector<NamedRate> findings;
    for (const char* severity : {"high", "medium", "low", "info"})
        findings.push_back(
            {severity, change.rate("finding_revisions_total", {{"severity", severity}})});
    return findings;
}

std::vector<OutputView> outputs_of(const Change& change) {
    std::vector<OutputView> outputs;
    for (std::string& name : change.values("sink_up", "sink")) {
        const Filter sink{{"sink", name}};
        OutputView output{.name = std::move(name),
                          .is_up = change.now("sink_up", sink) != 0,
                          .waiting = change.now("sink_records_waiting", sink),
                          .spool_bytes = change.now("sink_spool_bytes", sink)};
        for (const std::string& outcome : change.values("sink_records_total", "outcome", sink)) {
            Rate& sum = outcome == "written" ? output.written : output.lost;
            sum += change.rate("sink_records_total", {sink[0], {"outcome", outcome}});
        }
        outputs.push_back(std::move(output));
    }
    return outputs;
}

std::vector<FeedView> feeds_of(const Change& change) {
    std::vector<FeedView> feeds;
    for (std::string& name : change.values("identity_events_total", "feed")) {
        const auto rate = [&](const char* outcome) {
            return change.rate("identity_events_total", {{"feed", name}, {"outcome", outcome}});
        };
        FeedView feed{
            .accepted = rate("accepted"), .rejected = rate("rejected"), .refused = rate("refused")};
        if (feed.accepted.total + feed.rejected.total + feed.refused.total == 0) continue;
        feed.name = std::move(name);
        feeds.push_back(std::move(feed));
    }
    return feeds;
}

/// What these tell besides is no loss: other codes, templates, repetitions.
std::vector<NamedRate> feed_losses_of(const Change& change) {
    constexpr std::array kLosses{"malformed",      "refused",          "dropped-by-kernel",
                                 "unknown-client", "unknown-exporter", "wrong-authenticator",
                                 "incomplete",     "unknown-template", "refused-template",
                                 "missed-record"};
    std::vector<NamedRate> losses;
    for (const char* loss : kLosses) {
        for (const auto& [feed, family, label] :
             {std::array{"radius", "radius_requests_total", "outcome"},
              std::array{"ipfix", "ipfix_events_total", "event"}}) {
            const Rate rate = change.rate(family, {{label, loss}});
            if (rate.total > 0) losses.push_back({std::string{feed} + " " + loss, rate});
        }
    }
    rank(losses);
    return losses;
}

}  // namespace

Rate View::packets() const noexcept {
    Rate sum;
    for (const PortView& port : ports)
        sum += port.packets;
    return sum;
}

double View::bits_per_second() const noexcept {
    double sum = 0;
    for (const PortView& port : ports)
        sum += port.bits_per_second;
    return sum;
}

View view_of(const Change& change) {
    View view{.seconds = change.seconds(),
              .is_new_daemon = change.is_new_daemon(),
              .started = change.now("start_time_seconds"),
              .is_inline = change.has("forwarded_packets_total"),
              .ports = ports_of(change),
              .cores = cores_of(change),
              .rejected = change.rate("rejected_packets_total"),
              .steering_dropped = change.rate("steering_dropped_packets_total"),
              .protocols = rates_by(change, "sessions_by_protocol_total", "protocol"),
              .findings = findings_of(change),
              .suppressed = change.rate("findings_suppressed_total"),
              .withdrawn = change.rate("findings_withdrawn_total"),
              .behaviours = change.now("behaviours_open"),
              .waiting_records = change.now("records_waiting"),
              .records_written = change.rate("eve_records_total", {{"outcome", "written"}}),
              .records_lost = change.rate("eve_records_total", {{"outcome", "dropped"}}),
              .outputs = outputs_of(change),
              .feeds = feeds_of(change),
              .feed_losses = feed_losses_of(change),
              .directory_troubles = rates_by(change, "directory_troubles_total", "kind"),
              .devices = change.now("directory_devices")};
    view.records_lost += change.rate("eve_records_total", {{"outcome", "failed"}});
    const auto versions = change.values("build_info", "version");
    if (!versions.empty()) view.version = versions.front();
    rank(view.protocols);
    std::erase_if(view.directory_troubles,
                  [](const NamedRate& one) { return one.rate.total == 0; });
    rank(view.directory_troubles);
    if (change.has("identity_journal_failing")) {
        view.journal = JournalView{.is_failing = change.now("identity_journal_failing") != 0,
                                   .bytes = change.now("identity_journal_bytes")};
    }
    return view;
}

}  // namespace sensor::commands
