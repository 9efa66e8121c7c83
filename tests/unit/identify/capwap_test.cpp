#include "sensor/identify/protocols/capwap.h"

#include <gtest/gtest.h>

#include "tests/unit/identify/inner_packets.h"

namespace sensor::identify {
namespace {

using namespace test;

// HLEN 2, binding IEEE 802.11.
constexpr auto kHeader = "00 100200 0000 0000"_hex;
// HLEN 4, with a radio's MAC.
constexpr auto kWithMac = "00 200210 0000 0000 06 020000000001 00"_hex;
// Discovery Request: type 1, sequence 5, elements of 8 bytes, flags; Discovery Type, a vendor's.
constexpr auto kDiscovery = "00000001 05 000c 00  0014 0001 00  0025 0000"_hex;
constexpr auto kDiscovered = "00000002 05 0008 00  0004 0001 61"_hex;
constexpr auto kKeepAlive = "0016 0023 0010 000102030405060708090a0b0c0d0e0f"_hex;
// To the distribution system; QoS; four addresses.
constexpr auto kWireless =
    "08 01 0000 020000000001 020000000002 020000000003 0010 aaaa03000000 0800"_hex;
constexpr auto kQos =
    "88 02 0000 020000000001 020000000002 020000000003 0010 0000 aaaa03000000 86dd"_hex;
constexpr auto kBridged =
    "08 03 0000 020000000001 020000000002 020000000003 0010 020000000004 aaaa03000000 0806"_hex;
// DTLS: a handshake record of eight bytes.
constexpr auto kEncrypted = "01000000 16 fefd 0000 000000000000 0008 0100000000000000"_hex;

Payload request() {
    return concatenated({kHeader, kDiscovery});
}
Payload response() {
    return concatenated({kHeader, kDiscovered});
}
/// A frame of the binding's: T.
Payload native(bytes::View frame, bytes::View packet) {
    return concatenated({changed(kHeader, 2, {0x03}), frame, packet});
}
Payload keep_alive() {
    return concatenated({changed(kHeader, 3, {0x08}), kKeepAlive});
}

TEST(Capwap, RecognisesDiscovery) {
    EXPECT_EQ(ask(capwap::validate, datagram(request())).role, Role::kClient);
    EXPECT_EQ(ask(capwap::validate, reply(response())).role, Role::kServer);
    for (const auto& payload : {request(), response(), concatenated({kWithMac, kDiscovery})}) {
        EXPECT_EQ(recognised_as(datagram(payload)), "capwap") << payload.size();
        EXPECT_TRUE(accepted_cuts(capwap::validate, datagram(payload)).empty());
    }
    // RFC 5415 §4.5.1.3 can be read as if the length did not count itself and the flags.
    const auto shorter = changed(request(), 14, {0x09});
    EXPECT_EQ(recognised_as(datagram(shorter)), "capwap");
}

TEST(Capwap, RecognisesData) {
    const std::vector<Payload> datagrams{
        keep_alive(),
        native(kWireless, kIpv4Packet),
        native(kQos, kIpv6Packet),
        native(kBridged, kArpPacket),
        concatenated({kHeader, ipv4_frame()}),
        concatenated({kWithMac, arp_frame()}),
    };
    for (const auto& payload : datagrams) {
        EXPECT_EQ(recognised_as(datagram(payload)), "capwap") << payload.size();
        EXPECT_TRUE(accepted_cuts(capwap::validate, datagram(payload)).empty()) << payload.size();
    }
}

TEST(Capwap, RecognisesDtlsBehindThePreamble) {
    EXPECT_EQ(recognised_as(datagram(kEncrypted)), "capwap");
    const auto two = concatenated({kEncrypted, bytes::View{kEncrypted}.subspan(4)});
    EXPECT_EQ(recognised_as(datagram(two)), "capwap");
    EXPECT_TRUE(accepted_cuts(capwap::validate, datagram(kEncrypted)).empty());
}

TEST(Capwap, ConfirmsByTheSequenceNumber) {
    Dialogue dialogue{Transport::kUdp};
    dialogue.client(request()).server(response());
    EXPECT_EQ(dialogue.protocol(), "capwap");
    EXPECT_EQ(dialogue.confirmed(), Confirmed::kBoth);
    Dialogue other{Transport::kUdp};
    other.client(request()).server(changed(response(), 12, {6}));
    EXPECT_EQ(other.confirmed(), Confirmed::kClient);
    Dialogue encrypted{Transport::kUdp};
    encrypted.client(kEncrypted).server(kEncrypted);
    EXPECT_EQ(encrypted.confirmed(), Confirmed::kBoth);
}

TEST(Capwap, ChecksEveryField) {
    const std::vector<std::pair<const char*, Payload>> near_misses{
        {"version 1", changed(request(), 0, {0x10})},
        {"preamble 2", changed(request(), 0, {0x02})},
        {"a header of 4 bytes", changed(request(), 1, {0x08})},
        {"a header of 12 bytes", changed(request(), 1, {0x18})},
        {"binding 2", changed(request(), 2, {0x04})},
        {"a reserved flag", changed(request(), 3, {0x01})},
        {"a MAC that is not there", changed(request(), 3, {0x10})},
        {"a MAC of 5 bytes", concatenated({changed(kWithMac, 8, {5}), kDiscovery})},
        {"a fragment", changed(request(), 3, {0x80})},
        {"a fragment's number", changed(request(), 5, {1})},
        {"reserved bits of the offset", changed(request(), 7, {1})},
        {"message 0", changed(request(), 11, {0})},
        {"message 27", changed(request(), 11, {27})},
        {"a vendor's message", changed(request(), 9, {1})},
        {"length", changed(request(), 14, {0x0d})},
        {"flags", changed(request(), 15, {1})},
        {"element 0", changed(request(), 17, {0})},
        {"an element past the end", changed(request(), 22, {0, 5})},
        {"a keep-alive without a session", changed(keep_alive(), 11, {0x24})},
        {"a keep-alive of 8 bytes", changed(keep_alive(), 13, {8})},
        {"an encrypted frame", native(changed(kWireless, 1, {0x41}), kIpv4Packet)},
        {"a beacon", native(changed(kWireless, 0, {0x80}), kIpv4Packet)},
        {"no SNAP", native(changed(kWireless, 24, {0xab}), kIpv4Packet)},
        {"another packet", native(kWireless, kIpv6Packet)},
        {"a preamble with something in it", changed(kEncrypted, 3, {1})},
        {"record 24", changed(kEncrypted, 4, {24})},
        {"DTLS 1.1", changed(kEncrypted, 6, {0xfe})},
        {"a record past the end", changed(kEncrypted, 16, {9})},
        {"a record of nothing", Payload(kEncrypted.begin(), kEncrypted.begin() + 17)},
    };
    for (const auto& [what, payload] : near_misses) {
        EXPECT_EQ(ask(capwap::validate, datagram(payload)).match, Match::kNo) << what;
    }
    for (const auto& [what, frame] : illegal_frames()) {
        const auto payload = concatenated({kHeader, frame});
        EXPECT_EQ(ask(capwap::validate, datagram(payload)).match, Match::kNo) << what;
    }
}

}  // namespace
}  // namespace sensor::identify
