// The stages of one worker, and what it tells the cold side after each round.
//
// Told are: sessions that are not plainly approved, when they are identified and when they turn out
// to persist, and when their inner protocol behind a proxy is known; the end of those, or of every
// session; and what their first bytes said. And, if it is asked for, what gateways tell each other
// of devices.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>

#include "lib/dpdk/quiescence.h"
#include "lib/metrics/counter_array.h"
#include "sensor/attribute/attributor.h"
#include "sensor/decode/decoder.h"
#include "sensor/evidence/first_packets.h"
#include "sensor/flow/tracker.h"
#include "sensor/identify/identifier.h"
#include "sensor/identify/unknown_bytes.h"
#include "sensor/judge/plain_approval.h"
#include "sensor/model/burst.h"
#include "sensor/pipeline/burst_meter.h"
#include "sensor/pipeline/decode_counters.h"
#include "sensor/pipeline/outbox.h"

namespace sensor::pipeline {

struct StageOptions {
    decode::Options decode{};
    flow::Timeouts timeouts{};
    flow::Limits limits{};
    Duration persistence = std::chrono::minutes{10};  ///< age at which a session persists
    cycles::Rate cycles{};                            ///< of this machine's, for bursts()
    bool tell_every_session = false;  ///< for flow records; else only what is not approved
    /// Of this protocol's sessions every RADIUS accounting request crosses whole; unknown for none.
    ProtocolId copied = ProtocolId::kUnknown;
    evidence::Options evidence{};  ///< of which `directory` does not matter here
    /// Where first packets go; null: none are kept. Must outlive the stages.
    evidence::Channel* evidence_channel = nullptr;
    /// Those of every session go there, with its end; else those of sessions that look unapproved.
    bool evidence_of_all = false;
};

/// The stages after decode, in order.
enum class Stage : std::uint8_t { kFlow, kIdentify, kAttribute, kJudge, kTell };

class Stages {
  public:
    /// What every worker shares and none changes. Leases and approval are replaced by the cold side
    /// while workers read them; what was replaced stays until each has reported.
    struct Shared {
        const identify::Signatures& signatures;
        const attribute::TagMap& tags;
        const attribute::LeaseTable& leases;
        const std::atomic<const judge::PlainApproval*>& approval;  ///< may change between turns
    };
    /// Everything borrowed must outlive it. `leases_reader` is this worker's registration with the
    /// lease table's Quiescence.
    Stages(const StageOptions& options, const Shared& shared,
           dpdk::Quiescence::Reader leases_reader, Outbox& outbox);

    /// All stages after decode over the burst, round by round.
    void run(Burst& burst, std::uint32_t epoch) noexcept { run_until<Stage::kTell>(burst, epoch); }
    /// The same without the stages after `kLast`, for whoever measures what each costs. Without
    /// identify, every first payload counts as recognised and every session as approved.
    template <Stage kLast>
    void run_until(Burst& burst, std::uint32_t epoch) noexcept;
    /// Decodes a burst that no steering core has decoded.
    void decode(Burst& burst) noexcept;
    /// Housekeeping, busy or idle: a bounded number of timeouts, and how far this worker has come.
    void expire(Timestamp now, std::uint32_t epoch) noexcept;
    /// Ends all sessions at the end of a trace's clock.
    void end_all_sessions(Timestamp now, std::uint32_t epoch) noexcept;
    /// Nothing more will be received: what is still to be told is told whole.
    void close() noexcept {
        outbox_.wait_from_now_on();
        if (options_.evidence_channel != nullptr) options_.evidence_channel->wait_from_now_on();
    }
    void finish() noexcept { outbox_.finish(); }

    /// The worker's own thread, for what it measures.
    [[nodiscard]] BurstMeter& bursts() noexcept { return bursts_; }

    // Read by anybody.
    [[nodiscard]] const BurstMeter& bursts() const noexcept { return bursts_; }
    [[nodiscard]] const DecodeCounters& decoded() const noexcept { return decoded_; }
    [[nodiscard]] const decode::Reassembler& reassembly() const noexcept { return reassembler_; }
    [[nodiscard]] const flow::Tracker& flow() const noexcept { return flow_; }
    [[nodiscard]] const identify::Identifier& identify() const noexcept { return identify_; }
    [[nodiscard]] const attribute::Attributor& attribute() const noexcept { return attribute_; }
    /// Null if no first packets are kept.
    [[nodiscard]] const evidence::FirstPackets* evidence() const noexcept {
        return evidence_ ? &*evidence_ : nullptr;
    }
    using CountByProtocol = metrics::CounterArray<kMaxProtocols + 1>;
    /// Sessions over, by verdict.
    [[nodiscard]] const CountByProtocol& ended_by_protocol() const noexcept { return by_protocol_; }
    using CountByReason = metrics::CounterArray<6>;
    /// Sessions over, by EndReason.
    [[nodiscard]] const CountByReason& ended_by_reason() const noexcept { return by_reason_; }

  private:
    [[nodiscard]] const judge::PlainApproval& approval() const noexcept {
        return *approval_.load(std::memory_order_acquire);
    }
    void keep_first_packets(const Burst& burst, std::uint32_t epoch) noexcept;
    void send_first_packets(const Session& session, std::uint32_t entry, bool is_unapproved,
                            RecordOrder order) noexcept;
    void end_first_packets(const Session& session, const flow::Ended& ended,
                           std::uint32_t epoch) noexcept;
    void tell(const Burst& burst, std::uint32_t epoch) noexcept;
    void tell_datagram(const Burst& burst, std::size_t packet, std::uint32_t epoch) noexcept;
    void tell_facts(const Burst& burst, std::size_t packet, std::uint32_t epoch) noexcept;
    void tell_session(const Burst& burst, std::size_t packet, std::uint32_t epoch) noexcept;
    void tell_inner(const Burst& burst, std::size_t packet, std::uint32_t epoch) noexcept;
    void tell_ended(std::uint32_t epoch) noexcept;
    void send_facts(Session& session, Direction direction, std::uint32_t epoch) noexcept;
    void send(RecordKind kind, const Session& session, std::uint32_t entry, const Tags& tags,
              const RecordOrder& order) noexcept;

    StageOptions options_;
    decode::Reassembler reassembler_;
    flow::Tracker flow_;
    identify::Identifier identify_;
    attribute::Attributor attribute_;
    std::optional<evidence::FirstPackets> evidence_;
    dpdk::Quiescence::Reader leases_reader_;
    const std::atomic<const judge::PlainApproval*>& approval_;
    Outbox& outbox_;
    DecodeCounters decoded_;
    BurstMeter bursts_;
    CountByProtocol by_protocol_;
    CountByReason by_reason_;
    SessionRecord record_;  // kept here, not on the stack: they are large
    FactsRecord facts_;
    DatagramRecord datagram_;
};

}  // namespace sensor::pipeline
