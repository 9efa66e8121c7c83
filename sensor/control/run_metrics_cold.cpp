// RunMetrics of the cold side: findings, exceptions, identities.
#include <array>
#include <utility>

#include "sensor/attribute/feeds/document_feeds.h"
#include "sensor/control/run_metrics_page.h"

namespace sensor::control {

using metrics::Family;

void RunMetrics::add_cold(Page& page, const RunSnapshot& now) {
    Family& judged = page.counter("judged_records_total", "Records that the judge considered.");
    const judge::Statistics& counts = now.cold.judged;
    for (const auto& [outcome, count] :
         {std::pair{"approved", counts.approved}, std::pair{"unproven", counts.unproven},
          std::pair{"counted", counts.sessions}, std::pair{"update", counts.updates}}) {
        add(judged, {{"outcome", outcome}}, count);
    }
    Family& findings = page.counter("finding_revisions_total", "Revisions of findings told.");
    for (const Severity severity :
         {Severity::kInfo, Severity::kLow, Severity::kMedium, Severity::kHigh}) {
        add(findings, {{"severity", std::string{name_of(severity)}}},
            now.cold.revisions[static_cast<std::size_t>(severity)]);
    }
    Family& untold = page.counter("findings_suppressed_total",
                                  "New findings that were not told. Above zero: see who makes so "
                                  "many, or raise AlertLimits.");
    add(untold, {}, counts.suppressed);
    Family& revised = page.counter("sessions_revised_total",
                                   "Sessions that facts which came later put in another light.");
    add(revised, {}, counts.revised);
    Family& withdrawn =
        page.counter("findings_withdrawn_total", "Findings that facts which came later took back.");
    add(withdrawn, {}, counts.withdrawn);
    Family& open = page.gauge("behaviours_open", "Behaviours that the judge remembers.");
    add(open, {}, now.cold.open_behaviours);
    Family& waiting = page.gauge("records_waiting", "Records that wait for their turn.");
    add(waiting, {}, now.cold.waiting_records);
    Family& records = page.counter("eve_records_total", "EVE records, by what became of them.");
    add(records, {{"outcome", "written"}}, now.records.written);
    add(records, {{"outcome", "dropped"}}, now.records.dropped);
    add(records, {{"outcome", "failed"}}, now.records.failed);
}

/// Whatever was to be kept is in one of these, with its outcome.
void RunMetrics::add_evidence(Page& page, const RunSnapshot& now) const {
    if (!now.cold.evidence) return;
    Family& packets =
        page.counter("evidence_packets_total",
                     "First packets of sessions: kept in a worker's ring; of these, sent to the "
                     "cold side, or overwritten or dropped instead. Overwritten above zero: raise "
                     "memory_bytes.");
    using enum evidence::PacketCounter;
    for (std::size_t number = 0; number < engine_.all_stages().size(); ++number) {
        const auto& counters = engine_.all_stages()[number]->evidence()->counters();
        for (const auto& [outcome, counter] :
             {std::pair{"kept", kKept}, std::pair{"sent", kSent},
              std::pair{"overwritten", kOverwritten}, std::pair{"dropped", kDropped}}) {
            add(packets, {{"worker", std::to_string(number)}, {"outcome", outcome}},
                counters[counter]);
        }
    }
    const auto& [sessions, files] = *now.cold.evidence;
    Family& cold =
        page.counter("evidence_cold_packets_total",
                     "Of the packets that were sent: written to findings' files or "
                     "failed to be, once a file; or gone before anybody asked for them.");
    for (const auto& [outcome, count] :
         {std::pair{"written", files.packets_written}, std::pair{"failed", files.packets_failed},
          std::pair{"overwritten", sessions.overwritten}, std::pair{"dropped", sessions.dropped}}) {
        add(cold, {{"outcome", outcome}}, count);
    }
    Family& made = page.counter("evidence_files_total",
                                "Files of evidence: made, and removed because others needed their "
                                "room.");
    add(made, {{"outcome", "made"}}, files.made);
    add(made, {{"outcome", "removed"}}, files.removed);
    add(page.gauge("evidence_bytes", "Bytes of evidence on disk."), {}, files.bytes);
}

void RunMetrics::add_exceptions(Page& page, const RunSnapshot& now) {
    Family& hits = page.counter("exception_hits_total",
                                "Sessions that an exception of the policy silenced. One that stays "
                                "at zero is not needed.");
    Family& last = page.gauge("exception_last_hit_timestamp_seconds",
                              "When the newest session that it silenced began.");
    for (const auto& [id, use] : now.cold.exceptions) {
        add(hits, {{"id", id}}, use.hits);
        if (!use.last) continue;
        constexpr std::int64_t kSecond = 1'000'000'000;
        add(last, {{"id", id}}, static_cast<std::uint64_t>(nanoseconds_of(*use.last) / kSecond));
    }
}

void RunMetrics::add_directory(Page& page, const RunSnapshot& now) const {
    using attribute::DirectoryCounter;
    const auto& counters = engine_.directory().counters();
    Family& events = page.counter("directory_events_total",
                                  "Identity events that reached the directory, by outcome.");
    for (const auto& [outcome, counter] : {std::pair{"applied", DirectoryCounter::kApplied},
                                           std::pair{"duplicate", DirectoryCounter::kDuplicates},
                                           std::pair{"refused", DirectoryCounter::kRefused}}) {
        add(events, {{"outcome", outcome}}, counters[counter]);
    }
    Family& troubles = page.counter(
        "directory_troubles_total",
        "What the directory could not keep or make sense of. Above zero: raise `limits` in "
        "identity.yaml, define the app group, or see which inventories contradict each other.");
    for (const auto& [kind, counter] :
         {std::pair{"dropped", DirectoryCounter::kDropped},
          std::pair{"unknown-group", DirectoryCounter::kUnknownGroups},
          std::pair{"unpublished-lease", DirectoryCounter::kUnpublished},
          std::pair{"id-conflict", DirectoryCounter::kConflicts},
          std::pair{"ambiguous-user", DirectoryCounter::kAmbiguousUsers}}) {
        add(troubles, {{"kind", kind}}, counters[counter]);
    }
    add(page.gauge("directory_devices", "Devices that the directory knows."), {}, now.cold.devices);
    add(page.gauge("directory_facts", "Facts that it holds, save leases."), {}, now.cold.facts);
    add(page.gauge("directory_lease_events", "Lease events that it holds."), {},
        now.cold.lease_events);
}

void RunMetrics::add_identity(Page& page) const {
    Family& events = page.counter("identity_events_total",
                                  "Identity events heard, by feed and by what became of them. "
                                  "Refused: there was no room; unwritten: see to the disk that "
                                  "`state` in sensor.yaml is on.");
    const auto counts = intake_.counts();
    const auto add_feed = [&](const std::string& feed, const Intake::FeedCounts& count) {
        add(events, {{"feed", feed}, {"outcome", "accepted"}}, count.accepted);
        add(events, {{"feed", feed}, {"outcome", "rejected"}}, count.rejected);
        add(events, {{"feed", feed}, {"outcome", "refused"}}, count.refused);
        add(events, {{"feed", feed}, {"outcome", "unwritten"}}, count.unwritten);
    };
    // Those that nobody has heard from yet are 0, so that a first event is seen as a rise.
    for (const auto* feed : attribute::feeds::document_feeds()) {
        const std::string name{feed->name};
        if (!counts.contains(name)) add_feed(name, {});
    }
    for (const auto& [feed, count] : counts)
        add_feed(feed, count);
}

}  // namespace sensor::control
