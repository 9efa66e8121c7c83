#include "sensor/control/engine.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "sensor/judge/beyond_proxy.h"

namespace sensor::control {
namespace {

constexpr std::size_t kOutboxBytes = std::size_t{1} << 20U;  // between a worker and the cold side

}  // namespace

Engine::Engine(const Configuration& configuration, const EngineOptions& options,
               identify::Signatures signatures, EngineListener& listener)
    : configuration_{configuration},
      options_{options},
      listener_{listener},
      signatures_{std::move(signatures)},
      tags_{configuration.identity.rules},
      policy_{&configuration.policy},
      approval_{std::make_unique<judge::PlainApproval>(*policy_, signatures_.names(),
                                                       configuration.identity.groups)},
      shown_{approval_.get()},
      quiescence_{options.workers},
      judge_{std::in_place, configuration.policy, configuration.identity.groups},
      drained_(dpdk::units_for(pipeline::Outbox::kLongestRecord)) {}

result::Result<std::unique_ptr<Engine>> Engine::create(
    const Configuration& configuration, const EngineOptions& options,
    const std::vector<std::string>& identity_files, identify::Signatures signatures,
    EngineListener& listener) {
    std::unique_ptr<Engine> engine{
        new Engine{configuration, options, std::move(signatures), listener}};
    if (const auto loaded = engine->load_identities(identity_files); !loaded) {
        return loaded.error();
    }
    if (configuration.feeds.radius.mirrored) {
        engine->radius_.emplace(configuration.feeds.radius, configuration.identity.groups);
    }
    engine->build_stages();
    return engine;
}

result::Status Engine::load_identities(const std::vector<std::string>& files) {
    const attribute::Directory::Limits limits;
    auto leases = attribute::LeaseTable::create("leases", limits.leases.addresses, quiescence_);
    if (!leases) return leases.error();
    leases_.emplace(std::move(*leases));
    directory_.emplace(configuration_.identity, limits, &*leases_);
    auto counts = read_identity_files(files, *directory_);
    if (!counts) return counts.error();
    identity_ = std::move(*counts);
    return result::Done{};
}

void Engine::build_stages() {
    const pipeline::StageOptions options{
        .decode = configuration_.sensor.decode,
        .timeouts = configuration_.sensor.timeouts,
        .limits = configuration_.sensor.limits,
        .persistence = configuration_.policy.persistence_threshold,
        .cycles = options_.cycles,
        .tell_every_session = options_.every_session,
        .copied = radius_ ? radius_protocol(signatures_.names()) : ProtocolId::kUnknown};
    const pipeline::Stages::Shared shared{
        .signatures = signatures_, .tags = tags_, .leases = *leases_, .approval = shown_};
    std::vector<pipeline::Outbox*> outboxes;
    for (unsigned worker = 0; worker < options_.workers; ++worker) {
        outboxes_.push_back(std::make_unique<pipeline::Outbox>(kOutboxBytes, options_.when_full));
        outboxes.push_back(outboxes_.back().get());
        stages_.push_back(std::make_unique<pipeline::Stages>(
            options, shared, quiescence_.enter(worker), *outboxes_.back()));
    }
    collector_.emplace(outboxes, signatures_.names());
}

void Engine::tell(const std::vector<Finding>& findings) {
    for (const Finding& finding : findings) {
        ++revisions_[static_cast<std::size_t>(finding.severity)];
        listener_.on_finding(finding);
    }
}

Engine::ColdCounts Engine::cold_counts() const {
    return {.judged = judge_->statistics(),
            .open_behaviours = judge_->open_behaviours(),
            .waiting_records = collector_->waiting(),
            .revisions = revisions_};
}

/// The clock starts anew: what was recurring before is over.
void Engine::begin_epoch(std::uint32_t epoch) {
    tell(judge_->finish());
    exception_hits_ = exception_hits();
    judge_.emplace(*policy_, configuration_.identity.groups);
    findings_.clear();
    epoch_ = epoch;
}

void Engine::hear(Told& told) {
    if (told.epoch != epoch_) begin_epoch(told.epoch);
    Observation& session = told.observation;
    directory_->describe(session, told.app_group, told.tag_rule);
    if (told.is_unapproved) judge(told.kind, session);
    if (told.kind != RecordKind::kEnd) return;
    const auto finding = findings_.extract(session.flow_id);
    if (!options_.every_session) return;
    listener_.on_session_end(session, finding.empty() ? std::string_view{} : finding.mapped());
}

void Engine::hear(const DatagramRecord& datagram) {
    auto events = radius_->read(datagram);
    if (options_.intake != nullptr) {
        if (!events.empty() && !options_.intake->accept("radius", std::move(events)))
            radius_->undo();
        return;
    }
    identity_.accepted += events.size();
    for (const IdentityEvent& event : events)
        directory_->apply(event);
}

/// A session through a proxy is two: with the proxy, and with whom the proxy was asked for.
void Engine::judge(RecordKind kind, Observation& session) {
    if (kind != RecordKind::kInner) note(judge_->consider(kind, session), session);
    if (kind == RecordKind::kUnapproved) return;
    if (const auto beyond = judge::beyond_proxy(session)) {
        note(judge_->consider(kind, *beyond), session);
    }
}

void Engine::note(const judge::Considered& considered, Observation& session) {
    if (!considered.finding.empty()) findings_[session.flow_id] = considered.finding;
    const auto& hits = considered.exceptions_hit;
    session.exceptions_hit.insert(session.exceptions_hit.end(), hits.begin(), hits.end());
    tell(considered.told);
}

Engine::Approved Engine::approve(judge::Policy policy) const {
    auto next = std::make_unique<judge::Policy>(std::move(policy));
    auto approval = std::make_unique<judge::PlainApproval>(*next, signatures_.names(),
                                                           configuration_.identity.groups);
    return {.policy = std::move(next), .approval = std::move(approval)};
}

void Engine::use(Approved next) {
    retired_.reserve(retired_.size() + 1);  // from here on nothing may fail
    judge_->use(*next.policy, configuration_.identity.groups);
    policy_ = next.policy.get();
    own_policy_ = std::move(next.policy);
    shown_.store(next.approval.get(), std::memory_order_release);
    retired_.push_back({quiescence_.mark(), std::exchange(approval_, std::move(next.approval))});
}

bool Engine::pump() {
    std::erase_if(retired_, [this](const Retired& one) { return quiescence_.passed(one.token); });
    const bool anything = collector_->gather();
    while (true) {
        while (const DatagramRecord* datagram = collector_->next_datagram())
            hear(*datagram);
        Told* told = collector_->next();
        if (told == nullptr) return anything;
        hear(*told);
    }
}

void Engine::finish() {
    tell(judge_->finish());
    if (radius_) radius_->note_unused(identity_);
}

std::map<std::string, std::uint64_t> Engine::exception_hits() const {
    auto sums = exception_hits_;
    for (const auto& [id, hits] : judge_->exception_hits())
        sums[id] += hits;
    return sums;
}

void Engine::drain() noexcept {
    const auto is_finished = [](const auto& outbox) { return outbox->reached().finished; };
    while (!std::ranges::all_of(outboxes_, is_finished)) {
        for (const auto& outbox : outboxes_) {
            while (outbox->ring().pop(drained_) != 0)
                continue;
        }
        std::this_thread::yield();
    }
}

}  // namespace sensor::control
