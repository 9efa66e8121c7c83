#include "tests/support/traffic/conversation.h"

#include <algorithm>
#include <map>
#include <string>

#include <gtest/gtest.h>

#include "sensor/decode/decoder.h"
#include "tests/support/traffic/random.h"

namespace traffic {
namespace {

using namespace std::chrono_literals;

constexpr sensor::PortNumber kClientPort{40001};
const Path kPath{
    .client = {sensor::ipv4_address(0x0a14010e), kClientPort},
    .server = {sensor::ipv4_address(0xc6336414), sensor::PortNumber{8088}},
};
const sensor::Timestamp kStart = sensor::timestamp_of(1'789'974'000'000'000'000);

struct Seen {
    std::vector<Packet> packets;  ///< in order of time; they own what `decoded` borrows
    std::vector<sensor::DecodedPacket> decoded;
};

Seen seen(const Trace& trace) {
    Seen all{.packets = trace.sorted(), .decoded = {}};
    for (const Packet& packet : all.packets) {
        all.decoded.emplace_back();
        sensor::decode::decode(packet.frame, sensor::LinkType::kEthernet, {}, all.decoded.back());
    }
    return all;
}

bool is_client(const sensor::DecodedPacket& packet) {
    return packet.source.port == kClientPort;
}

/// What a receiver keeps who lets the first copy of a byte stand; a hole ends it.
std::string stream_of(const Seen& all, bool client) {
    std::map<std::uint32_t, char> bytes;  // by offset from the first byte
    std::uint32_t first = 0;
    for (const auto& packet : all.decoded) {
        if (is_client(packet) != client) continue;
        if ((packet.tcp_flags & sensor::kTcpSyn) != 0) first = packet.tcp_sequence + 1;
        const auto text = bytes::text_of(packet.payload);
        for (std::uint32_t i = 0; i < text.size(); ++i) {
            bytes.emplace(packet.tcp_sequence - first + i, text[i]);
        }
    }
    std::string stream;
    for (const auto& [offset, byte] : bytes) {
        if (offset != stream.size()) break;
        stream += byte;
    }
    return stream;
}

std::string message(std::size_t size) {
    const Bytes random = random_bytes(7, size);
    return std::string{bytes::text_of(random)};
}

Trace told(std::string_view text, const Delivery& delivery) {
    Trace trace;
    TcpConversation conversation{trace, kPath, kStart};
    conversation.open().says(Side::kClient, bytes::view_of(text), delivery).close();
    return trace;
}

TEST(TcpConversation, OpensWithThreePacketsThatAgree) {
    Trace trace;
    TcpConversation{trace, kPath, kStart}.open();

    const auto [packets, decoded] = seen(trace);

    ASSERT_EQ(decoded.size(), 3U);
    EXPECT_EQ(decoded[0].tcp_flags, sensor::kTcpSyn);
    EXPECT_EQ(decoded[1].tcp_flags, sensor::kTcpSyn | sensor::kTcpAck);
    EXPECT_EQ(decoded[2].tcp_flags, sensor::kTcpAck);
    EXPECT_EQ(decoded[1].tcp_acknowledgement, decoded[0].tcp_sequence + 1);
    EXPECT_EQ(decoded[2].tcp_acknowledgement, decoded[1].tcp_sequence + 1);
    EXPECT_EQ(packets[0].time, kStart);
}

TEST(TcpConversation, CutsMessagesAtTheSegmentSizeAndAcknowledgesAllOfThem) {
    const std::string text = message(5000);
    Trace trace;
    TcpConversation conversation{trace, kPath, kStart};
    conversation.open().client(text).server("yes");

    const Seen all = seen(trace);

    EXPECT_EQ(stream_of(all, true), text);
    EXPECT_EQ(stream_of(all, false), "yes");
    for (const auto& packet : all.decoded)
        EXPECT_LE(packet.payload.size(), 1360U);
    EXPECT_EQ(all.decoded.back().tcp_acknowledgement, conversation.next_sequence(Side::kServer));
}

TEST(TcpConversation, NeverAcknowledgesWhatWasNotSent) {
    std::map<bool, std::uint32_t> sent;  // by is_client: sequence number after the last byte
    for (const auto& packet : seen(told(message(9000), {})).decoded) {
        const bool client = is_client(packet);
        if ((packet.tcp_flags & sensor::kTcpAck) != 0) {
            EXPECT_LE(static_cast<std::int32_t>(packet.tcp_acknowledgement - sent[!client]), 0);
        }
        if (sent.contains(client) && sent[client] != 0) {
            EXPECT_EQ(packet.tcp_sequence, sent[client]);
        }
        const bool counted = (packet.tcp_flags & (sensor::kTcpSyn | sensor::kTcpFin)) != 0;
        sent[client] = packet.tcp_sequence + packet.payload_length + (counted ? 1 : 0);
    }
}

TEST(TcpConversation, LeavesTheStreamWholeUnderEveryFaultButLoss) {
    const std::string text = message(6000);
    for (const Fault fault :
         {Fault::kRetransmit, Fault::kReorder, Fault::kOverlap, Fault::kContradict}) {
        const Seen all = seen(told(text, {.fault = fault, .segment_size = 500}));
        EXPECT_EQ(stream_of(all, true), text) << static_cast<int>(fault);
    }
}

TEST(TcpConversation, MissesTheFirstSegment) {
    const std::string text = message(1000);
    const Seen all = seen(told(text, {.fault = Fault::kMissFirst, .segment_size = 400}));

    EXPECT_EQ(stream_of(all, true), "");
    const bool whole = std::ranges::any_of(all.decoded, [&](const auto& packet) {
        return bytes::text_of(packet.payload) == std::string_view{text}.substr(400, 400);
    });
    EXPECT_TRUE(whole);
}

TEST(TcpConversation, ReordersNeighbours) {
    const Seen all = seen(told(message(1000), {.fault = Fault::kReorder, .segment_size = 500}));
    EXPECT_GT(all.decoded[3].tcp_sequence, all.decoded[4].tcp_sequence);
}

TEST(TcpConversation, AnswersARefusedAttemptWithReset) {
    Trace trace;
    TcpConversation{trace, kPath, kStart}.refused();

    const auto [packets, decoded] = seen(trace);

    ASSERT_EQ(decoded.size(), 2U);
    EXPECT_EQ(decoded[1].tcp_flags, sensor::kTcpRst | sensor::kTcpAck);
    EXPECT_EQ(decoded[1].tcp_acknowledgement, decoded[0].tcp_sequence + 1);
}

TEST(TcpConversation, MovesItsTimeOnWithEveryStep) {
    Trace trace;
    TcpConversation conversation{trace, kPath, kStart};
    conversation.open().client("a").wait(1h).server("b").reset();

    const auto [packets, decoded] = seen(trace);

    for (std::size_t i = 1; i < packets.size(); ++i) {
        EXPECT_LT(packets[i - 1].time, packets[i].time);
    }
    EXPECT_GT(packets.back().time, kStart + 1h);
    EXPECT_GT(conversation.now(), packets.back().time);
}

TEST(UdpExchange, SendsBothWays) {
    Trace trace;
    UdpExchange{trace, kPath, kStart}.client(Bytes{'q'}).server(Bytes{'a'});

    const auto [packets, decoded] = seen(trace);

    ASSERT_EQ(decoded.size(), 2U);
    EXPECT_EQ(bytes::text_of(decoded[0].payload), "q");
    EXPECT_EQ(decoded[1].source, kPath.server);
    EXPECT_EQ(decoded[1].destination, kPath.client);
    EXPECT_GE(packets[1].time - packets[0].time, Pace{}.half_trip);
}

}  // namespace
}  // namespace traffic
