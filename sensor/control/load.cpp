#include "sensor/control/load.h"

#include <string>
#include <utility>

namespace sensor::control {
namespace {

using metrics::Family;
using metrics::Type;

constexpr auto kSampleInterval = std::chrono::milliseconds{10};
constexpr double kThousandth = 1e-3;
constexpr double kNanosecond = 1e-9;

std::uint64_t thousandths(std::size_t used, std::size_t capacity) noexcept {
    constexpr std::size_t kWhole = 1000;
    return capacity == 0 ? 0 : (used * kWhole + capacity - 1) / capacity;
}

Family family(std::string name, std::string help, Type type) {
    return {.name = "offport_" + std::move(name),
            .help = std::move(help),
            .type = type,
            .samples = {},
            .distributions = {}};
}

}  // namespace

Load::Load(const Engine& engine, const pipeline::Steering<capture::LiveSource>* steering)
    : engine_{engine}, steering_{steering} {
    for (std::size_t worker = 0; worker < engine.outboxes().size(); ++worker)
        workers_.push_back(std::make_unique<Worker>());
}

void Load::sample() {
    const auto now = std::chrono::steady_clock::now();
    if (now - sampled_ < kSampleInterval) return;
    sampled_ = now;
    for (std::size_t number = 0; number < workers_.size(); ++number) {
        Worker& worker = *workers_[number];
        const pipeline::Outbox& outbox = *engine_.outboxes()[number];
        const flow::Tracker& flow = engine_.all_stages()[number]->flow();
        const dpdk::MessageRing& records = outbox.ring();
        worker.records.observe(thousandths(records.used_bytes(), records.capacity_bytes()));
        worker.flow_table.observe(thousandths(flow.session_count(), flow.capacity()));
        if (steering_ == nullptr) continue;
        const dpdk::FrameRing& ring = steering_->ring(number);
        worker.frames.observe(thousandths(ring.size(), ring.capacity()));
    }
}

void Load::add_bursts(std::vector<Family>& families) const {
    Family duration = family("burst_duration_seconds",
                             "How long a burst of packets took, from its reception until all that "
                             "it said was told or handed over.",
                             Type::kHistogram);
    Family packets = family("burst_packets",
                            "Packets in a burst. Full bursts mean that the core has no time left.",
                            Type::kHistogram);
    const auto add = [&](const std::string& core, const pipeline::BurstMeter& meter) {
        duration.distributions.push_back(
            metrics::distribution(meter.nanoseconds(), {{"core", core}}, kNanosecond));
        packets.distributions.push_back(metrics::distribution(meter.packets(), {{"core", core}}));
    };
    if (steering_ != nullptr) add("steering", steering_->bursts());
    for (std::size_t number = 0; number < workers_.size(); ++number)
        add(std::to_string(number), engine_.all_stages()[number]->bursts());
    families.push_back(std::move(duration));
    families.push_back(std::move(packets));
}

void Load::add_rings(std::vector<Family>& families) const {
    Family rings =
        family("ring_occupancy_ratio",
               "How full the rings to and from a worker were, when looked at 100 times a "
               "second. What finds no room is dropped and counted.",
               Type::kHistogram);
    const auto add = [&](std::size_t number, const char* ring, const Ratio& ratio) {
        rings.distributions.push_back(metrics::distribution(
            ratio, {{"worker", std::to_string(number)}, {"ring", ring}}, kThousandth));
    };
    for (std::size_t number = 0; number < workers_.size(); ++number) {
        if (steering_ != nullptr) add(number, "frames", workers_[number]->frames);
        add(number, "records", workers_[number]->records);
    }
    families.push_back(std::move(rings));
}

void Load::add_flow_table(std::vector<Family>& families) const {
    Family ratio =
        family("flow_table_occupancy_ratio",
               "How full the flow table was, when looked at 100 times a second.", Type::kHistogram);
    Family limit = family("sessions_limit", "Sessions that there is room for in the flow table.",
                          Type::kGauge);
    for (std::size_t number = 0; number < workers_.size(); ++number) {
        const std::string worker = std::to_string(number);
        ratio.distributions.push_back(
            metrics::distribution(workers_[number]->flow_table, {{"worker", worker}}, kThousandth));
        limit.samples.push_back(
            {{{"worker", worker}},
             static_cast<double>(engine_.all_stages()[number]->flow().capacity())});
    }
    families.push_back(std::move(ratio));
    families.push_back(std::move(limit));
}

std::vector<Family> Load::families() const {
    std::vector<Family> families;
    add_bursts(families);
    add_rings(families);
    add_flow_table(families);
    return families;
}

}  // namespace sensor::control
