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

    EarlierLife earlier;
    bool is_suppressed = false;  ///< there were too many when it was to be told

    // As last told.
    bool is_told = false;        ///< since it was opened
    bool is_told_here = false;   ///< by this process, in an earlier life or in this one
    std::uint32_t revision = 0;  ///< goes on from that of an earlier life
    Points told_points{};
    Severity told_severity{};
    std::uint64_t told_sessions = 0;
    Timestamp told_last_seen{};

    std::list<Behaviour>::iterator place;  ///< its own, in the table
};

/// The behaviour that a session belongs to: its device (or else the client's address and tunnel),
/// its app (or else its app group), protocol, destination, and the kind of objection.
[[nodiscard]] std::string behaviour_key(FindingKind kind, const Observation& session);

/// Whose behaviour it is: its device, or else the client's address and tunnel.
[[nodiscard]] std::string subject_of(const Observation& session);

/// A session's number for the table: with a proxy it is two, on either side of the proxy.
[[nodiscard]] std::uint64_t half_of(const Observation& session) noexcept;

class BehaviourTable {
  public:
    /// Sessions at once of which a behaviour knows that they were counted.
    static constexpr std::size_t kOpenSessions = 64;

    explicit BehaviourTable(std::size_t capacity) : capacity_{capacity} {}

    /// What is remembered of one that was closed, so that its finding goes on if it comes back.
    struct Past {
        std::string id;
        std::uint32_t revision = 0;
        Severity severity{};
        EarlierLife life;
        SessionStarts starts;       ///< what recurs once a day, or once a week, is seen to
        bool is_told_here = false;  ///< by this process
    };
    /// As many are remembered as there may be behaviours; the longest closed is forgotten first.
    void remember(std::string key, Past past);
    /// No longer remembered from then on; nothing if it was not.
    [[nodiscard]] std::optional<Past> recall(const std::string& key);
    /// Calls visit(key, Past), longest closed first.
    template <class Visit>
    void each_past(Visit&& visit) const {
        for (const auto& [key, past] : past_)
            visit(key, past);
    }

    [[nodiscard]] Behaviour* find(const std::string& key);
    [[nodiscard]] Behaviour* find_id(std::string_view id);
    /// Its sessions turn out to be this behaviour's, of which there must be none.
    void rename(Behaviour& behaviour, std::string key);
    /// The behaviour that counted this session, while the session lives.
    [[nodiscard]] Behaviour* find_session(std::uint64_t half);
    /// There must be none with this key, and room for it.
    Behaviour& add(std::string key, const Observation& session);
    /// One of an earlier process, as it was there; there must be none with this key, and room.
    void restore(Behaviour behaviour);
    /// It was active just now: the longest inactive one is the first to go.
    void touch(const Behaviour& behaviour) { order_.splice(order_.end(), order_, behaviour.place); }
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
    template <class Visit>
    void each(Visit&& visit) const {
        for (const Behaviour& behaviour : order_)
            visit(behaviour);
    }

  private:
    void list(Behaviour& behaviour);

    std::size_t capacity_;
    std::list<Behaviour> order_;  // longest inactive first
    // Keys are the behaviours' own texts.
    std::unordered_map<std::string_view, Behaviour*> by_key_;
    std::unordered_map<std::string_view, Behaviour*> by_id_;
    std::list<std::pair<std::string, Past>> past_;  // longest closed first
    std::unordered_map<std::string_view, std::list<std::pair<std::string, Past>>::iterator>
        past_by_key_;  // of the list's own texts
    std::unordered_map<std::uint64_t, Behaviour*> by_session_;
};

}  // namespace sensor::judge
