#include "sensor/control/run_metrics.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "lib/dpdk/eal.h"
#include "lib/hyperscan/database.h"
#include "sensor/control/run_metrics_page.h"
#include "sensor/control/unmapped_sessions.h"
#include "sensor/model/observation.h"

namespace sensor::control {
namespace {

using metrics::Family;
using metrics::Labels;
using metrics::Type;

/// One sample for each of `Counter`, labelled with its name.
template <class Counter>
void add_block(Family& family, const std::string& worker,
               const metrics::CounterBlock<Counter>& counters) {
    for (std::size_t i = 0; i < static_cast<std::size_t>(Counter::kCount); ++i) {
        const auto name = static_cast<Counter>(i);
        add(family, {{"worker", worker}, {"event", std::string{name_of(name)}}}, counters[name]);
    }
}

/// "22.11.11" of "DPDK 22.11.11"
std::string last_word(const std::string& text) {
    return text.substr(text.rfind(' ') + 1);
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
                       const Engine& engine, const Intake& intake, Role role, std::string version)
    : source_{source},
      steering_{steering},
      engine_{engine},
      intake_{intake},
      role_{role},
      load_{engine, steering},
      version_{std::move(version)},
      started_{std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch())
                   .count()},
      workers_(engine.outboxes().size(), Heartbeat{std::chrono::steady_clock::now()}) {}

void RunMetrics::update(RunSnapshot snapshot) {
    const std::lock_guard lock{mutex_};
    snapshot_ = std::move(snapshot);
    updated_ = std::chrono::steady_clock::now();
    for (std::size_t number = 0; number < workers_.size(); ++number)
        workers_[number].beat(engine_.outboxes()[number]->reached().order.time_ns, updated_);
}

RunSnapshot RunMetrics::snapshot() const {
    const std::lock_guard lock{mutex_};
    return snapshot_;
}

std::string RunMetrics::stall() const {
    const auto now = std::chrono::steady_clock::now();
    const std::lock_guard lock{mutex_};
    if (now - updated_ > Heartbeat::kPatience) return "the cold side makes no progress";
    for (std::size_t number = 0; number < workers_.size(); ++number) {
        if (!workers_[number].is_stalled(now)) continue;
        return "worker " + std::to_string(number) + " makes no progress" +
               (steering_ == nullptr ? "" : ", or the steering core that feeds it");
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

void RunMetrics::add_ports(Page& page, const RunSnapshot& now) const {
    Family& up = page.gauge("port_up", "Whether the port has a link.");
    Family& packets = page.counter("received_packets_total", "Packets taken from the port.");
    Family& bytes = page.counter("received_bytes_total", "Bytes of frames taken from the port.");
    Family& too_long =
        page.counter("truncated_packets_total", "Packets of which only a buffer's worth was kept.");
    Family& missed =
        page.counter("missed_packets_total", "Packets that the card or the kernel dropped.");
    Family& errors =
        page.counter("receive_errors_total", "Packets that the driver could not take.");
    Family& no_buffer =
        page.counter("no_buffer_packets_total", "Packets lost because all buffers were in use.");
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
}

/// Inline. Each port's frames go out at its peer; what is lost there is the peer's.
void RunMetrics::add_forwarding(Page& page, const RunSnapshot& now) const {
    using enum capture::LiveCounter;
    Family& forwarded = page.counter("forwarded_packets_total",
                                     "Packets of the port that its peer's driver took to send.");
    Family& dropped = page.counter("forwarding_dropped_packets_total",
                                   "Packets of the port that were not forwarded, by reason.");
    Family& unsent = page.counter(
        "unsent_packets_total", "Packets that the port's driver or kernel took to send and lost.");
    Family& bypassed = page.counter("bypassed_packets_total",
                                    "Packets of the port that inspection had no time for.");
    for (std::size_t number = 0; number < now.ports.size(); ++number) {
        const PortStatus& port = now.ports[number];
        const auto& counters = source_.counters(number);
        add(forwarded, {{"port", port.name}}, counters[kForwarded]);
        for (const auto& [reason, counter] :
             {std::pair{"queue-full", kRefused}, std::pair{"too-long", kUnsendable},
              std::pair{"peer-down", kPeerAway}}) {
            add(dropped, {{"port", port.name}, {"reason", reason}}, counters[counter]);
        }
        add(unsent, {{"port", port.name}}, port.unsent);
        add(bypassed, {{"port", port.name}}, counters[kBypassed]);
    }
}

void RunMetrics::add_decode(Page& page) const {
    Family& decoded = page.counter("decoded_packets_total", "Packets decoded down to TCP or UDP.");
    Family& rejected =
        page.counter("rejected_packets_total", "Packets that decode gave up, by reason.");
    Family& fragments = page.counter("fragments_total", "What became of IP fragments.");
    Family& dropped = page.counter("steering_dropped_packets_total",
                                   "Decoded packets that the steering core could not hand over.");
    Family& cut = page.counter("captured_short_packets_total",
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
        Family& carriers =
            page.counter("steering_dropped_carriers_total",
                         "Packets of tunnels that the steering core could not hand over; "
                         "they are in no other sum.");
        add(carriers, {}, steering_->counters()[pipeline::SteeringCounter::kCarriers]);
    }
}

void RunMetrics::add_flow(Page& page) const {
    using enum flow::FlowCounter;
    Family& carriers = page.counter("carrier_packets_total",
                                    "Packets of tunnels, tracked besides what they carry.");
    Family& tracked = page.counter("tracked_packets_total", "Packets that belong to a session.");
    Family& untracked =
        page.counter("untracked_packets_total", "Packets without a session, by reason.");
    Family& sessions = page.counter("sessions_total", "Sessions begun.");
    Family& active = page.gauge("sessions_active", "Sessions in the flow table.");
    Family& ended = page.counter("sessions_ended_total", "Sessions over, by how they ended.");
    Family& limited =
        page.counter("first_bytes_limited_total",
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
}

void RunMetrics::add_unmapped(Page& page) const {
    Family& tags = page.counter("unmapped_tag_sessions_total",
                                "Sessions whose tags no rule knows, by these; other: of further "
                                "tags.");
    const UnmappedSessions unmapped = unmapped_sessions(engine_);
    for (const report::NamedCount& one : unmapped.by_tags)
        add(tags, {{"tags", one.name}}, one.count);
    add(tags, {{"tags", "other"}}, unmapped.others);
}

void RunMetrics::add_stages(Page& page) const {
    Family& identify = page.counter("identify_events_total", "What identification did, by event.");
    Family& attribute =
        page.counter("attribute_events_total", "How sessions were attributed, by event.");
    Family& sent = page.counter("worker_records_total", "Records that workers told the cold side.");
    Family& lost = page.counter("worker_records_dropped_total",
                                "Records dropped because the cold side was too slow.");
    Family& protocols = page.counter("sessions_by_protocol_total", "Sessions over, by protocol.");
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
        add(sent, {{"worker", worker}, {"kind", "datagram"}},
            outbox[pipeline::OutboxCounter::kDatagramRecords]);
        add(lost, {{"worker", worker}}, outbox[pipeline::OutboxCounter::kDroppedRecords]);
    }
    add_unmapped(page);
    const auto& names = engine_.protocol_names();
    for (std::size_t id = 0; id < names.size(); ++id) {
        std::uint64_t sum = 0;
        for (const auto& stages : engine_.all_stages())
            sum += stages->ended_by_protocol()[id];
        if (sum != 0) add(protocols, {{"protocol", names[id]}}, sum);
    }
}

std::vector<Family> RunMetrics::families() const {
    const RunSnapshot now = snapshot();
    Page page;
    add(page.gauge("build_info", "The versions that run; always 1."),
        {{"version", version_},
         {"dpdk", last_word(dpdk::version())},
         {"hyperscan", hyperscan::version()}},
        1);
    add(page.gauge("start_time_seconds", "When it began to receive, since the Unix epoch."), {},
        started_);
    add_ports(page, now);
    if (role_ == Role::kInline) add_forwarding(page, now);
    add_decode(page);
    add_flow(page);
    add_stages(page);
    add_evidence(page, now);
    add_cold(page, now);
    add_exceptions(page, now);
    add_directory(page, now);
    add_identity(page);
    auto families = page.take();
    std::ranges::move(load_.families(), std::back_inserter(families));
    return families;
}

}  // namespace sensor::control
