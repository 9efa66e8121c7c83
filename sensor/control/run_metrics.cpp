#include "sensor/control/run_metrics.h"

#include <chrono>
#include <utility>

#include "sensor/model/observation.h"

namespace sensor::control {
namespace {

using metrics::Family;
using metrics::Labels;
using metrics::Type;

Family counter(std::string name, std::string help) {
    return {.name = "offport_" + std::move(name),
            .help = std::move(help),
            .type = Type::kCounter,
            .samples = {},
            .distributions = {}};
}

Family gauge(std::string name, std::string help) {
    Family family = counter(std::move(name), std::move(help));
    family.type = Type::kGauge;
    return family;
}

template <class Number>
void add(Family& family, Labels labels, Number value) {
    family.samples.push_back({std::move(labels), static_cast<double>(value)});
}

/// One sample for each of `Counter`, labelled with its name.
template <class Counter>
void add_block(Family& family, const std::string& worker,
               const metrics::CounterBlock<Counter>& counters) {
    for (std::size_t i = 0; i < static_cast<std::size_t>(Counter::kCount); ++i) {
        const auto name = static_cast<Counter>(i);
        add(family, {{"worker", worker}, {"event", std::string{name_of(name)}}}, counters[name]);
    }
}

std::string_view name_of_fragments(decode::ReassemblyCounter counter) {
    using enum decode::ReassemblyCounter;
    switch (counter) {
        case kDatagrams: return "whole-datagram";
        case kJoined: return "joined";
        case kRepeated: return "repeated";
        case kTimedOut: return "timed-out";
        case kEvicted: return "evicted";
        case kContradictory: return "contradictory";
        case kMalformed: return "malformed";
        case kNoRoom: return "no-room";
        case kCount: break;
    }
    return {};
}

}  // namespace

RunMetrics::RunMetrics(const capture::LiveSource& source,
                       const pipeline::Steering<capture::LiveSource>* steering,
                       const Engine& engine, std::string version)
    : source_{source},
      steering_{steering},
      engine_{engine},
      version_{std::move(version)},
      started_{std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch())
                   .count()} {}

void RunMetrics::update(RunSnapshot snapshot) {
    const std::lock_guard lock{mutex_};
    snapshot_ = std::move(snapshot);
    updated_ = std::chrono::steady_clock::now();
}

RunSnapshot RunMetrics::snapshot() const {
    const std::lock_guard lock{mutex_};
    return snapshot_;
}

std::string RunMetrics::stall() const {
    constexpr auto kPatience = std::chrono::seconds{30};
    {
        const std::lock_guard lock{mutex_};
        if (std::chrono::steady_clock::now() - updated_ > kPatience) {
            return "the cold side makes no progress";
        }
    }
    const auto now = std::chrono::system_clock::now();
    for (std::size_t number = 0; number < engine_.outboxes().size(); ++number) {
        const auto reached = timestamp_of(engine_.outboxes()[number]->reached().time_ns);
        const bool has_begun = reached > Timestamp{};
        if (has_begun && now - reached > kPatience) {
            return "worker " + std::to_string(number) + " makes no progress";
        }
    }
    return {};
}

std::string RunMetrics::blindness() const {
    for (const PortStatus& port : snapshot().ports) {
        if (port.state != PortState::kUp) {
            return "port '" + port.name + "' is " + std::string{name_of(port.state)};
        }
    }
    return {};
}

void RunMetrics::add_ports(std::vector<Family>& all, const RunSnapshot& now) const {
    Family up = gauge("port_up", "Whether the port has a link.");
    Family packets = counter("received_packets_total", "Packets taken from the port.");
    Family bytes = counter("received_bytes_total", "Bytes of frames taken from the port.");
    Family too_long =
        counter("truncated_packets_total", "Packets of which only a buffer's worth was kept.");
    Family missed = counter("missed_packets_total", "Packets that the card or the kernel dropped.");
    Family errors = counter("receive_errors_total", "Packets that the driver could not take.");
    Family no_buffer =
        counter("no_buffer_packets_total", "Packets lost because all buffers were in use.");
    for (std::size_t number = 0; number < now.ports.size(); ++number) {
        const PortStatus& port = now.ports[number];
        const auto& counters = source_.counters(number);
        const Labels labels{{"port", port.name}};
        add(up, labels, port.state == PortState::kUp ? 1 : 0);
        add(packets, labels, counters[capture::LiveCounter::kPackets]);
        add(bytes, labels, counters[capture::LiveCounter::kBytes]);
        add(too_long, labels, counters[capture::LiveCounter::kTooLong]);
        add(missed, labels, port.missed);
        add(errors, labels, port.errors);
        add(no_buffer, labels, port.no_buffer);
    }
    for (Family* family : {&up, &packets, &bytes, &too_long, &missed, &errors, &no_buffer})
        all.push_back(std::move(*family));
}

