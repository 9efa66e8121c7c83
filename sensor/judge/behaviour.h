// What the judge remembers of one behaviour, and the bounded table of all of them.
//
// A behaviour is what one app of one device does again and again: the same protocol to the same
// destination and port, with the same objection to it. It makes one finding.
#pragma once

#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "sensor/judge/decide.h"
#include "sensor/judge/recurrence.h"
#include "sensor/judge/score.h"

namespace sensor::judge {

/// Fixed in size but for the texts of one session.
struct Behaviour {
    std::string key;
    std::string id;  ///< hexadecimal digest of the key and the first session's start
    Decision decision;
    Timestamp first_seen{};
    Timestamp last_seen{};
    Duration longest{};  ///< of its sessions
    SessionStarts starts;
    EvidenceList evidence;
    Observation newest;  ///< the session that began last
    std::vector<std::uint64_t>
        open_sessions;  ///< see half_of(); at most BehaviourTable::kOpenSessions

    /// Which facts, that came after the sessions, the next revision is due to.
    std::string revised_by;

    // As last told.
    std::uint32_t revision = 0;
    std::vector<std::pair<std::string, int>> told_points;
    Severity told_severity{};
    std::uint64_t told_sessions = 0;
    Timestamp told_last_seen{};
};

/// The behaviour that a session belongs to: its device (or else the client's address and tunnel),
/// its app (or else its app group), protocol, destination, and the kind of objection.
[[nodiscard]] std::string behaviour_key(FindingKind kind, const Observation& session);

/// A session's number for the table: with a proxy it is two, on either side of the proxy.
[[nodiscard]] std::uint64_t half_of(const Observation& session) noexcept;

class BehaviourTable {
  public:
    /// Sessions at once of which a behaviour knows that they were counted.
    static constexpr std::size_t kOpenSessions = 64;

    explicit BehaviourTable(std::size_t capacity) : capacity_{capacity} {}

    [[nodiscard]] Behaviour* find(const std::string& key);
    [[nodiscard]] Behaviour* find_id(std::string_view id);
    /// Its sessions turn out to be this behaviour's, of which there must be none.
    void rename(Behaviour& behaviour, std::string key);
    /// The behaviour that counted this session, while the session lives.
    [[nodiscard]] Behaviour* find_session(std::uint64_t half);
    /// There must be none with this key, and room for it.
    Behaviour& add(std::string key, const Observation& session);
    /// It was active just now: the longest inactive one is the first to go.
    void touch(const Behaviour& behaviour);
    void open_session(Behaviour& behaviour, std::uint64_t half);
    void close_session(std::uint64_t half);

    /// The longest inactive behaviour; null if there is none.
    [[nodiscard]] Behaviour* oldest() { return order_.empty() ? nullptr : &order_.front(); }
    void remove(const Behaviour& behaviour);
    [[nodiscard]] bool full() const noexcept { return order_.size() >= capacity_; }
    [[nodiscard]] std::size_t size() const noexcept { return order_.size(); }
    /// Visits all, longest inactive first.
    template <class Visit>
    void each(Visit&& visit) {
        for (Behaviour& behaviour : order_)
            visit(behaviour);
    }

  private:
    std::size_t capacity_;
    std::list<Behaviour> order_;  // longest inactive first
    std::unordered_map<std::string, std::list<Behaviour>::iterator> by_key_;
    std::unordered_map<std::string_view, Behaviour*> by_id_;  // of the behaviours' own texts
    std::unordered_map<std::uint64_t, Behaviour*> by_session_;
};

}  // namespace sensor::judge
