// Datagrams in fragments, as a worker would put them together.
#include "sensor/decode/reassembly.h"

#include <memory>
#include <numeric>

#include "tests/unit/decode/decoding.h"

namespace sensor::decode {
namespace {

using namespace test;

constexpr std::uint16_t kMore = 0x2000;

/// One decoding core: frames go through one at a time, a second apart at most.
class Core {
  public:
    explicit Core(const ReassemblyLimits& limits = {}) : reassembler_{limits} {}

    const DecodedPacket& decode(Frame frame, std::int64_t at_ns = 1) {
        frame_ = std::move(frame);
        burst_->size = 1;
        burst_->views[0] = {.frame = frame_,
                            .captured = static_cast<std::uint32_t>(frame_.size()),
                            .seen = timestamp_of(at_ns)};
        run(*burst_, Options{}, reassembler_);
        ++frames_[static_cast<std::size_t>(burst_->packets[0].status)];
        return burst_->packets[0];
    }
    const DecodedPacket& decode(const PacketBuilder& builder, std::int64_t at_ns = 1) {
        return decode(builder.frame(), at_ns);
    }
    [[nodiscard]] const PacketView& view() const { return burst_->views[0]; }
    [[nodiscard]] std::uint64_t count(ReassemblyCounter name) const {
        return reassembler_.counters()[name];
    }
    /// Each fragment is in one place, whatever happened.
    void expect_all_accounted_for() const {
        using enum ReassemblyCounter;
        const auto of = [this](DecodeStatus status) {
            return frames_[static_cast<std::size_t>(status)];
        };
        const std::uint64_t dropped = count(kTimedOut) + count(kEvicted) + count(kContradictory) +
                                      count(kMalformed) + count(kNoRoom) + count(kRepeated);
        EXPECT_EQ(of(DecodeStatus::kFragmentHeld) + of(DecodeStatus::kFragment),
                  count(kJoined) + dropped + reassembler_.held());
    }