void RunMetrics::add_decode(std::vector<Family>& all) const {
    Family decoded = counter("decoded_packets_total", "Packets decoded down to TCP or UDP.");
    Family rejected = counter("rejected_packets_total", "Packets that decode gave up, by reason.");
    Family fragments = counter("fragments_total", "What became of IP fragments.");
    Family dropped = counter("steering_dropped_packets_total",
                             "Decoded packets that the steering core could not hand over.");
    Family cut = counter("captured_short_packets_total",
                         "Packets of which less was captured than their IP header says.");
    const auto add_core = [&](const std::string& core, const pipeline::DecodeCounters& counters,
                              const decode::Reassembler& reassembler) {
        add(cut, {{"core", core}}, counters.capture[pipeline::CaptureCounter::kCapturedShort]);
        for (std::size_t i = 0; i < static_cast<std::size_t>(DecodeStatus::kCount); ++i) {
            const auto status = static_cast<DecodeStatus>(i);
            if (status == DecodeStatus::kOk) {
                add(decoded, {{"core", core}}, counters.by_status[status]);
            } else {
                add(rejected, {{"core", core}, {"reason", std::string{name_of(status)}}},
                    counters.by_status[status]);
            }
        }
        for (std::size_t i = 0; i < static_cast<std::size_t>(decode::ReassemblyCounter::kCount);
             ++i) {
            const auto name = static_cast<decode::ReassemblyCounter>(i);
            add(fragments, {{"core", core}, {"outcome", std::string{name_of_fragments(name)}}},
                reassembler.counters()[name]);
        }
    };
    if (steering_ != nullptr) {
        add_core("steering", steering_->decoded(), steering_->reassembly());
        add(dropped, {{"reason", "ring-full"}},
            steering_->counters()[pipeline::SteeringCounter::kRingFull]);
        add(dropped, {{"reason", "no-buffer"}},
            steering_->counters()[pipeline::SteeringCounter::kNoBuffer]);
    } else {
        const pipeline::Stages& only = *engine_.all_stages().front();
        add_core("0", only.decoded(), only.reassembly());
    }
    if (steering_ != nullptr) {
        Family carriers = counter("steering_dropped_carriers_total",
                                  "Packets of tunnels that the steering core could not hand over; "
                                  "they are in no other sum.");
        add(carriers, {}, steering_->counters()[pipeline::SteeringCounter::kCarriers]);
        all.push_back(std::move(carriers));
    }
    for (Family* family : {&decoded, &rejected, &fragments, &cut, &dropped})
        all.push_back(std::move(*family));
}

void RunMetrics::add_flow(std::vector<Family>& all) const {
    using enum flow::FlowCounter;
    Family carriers =
        counter("carrier_packets_total", "Packets of tunnels, tracked besides what they carry.");
    Family tracked = counter("tracked_packets_total", "Packets that belong to a session.");
    Family untracked = counter("untracked_packets_total", "Packets without a session, by reason.");
    Family sessions = counter("sessions_total", "Sessions begun.");
    Family active = gauge("sessions_active", "Sessions in the flow table.");
    Family ended = counter("sessions_ended_total", "Sessions over, by how they ended.");
    Family limited = counter("first_bytes_limited_total",
                             "Directions or segments that first-bytes buffers had no room for.");
    for (std::size_t number = 0; number < engine_.all_stages().size(); ++number) {
        const pipeline::Stages& stages = *engine_.all_stages()[number];
        const auto& flow = stages.flow().counters();
        const std::string worker = std::to_string(number);
        for (std::size_t i = 1; i < pipeline::Stages::CountByReason::size(); ++i) {
            add(ended,
                {{"worker", worker}, {"reason", std::string{name_of(static_cast<EndReason>(i))}}},
                stages.ended_by_reason()[i]);
        }
        add(carriers, {{"worker", worker}}, flow[kCarriers]);
        add(tracked, {{"worker", worker}}, flow[kTracked]);
        add(untracked, {{"worker", worker}, {"reason", "flow-table-full"}},
            flow[kUntrackedTableFull]);
        add(sessions, {{"worker", worker}}, flow[kSessions]);
        add(active, {{"worker", worker}}, stages.flow().session_count());
        add(limited, {{"worker", worker}, {"reason", "no-buffer"}}, flow[kFirstBytesFull]);
        add(limited, {{"worker", worker}, {"reason", "too-many-holes"}}, flow[kTooManyHoles]);
    }
    for (Family* family : {&carriers, &tracked, &untracked, &sessions, &active, &ended, &limited})
        all.push_back(std::move(*family));
}

