// What crosses from a worker to the cold side: trivially copyable, in the order it was told.
#pragma once

#include <compare>
#include <cstddef>
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
    std::uint64_t envelope = 0;  ///< whoever carries it writes here
    std::uint32_t entry = 0;     ///< of the worker's flow table: one session at a time
    RecordKind kind{};
    EndReason reason{};
    RecordOrder order;  ///< its flow_id is the session's
    Session session;
    Tags tags;
};
static_assert(std::is_trivially_copyable_v<SessionRecord> && sizeof(SessionRecord) == 256);

/// Facts of one direction, of its outer or its inner protocol; precedes the SessionRecord that
/// tells of it. Only what is in use of it crosses.
struct FactsRecord {
    std::uint64_t envelope = 0;  ///< as in SessionRecord
    std::uint64_t flow_id = 0;
    std::uint32_t epoch = 0;
    std::uint32_t entry = 0;  ///< as in SessionRecord
    Direction direction{};
    Facts facts;  ///< last, since it is cut

    [[nodiscard]] std::size_t bytes_in_use() const noexcept {
        return offsetof(FactsRecord, facts) + facts.bytes_in_use();
    }
};
static_assert(std::is_trivially_copyable_v<FactsRecord> && std::is_standard_layout_v<FactsRecord>);

}  // namespace sensor
