// What crosses from a worker to the cold side: trivially copyable, fixed in size.
#pragma once

#include <compare>
#include <cstdint>
#include <type_traits>

#include "sensor/model/facts.h"
#include "sensor/model/packet.h"
#include "sensor/model/session.h"

namespace sensor {

/// The place of a record in the one order that does not depend on the number of workers.
struct RecordOrder {
    static constexpr std::uint64_t kAfterPackets = ~std::uint64_t{0};
    std::uint32_t epoch = 0;   ///< how often the trace's clock was started anew
    std::int64_t time_ns = 0;  ///< packet time
    /// Number of the packet that caused it; 0 for a timeout, which comes before the packets of its
    /// time, kAfterPackets for a trace's end, which comes after them.
    std::uint64_t packet = 0;
    std::uint64_t flow_id = 0;

    friend constexpr auto operator<=>(const RecordOrder&, const RecordOrder&) = default;
};

enum class RecordKind : std::uint8_t {
    kUnapproved,  ///< identified, and not plainly approved: for the judge
    kInner,       ///< what a session carries through a proxy is identified: for the judge
    kPersisting,  ///< such a session has lived past the persistence threshold
    kEnd,         ///< the session is over
};

struct SessionRecord {
    RecordOrder order;
    RecordKind kind{};
    EndReason reason{};
    Session session;
    Tags tags;
    std::uint64_t flow_id = 0;
};
static_assert(std::is_trivially_copyable_v<SessionRecord>);

/// Facts of one direction, of its outer or its inner protocol; precedes the SessionRecord that
/// tells of it.
struct FactsRecord {
    std::uint64_t flow_id = 0;  ///< of one epoch: a trace read twice has the same ones twice
    std::uint32_t epoch = 0;
    Direction direction{};
    Facts facts;
};
static_assert(std::is_trivially_copyable_v<FactsRecord>);

}  // namespace sensor
