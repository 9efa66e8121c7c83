// Everything behind the frames: each worker's stages, the directory and the judge. A replay and the
// daemon differ in where frames come from, and in what happens when the cold side is too slow.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "lib/result/result.h"
#include "sensor/attribute/directory.h"
#include "sensor/attribute/lease_table.h"
#include "sensor/control/collector.h"
#include "sensor/control/configuration.h"
#include "sensor/control/feeds/identity_files.h"
#include "sensor/control/feeds/intake.h"
#include "sensor/control/feeds/mirrored_radius.h"
#include "sensor/control/session_log.h"
#include "sensor/evidence/book.h"
#include "sensor/judge/judge.h"
#include "sensor/judge/plain_approval.h"
#include "sensor/model/finding.h"
#include "sensor/pipeline/stages.h"

namespace sensor::control {

/// Who hears what is found: on the thread that pumps, in an order that depends on the packets
/// alone.
class EngineListener {
  public:
    virtual ~EngineListener() = default;
    virtual void on_finding(const Finding& finding) = 0;
    /// `finding` is the id of the finding that the session belongs to; empty if there is none.
    virtual void on_session_end(const Observation& session, std::string_view finding) = 0;
};

struct EngineOptions {
    unsigned workers = 1;
    bool every_session = false;  ///< tell the listener of each session's end
    /// Sessions that are kept because facts may come in later; none if nobody will tell any.
    std::size_t kept_sessions = 0;
    bool keeps_told = false;  ///< the ids for take_told()
    pipeline::WhenFull when_full = pipeline::WhenFull::kWait;
    /// Where mirrored feeds' events go; null: straight to the directory.
    Intake* intake = nullptr;
    cycles::Rate cycles{};  ///< of this machine's, if anybody looks at the bursts' times
    /// First packets, kept for findings; of no directory: none.
    evidence::Options evidence{};
    evidence::FilesOptions evidence_files{};
};

class Engine {
  public:
    /// Needs a started Eal. Everything borrowed must outlive it. One line if the lease table finds
    /// no memory, or an identity file is no good.
    [[nodiscard]] static result::Result<std::unique_ptr<Engine>> create(
        const Configuration& configuration, const EngineOptions& options,
        const std::vector<std::string>& identity_files, identify::Signatures signatures,
        EngineListener& listener);

    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;
    ~Engine() = default;

    /// Worker `number`'s, from 0; run by one thread.
    [[nodiscard]] pipeline::Stages& stages(unsigned number) noexcept { return *stages_[number]; }

    /// A policy, and the workers' cheap question compiled from it.
    struct Approved {
        std::unique_ptr<judge::Policy> policy;
        std::unique_ptr<judge::PlainApproval> approval;
    };
    /// Takes its time. Any thread.
    [[nodiscard]] Approved approve(judge::Policy policy) const;

    // The cold side's thread:
    /// What a feed told.
    void apply(const IdentityEvent& event) { directory_->apply(event); }
    /// Hears what the workers told. True if there was anything.
    bool pump();
    /// Identity events that came in since: they bear on sessions to come, and on those that are
    /// kept.
    void learn(const std::vector<IdentityEvent>& events);
    /// Another policy from now on: for sessions that are not judged yet, and for findings to come.
    void use(Approved next);
    /// Every worker has finished and everything was heard.
    [[nodiscard]] bool finished() const noexcept { return collector_->finished(); }
    /// Tells the last revisions. When finished.
    void finish();
    /// What an operator should know of evidence since the last call, in one line; empty if nothing.
    [[nodiscard]] std::string evidence_notice();
    /// Writes what evidence waits. What went wrong since the beginning, in one line.
    [[nodiscard]] result::Status close_evidence();
    /// Lets workers that still run come to their end when nobody listens any more. Allocates
    /// nothing.
    void drain() noexcept;

