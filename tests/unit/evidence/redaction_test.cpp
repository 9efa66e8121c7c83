#include "sensor/evidence/redaction.h"

#include <vector>

#include <gtest/gtest.h>

namespace sensor::evidence {
namespace {

/// 42 bytes of headers, 100 of payload, 6 of padding.
struct Frame {
    std::vector<std::uint8_t> bytes = std::vector<std::uint8_t>(148, 0x11);
    PacketView view{.frame = bytes, .captured = 148};
    DecodedPacket packet;

    Frame() { packet.payload = bytes::View{bytes}.subspan(42, 100); }
    [[nodiscard]] std::size_t kept(std::uint32_t payload, std::uint32_t snap = 4096) const {
        const bytes::View part = may_be_kept(view, packet, payload, snap);
        EXPECT_EQ(part.data(), bytes.data());
        return part.size();
    }
};

TEST(Redaction, HeadersEndWhereThePayloadBegins) {
    EXPECT_EQ(Frame{}.kept(0), 42U);
}

TEST(Redaction, OfThePayloadAsMuchIsKeptAsIsAllowed) {
    EXPECT_EQ(Frame{}.kept(1), 43U);
    EXPECT_EQ(Frame{}.kept(100), 142U);
}

TEST(Redaction, PaddingIsKeptWithTheWholePayloadOnly) {
    EXPECT_EQ(Frame{}.kept(200), 142U);
    EXPECT_EQ(Frame{}.kept(kWholePayload), 148U);
}

TEST(Redaction, AFrameIsCutAtTheSnapLength) {
    EXPECT_EQ(Frame{}.kept(kWholePayload, 64), 64U);
    EXPECT_EQ(Frame{}.kept(50, 64), 64U);
    EXPECT_EQ(Frame{}.kept(0, 40), 40U);
}

TEST(Redaction, WithoutAPayloadPaddingIsLeftOutAsWell) {
    Frame frame;
    frame.packet.payload = frame.packet.payload.first(0);

    EXPECT_EQ(frame.kept(0), 42U);
    EXPECT_EQ(frame.kept(10), 42U);
}

TEST(Redaction, OfAFragmentOnlyWhatIsSurelyHeadersIsKept) {
    Frame frame;
    const std::vector<std::uint8_t> datagram(300, 0x22);
    frame.packet.was_fragmented = true;
    frame.packet.payload = datagram;

    EXPECT_EQ(frame.kept(0), 34U);
    EXPECT_EQ(frame.kept(50), 34U);
    EXPECT_EQ(frame.kept(kWholePayload), 148U);
    frame.view.link = LinkType::kRadiotap;
    EXPECT_EQ(frame.kept(0), 0U);
    frame.view.link = LinkType::kRawIp;
    EXPECT_EQ(frame.kept(0), 20U);
}

TEST(Redaction, APayloadThatIsElsewhereIsNotMeasuredInTheFrame) {
    Frame frame;
    const std::vector<std::uint8_t> elsewhere(300, 0x22);
    frame.packet.payload = elsewhere;

    EXPECT_EQ(frame.kept(0), 34U);
}

}  // namespace
}  // namespace sensor::evidence
