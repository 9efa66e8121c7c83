#include "sensor/decode/layers/capwap.h"

#include <memory>

#include "tests/unit/decode/decoding.h"

namespace sensor::decode {
namespace {

using namespace test;

PacketBuilder outer(std::uint16_t source = 30000, std::uint16_t destination = 5247) {
    return packet()
        .ethernet()
        .ipv4({.source = "192.0.2.10", .destination = "192.0.2.20", .protocol = 17})
        .udp({.source = source, .destination = destination});
}
constexpr auto kBridged = "00 100200 0000 0000"_hex;  // 8 bytes, 802.11 binding, an 802.3 frame
constexpr auto kNative = "00 100300 0000 0000"_hex;   // ditto, an 802.11 frame
constexpr auto kToAp = "0801 0000 02005e000001 02005e000002 02005e000003 1000"_hex;
constexpr auto kSwapped = "0108 0000 02005e000001 02005e000002 02005e000003 1000"_hex;
constexpr auto kSnap = "aaaa03 000000 0800"_hex;

PacketBuilder bridged(std::span<const std::uint8_t> header) {
    return outer().bytes(header).ethernet().ipv4({}).tcp().text("hello");
}
PacketBuilder native(std::span<const std::uint8_t> header, std::span<const std::uint8_t> frame) {
    return outer().bytes(header).bytes(frame).bytes(kSnap).ipv4({}).tcp().text("hello");
}
void expect_plain(const PacketBuilder& builder) {
    const auto found = decoded(builder);
    ASSERT_EQ(found.packet.status, DecodeStatus::kOk);
    EXPECT_EQ(found.packet.transport, Transport::kUdp);
    EXPECT_EQ(found.packet.destination.port, PortNumber{5247});
    EXPECT_EQ(found.packet.tags, Tags{});
    EXPECT_EQ(found.packet.scope, 0U);
}

TEST(Capwap, CarriesEthernetAnd80211) {
    for (const auto& builder : {bridged(kBridged), native(kNative, kToAp)}) {
        const auto found = decoded(builder);
        ASSERT_EQ(found.packet.status, DecodeStatus::kOk);
        EXPECT_EQ(found.payload(), "hello");
        EXPECT_EQ(found.packet.transport, Transport::kTcp);
        EXPECT_EQ(found.packet.tags.tunnel, TunnelKind::kCapwap);
        EXPECT_EQ(found.packet.tags.depth, 1);
        EXPECT_EQ(found.packet.tags.outer_source, address("192.0.2.10"));
        expect_sound_at_every_cut(builder);
    }
}

TEST(Capwap, SkipsTheRadiosAddressAndWirelessInformation) {
    const auto mac = bridged("00 200210 0000 0000 06 02005e000009 00"_hex);
    const auto long_mac = bridged("00 280210 0000 0000 08 02005e0000090909 000000"_hex);
    const auto info = bridged("00 200220 0000 0000 04 0a0b0c0d 000000"_hex);
    const auto both = bridged("00 300230 0000 0000 06 02005e000009 00 04 0a0b0c0d 000000"_hex);
    const auto radio = bridged("00 144207 1234 0007"_hex);  // and what is to be ignored

    for (const auto& builder : {mac, long_mac, info, both, radio}) {
        EXPECT_EQ(decoded(builder).payload(), "hello");
        expect_sound_at_every_cut(builder);
    }
}

TEST(Capwap, ReadsFrameControlEitherWayRound) {
    const auto swapped = native(kNative, kSwapped);
    const auto reserved_binding = native("00 100100 0000 0000"_hex, kSwapped);

    for (const auto& builder : {swapped, reserved_binding}) {
        EXPECT_EQ(decoded(builder).payload(), "hello");
        expect_sound_at_every_cut(builder);
    }
    constexpr auto kSwappedQos = "0288 0000 02005e000001 02005e000002 02005e000003 1000 0000"_hex;
    EXPECT_EQ(decoded(native(kNative, kSwappedQos)).payload(), "hello");
    // Frames of management, for which the other way round would be data of no network.
    constexpr auto kRetriedManagement = "0008 0000 02005e000001 02005e000002 02005e000003 1000"_hex;
    EXPECT_EQ(decoded(native(kNative, kRetriedManagement)).packet.status,
              DecodeStatus::kUnknownEtherType);
}

TEST(Capwap, IsOneSessionInBothDirectionsAndWhereverTheClientRoams) {
    const auto there = decoded(bridged(kBridged));
    const auto back =
        decoded(packet()
                    .ethernet()
                    .ipv4({.source = "192.0.2.20", .destination = "192.0.2.11", .protocol = 17})
                    .udp({.source = 5247, .destination = 31000})
                    .bytes(kBridged)
                    .ethernet()
                    .ipv4({.source = "198.51.100.20", .destination = "10.20.1.14"})
                    .tcp({.source = 8088, .destination = 49152}));

    ASSERT_EQ(back.packet.tags.tunnel, TunnelKind::kCapwap);
    EXPECT_EQ(there.key(), back.key());
    EXPECT_NE(there.key(), decoded(packet().ethernet().ipv4({}).tcp()).key());
}

TEST(Capwap, CountsWhatIsEncrypted) {
    constexpr auto kRecord = "01 000000 17 fefd 0001 000000000009 0008 0102030405060708"_hex;

    EXPECT_EQ(status_of(outer().bytes(kRecord)), DecodeStatus::kEncrypted);
    constexpr auto kProtected = "0841 0000 02005e000001 02005e000002 02005e000003 1000"_hex;
    EXPECT_EQ(status_of(native(kNative, kProtected)), DecodeStatus::kEncrypted);
    expect_plain(outer().bytes("01 000000 17 fefd 0001 000000000009 0009 0102030405060708"_hex));
    expect_plain(outer().bytes("01 000000 13 fefd 0001 000000000009 0008 0102030405060708"_hex));
    expect_plain(outer().bytes("01 000000 17 0303 0001 000000000009 0008 0102030405060708"_hex));
    expect_plain(outer().bytes("01 000000 17 fefd"_hex));
}

TEST(Capwap, LeavesEverythingElsePlainUdp) {
    expect_plain(outer().bytes("00 100208 0000 0000 0016 0023 0010"_hex).zeros(16));  // keep-alive
    expect_plain(bridged("10 100200 0000 0000"_hex));  // another version
    expect_plain(bridged("02 100200 0000 0000"_hex));  // another preamble
    expect_plain(bridged("00 100600 0000 0000"_hex));  // EPCglobal
    expect_plain(bridged("00 080200 0000 0000"_hex));  // a header of 4 bytes
    expect_plain(bridged("00 180200 0000 0000"_hex));  // 4 bytes that nothing accounts for
    expect_plain(bridged("00 f80200 0000 0000"_hex));  // ditto, more
    expect_plain(bridged("00 100210 0000 0000"_hex));  // a radio without room for it
    expect_plain(bridged("00 180210 0000 0000 03 020000"_hex));  // a short address
    expect_plain(bridged("00 180220 0000 0000 00 000000"_hex));  // no information
    expect_plain(bridged("00 100200 0000 0008"_hex));            // an offset, and no fragment
    expect_plain(outer().bytes(kBridged));                       // nothing in it
    expect_plain(outer().bytes("00 100200 0000"_hex));
    const auto elsewhere = decoded(outer(30000, 5246).bytes(kBridged).ethernet().ipv4({}).tcp());
    EXPECT_EQ(elsewhere.packet.transport, Transport::kUdp);
}

/// A core that decodes what it is given frame by frame, with what carries it.
class Core {
  public:
    const DecodedPacket& decode(const PacketBuilder& builder) {
        frame_ = builder.frame();
        burst_->size = 1;
        burst_->views[0] = {.frame = frame_,
                            .captured = static_cast<std::uint32_t>(frame_.size()),
                            .seen = timestamp_of(1)};
        run(*burst_, Options{.carriers = true}, reassembler_);
        return burst_->packets[0];
    }
    [[nodiscard]] bool has_carrier() const {
        return burst_->size == 2 && burst_->packets[1].is_carrier;
    }
    [[nodiscard]] const DecodedPacket& carrier() const { return burst_->packets[1]; }