    [[nodiscard]] const std::vector<std::unique_ptr<pipeline::Stages>>& all_stages()
        const noexcept {
        return stages_;
    }
    [[nodiscard]] const std::vector<std::unique_ptr<pipeline::Outbox>>& outboxes() const noexcept {
        return outboxes_;
    }
    [[nodiscard]] const std::vector<std::string>& protocol_names() const noexcept {
        return signatures_.names();
    }
    [[nodiscard]] judge::Judge& judge() noexcept { return *judge_; }
    /// Ids of the findings that were told since this was asked, one as often as it was told.
    [[nodiscard]] std::vector<std::string> take_told() noexcept { return std::exchange(told_, {}); }
    /// Any thread; null if mirrored RADIUS is not read.
    [[nodiscard]] const MirroredRadius* mirrored_radius() const noexcept {
        return radius_ ? &*radius_ : nullptr;
    }
    [[nodiscard]] const attribute::Directory& directory() const noexcept { return *directory_; }
    [[nodiscard]] const IdentityCounts& identity() const noexcept { return identity_; }
    /// Sessions that each exception of the policy has silenced, by its id.
    [[nodiscard]] std::map<std::string, std::uint64_t> exception_hits() const;
    /// What the cold side counted since it began.
    struct ExceptionUse {
        std::uint64_t hits = 0;
        std::optional<Timestamp> last;  ///< start of the newest session it silenced
    };
    struct ColdCounts {
        judge::Statistics judged;  ///< of this epoch
        std::uint64_t open_behaviours = 0;
        std::uint64_t waiting_records = 0;         ///< for their turn
        std::array<std::uint64_t, 4> revisions{};  ///< of findings that were told, by Severity
        std::map<std::string, ExceptionUse> exceptions;
        std::uint64_t devices = 0;  ///< that the directory knows
        std::uint64_t facts = 0;    ///< that it holds, save leases
        std::uint64_t lease_events = 0;
        struct Evidence {
            evidence::SessionPackets::Counts sessions;
            evidence::Files::Counts files;
        };
        std::optional<Evidence> evidence{};  ///< none if none is kept
    };
    [[nodiscard]] ColdCounts cold_counts() const;

  private:
    Engine(const Configuration& configuration, const EngineOptions& options,
           identify::Signatures signatures, EngineListener& listener);
    [[nodiscard]] result::Status load_identities(const std::vector<std::string>& files);
    [[nodiscard]] result::Status open_evidence();
    void build_stages();
    void hear(Told& told);
    void hear(const DatagramRecord& datagram);
    void hand_over();
    void judge(RecordKind kind, Observation& session);
    [[nodiscard]] std::string note(const judge::Considered& considered, Observation& session);
    void keep(const Told& told);
    void note_live(const Observation& session, const std::string& finding);
    void revise(const std::vector<IdentityEvent>& events);
    void tell(std::vector<Finding> findings);
    void begin_epoch(std::uint32_t epoch);

    const Configuration& configuration_;
    EngineOptions options_;
    EngineListener& listener_;
    identify::Signatures signatures_;
    attribute::TagMap tags_;
    const judge::Policy* policy_;                       // in use
    std::unique_ptr<judge::Policy> own_policy_;         // if it is not the configuration's
    std::unique_ptr<judge::PlainApproval> approval_;    // in use
    std::atomic<const judge::PlainApproval*> shown_{};  // to the workers
    dpdk::Quiescence quiescence_;
    struct Retired {
        dpdk::Quiescence::Token token;
        std::unique_ptr<judge::PlainApproval> approval;
    };
    std::vector<Retired> retired_;  // until no worker reads them
    std::optional<attribute::LeaseTable> leases_;
    std::optional<attribute::Directory> directory_;
    std::optional<judge::Judge> judge_;
    IdentityCounts identity_;
    std::optional<MirroredRadius> radius_;
    /// What the Intake is to take.
    Intake::Offer mirrored_{.feed = "radius", .safety = journal::Journal::Safety::kSoon};
    std::array<std::uint64_t, 4> revisions_{};
    std::vector<std::string> told_;
    std::uint32_t epoch_ = 0;
    struct FindingsOfSession {
        std::string outer;
        std::string beyond;  // as seen beyond its proxy
    };
    std::unordered_map<std::uint64_t, FindingsOfSession> findings_;  // by flow id, of live sessions
    std::optional<SessionLog> log_;
    std::map<std::string, std::uint64_t> exception_hits_;  // of the epochs before this one
    std::uint64_t suppressed_ = 0;                         // ditto
    std::vector<std::unique_ptr<pipeline::Outbox>> outboxes_;
    std::vector<std::unique_ptr<evidence::Channel>> evidence_channels_;  // none if none is kept
    std::unique_ptr<evidence::Book> evidence_;                           // null ditto
    std::vector<std::unique_ptr<pipeline::Stages>> stages_;
    std::optional<Collector> collector_;
    std::vector<dpdk::MessageUnit> drained_;  // room for drain()
};

}  // namespace sensor::control
