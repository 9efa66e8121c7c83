// The sessions that RADIUS accounting tells of, so that what ends one without saying whose address
// it was still ends its lease, and what repeats what is known makes no events. Cold path.
//
// Packets may come late and in any order: who has ended stays known for a while.
#pragma once

#include <list>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sensor/attribute/feeds/radius_attributes.h"
#include "sensor/model/event.h"

namespace sensor::attribute::feeds::radius {

class SessionBook {
  public:
    /// Holds at most that many sessions, ended ones included; of more, the one longest unheard of
    /// goes, and its lease stays until another device is given the address. At least 1.
    explicit SessionBook(std::size_t most_sessions) : most_sessions_{most_sessions} {}

    /// What `told`, of `time`, changes. Of a session whose device no packet names, nothing.
    [[nodiscard]] std::vector<IdentityEvent> apply(const Accounting& told, Timestamp time);
    /// What was applied until now stays.
    void keep();
    /// Takes back what was applied since then: its events went nowhere, and the same packets will
    /// come again.
    void undo();

    [[nodiscard]] std::size_t size() const noexcept { return sessions_.size(); }
    /// Sessions that had to go before they ended.
    [[nodiscard]] std::uint64_t evicted() const noexcept { return evicted_; }

  private:
    struct Key {
        std::string nas;
        std::string session;

        friend auto operator<=>(const Key&, const Key&) = default;
    };
    struct Session {
        std::string service;
        std::string device;
        std::string app_group;
        DeviceFact fact;                 ///< as it was told last
        std::vector<Address> addresses;  ///< leased to the device
        Timestamp begun{};
        Timestamp newest{};  ///< of what told an address
        std::optional<Timestamp> ended;
    };
    struct Place {
        Session session;
        std::list<Key>::iterator recency;
    };
    using Sessions = std::map<Key, Place>;
    /// When a NAS, or a service of it, began or stopped accounting.
    using Restarts = std::map<std::pair<std::string, std::string>, Timestamp>;

    Session& find_or_add(const Key& key);
    void make_room();
    void forget(Sessions::iterator place);
    void set(const Key& key, const std::optional<Session>& session);
    void remember(const Key& key);
    void go_on(const Accounting& told, Timestamp time);
    void end(const Key& key, Session& session, Timestamp time);
    void end_all_of(const Accounting& told, Timestamp time);
    void learn(const Accounting& told, Timestamp time, Session& session);
    void rename(const Key& key, Session& session, const std::string& device, Timestamp time);
    void grant(const Key& key, const Session& session, const Address& address, Timestamp time);
    void lease_late(const Key& key, const Session& session, const Accounting& told, Timestamp time);
    void lease(const Key& key, Session& session, const Accounting& told, Timestamp time);
    void release(const Key& key, const Session& session, const Address& address, Timestamp time);
    [[nodiscard]] std::optional<Timestamp> restart_after(const Accounting& told,
                                                         Timestamp time) const;
    void tell(const Session& session, Timestamp time, decltype(IdentityEvent::fact) fact);

    std::size_t most_sessions_;
    Sessions sessions_;
    std::list<Key> recency_;          // the longest unheard of first
    std::map<Address, Key> holders_;  // whose lease of it is the latest
    Restarts restarts_;
    std::vector<IdentityEvent> events_;                           // of this apply()
    std::vector<std::pair<Key, std::optional<Session>>> undone_;  // since keep(), as it was
    std::optional<Restarts> restarts_before_;                     // ditto
    std::uint64_t evicted_ = 0;
};

}  // namespace sensor::attribute::feeds::radius
