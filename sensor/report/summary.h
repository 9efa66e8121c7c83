// What a replay saw and made of it, for people at the end of the run and as JSON. Cold path.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "lib/json/writer.h"
#include "sensor/model/finding.h"
#include "sensor/report/style.h"

namespace sensor::report {

struct NamedCount {
    std::string name;
    std::uint64_t count = 0;
};

/// What one stage counted, of all workers.
struct StageCounts {
    std::string stage;
    std::vector<NamedCount> counts;
};

struct Summary {
    std::vector<std::string> traces;   ///< as the user named them; of a replay
    std::vector<std::string> ports{};  ///< ditto; of the daemon
    std::uint64_t packets = 0;
    std::uint64_t bytes = 0;  ///< as captured
    Timestamp first{};        ///< packet time
    Timestamp last{};
    std::uint64_t forwarded = 0;        ///< packets that went on to the port's peer; inline
    std::uint64_t bypassed = 0;         ///< packets that inspection had no time for; inline
    std::uint64_t decoded = 0;          ///< packets = bypassed + decoded + rejected
    std::vector<NamedCount> rejected;   ///< packets that decode gave up, by reason
    std::uint64_t carriers = 0;         ///< packets that carry decoded ones, tracked besides
    std::uint64_t tracked = 0;          ///< decoded + carriers = tracked + untracked
    std::vector<NamedCount> untracked;  ///< packets without a session, by reason
    std::uint64_t sessions = 0;
    std::vector<NamedCount> protocols;      ///< sessions by protocol, without the unknown ones
    std::uint64_t unknown = 0;              ///< sessions whose protocol was not recognised
    std::uint64_t conflicts = 0;            ///< sessions whose two directions differ
    std::vector<NamedCount> ended;          ///< sessions by how they ended
    std::vector<NamedCount> unmapped_tags;  ///< sessions whose tags no rule knows, by these
    std::uint64_t unmapped_others = 0;      ///< ditto, of tags beyond those that are listed
    std::uint64_t events_accepted = 0;      ///< identity events
    std::uint64_t events_rejected = 0;
    std::array<std::uint64_t, 4> findings{};  ///< by Severity
    std::uint64_t suppressed = 0;             ///< findings besides, beyond AlertLimits
    std::vector<NamedCount> exceptions;       ///< sessions that each exception silenced, by its id
    std::uint64_t records_written = 0;
    std::uint64_t records_lost = 0;
    std::vector<NamedCount> losses;   ///< what limits cost, by what was lost
    std::vector<StageCounts> stages;  ///< for those who look closely: in JSON only
    bool hugepages = false;           ///< frames were in hugepages; ditto
    std::vector<std::string> notes;   ///< one line each: what the reader should know
};

/// Several lines. Counts of zero are left out where nobody would miss them; losses never are.
[[nodiscard]] std::string render(const Summary& summary, const Style& style);

/// One object; every member is there, whatever its value.
void write_json(json::Writer& out, const Summary& summary);

}  // namespace sensor::report