  private:
    Frame frame_;
    std::unique_ptr<Burst> burst_ = std::make_unique<Burst>();
    Reassembler reassembler_{{}};
};

TEST(Capwap, SeparatesControllersAndKeepsARoamingDeviceTogether) {
    const auto scope = [](std::string_view from, std::string_view to, bool is_from_controller) {
        const std::uint16_t source = is_from_controller ? 5247 : 30000;
        const std::uint16_t destination = is_from_controller ? 30000 : 5247;
        return decoded(packet()
                           .ethernet()
                           .ipv4({.source = from, .destination = to, .protocol = 17})
                           .udp({.source = source, .destination = destination})
                           .bytes(kBridged)
                           .ethernet()
                           .ipv4({})
                           .tcp()
                           .text("hello"))
            .packet.scope;
    };
    const auto first = scope("192.0.2.10", "192.0.2.20", false);

    EXPECT_NE(first, 0U);
    EXPECT_EQ(scope("192.0.2.20", "192.0.2.10", true), first);
    EXPECT_EQ(scope("192.0.2.11", "192.0.2.20", false), first) << "another access point";
    EXPECT_NE(scope("192.0.2.10", "192.0.2.21", false), first) << "another controller";
}

TEST(Capwap, PutsFragmentsTogether) {
    const Frame frame = packet().ethernet().ipv4({}).tcp().text("hello, world").frame();
    const bytes::View whole{frame};
    const auto first = [&](std::uint16_t port) {
        return outer(port).bytes("00 100280 0007 0000"_hex).bytes(whole.first(40));
    };
    const auto last = [&](std::uint16_t port) {
        return outer(port).bytes("00 1002c0 0007 0028"_hex).bytes(whole.subspan(40));
    };
    Core core;

    EXPECT_EQ(core.decode(first(30000)).status, DecodeStatus::kFragmentHeld);
    ASSERT_TRUE(core.has_carrier());
    EXPECT_EQ(core.carrier().destination.port, PortNumber{5247});
    EXPECT_EQ(core.carrier().tags.depth, 0);
    EXPECT_EQ(core.decode(last(30001)).status, DecodeStatus::kFragmentHeld);  // another's
    const DecodedPacket& found = core.decode(last(30000));

    ASSERT_EQ(found.status, DecodeStatus::kOk);
    EXPECT_TRUE(core.has_carrier());
    EXPECT_EQ(bytes::text_of(found.payload), "hello, world");
    EXPECT_TRUE(found.was_fragmented);
    EXPECT_EQ(found.ip_length, 52U);
    EXPECT_EQ(found.tags.depth, 1);
    EXPECT_EQ(found.tags.outer_source, address("192.0.2.10"));
    EXPECT_EQ(found.scope, decoded(bridged(kBridged)).packet.scope);
    EXPECT_EQ(core.decode(first(30001)).status, DecodeStatus::kOk);
}

TEST(Capwap, PutsFragmentsOfFragmentsTogether) {
    const Frame inner = packet().ipv4({}).tcp().text("hello, world").frame();
    const auto ip_part = [&](std::uint16_t fragment, bytes::View content) {
        return packet()
            .ethernet()
            .ipv4({.protocol = 6, .fragment = fragment})
            .bytes(content)
            .frame();
    };
    const bytes::View segment = bytes::View{inner}.subspan(20);
    const Frame one = ip_part(0x2000, segment.first(16));
    const Frame two = ip_part(2, segment.subspan(16));
    Core core;

    EXPECT_EQ(core.decode(outer().bytes(kBridged).bytes(one)).status, DecodeStatus::kFragmentHeld);
    EXPECT_EQ(core.decode(outer().bytes("00 100280 0007 0000"_hex).bytes(bytes::View{two}.first(8)))
                  .status,
              DecodeStatus::kFragmentHeld);
    const DecodedPacket& found =
        core.decode(outer().bytes("00 1002c0 0007 0008"_hex).bytes(bytes::View{two}.subspan(8)));

    ASSERT_EQ(found.status, DecodeStatus::kOk);
    EXPECT_EQ(bytes::text_of(found.payload), "hello, world");
}

TEST(Capwap, HasACarrierIfItIsEncrypted) {
    Core core;

    EXPECT_EQ(core.decode(outer().bytes("01 000000 17 fefd 0001 000000000009 0001 aa"_hex)).status,
              DecodeStatus::kEncrypted);
    EXPECT_TRUE(core.has_carrier());
    EXPECT_EQ(core.decode(outer().bytes("00 100208 0000 0000 0016 0023 0010"_hex).zeros(16)).status,
              DecodeStatus::kOk);
    EXPECT_FALSE(core.has_carrier());
}

}  // namespace
}  // namespace sensor::decode
