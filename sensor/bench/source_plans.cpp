// How the sources are laid out: once, before anything is measured.
#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>
#include <utility>

#include "sensor/bench/sources.h"

namespace sensor::bench {
namespace {

constexpr std::uint64_t kSeed = 1509;            // the same order in every run
constexpr std::int64_t kSteadyNsPerFrame = 100;  // ten million packets a second

constexpr std::uint16_t network_order(std::uint16_t port) noexcept {
    return __builtin_bswap16(port);
}

/// Every session once, in random order, the packet sent by either side.
std::vector<Endpoints> shuffled_order(std::uint64_t sessions, std::mt19937_64& random) {
    std::vector<Endpoints> order;
    order.reserve(sessions);
    for (std::uint64_t number = 0; number < sessions; ++number)
        order.push_back(endpoints_of(number, network_order(kHttpsPort), random() % 2 == 0));
    std::shuffle(order.begin(), order.end(), random);
    return order;
}

bool is_from_client(const Endpoints& endpoints) noexcept {
    return endpoints.destination_port == network_order(kHttpsPort);
}

}  // namespace

SteadySource::SteadySource(FrameBank bank, std::vector<Endpoints> order,
                           std::int64_t start_ns) noexcept
    : Supply{start_ns, kSteadyNsPerFrame}, bank_{std::move(bank)}, order_{std::move(order)} {}

result::Result<SteadySource> SteadySource::build(const dpdk::FramePool& pool, const Plan& plan) {
    std::mt19937_64 random{kSeed};
    std::vector<Endpoints> order = shuffled_order(plan.sessions, random);
    std::vector<Frame> frames;
    for (std::size_t i = 0; i < std::min<std::uint64_t>(plan.sessions, kBankFrames); ++i) {
        const auto shape = steady_shape(frame_bytes(plan.frames, i), is_from_client(order[i]));
        frames.push_back(write_frame(shape, plan.tunnel, i));
    }
    auto bank = FrameBank::build(pool, frames);
    if (!bank) return bank.error();
    for (std::size_t i = 0; i < bank->size(); ++i)
        bank->set_endpoints(i, order[i]);
    if (plan.sessions <= kBankFrames) order.clear();
    return SteadySource{std::move(*bank), std::move(order), plan.start_ns};
}

result::Result<SessionSource> SessionSource::build(const dpdk::FramePool& pool, const Plan& plan) {
    std::size_t frames_of_shares = 0;
    unsigned shares = 0;
    for (const Conversation& one : plan.conversations) {
        frames_of_shares += one.share * one.steps.size();
        shares += one.share;
    }
    const std::size_t scale = (kBankFrames + frames_of_shares - 1) / frames_of_shares;
    const std::int64_t lag =
        std::max<std::int64_t>(1, static_cast<std::int64_t>(plan.spacing / (shares * scale)));

    std::vector<std::pair<Slot, const Step*>> cycle;
    std::size_t most_steps = 0;
    for (const Conversation& one : plan.conversations) {
        const auto per_cycle = static_cast<std::int64_t>(one.share * scale);
        most_steps = std::max(most_steps, one.steps.size());
        for (std::size_t step = 0; step < one.steps.size(); ++step) {
            for (std::int64_t i = 0; i < per_cycle; ++i) {
                cycle.push_back(
                    {Slot{.offset = i - static_cast<std::int64_t>(step) * lag * per_cycle,
                          .per_cycle = per_cycle,
                          .server_port = network_order(one.server_port),
                          .from_client = one.steps[step].from_client},
                     &one.steps[step]});
            }
        }
    }
    std::mt19937_64 random{kSeed};
    std::shuffle(cycle.begin(), cycle.end(), random);

    std::vector<Frame> frames;
    for (const auto& [slot, step] : cycle)
        frames.push_back(write_frame(step->shape, plan.tunnel, frames.size()));
    auto bank = FrameBank::build(pool, frames);
    if (!bank) return bank.error();
    const double per_session = static_cast<double>(frames_of_shares) / shares;
    SessionSource source{std::move(*bank), plan,
                         static_cast<std::int64_t>(std::ceil(plan.ns_per_session / per_session))};
    for (const auto& [slot, step] : cycle)
        source.slots_.push_back(slot);
    const std::int64_t tail = static_cast<std::int64_t>(most_steps) * lag + 1;
    const std::int64_t fewest = cycle.front().first.per_cycle;
    source.last_cycle_ = source.sessions_ / fewest + tail;
    source.in_flight_ = static_cast<std::uint64_t>(tail) * cycle.size();
    source.frames_per_session_ = per_session;
    return source;
}

}  // namespace sensor::bench
