// From the workers' records to one stream of observations in the one order that does not depend on
// how many workers there are.
//
// Each worker's records may come out of order by as much as its timeouts lag; a record is passed on
// once every worker has promised that nothing earlier will follow.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <queue>
#include <string>
#include <vector>

#include "lib/dpdk/message_ring.h"
#include "sensor/model/observation.h"
#include "sensor/model/record.h"
#include "sensor/pipeline/outbox.h"

namespace sensor::control {

/// A session at one moment of its life, as the judge and the reports want it.
struct Told {
    /// `names` are the protocols' by ProtocolId, `facts` what the session has told so far.
    Told(const SessionRecord& told, const std::vector<std::string>& names, FactList facts);

    const SessionRecord* record;  ///< as it was told; borrowed
    RecordKind kind{};
    std::uint32_t epoch = 0;
    AppGroupId app_group{};
    TagRuleId tag_rule{};
    bool is_unapproved = false;  ///< not plainly approved: for the judge
    bool was_judged = false;     ///< the judge heard, or hears now, of this session
    Observation observation;     ///< attribution and context are still empty
};

class Collector {
  public:
    /// `names` are the protocols' by ProtocolId. Everything borrowed must outlive it.
    Collector(const std::vector<pipeline::Outbox*>& outboxes,
              const std::vector<std::string>& names);

    /// Empties the rings. True if there was anything, or a worker has come further.
    bool gather();
    /// The next record that nothing can precede any more, the caller's until the next call; null if
    /// it is to be waited for.
    [[nodiscard]] Told* next();
    /// The next datagram that nothing can precede any more and that precedes the next record, the
    /// caller's until the next call; null if there is none. Ask for these first.
    [[nodiscard]] const DatagramRecord* next_datagram();
    /// Every worker has finished and every record was passed on.
    [[nodiscard]] bool finished() const noexcept;
    /// Nothing before it will be passed on any more; until every worker has finished.
    [[nodiscard]] const RecordOrder& reached() const noexcept { return slowest_.order; }
    /// Records waiting for their turn, now.
    [[nodiscard]] std::size_t waiting() const noexcept { return waiting_.size(); }

  private:
    struct alignas(64) FactsOfSession : std::array<FactList, 2> {};  // by Direction
    /// What a session has told of itself so far, in its entry's place.
    struct Kept {
        std::uint64_t flow_id = 0;
        FactsOfSession* facts = nullptr;  // in kept_places_
    };
    struct Inbox {
        pipeline::Outbox* outbox;
        dpdk::MessageReader reader;
        std::vector<Kept> kept;  // by entry
    };
    struct Held {
        SessionRecord record;
        FactList facts;
    };
    /// A record's place in the order, apart from the record, which is long.
    struct Turn {
        RecordOrder order;
        RecordKind kind;
        Held* held;
    };
    struct Later {
        [[nodiscard]] bool operator()(const Turn& a, const Turn& b) const noexcept;
        [[nodiscard]] bool operator()(const std::unique_ptr<DatagramRecord>& a,
                                      const std::unique_ptr<DatagramRecord>& b) const noexcept {
            return a->order > b->order;
        }
    };
    using Datagrams = std::vector<std::unique_ptr<DatagramRecord>>;

    bool empty(Inbox& inbox);
    static void prefetch_after(const Inbox& inbox, const dpdk::MessageHeader& message) noexcept;
    void keep(Inbox& inbox, const FactsRecord& record);
    void hold_datagram(const DatagramRecord& record);
    void hold(Inbox& inbox, const dpdk::MessageHeader& message);
    [[nodiscard]] Held& free_place();
    [[nodiscard]] FactsOfSession& free_kept_place();

    std::vector<Inbox> inboxes_;
    const std::vector<std::string>& names_;
    // Places keep their memory when they are free: one that was given back for each session would
    // cost more than all else here.
    std::deque<Held> places_;
    std::vector<Held*> free_places_;
    std::deque<FactsOfSession> kept_places_;
    std::vector<FactsOfSession*> free_kept_places_;
    std::priority_queue<Turn, std::vector<Turn>, Later> waiting_;
    Datagrams datagrams_;                       // a heap: the earliest first
    std::unique_ptr<DatagramRecord> datagram_;  // the one passed on last
    pipeline::Outbox::Reached slowest_;
    std::optional<Told> told_;  // the one passed on last
};

}  // namespace sensor::control