void RunMetrics::add_stages(std::vector<Family>& all) const {
    Family identify = counter("identify_events_total", "What identification did, by event.");
    Family attribute = counter("attribute_events_total", "How sessions were attributed, by event.");
    Family sent = counter("worker_records_total", "Records that workers told the cold side.");
    Family lost = counter("worker_records_dropped_total",
                          "Records dropped because the cold side was too slow.");
    Family protocols = counter("sessions_by_protocol_total", "Sessions over, by protocol.");
    for (std::size_t number = 0; number < engine_.all_stages().size(); ++number) {
        const pipeline::Stages& stages = *engine_.all_stages()[number];
        const std::string worker = std::to_string(number);
        add_block(identify, worker, stages.identify().counters());
        add_block(attribute, worker, stages.attribute().counters());
        const auto& outbox = engine_.outboxes()[number]->counters();
        add(sent, {{"worker", worker}, {"kind", "session"}},
            outbox[pipeline::OutboxCounter::kSessionRecords]);
        add(sent, {{"worker", worker}, {"kind", "facts"}},
            outbox[pipeline::OutboxCounter::kFactsRecords]);
        add(lost, {{"worker", worker}}, outbox[pipeline::OutboxCounter::kDroppedRecords]);
    }
    const auto& names = engine_.protocol_names();
    for (std::size_t id = 0; id < names.size(); ++id) {
        std::uint64_t sum = 0;
        for (const auto& stages : engine_.all_stages())
            sum += stages->ended_by_protocol()[id];
        if (sum != 0) add(protocols, {{"protocol", names[id]}}, sum);
    }
    for (Family* family : {&identify, &attribute, &sent, &lost, &protocols})
        all.push_back(std::move(*family));
}

void RunMetrics::add_cold(std::vector<Family>& all, const RunSnapshot& now) {
    Family judged = counter("judged_records_total", "Records that the judge considered.");
    const judge::Statistics& counts = now.cold.judged;
    for (const auto& [outcome, count] :
         {std::pair{"approved", counts.approved}, std::pair{"unproven", counts.unproven},
          std::pair{"counted", counts.sessions}, std::pair{"update", counts.updates}}) {
        add(judged, {{"outcome", outcome}}, count);
    }
    Family findings = counter("finding_revisions_total", "Revisions of findings told.");
    for (const Severity severity :
         {Severity::kInfo, Severity::kLow, Severity::kMedium, Severity::kHigh}) {
        add(findings, {{"severity", std::string{name_of(severity)}}},
            now.cold.revisions[static_cast<std::size_t>(severity)]);
    }
    Family open = gauge("behaviours_open", "Behaviours that the judge remembers.");
    add(open, {}, now.cold.open_behaviours);
    Family waiting = gauge("records_waiting", "Records that wait for their turn.");
    add(waiting, {}, now.cold.waiting_records);
    Family records = counter("eve_records_total", "EVE records, by what became of them.");
    add(records, {{"outcome", "written"}}, now.records.written);
    add(records, {{"outcome", "dropped"}}, now.records.dropped);
    add(records, {{"outcome", "failed"}}, now.records.failed);
    for (Family* family : {&judged, &findings, &open, &waiting, &records})
        all.push_back(std::move(*family));
}

std::vector<Family> RunMetrics::families() const {
    const RunSnapshot now = snapshot();
    std::vector<Family> all;
    all.push_back(gauge("build_info", "The version that runs; always 1."));
    add(all.back(), {{"version", version_}}, 1);
    all.push_back(gauge("start_time_seconds", "When it began to receive, since the Unix epoch."));
    add(all.back(), {}, started_);
    add_ports(all, now);
    add_decode(all);
    add_flow(all);
    add_stages(all);
    add_cold(all, now);
    return all;
}

}  // namespace sensor::control
