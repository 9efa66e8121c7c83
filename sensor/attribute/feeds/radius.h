// RADIUS accounting as a source of identity events: which device has which address, in which app
// group. Cold path; each reader belongs to one thread.
//
// A request's own time is its Event-Timestamp, else its arrival less Acct-Delay-Time.
#pragma once

#include <cstdint>
#include <list>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sensor/attribute/feeds/radius_attributes.h"
#include "sensor/attribute/feeds/radius_sessions.h"
#include "sensor/model/event.h"

namespace sensor::attribute::feeds {

/// Who may tell, and the secret shared with it.
struct RadiusClient {
    Prefix address;
    std::string secret;
};

/// What became of one datagram.
enum class RadiusOutcome : std::uint8_t {
    kAccepted,            ///< may have told nothing new
    kRepeated,            ///< a retransmission of what was accepted
    kMalformed,           ///< no RADIUS packet
    kOtherCode,           ///< no Accounting-Request
    kUnknownClient,       ///< from an address that no client has
    kWrongAuthenticator,  ///< not made with the client's secret, or changed on the way
    kIncomplete,          ///< without Acct-Status-Type, or without Acct-Session-Id
    kCount,
};
/// "wrong-authenticator"
[[nodiscard]] std::string_view name_of(RadiusOutcome outcome) noexcept;

class RadiusReader {
  public:
    struct Options {
        std::vector<RadiusClient> clients;  ///< the longest block that has an address is meant
        radius::GroupOrder groups;
        /// Take the word of addresses that no client has: for mirrored traffic whose secret nobody
        /// knows. Anybody who can send there can then tell anything.
        bool trust_unverified = false;
        std::size_t most_sessions = 65536;
    };
    explicit RadiusReader(Options options);

    struct Heard {
        RadiusOutcome outcome{};
        std::vector<IdentityEvent> events;
        /// To be sent back once the events are safe; empty if there is none.
        std::vector<std::uint8_t> response;
    };
    /// A datagram that `from` sent.
    [[nodiscard]] Heard read(bytes::View datagram, const Endpoint& from, Timestamp arrival);
    /// The events of all that was read until now are safe.
    void keep();
    /// Those of what was read since then went nowhere: the clients will send the same again.
    void undo();

    [[nodiscard]] const radius::SessionBook& sessions() const noexcept { return sessions_; }

  private:
    /// By which a retransmission is known, RFC 2866 §4.1.
    struct Request {
        Endpoint from;
        std::uint8_t identifier = 0;
        std::array<std::uint8_t, 16> authenticator{};

        friend auto operator<=>(const Request&, const Request&) = default;
    };
    using Requests = std::set<Request>;

    [[nodiscard]] const RadiusClient* client_at(const Address& address) const noexcept;
    /// False if it was there.
    bool remember(const Request& request);

    Options options_;
    radius::SessionBook sessions_;
    Requests recent_;
    std::list<Requests::iterator> by_age_;  // the oldest first
    std::size_t undoable_ = 0;              // so many of the last of by_age_ are not kept yet
};

}  // namespace sensor::attribute::feeds
