// attribute: sessions -> app groups, by the tags on the client's packets, else by its lease. Hot
// path.
#pragma once

#include <string_view>

#include "lib/metrics/counter_block.h"
#include "sensor/attribute/lease_table.h"
#include "sensor/attribute/tag_map.h"
#include "sensor/attribute/unmapped_tags.h"
#include "sensor/model/burst.h"

namespace sensor::attribute {

/// Sessions by what named their app group. One that turned round is attributed, and counted, anew.
enum class AttributeCounter : std::uint8_t {
    kByTag,         ///< a tag rule
    kByLease,       ///< no rule, but the client's lease
    kUnmappedTags,  ///< neither, although the packet carries tags: a rule may be missing
    kNone,          ///< neither, and no tags
    kCount,
};

[[nodiscard]] std::string_view name_of(AttributeCounter counter) noexcept;

/// One worker's attributor. Its worker registers with the leases' Quiescence and reports to it once
/// a turn, after run().
class Attributor {
  public:
    /// Both must outlive it.
    Attributor(const TagMap& tags, const LeaseTable& leases) noexcept
        : tags_{tags}, leases_{leases} {}

    /// Attributes every session of the burst that is not yet, at a packet of its client's.
    void run(Burst& burst) noexcept;

    // Read by anybody.
    [[nodiscard]] const metrics::CounterBlock<AttributeCounter>& counters() const noexcept {
        return counters_;
    }
    /// What AttributeCounter::kUnmappedTags counts, by tags.
    [[nodiscard]] const UnmappedTags& unmapped() const noexcept { return unmapped_; }

  private:
    void attribute(Session& session, const DecodedPacket& packet, const PacketView& view) noexcept;

    const TagMap& tags_;
    const LeaseTable& leases_;
    metrics::CounterBlock<AttributeCounter> counters_;
    UnmappedTags unmapped_;
};

}  // namespace sensor::attribute
