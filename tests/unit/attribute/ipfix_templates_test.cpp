#include "sensor/attribute/feeds/ipfix_templates.h"

#include <gtest/gtest.h>

#include "tests/support/hex.h"
#include "tests/unit/attribute/ipfix_messages.h"

namespace sensor::attribute::feeds::ipfix {
namespace {

using namespace std::chrono_literals;
using namespace test;

constexpr Timestamp kNoon{1'790'000'000s};
const Exporter kUdp{{*parse_address("10.20.1.14"), PortNumber{50000}}, 0};
const Exporter kTcp{{*parse_address("10.20.1.14"), PortNumber{50000}}, 1};
// Template 256: sourceIPv4Address (4 bytes), Cisco's ProcessName (variable).
constexpr auto kTemplate = "0100 0002 0008 0004 b034 ffff 00000009"_hex;

Templates book(Templates::Limits limits = {}) {
    return Templates{limits};
}

TEST(IpfixTemplates, AreLearnt) {
    auto templates = book();
    const auto outcome = templates.learn(kUdp, 1, kTemplate, false, kNoon);

    EXPECT_EQ(outcome.learnt, 1U);
    const Template* layout = templates.find(kUdp, 1, 256, kNoon);
    ASSERT_NE(layout, nullptr);
    EXPECT_EQ(layout->fields, (std::vector<Field>{{0, 8, 4}, {9, 12340, Field::kVariable}}));
    EXPECT_EQ(layout->shortest, 5U);
    EXPECT_FALSE(layout->is_of_options);
}

TEST(IpfixTemplates, AreOfOneExporterAndDomainOnly) {
    auto templates = book();
    templates.learn(kUdp, 1, kTemplate, false, kNoon);
    const Exporter other_port{{kUdp.peer.address, PortNumber{50001}}, 0};

    EXPECT_EQ(templates.find(kUdp, 2, 256, kNoon), nullptr);
    EXPECT_EQ(templates.find(kUdp, 1, 257, kNoon), nullptr);
    EXPECT_EQ(templates.find(other_port, 1, 256, kNoon), nullptr);
    EXPECT_EQ(templates.find(kTcp, 1, 256, kNoon), nullptr);
}

TEST(IpfixTemplates, SeveralInOneSetAndPaddingAfterThem) {
    constexpr auto kTwo = "0100 0001 0008 0004 0101 0001 000c 0004 0000"_hex;
    auto templates = book();
    EXPECT_EQ(templates.learn(kUdp, 1, kTwo, false, kNoon).learnt, 2U);
    EXPECT_EQ(templates.find(kUdp, 1, 257, kNoon)->fields, (std::vector<Field>{{0, 12, 4}}));
    constexpr auto kPadded = "0100 0001 0008 0004 00000000"_hex;
    const auto outcome = templates.learn(kUdp, 1, kPadded, false, kNoon);
    EXPECT_EQ(outcome.learnt, 1U);
    EXPECT_FALSE(outcome.is_malformed);
}

TEST(IpfixTemplates, OfOptionsAreKnownAsSuch) {
    constexpr auto kOptions = "0102 0002 0001 0095 0004 0029 0008"_hex;
    auto templates = book();
    EXPECT_EQ(templates.learn(kUdp, 1, kOptions, true, kNoon).learnt, 1U);
    const Template* layout = templates.find(kUdp, 1, 258, kNoon);
    ASSERT_NE(layout, nullptr);
    EXPECT_TRUE(layout->is_of_options);
    EXPECT_EQ(layout->shortest, 12U);
}

TEST(IpfixTemplates, ThatCannotBeAreRefused) {
    auto templates = book();
    const auto is_malformed = [&](bytes::View set, bool of_options = false) {
        return templates.learn(kUdp, 1, set, of_options, kNoon).is_malformed;
    };
    constexpr auto kLowNumber = "00ff 0001 0008 0004"_hex;
    constexpr auto kNoBytes = "0100 0001 0008 0000"_hex;
    constexpr auto kTooMany = "0100 0201 0008 0004"_hex;  // 513 fields
    constexpr auto kNoScope = "0102 0001 0000 0095 0004"_hex;
    constexpr auto kAllScope = "0102 0001 0002 0095 0004"_hex;
    EXPECT_TRUE(is_malformed(kLowNumber));
    EXPECT_TRUE(is_malformed(kNoBytes));
    EXPECT_TRUE(is_malformed(kTooMany));
    EXPECT_TRUE(is_malformed(kNoScope, true));
    EXPECT_TRUE(is_malformed(kAllScope, true));
    EXPECT_EQ(templates.find(kUdp, 1, 256, kNoon), nullptr);
}

TEST(IpfixTemplates, CutAnywhereAreNotLearnt) {
    for (std::size_t size = 0; size < kTemplate.size(); ++size) {
        const Bytes cut{kTemplate.begin(), kTemplate.begin() + static_cast<std::ptrdiff_t>(size)};
        auto templates = book();
        const auto outcome = templates.learn(kUdp, 1, cut, false, kNoon);
        EXPECT_EQ(outcome.learnt, 0U) << size;
        EXPECT_EQ(outcome.is_malformed, size >= 4) << size;
    }
}

TEST(IpfixTemplates, AreWithdrawnByTcpOnly) {
    constexpr auto kWithdrawal = "0100 0000"_hex;
    constexpr auto kOfAll = "0002 0000"_hex;
    auto templates = book();
    for (const bytes::View withdrawal : {bytes::View{kWithdrawal}, bytes::View{kOfAll}}) {
        templates.learn(kUdp, 1, kTemplate, false, kNoon);
        templates.learn(kTcp, 1, kTemplate, false, kNoon);
        templates.learn(kTcp, 2, kTemplate, false, kNoon);
        templates.learn(kUdp, 1, withdrawal, false, kNoon);
        templates.learn(kTcp, 1, withdrawal, false, kNoon);
        EXPECT_NE(templates.find(kUdp, 1, 256, kNoon), nullptr);
        EXPECT_EQ(templates.find(kTcp, 1, 256, kNoon), nullptr);
        EXPECT_NE(templates.find(kTcp, 2, 256, kNoon), nullptr);
    }
}

TEST(IpfixTemplates, WithdrawalOfAllLeavesTheOtherKind) {
    constexpr auto kOptions = "0102 0002 0001 0095 0004 0029 0008"_hex;
    constexpr auto kAllOptions = "0003 0000"_hex;
    auto templates = book();
    templates.learn(kTcp, 1, kTemplate, false, kNoon);
    templates.learn(kTcp, 1, kOptions, true, kNoon);
    templates.learn(kTcp, 1, kAllOptions, true, kNoon);
    EXPECT_NE(templates.find(kTcp, 1, 256, kNoon), nullptr);
    EXPECT_EQ(templates.find(kTcp, 1, 258, kNoon), nullptr);
}

TEST(IpfixTemplates, ExpireByUdpUnlessSentAgain) {
    auto templates = book({.lifetime = 30min});
    templates.learn(kUdp, 1, kTemplate, false, kNoon);
    templates.learn(kTcp, 1, kTemplate, false, kNoon);
    EXPECT_NE(templates.find(kUdp, 1, 256, kNoon + 30min), nullptr);
    templates.learn(kUdp, 1, kTemplate, false, kNoon + 30min);
    EXPECT_NE(templates.find(kUdp, 1, 256, kNoon + 60min), nullptr);
    EXPECT_EQ(templates.find(kUdp, 1, 256, kNoon + 61min), nullptr);
    EXPECT_NE(templates.find(kTcp, 1, 256, kNoon + 61min), nullptr);
}

TEST(IpfixTemplates, AreHeldInBounds) {
    auto templates = book({.exporters = 2, .of_one = 2, .different = 3});
    constexpr auto kThree = "0100 0001 0008 0004 0101 0001 000c 0004 0102 0001 001b 0010"_hex;
    const auto outcome = templates.learn(kUdp, 1, kThree, false, kNoon);
    EXPECT_EQ(outcome.learnt, 2U);
    EXPECT_EQ(outcome.refused, 1U);
    // Two layouts are known; of two more, one finds room.
    constexpr auto kOthers = "0100 0001 0007 0002 0101 0001 000b 0002"_hex;
    const auto others = templates.learn(kTcp, 1, kOthers, false, kNoon);
    EXPECT_EQ(others.learnt, 1U);
    EXPECT_EQ(others.refused, 1U);
    // A third exporter pushes out the one longest unheard of.
    const Exporter third{{kUdp.peer.address, PortNumber{50001}}, 0};
    templates.learn(third, 1, kThree, false, kNoon);
    EXPECT_EQ(templates.exporters(), 2U);
    EXPECT_EQ(templates.find(kUdp, 1, 256, kNoon), nullptr);
}

TEST(IpfixTemplates, SequenceNumbersTellWhatIsMissing) {
    auto templates = book();
    const auto missed = [&](std::uint32_t sequence, std::optional<std::uint32_t> records) {
        return templates.missed(kUdp, 1, sequence, records);
    };
    EXPECT_EQ(missed(100, 5), 0U);  // the first
    EXPECT_EQ(missed(105, 5), 0U);
    EXPECT_EQ(missed(112, 1), 2U);
    EXPECT_EQ(missed(105, 5), 0U);  // overtaken
    EXPECT_EQ(missed(113, std::nullopt), 0U);
    EXPECT_EQ(missed(200, 1), 0U);  // how many came before is not known
    EXPECT_EQ(missed(201, 1), 0U);
    EXPECT_EQ(templates.missed(kUdp, 2, 7, 1), 0U);  // another domain
}

TEST(IpfixTemplates, SequenceNumbersBeginAnewAndWrap) {
    auto templates = book();
    const auto missed = [&](std::uint32_t sequence, std::uint32_t records) {
        return templates.missed(kUdp, 1, sequence, records);
    };
    EXPECT_EQ(missed(0xffff'fffe, 4), 0U);
    EXPECT_EQ(missed(2, 1), 0U);
    EXPECT_EQ(missed(5000, 1), 4997U);
    EXPECT_EQ(missed(0, 1), 0U);  // the exporter began anew
    EXPECT_EQ(missed(2, 1), 1U);
}

TEST(IpfixTemplates, OfAllTogetherAreBounded) {
    constexpr std::size_t kMost = 100;
    auto templates = book({.of_all = kMost});
    const auto exporter = [](std::uint16_t port) {
        return Exporter{{kUdp.peer.address, PortNumber{port}}, 0};
    };
    for (std::uint16_t port = 1; port <= 300; ++port) {
        EXPECT_EQ(templates.learn(exporter(port), 1, kTemplate, false, kNoon).learnt, 1U);
        static_cast<void>(templates.missed(exporter(port), 1, 0, 1));
    }
    EXPECT_LE(templates.exporters(), kMost / 2 + 1);
    EXPECT_NE(templates.find(exporter(300), 1, 256, kNoon), nullptr);
    EXPECT_EQ(templates.find(exporter(1), 1, 256, kNoon), nullptr);
}

TEST(IpfixTemplates, OneExporterFillsItAndIsRefusedMore) {
    auto templates = book({.of_one = 256, .of_all = 3});
    constexpr auto kFour =
        "0100 0001 0008 0004 0101 0001 000c 0004 0102 0001 0008 0004 0103 0001 000c 0004"_hex;
    const auto outcome = templates.learn(kTcp, 1, kFour, false, kNoon);
    EXPECT_EQ(outcome.learnt, 3U);
    EXPECT_EQ(outcome.refused, 1U);
    constexpr auto kWithdrawn = "0100 0000"_hex;
    templates.learn(kTcp, 1, kWithdrawn, false, kNoon);
    EXPECT_EQ(templates.learn(kTcp, 1, kTemplate, false, kNoon).learnt, 1U);
}

}  // namespace
}  // namespace sensor::attribute::feeds::ipfix