  private:
    Frame frame_;
    std::unique_ptr<Burst> burst_ = std::make_unique<Burst>();
    Reassembler reassembler_;
    std::array<std::uint64_t, static_cast<std::size_t>(DecodeStatus::kCount)> frames_{};
};

/// The whole of a UDP datagram, header and all.
Frame datagram(std::size_t payload) {
    Frame text(payload, 0);
    std::iota(text.begin(), text.end(), std::uint8_t{1});
    return packet().udp({.source = 5000, .destination = 53}).bytes(text).frame();
}
struct Part {
    std::size_t offset;  // bytes
    std::size_t size;
    std::uint16_t id = 7;
    std::uint8_t protocol = 17;
};
bytes::View bytes_of(const Frame& whole, const Part& part) {
    return bytes::View{whole}.subspan(part.offset, part.size);
}
PacketBuilder ipv4_part(PacketBuilder before, const Frame& whole, const Part& part) {
    const bool more = part.offset + part.size < whole.size();
    const auto control = static_cast<std::uint16_t>((more ? kMore : 0U) | part.offset / 8);
    const std::size_t start = before.frame().size();
    auto frame = before.ipv4({.protocol = part.protocol, .fragment = control})
                     .bytes(bytes_of(whole, part))
                     .frame();
    frame[start + 4] = static_cast<std::uint8_t>(part.id >> 8U);
    frame[start + 5] = static_cast<std::uint8_t>(part.id);
    return packet().bytes(frame);
}
PacketBuilder ipv4_part(const Frame& whole, const Part& part) {
    return ipv4_part(packet().ethernet(), whole, part);
}
PacketBuilder ipv6_part(const Frame& whole, const Part& part) {
    const bool more = part.offset + part.size < whole.size();
    return packet()
        .ethernet(0x86dd)
        .ipv6({.next = 44})
        .be(part.protocol)
        .zeros(1)
        .be(static_cast<std::uint16_t>(part.offset | (more ? 1U : 0U)))
        .be(std::uint32_t{part.id})
        .bytes(bytes_of(whole, part));
}

void expect_whole(const DecodedPacket& found, const Frame& whole) {
    ASSERT_EQ(found.status, DecodeStatus::kOk);
    EXPECT_EQ(found.transport, Transport::kUdp);
    EXPECT_EQ(found.destination.port, PortNumber{53});
    EXPECT_EQ(found.payload_length, whole.size() - 8);
    EXPECT_TRUE(std::ranges::equal(found.payload, bytes::View{whole}.subspan(8)));
    EXPECT_TRUE(found.was_fragmented);
}

TEST(Reassembly, MakesOnePacketOfItsFragmentsInAnyOrder) {
    const Frame whole = datagram(100);
    std::array<Part, 3> parts{{{0, 40}, {40, 48}, {88, 20}}};
    for (const auto& make :
         {+[](const Frame&all, const Part&part) { return ipv4_part(all, part); },
          +[](const Frame&all, const Part&part) { return ipv6_part(all, part); }}) {
        std::ranges::sort(parts, {}, &Part::offset);
        do {
            Core core;
            EXPECT_EQ(core.decode(make(whole, parts[0])).status, DecodeStatus::kFragmentHeld);
            EXPECT_EQ(core.decode(make(whole, parts[1])).status, DecodeStatus::kFragmentHeld);
            expect_whole(core.decode(make(whole, parts[2])), whole);
            EXPECT_EQ(core.count(ReassemblyCounter::kDatagrams), 1U);
            EXPECT_EQ(core.count(ReassemblyCounter::kJoined), 2U);
            core.expect_all_accounted_for();
        } while (std::ranges::next_permutation(parts, {}, &Part::offset).found);
    }
}

TEST(Reassembly, CountsTheBytesOfAllFragments) {
    const Frame whole = datagram(100);
    Core core;
    core.decode(ipv4_part(whole, {0, 56}));
    const auto& found = core.decode(ipv4_part(whole, {56, 52}));

    EXPECT_EQ(found.ip_length, 20U + 108U);
    EXPECT_EQ(core.view().captured, 2U * 34 + 108);
    EXPECT_EQ(
        found.flow_hash,
        decoded(packet().ethernet().ipv4({.protocol = 17}).udp({.source = 5000})).packet.flow_hash);
}

TEST(Reassembly, KeepsDatagramsApart) {
    const Frame whole = datagram(100);
    const auto tagged = packet().ethernet(0x8100).vlan(110);
    Core core;
    core.decode(ipv4_part(whole, {0, 56}));

    for (const auto& other : {ipv4_part(whole, {56, 52, 8}), ipv4_part(whole, {56, 52, 7, 6}),
                              ipv4_part(tagged, whole, {56, 52}), ipv6_part(whole, {56, 52})}) {
        EXPECT_EQ(core.decode(other).status, DecodeStatus::kFragmentHeld);
    }
    expect_whole(core.decode(ipv4_part(whole, {56, 52})), whole);
    core.expect_all_accounted_for();
}

TEST(Reassembly, IgnoresRepetitions) {
    const Frame whole = datagram(100);
    Core core;
    core.decode(ipv4_part(whole, {0, 56}));
    EXPECT_EQ(core.decode(ipv4_part(whole, {0, 56})).status, DecodeStatus::kFragment);
    EXPECT_EQ(core.decode(ipv4_part(whole, {16, 24})).status, DecodeStatus::kFragment);
    expect_whole(core.decode(ipv4_part(whole, {56, 52})), whole);
    EXPECT_EQ(core.count(ReassemblyCounter::kRepeated), 2U);
    core.expect_all_accounted_for();
}

TEST(Reassembly, RefusesADatagramWhoseFragmentsOverlap) {
    const Frame whole = datagram(100);
    Frame forged = whole;
    forged[20] ^= 0xffU;
    for (const auto& [bytes, part] :
         {std::pair{whole, Part{48, 40}}, std::pair{forged, Part{0, 56}}}) {
        Core core;
        core.decode(ipv4_part(whole, {0, 56}));
        EXPECT_EQ(core.decode(ipv4_part(bytes, part)).status, DecodeStatus::kFragment);
        EXPECT_EQ(core.decode(ipv4_part(whole, {56, 52})).status, DecodeStatus::kFragment);
        EXPECT_EQ(core.count(ReassemblyCounter::kContradictory), 3U);
        core.expect_all_accounted_for();
    }
}

TEST(Reassembly, RefusesADatagramOfTwoLengths) {
    const Frame shorter = datagram(92);
    const Frame whole = datagram(100);
    Core core;
    core.decode(ipv4_part(whole, {56, 52}));
    EXPECT_EQ(core.decode(ipv4_part(shorter, {56, 44})).status, DecodeStatus::kFragment);
    EXPECT_EQ(core.count(ReassemblyCounter::kContradictory), 2U);

    const Frame longer = datagram(200);
    Core beyond;
    beyond.decode(ipv4_part(longer, {112, 40}));
    EXPECT_EQ(beyond.decode(ipv4_part(whole, {56, 52})).status, DecodeStatus::kFragment);
    beyond.expect_all_accounted_for();
}

TEST(Reassembly, RefusesFragmentsThatFitNowhere) {
    const Frame whole = datagram(100);
    Core core;
    EXPECT_EQ(core.decode(ipv4_part(whole, {0, 41})).status, DecodeStatus::kFragment);
    EXPECT_EQ(core.decode(packet().ethernet().ipv4({.protocol = 17, .fragment = kMore})).status,
              DecodeStatus::kFragment);
    const auto too_far = packet().ethernet().ipv4({.protocol = 17, .fragment = 0x1fff}).zeros(16);
    EXPECT_EQ(core.decode(too_far).status, DecodeStatus::kFragment);
    EXPECT_EQ(core.count(ReassemblyCounter::kMalformed), 3U);
    core.expect_all_accounted_for();
}

TEST(Reassembly, ForgetsWhatIsNotWholeInTime) {
    const Frame whole = datagram(100);
    Core core{{.timeout = std::chrono::seconds{30}}};
    core.decode(ipv4_part(whole, {0, 56}), 0);
    EXPECT_EQ(core.decode(ipv4_part(whole, {56, 52}), 30'000'000'000).status,
              DecodeStatus::kFragmentHeld);
    EXPECT_EQ(core.count(ReassemblyCounter::kTimedOut), 1U);
    expect_whole(core.decode(ipv4_part(whole, {0, 56}), 59'999'999'999), whole);
    core.expect_all_accounted_for();
}

TEST(Reassembly, ForgetsTheClockBefore) {
    const Frame whole = datagram(100);
    Core core;
    core.decode(ipv4_part(whole, {0, 56}), 5'000'000'000);
    EXPECT_EQ(core.decode(ipv4_part(whole, {56, 52}), 1'000'000'000).status,
              DecodeStatus::kFragmentHeld);
    core.expect_all_accounted_for();
}

TEST(Reassembly, GivesTheOldestPlaceAway) {
    const Frame whole = datagram(100);
    Core core{{.datagrams = 2}};
    for (std::uint16_t id = 1; id <= 3; ++id)
        core.decode(ipv4_part(whole, {0, 56, id}), id);
    EXPECT_EQ(core.count(ReassemblyCounter::kEvicted), 1U);
    expect_whole(core.decode(ipv4_part(whole, {56, 52, 3}), 4), whole);
    expect_whole(core.decode(ipv4_part(whole, {56, 52, 2}), 5), whole);
    EXPECT_EQ(core.decode(ipv4_part(whole, {56, 52, 1}), 6).status, DecodeStatus::kFragmentHeld);
    core.expect_all_accounted_for();
}

TEST(Reassembly, KeepsTheStartOfALongDatagram) {
    const Frame whole = datagram(60'000);
    Core core;
    std::size_t offset = 0;
    for (; offset + 1480 < whole.size(); offset += 1480)
        core.decode(ipv4_part(whole, {offset, 1480}));
    const auto& found = core.decode(ipv4_part(whole, {offset, whole.size() - offset}));

    ASSERT_EQ(found.status, DecodeStatus::kOk);
    EXPECT_EQ(found.payload_length, 60'000U);
    EXPECT_EQ(found.payload.size(), Reassembler::kKeptBytes - 8);
    EXPECT_TRUE(std::ranges::equal(found.payload, bytes_of(whole, {8, found.payload.size()})));
}

TEST(Reassembly, EndsAtTheFirstByteThatTheMirrorCut) {
    const Frame whole = datagram(100);
    Core core;
    const Frame first = ipv4_part(whole, {0, 56}).frame();
    core.decode(cut(first, first.size() - 10));
    const auto& found = core.decode(ipv4_part(whole, {56, 52}));

    ASSERT_EQ(found.status, DecodeStatus::kOk);
    EXPECT_EQ(found.payload_length, 100U);
    EXPECT_EQ(found.payload.size(), 38U);
}

TEST(Reassembly, GoesOnInsideTunnels) {
    const Frame whole = datagram(100);
    const auto inside = [](std::uint32_t vni) {
        return packet()
            .ethernet()
            .ipv4({.protocol = 17})
            .udp({.destination = 4789})
            .vxlan({.vni = vni})
            .ethernet();
    };
    Core core;
    core.decode(ipv4_part(inside(1), whole, {0, 56}));
    EXPECT_EQ(core.decode(ipv4_part(inside(2), whole, {56, 52})).status,
              DecodeStatus::kFragmentHeld);
    const auto& found = core.decode(ipv4_part(inside(1), whole, {56, 52}));
    expect_whole(found, whole);
    EXPECT_EQ(found.tags.vni, Vni{1});
}

TEST(Reassembly, OfATunnelsPacketFindsTheFragmentInside) {
    const Frame whole = datagram(100);
    const auto tunnelled = [&](const Part& part) {
        return packet()
            .udp({.destination = 4789})
            .vxlan({.vni = 5})
            .bytes(ipv4_part(whole, part).frame())
            .frame();
    };
    const Frame first = tunnelled({0, 56});
    const Frame second = tunnelled({56, 52});
    Core core;
    core.decode(ipv4_part(first, {0, 40, 1}));
    EXPECT_EQ(core.decode(ipv4_part(first, {40, first.size() - 40, 1})).status,
              DecodeStatus::kFragmentHeld);
    core.decode(ipv4_part(second, {0, 40, 2}));
    const auto& found = core.decode(ipv4_part(second, {40, second.size() - 40, 2}));

    expect_whole(found, whole);
    EXPECT_EQ(found.tags.tunnel, TunnelKind::kVxlan);
    EXPECT_EQ(found.tags.depth, 1);
}

TEST(Reassembly, CountsADatagramThatIsNoSessionsOnce) {
    const Frame whole = packet().bytes("0800 0000 0001 0001"_hex).zeros(100).frame();
    Core core;
    core.decode(ipv4_part(whole, {0, 56, 7, 1}));
    EXPECT_EQ(core.decode(ipv4_part(whole, {56, 52, 7, 1})).status,
              DecodeStatus::kUnknownTransport);
}

}  // namespace
}  // namespace sensor::decode
