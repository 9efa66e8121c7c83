// Conversations as a mirror port sees them: each step adds its packets to a trace and moves the
// conversation's own time on.
#pragma once

#include <cstdint>
#include <string_view>

#include "tests/support/traffic/encapsulation.h"
#include "tests/support/traffic/trace_writer.h"

namespace traffic {

enum class Side : std::uint8_t { kClient, kServer };

/// Who talks to whom, and the headers around the packets of either direction.
struct Path {
    sensor::Endpoint client;
    sensor::Endpoint server;
    Encapsulation to_server = untagged();
    Encapsulation to_client = reversed(untagged());
};

struct Pace {
    sensor::Duration half_trip = std::chrono::milliseconds{12};  ///< before the other side answers
    sensor::Duration spacing = std::chrono::microseconds{180};   ///< between packets of one side
};

/// What happens to the segments of one message.
enum class Fault : std::uint8_t {
    kNone,
    kRetransmit,  ///< every segment is seen twice
    kReorder,     ///< neighbours change places
    kOverlap,     ///< every segment repeats the last bytes of the one before
    kMissFirst,   ///< the first segment arrived but the mirror did not show it
    kContradict,  ///< every segment is seen again with other bytes in it
};

struct Delivery {
    Fault fault = Fault::kNone;
    std::size_t segment_size = 0;  ///< bytes; 0 means the maximum segment size
};

class TcpConversation {
  public:
    struct Options {
        Pace pace = {};
        std::uint16_t segment_size = 1360;  ///< bytes of payload; leaves room for tunnel headers
    };

    TcpConversation(Trace& trace, Path path, sensor::Timestamp start);
    TcpConversation(Trace& trace, Path path, sensor::Timestamp start, const Options& options);

    /// SYN, SYN ACK, ACK. Leave it out for a conversation that was caught midway.
    TcpConversation& open();
    /// A SYN that nobody answers, and one that a RST answers.
    TcpConversation& attempt();
    TcpConversation& refused();

    TcpConversation& says(Side side, bytes::View message, const Delivery& delivery = {});
    TcpConversation& client(bytes::View message) { return says(Side::kClient, message); }
    TcpConversation& server(bytes::View message) { return says(Side::kServer, message); }
    TcpConversation& client(std::string_view text) { return client(bytes::view_of(text)); }
    TcpConversation& server(std::string_view text) { return server(bytes::view_of(text)); }

    /// FIN from `first`, FIN from the other side, ACK.
    TcpConversation& close(Side first = Side::kClient);
    TcpConversation& reset(Side by = Side::kClient);

    TcpConversation& wait(sensor::Duration pause);
    /// Time of the next packet.
    [[nodiscard]] sensor::Timestamp now() const noexcept { return now_; }
    /// Sequence number of the next byte of `side`.
    [[nodiscard]] std::uint32_t next_sequence(Side side) const noexcept;

  private:
    struct Segment {
        std::size_t begin;
        std::size_t end;  // one past the last byte
        enum : std::uint8_t { kShown, kHidden, kAltered } look = kShown;
    };
    [[nodiscard]] std::vector<Segment> segments_of(std::size_t size,
                                                   const Delivery& delivery) const;
    void add_segment(Side side, bytes::View message, const Segment& segment);
    void emit(Side side, std::uint8_t flags, std::uint32_t sequence, bytes::View payload = {},
              const Bytes& options = {});
    void take_turn(Side side);

    Trace& trace_;
    Path path_;
    Options options_;
    sensor::Timestamp now_;
    Side last_speaker_ = Side::kClient;
    std::array<std::uint32_t, 2> next_sequence_{};  // by Side
    std::array<std::uint32_t, 2> acknowledged_{};   // by Side: what it has told the other to have
};

class UdpExchange {
  public:
    UdpExchange(Trace& trace, Path path, sensor::Timestamp start, const Pace& pace = {});

    UdpExchange& says(Side side, bytes::View datagram);
    UdpExchange& client(bytes::View datagram) { return says(Side::kClient, datagram); }
    UdpExchange& server(bytes::View datagram) { return says(Side::kServer, datagram); }
    UdpExchange& wait(sensor::Duration pause);
    [[nodiscard]] sensor::Timestamp now() const noexcept { return now_; }

  private:
    Trace& trace_;
    Path path_;
    Pace pace_;
    sensor::Timestamp now_;
    Side last_speaker_ = Side::kClient;
};

}  // namespace traffic
