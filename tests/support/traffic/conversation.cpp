#include "tests/support/traffic/conversation.h"

#include <algorithm>
#include <utility>

#include "tests/support/traffic/random.h"

namespace traffic {
namespace {

using sensor::kTcpAck;
using sensor::kTcpFin;
using sensor::kTcpPsh;
using sensor::kTcpRst;
using sensor::kTcpSyn;

constexpr std::size_t kOverlap = 16;  // bytes that Fault::kOverlap repeats

constexpr std::size_t index_of(Side side) {
    return static_cast<std::size_t>(side);
}
constexpr Side other(Side side) {
    return side == Side::kClient ? Side::kServer : Side::kClient;
}

/// RFC 9293 §3.2: maximum segment size (2), selective acknowledgements (4), window scale (3).
Bytes opening_options(std::uint16_t segment_size) {
    ByteWriter out;
    out.u8(2).u8(4).u16(segment_size).u8(4).u8(2).u8(1).u8(3).u8(3).u8(7).u8(0).u8(0);
    return out.take();
}

}  // namespace

TcpConversation::TcpConversation(Trace& trace, Path path, sensor::Timestamp start)
    : TcpConversation{trace, std::move(path), start, Options{}} {}

TcpConversation::TcpConversation(Trace& trace, Path path, sensor::Timestamp start,
                                 const Options& options)
    : trace_{trace}, path_{std::move(path)}, options_{options}, now_{start} {
    const auto port = static_cast<std::uint64_t>(path_.client.port);
    Random random{static_cast<std::uint64_t>(sensor::nanoseconds_of(start)) ^ port};
    for (std::uint32_t& sequence : next_sequence_) {
        sequence = static_cast<std::uint32_t>(random.next());
    }
    acknowledged_ = {next_sequence_[1], next_sequence_[0]};
}

std::uint32_t TcpConversation::next_sequence(Side side) const noexcept {
    return next_sequence_[index_of(side)];
}

TcpConversation& TcpConversation::wait(sensor::Duration pause) {
    now_ += pause;
    return *this;
}

void TcpConversation::take_turn(Side side) {
    if (side != last_speaker_) now_ += options_.pace.half_trip;
    last_speaker_ = side;
}

void TcpConversation::emit(Side side, std::uint8_t flags, std::uint32_t sequence,
                           bytes::View payload, const Bytes& options) {
    take_turn(side);
    const bool to_server = side == Side::kClient;
    const TcpHeader header{
        .source = to_server ? path_.client : path_.server,
        .destination = to_server ? path_.server : path_.client,
        .sequence = sequence,
        .acknowledgement = (flags & kTcpAck) != 0 ? acknowledged_[index_of(side)] : 0,
        .flags = flags,
        .options = options,
    };
    trace_.add(
        {now_, frame(to_server ? path_.to_server : path_.to_client, tcp_packet(header, payload))});
    now_ += options_.pace.spacing;
}

TcpConversation& TcpConversation::open() {
    const Bytes options = opening_options(options_.segment_size);
    emit(Side::kClient, kTcpSyn, next_sequence_[0]++, {}, options);
    acknowledged_[1] = next_sequence_[0];
    emit(Side::kServer, kTcpSyn | kTcpAck, next_sequence_[1]++, {}, options);
    acknowledged_[0] = next_sequence_[1];
    emit(Side::kClient, kTcpAck, next_sequence_[0]);
    return *this;
}

TcpConversation& TcpConversation::attempt() {
    emit(Side::kClient, kTcpSyn, next_sequence_[0]++, {}, opening_options(options_.segment_size));
    return *this;
}

TcpConversation& TcpConversation::refused() {
    attempt();
    acknowledged_[1] = next_sequence_[0];
    emit(Side::kServer, kTcpRst | kTcpAck, 0);  // RFC 9293 §3.5.2, group 1
    return *this;
}

std::vector<TcpConversation::Segment> TcpConversation::segments_of(std::size_t size,
                                                                   const Delivery& delivery) const {
    const std::size_t step =
        delivery.segment_size != 0 ? delivery.segment_size : options_.segment_size;
    std::vector<Segment> segments;
    for (std::size_t at = 0; at < size; at += step) {
        const Segment plain{.begin = at, .end = std::min(at + step, size)};
        Segment segment = plain;
        if (delivery.fault == Fault::kOverlap) segment.begin -= std::min(at, kOverlap);
        if (delivery.fault == Fault::kMissFirst && at == 0) segment.look = Segment::kHidden;
        segments.push_back(segment);
        if (delivery.fault == Fault::kRetransmit) segments.push_back(plain);
        if (delivery.fault == Fault::kContradict) {
            segment.look = Segment::kAltered;
            segments.push_back(segment);
        }
    }
    if (delivery.fault == Fault::kReorder) {
        for (std::size_t i = 1; i < segments.size(); i += 2) {
            std::swap(segments[i - 1], segments[i]);
        }
    }
    return segments;
}

void TcpConversation::add_segment(Side side, bytes::View message, const Segment& segment) {
    const bytes::View part = message.subspan(segment.begin, segment.end - segment.begin);
    Bytes payload{part.begin(), part.end()};
    if (segment.look == Segment::kAltered) {
        for (std::uint8_t& byte : payload)
            byte ^= 0xffU;
    }
    const bool last = segment.end == message.size();
    const auto flags = static_cast<std::uint8_t>(last ? kTcpPsh | kTcpAck : kTcpAck);
    const auto begin = static_cast<std::uint32_t>(segment.begin);
    emit(side, flags, next_sequence_[index_of(side)] + begin, payload);
}

TcpConversation& TcpConversation::says(Side side, bytes::View message, const Delivery& delivery) {
    const std::uint32_t first = next_sequence_[index_of(side)];
    const Side listener = other(side);
    const auto acknowledge = [&](std::size_t arrived) {
        acknowledged_[index_of(listener)] = first + static_cast<std::uint32_t>(arrived);
        emit(listener, kTcpAck, next_sequence_[index_of(listener)]);
    };
    std::size_t arrived = 0;
    std::size_t unanswered = 0;
    take_turn(side);
    // A train of segments travels together: its acknowledgements come without another half trip.
    const sensor::Duration half_trip = std::exchange(options_.pace.half_trip, {});
    for (const Segment& segment : segments_of(message.size(), delivery)) {
        if (segment.look != Segment::kHidden) add_segment(side, message, segment);
        arrived = std::max(arrived, segment.end);
        if (++unanswered == 2 && arrived < message.size()) {  // RFC 9293 §3.8.6.3
            acknowledge(arrived);
            unanswered = 0;
        }
    }
    options_.pace.half_trip = half_trip;
    last_speaker_ = side;
    acknowledge(message.size());
    next_sequence_[index_of(side)] = first + static_cast<std::uint32_t>(message.size());
    return *this;
}

TcpConversation& TcpConversation::close(Side first) {
    const Side second = other(first);
    emit(first, kTcpFin | kTcpAck, next_sequence_[index_of(first)]++);
    acknowledged_[index_of(second)] = next_sequence_[index_of(first)];
    emit(second, kTcpFin | kTcpAck, next_sequence_[index_of(second)]++);
    acknowledged_[index_of(first)] = next_sequence_[index_of(second)];
    emit(first, kTcpAck, next_sequence_[index_of(first)]);
    return *this;
}

TcpConversation& TcpConversation::reset(Side by) {
    emit(by, kTcpRst | kTcpAck, next_sequence_[index_of(by)]);
    return *this;
}

UdpExchange::UdpExchange(Trace& trace, Path path, sensor::Timestamp start, const Pace& pace)
    : trace_{trace}, path_{std::move(path)}, pace_{pace}, now_{start} {}

UdpExchange& UdpExchange::wait(sensor::Duration pause) {
    now_ += pause;
    return *this;
}

UdpExchange& UdpExchange::says(Side side, bytes::View datagram) {
    if (side != last_speaker_) now_ += pace_.half_trip;
    last_speaker_ = side;
    const bool to_server = side == Side::kClient;
    const sensor::Endpoint& source = to_server ? path_.client : path_.server;
    const sensor::Endpoint& destination = to_server ? path_.server : path_.client;
    trace_.add({now_, frame(to_server ? path_.to_server : path_.to_client,
                            udp_packet(source, destination, datagram))});
    now_ += pace_.spacing;
    return *this;
}

}  // namespace traffic
