// Packets put through a tracker in bursts, as a worker would.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "sensor/flow/tracker.h"
#include "sensor/model/flow_hash.h"

namespace test {

using namespace std::chrono_literals;
using namespace sensor;  // NOLINT: tests name its types all the time
using sensor::flow::Ended;
using sensor::flow::FlowCounter;
using sensor::flow::Limits;
using sensor::flow::Timeouts;
using sensor::flow::Tracker;

inline constexpr Timestamp kBase{std::chrono::seconds{1789974000}};
inline constexpr Endpoint kPhone{ipv4_address(0x0a14010e), PortNumber{49152}};
inline constexpr Endpoint kServer{ipv4_address(0xc6336414), PortNumber{8088}};

/// One inner packet, as decode would hand it on.
struct Seen {
    Duration after{};  ///< since kBase
    Endpoint source = kPhone;
    Endpoint destination = kServer;
    Transport transport = Transport::kTcp;
    std::uint8_t flags = kTcpAck;
    std::uint32_t sequence = 0;
    std::string payload = {};
    Tags tags = {};
    std::uint64_t scope = 0;
};
inline Seen answer(Seen seen) {
    std::swap(seen.source, seen.destination);
    return seen;
}

class TrackerTest : public testing::Test {
  protected:
    explicit TrackerTest(const Timeouts& timeouts = {},
                         const Limits& limits = {.sessions = 1000, .first_bytes = 100})
        : tracker_{timeouts, limits, 600s} {}

    /// All in one burst. Returns the session of the last; null if it has none, or is not due.
    Session* see_all(const std::vector<Seen>& packets) {
        burst_->size = packets.size();
        burst_->round_begin = burst_->round_end = 0;
        for (std::size_t i = 0; i < packets.size(); ++i)
            fill(i, packets[i]);
        burst_->sessions.fill(nullptr);
        said_.assign(packets.size(), {});
        heard_.assign(packets.size(), {});
        while (burst_->round_end < burst_->size) {
            tracker_.run(*burst_);
            for (const std::size_t i : burst_->due()) {
                said_[i] = bytes::text_of(burst_->speech[i].said);
                heard_[i] = bytes::text_of(burst_->speech[i].heard);
                if (identify_) identify_(*burst_->sessions[i]);
            }
            tracker_.settle(*burst_);
        }
        return burst_->sessions[packets.size() - 1];
    }
    Session* see(const Seen& packet) { return see_all(std::vector{packet}); }

    /// SYN, SYN ACK, ACK, a millisecond apart, with sequence numbers 100 and 900.
    Session* open(Duration after = {}, std::uint32_t first = 100) {
        see({.after = after, .flags = kTcpSyn, .sequence = first});
        see(answer({.after = after + 1ms, .flags = kTcpSyn | kTcpAck, .sequence = 900}));
        return see({.after = after + 2ms, .flags = kTcpAck, .sequence = first + 1});
    }
    void expire(Duration after, unsigned budget = 1000) { tracker_.expire(kBase + after, budget); }
    [[nodiscard]] std::uint64_t count(FlowCounter name) const { return tracker_.counters()[name]; }
    /// When the n-th session to end did, since kBase.
    [[nodiscard]] Duration ended_after(std::size_t n) const {
        return timestamp_of(tracker_.ended()[n].time_ns) - kBase;
    }

    Tracker tracker_;
    std::unique_ptr<Burst> burst_ = std::make_unique<Burst>();
    std::vector<std::string> said_;   // of the last burst, by packet
    std::vector<std::string> heard_;  // ditto
    std::function<void(Session&)> identify_;
    std::uint64_t number_ = 0;

  private:
    void fill(std::size_t i, const Seen& seen) {
        payloads_[i] = seen.payload;
        burst_->views[i] = {.seen = kBase + seen.after, .number = ++number_};
        burst_->packets[i] = {
            .transport = seen.transport,
            .tcp_flags = seen.transport == Transport::kTcp ? seen.flags : std::uint8_t{0},
            .source_is_low = seen.source <= seen.destination,
            .has_tags = seen.tags != Tags{},
            .source = seen.source,
            .destination = seen.destination,
            .scope = seen.scope,
            .flow_hash = symmetric_hash(seen.source, seen.destination, seen.transport, seen.scope),
            .tcp_sequence = seen.sequence,
            .ip_length = static_cast<std::uint32_t>(40 + seen.payload.size()),
            .payload_length = static_cast<std::uint32_t>(seen.payload.size()),
            .payload = bytes::view_of(payloads_[i]),
            .tags = seen.tags};
    }
    std::array<std::string, Burst::kCapacity> payloads_;  // what the packets' views borrow
};

}  // namespace test
