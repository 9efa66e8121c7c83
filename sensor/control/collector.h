// From the workers' records to one stream of observations in the one order that does not depend on
// how many workers there are.
//
// Each worker's records may come out of order by as much as its timeouts lag; a record is passed on
// once every worker has promised that nothing earlier will follow.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <queue>
#include <string>
#include <unordered_map>
#include <vector>

#include "sensor/model/observation.h"
#include "sensor/model/record.h"
#include "sensor/pipeline/outbox.h"

namespace sensor::control {

/// A session at one moment of its life, as the judge and the reports want it.
struct Told {
    RecordKind kind{};
    std::uint32_t epoch = 0;
    AppGroupId app_group{};
    TagRuleId tag_rule{};
    bool is_unapproved = false;  ///< not plainly approved: for the judge
    Observation observation;     ///< attribution and context are still empty
};

class Collector {
  public:
    /// `names` are the protocols' by ProtocolId. Everything borrowed must outlive it.
    Collector(std::vector<pipeline::Outbox*> outboxes, const std::vector<std::string>& names);

    /// Empties the rings. True if there was anything, or a worker has come further.
    bool gather();
    /// The next record that nothing can precede any more; none if it is to be waited for.
    [[nodiscard]] std::optional<Told> next();
    /// Every worker has finished and every record was passed on.
    [[nodiscard]] bool finished() const noexcept;
    /// Records waiting for their turn, now.
    [[nodiscard]] std::size_t waiting() const noexcept { return waiting_.size(); }

  private:
    struct Later {
        [[nodiscard]] bool operator()(const std::unique_ptr<SessionRecord>& a,
                                      const std::unique_ptr<SessionRecord>& b) const noexcept;
    };
    struct SessionName {
        std::uint32_t epoch;
        std::uint64_t flow_id;
        friend bool operator==(const SessionName&, const SessionName&) = default;
    };
    struct HashOfName {
        [[nodiscard]] std::size_t operator()(const SessionName& name) const noexcept {
            return name.flow_id ^ (std::uint64_t{name.epoch} << 51U);  // flow ids have 51 bits
        }
    };
    using FactsOfSession = std::array<std::vector<std::pair<Fact, std::string>>, 2>;

    void gather_facts(pipeline::Outbox& outbox);
    [[nodiscard]] Observation observe(const SessionRecord& record) const;

    std::vector<pipeline::Outbox*> outboxes_;
    const std::vector<std::string>& names_;
    std::vector<SessionRecord> session_records_;  // room for one pop
    std::vector<FactsRecord> facts_records_;
    std::priority_queue<std::unique_ptr<SessionRecord>, std::vector<std::unique_ptr<SessionRecord>>,
                        Later>
        waiting_;
    std::unordered_map<SessionName, FactsOfSession, HashOfName> facts_;
    pipeline::Outbox::Reached slowest_;
};

}  // namespace sensor::control
