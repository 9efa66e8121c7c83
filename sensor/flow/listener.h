// What a session has said so far, as identification wants to read it: in order, from the start.
//
// The common first payload is shown where it lies in its packet; only what did not suffice, or came
// out of order, is copied into a buffer from the bounded pool.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "sensor/flow/counters.h"
#include "sensor/flow/first_bytes.h"
#include "sensor/model/burst.h"

namespace sensor::flow {

class Listener {
  public:
    /// `sessions` may have buffered first bytes at once.
    Listener(std::size_t sessions, FlowCounters& counters) noexcept
        : pool_{sessions}, counters_{counters} {}

    /// What there is to identify now that `packet` has come; `said` is empty if nothing is new.
    [[nodiscard]] Speech listen(Session& session, bool from_low,
                                const DecodedPacket& packet) noexcept;
    /// Ends a round: payloads that are to be seen again are copied before their packets go.
    void settle() noexcept;
    /// Keeps a datagram that was recognised but goes on in the next, to be shown before it; lets go
    /// of all if they outgrow the window.
    void keep(Session& session, const Speech& speech) noexcept;
    /// Gives the session's buffer back, if it has one.
    void forget(Session& session) noexcept;

  private:
    /// A payload shown to identify straight from its packet, not yet in a buffer.
    struct Pending {
        Session* session;
        bytes::View payload;
        std::uint32_t sequence;
        bool from_low;
    };
    void listen_udp(Session& session, const DecodedPacket& packet, Speech& speech) noexcept;
    bytes::View listen_tcp(Session& session, bool from_low, const DecodedPacket& packet) noexcept;
    bytes::View kept_of(Session& session, bool from_low) noexcept;
    StreamStart* stream_of(Session& session, bool from_low) noexcept;
    void keep_pending(Session& session, bool from_low) noexcept;
    static void unfollow_if_lost(Session& session) noexcept;

    FirstBytesPool pool_;
    std::array<Pending, Burst::kPackets> pending_;  // pending_count_ says how many are set
    std::size_t pending_count_ = 0;
    FlowCounters& counters_;
};

}  // namespace sensor::flow
