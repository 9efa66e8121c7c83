#include "sensor/control/engine.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <thread>
#include <utility>

#include "sensor/judge/beyond_proxy.h"

namespace sensor::control {
namespace {

constexpr std::size_t kMostMirrored = 65536;  // events that wait for room in the Intake
constexpr std::int64_t kEarliestTime = std::numeric_limits<std::int64_t>::min();
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
      drained_(dpdk::units_for(pipeline::Outbox::kLongestRecord)) {
    if (options.kept_sessions != 0) log_.emplace(options.kept_sessions);
}

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
    if (const auto opened = engine->open_evidence(); !opened) return opened.error();
    engine->build_stages();
    return engine;
}

result::Status Engine::load_identities(const std::vector<std::string>& files) {
    const attribute::DirectoryLimits& limits = configuration_.identity.limits;
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
    pipeline::StageOptions options{
        .decode = configuration_.sensor.decode,
        .timeouts = configuration_.sensor.timeouts,
        .limits = configuration_.sensor.limits,
        .persistence = configuration_.policy.persistence_threshold,
        .cycles = options_.cycles,
        .tell_every_session = options_.every_session || options_.kept_sessions != 0 ||
                              configuration_.policy.neighbours.any(),
        .copied = radius_ ? radius_protocol(signatures_.names()) : ProtocolId::kUnknown,
        .evidence = options_.evidence,
        .evidence_channel = nullptr,
        // Later facts and neighbour analytics find what was approved when it ended.
        .evidence_of_all = options_.kept_sessions != 0 || configuration_.policy.neighbours.any()};
    const pipeline::Stages::Shared shared{
        .signatures = signatures_, .tags = tags_, .leases = *leases_, .approval = shown_};
    std::vector<pipeline::Outbox*> outboxes;
    for (unsigned worker = 0; worker < options_.workers; ++worker) {
        outboxes_.push_back(std::make_unique<pipeline::Outbox>(kOutboxBytes, options_.when_full));
        outboxes.push_back(outboxes_.back().get());
        if (evidence_) options.evidence_channel = evidence_channels_[worker].get();
        stages_.push_back(std::make_unique<pipeline::Stages>(
            options, shared, quiescence_.enter(worker), *outboxes_.back()));
    }
    collector_.emplace(outboxes, signatures_.names());
}

Engine::ColdCounts Engine::cold_counts() const {
    judge::Statistics judged = judge_->statistics();
    judged.suppressed += suppressed_;
    ColdCounts counts{.judged = judged,
                      .open_behaviours = judge_->open_behaviours(),
                      .waiting_records = collector_->waiting(),
                      .revisions = revisions_,
                      .exceptions = {},
                      .devices = directory_->devices(),
                      .facts = directory_->events(),
                      .lease_events = directory_->lease_events()};
    for (const auto& [id, hits] : exception_hits())
        counts.exceptions[id].hits = hits;
    for (const auto& [id, last] : judge_->exception_last_hits())
        counts.exceptions[id].last = last;
    if (evidence_) counts.evidence = {evidence_->sessions(), evidence_->files()};
    return counts;
}

/// The clock starts anew: what was recurring before is over.
void Engine::begin_epoch(std::uint32_t epoch) {
    // Whatever was sent before the first record of this epoch.
    if (evidence_) evidence_->advance({.epoch = epoch, .time_ns = kEarliestTime});
    tell(judge_->finish());
    if (evidence_) evidence_->begin_epoch();
    exception_hits_ = exception_hits();
    suppressed_ += judge_->statistics().suppressed;
    judge_.emplace(*policy_, configuration_.identity.groups);
    findings_.clear();
    if (log_) log_.emplace(options_.kept_sessions);
    epoch_ = epoch;
}

void Engine::hear(Told& told) {
    if (told.epoch != epoch_) begin_epoch(told.epoch);
    if (evidence_) evidence_->advance(told.record->order);
    Observation& session = told.observation;
    using Explain = attribute::Directory::Explain;
    // Neighbour analytics look at what is approved, too.
    const bool is_judged =
        told.is_unapproved || (policy_->neighbours.any() && told.kind == RecordKind::kEnd);
    directory_->describe(session, told.app_group, told.tag_rule,
                         is_judged ? Explain::kYes : Explain::kNo);
    if (is_judged) judge(told.kind, session);
    if (log_) keep(told);
    if (told.kind != RecordKind::kEnd) return;
    // Most sessions were never judged: they are not looked up.
    const bool may_be_found = told.was_judged || log_.has_value() || policy_->neighbours.any();
    const auto found =
        may_be_found ? findings_.extract(session.flow_id) : decltype(findings_)::node_type{};
    if (!options_.every_session) return;
    const std::string_view beyond = found.empty() ? std::string_view{} : found.mapped().beyond;
    const std::string_view outer = found.empty() ? std::string_view{} : found.mapped().outer;
    listener_.on_session_end(session, beyond.empty() ? outer : beyond);
}

void Engine::hear(const DatagramRecord& datagram) {
    auto events = radius_->read(datagram);
    if (options_.intake == nullptr) {
        identity_.accepted += events.size();
        return learn(events);
    }
    if (mirrored_.events.size() + events.size() > kMostMirrored)
        return radius_->lose(events.size());
    mirrored_.events.insert(mirrored_.events.end(), std::move_iterator{events.begin()},
                            std::move_iterator{events.end()});
}

/// What finds no room waits; nobody waits for a disk, and least of all this thread.
void Engine::hand_over() {
    if (!mirrored_.events.empty()) static_cast<void>(options_.intake->accept(mirrored_));
}

/// A session through a proxy is two: with the proxy, and with whom the proxy was asked for.
void Engine::judge(RecordKind kind, Observation& session) {
    if (kind != RecordKind::kInner) {
        std::string finding = note(judge_->consider(kind, session), session);
        if (!finding.empty()) findings_[session.flow_id].outer = std::move(finding);
    }
    if (kind == RecordKind::kUnapproved) return;
    if (const auto beyond = judge::beyond_proxy(session)) {
        std::string finding = note(judge_->consider(kind, *beyond), session);
        if (!finding.empty()) findings_[session.flow_id].beyond = std::move(finding);
    }
}

/// The id of the session's finding.
std::string Engine::note(const judge::Considered& considered, Observation& session) {
    const auto& hits = considered.exceptions_hit;
    session.exceptions_hit.insert(session.exceptions_hit.end(), hits.begin(), hits.end());
    tell(considered.told);
    return considered.finding;
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
    if (evidence_) evidence_->gather();  // what goes with the records is there now
    while (true) {
        while (const DatagramRecord* datagram = collector_->next_datagram())
            hear(*datagram);
        Told* told = collector_->next();
        if (told == nullptr) break;
        hear(*told);
    }
    // A session's later packets need not wait for a record of somebody else's.
    if (evidence_ && collector_->reached().epoch == epoch_)
        evidence_->advance(collector_->reached());
    hand_over();
    return anything;
}

void Engine::finish() {
    if (evidence_) evidence_->advance({.epoch = ~0U, .time_ns = 0});
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
        for (const auto& channel : evidence_channels_) {
            while (channel->ring().pop(drained_) != 0)
                continue;
        }
        std::this_thread::yield();
    }
}

}  // namespace sensor::control
