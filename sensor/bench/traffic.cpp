#include "sensor/bench/traffic.h"

#include "sensor/bench/payloads.h"
#include "sensor/model/packet.h"

namespace sensor::bench {
namespace {

constexpr std::uint16_t kHttpPort = 80;
constexpr std::uint16_t kDnsPort = 53;
constexpr std::array<std::uint32_t, 2> kFirstSequence{1000, 5'000'000};  // of client and server

/// Writes down the packets of one TCP connection, sequence numbers and all.
class TcpScript {
  public:
    TcpScript& add(bool from_client, std::uint8_t flags, bytes::View payload = {}) {
        const std::size_t side = from_client ? 0 : 1;
        const bool acknowledges = (flags & kTcpAck) != 0;
        steps_.push_back({.shape = {.transport = Transport::kTcp,
                                    .tcp_flags = flags,
                                    .sequence = next_[side],
                                    .acknowledgement = acknowledges ? next_[1 - side] : 0,
                                    .payload = payload},
                          .from_client = from_client});
        const bool takes_number = (flags & (kTcpSyn | kTcpFin)) != 0;
        next_[side] += static_cast<std::uint32_t>(payload.size()) + (takes_number ? 1 : 0);
        return *this;
    }
    TcpScript& open() {
        return add(true, kTcpSyn).add(false, kTcpSyn | kTcpAck).add(true, kTcpAck);
    }
    TcpScript& exchange(bytes::View request, bytes::View response) {
        return add(true, kTcpAck | kTcpPsh, request).add(false, kTcpAck | kTcpPsh, response);
    }
    TcpScript& close() {
        return add(true, kTcpAck | kTcpFin).add(false, kTcpAck | kTcpFin).add(true, kTcpAck);
    }
    [[nodiscard]] std::vector<Step> take() { return std::move(steps_); }

  private:
    std::array<std::uint32_t, 2> next_ = kFirstSequence;
    std::vector<Step> steps_;
};

Step datagram(bool from_client, bytes::View payload) {
    return {.shape = {.transport = Transport::kUdp, .payload = payload},
            .from_client = from_client};
}

Conversation tls(const flow::Timeouts& timeouts) {
    return {.server_port = kHttpsPort,
            .steps = TcpScript{}.open().exchange(kClientHello, kServerHello).close().take(),
            .lingers = timeouts.tcp_closed};
}
Conversation http(const flow::Timeouts& timeouts) {
    return {.server_port = kHttpPort,
            .steps = TcpScript{}
                         .open()
                         .exchange(bytes::view_of(kHttpRequest), bytes::view_of(kHttpResponse))
                         .close()
                         .take(),
            .lingers = timeouts.tcp_closed};
}
Conversation dns(const flow::Timeouts& timeouts) {
    return {.server_port = kDnsPort,
            .steps = {datagram(true, kDnsQuery), datagram(false, kDnsAnswer)},
            .lingers = timeouts.udp_both_ways};
}

/// The first payload alone, as where a mirror begins to see the session with it.
std::vector<Conversation> first_payloads(const flow::Timeouts& timeouts) {
    constexpr std::uint8_t kFlags = kTcpAck | kTcpPsh;
    return {{.server_port = kHttpsPort,
             .steps = TcpScript{}.add(true, kFlags, kClientHello).take(),
             .share = 2,
             .lingers = timeouts.tcp_open},
            {.server_port = kHttpPort,
             .steps = TcpScript{}.add(true, kFlags, bytes::view_of(kHttpRequest)).take(),
             .lingers = timeouts.tcp_open},
            {.server_port = kDnsPort,
             .steps = {datagram(true, kDnsQuery)},
             .lingers = timeouts.udp_one_way}};
}

}  // namespace

std::string_view name_of(Traffic traffic) noexcept {
    switch (traffic) {
        case Traffic::kSteady: return "steady";
        case Traffic::kNew: return "new";
        case Traffic::kNewTls: return "new-tls";
        case Traffic::kNewHttp: return "new-http";
        case Traffic::kNewDns: return "new-dns";
        case Traffic::kFirst: return "first";
    }
    return {};
}

std::string_view name_of(Frames frames) noexcept {
    switch (frames) {
        case Frames::k64: return "64";
        case Frames::kImix: return "imix";
        case Frames::k1500: return "1500";
    }
    return {};
}

std::size_t frame_bytes(Frames frames, std::size_t number) noexcept {
    constexpr std::size_t kFcs = 4;
    constexpr std::size_t kSmall = 64 - kFcs;
    constexpr std::size_t kMedium = 594 - kFcs;
    constexpr std::size_t kLarge = 1518 - kFcs;
    if (frames == Frames::k64) return kSmall;
    if (frames == Frames::k1500) return kLarge;
    const std::size_t place = number * 5 % 12;  // every place once in twelve, in mixed order
    return place < 7 ? kSmall : place < 11 ? kMedium : kLarge;
}

std::vector<Conversation> beginnings() {
    return {{.server_port = kHttpsPort,
             .steps = TcpScript{}.open().exchange(kClientHello, kServerHello).take()}};
}

std::vector<Conversation> conversations(Traffic traffic, const flow::Timeouts& timeouts) {
    switch (traffic) {
        case Traffic::kNewTls: return {tls(timeouts)};
        case Traffic::kNewHttp: return {http(timeouts)};
        case Traffic::kNewDns: return {dns(timeouts)};
        case Traffic::kFirst: return first_payloads(timeouts);
        case Traffic::kNew:
        case Traffic::kSteady: break;
    }
    std::vector<Conversation> all{tls(timeouts), http(timeouts), dns(timeouts)};
    all.front().share = 2;
    return all;
}

PacketShape steady_shape(std::size_t frame_bytes, bool from_client) {
    const std::array<std::uint32_t, 2> next{
        kFirstSequence[0] + 1 + static_cast<std::uint32_t>(kClientHello.size()),
        kFirstSequence[1] + 1 + static_cast<std::uint32_t>(kServerHello.size())};
    const std::size_t side = from_client ? 0 : 1;
    return {.transport = Transport::kTcp,
            .tcp_flags = kTcpAck,
            .sequence = next[side],
            .acknowledgement = next[1 - side],
            .least_bytes = frame_bytes};
}

}  // namespace sensor::bench
