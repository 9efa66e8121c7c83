// The engine: how signatures nominate, validators decide and two directions make a verdict.
#include "sensor/identify/identifier.h"

#include <gtest/gtest.h>

#include "sensor/identify/catalog.h"

namespace sensor::identify {
namespace {

const Signatures& signatures() {
    static const auto compiled = Signatures::compile(
        {{.name = "acme", .transports = kOverTcp, .client = {"^ACME"}, .server = {"^OKAY"}},
         {.name = "acme-plus",
          .transports = kOverTcp,
          .client = {"^ACME\\+", "^ACME\\+ h"},
          .server = {}},
         {.name = "greedy", .transports = kOverTcp, .client = {"^GE", "^ZZ|SSH"}, .server = {}}});
    return *compiled;
}

ProtocolId id(std::string_view name) {
    const auto& names = signatures().names();
    return static_cast<ProtocolId>(std::ranges::find(names, name) - names.begin());
}

class IdentifierTest : public testing::Test {
  protected:
    IdentifierTest() {
        session_.key = FlowKey::between({ipv4_address(1), PortNumber{40000}},
                                        {ipv4_address(2), PortNumber{7000}}, Transport::kTcp, 0);
        session_.set(kClientIsLow);
        session_.set(kDirectionKnown);
        burst_->size = 1;
        burst_->begin_round();
        burst_->add_due(0);
        burst_->sessions[0] = &session_;
    }
    void hears(Direction direction, std::string_view said, std::string_view heard = {}) {
        burst_->speech[0] = {.said = bytes::view_of(said),
                             .heard = bytes::view_of(heard),
                             .from_low = direction == Direction::kToServer};
        session_.count_attempt(direction);
        identifier_.run(*burst_);
    }

    Identifier identifier_{signatures()};
    Session session_;
    std::unique_ptr<Burst> burst_ = std::make_unique<Burst>();
};

TEST_F(IdentifierTest, ConfirmsWhatBothDirectionsSpeak) {
    hears(Direction::kToServer, "ACME\x01");
    EXPECT_EQ(session_.protocol, id("acme"));
    EXPECT_FALSE(session_.has(kIdentified));
    EXPECT_EQ(session_.confirmed(), Confirmed::kClient);

    hears(Direction::kToClient, "OKAY");
    EXPECT_TRUE(session_.has(kIdentified));
    EXPECT_EQ(session_.confirmed(), Confirmed::kBoth);
}

TEST_F(IdentifierTest, GivesNoNameToDirectionsThatDisagree) {
    hears(Direction::kToServer, "ACME\x01");
    hears(Direction::kToClient, "SSH-2.0-OpenSSH_9.2\r\n");

    EXPECT_TRUE(session_.has(kConflict));
    EXPECT_EQ(session_.protocol, ProtocolId::kUnknown);
    EXPECT_EQ(identifier_.counters()[IdentifyCounter::kConflicts], 1U);
}

TEST_F(IdentifierTest, NamesNeitherOfTwoUnrelatedProtocolsThatBothFit) {
    hears(Direction::kToServer, "ACME+ hello");

    EXPECT_EQ(session_.protocol, ProtocolId::kUnknown);
    EXPECT_EQ(identifier_.counters()[IdentifyCounter::kAmbiguous], 1U);
}

TEST_F(IdentifierTest, PrefersWhatTheCatalogProvesToAnOwnSignature) {
    hears(Direction::kToServer, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");

    EXPECT_EQ(session_.protocol, id("http"));
    EXPECT_EQ(identifier_.counters()[IdentifyCounter::kAmbiguous], 0U);
}

TEST_F(IdentifierTest, GivesAnOwnSignatureWhatTheCatalogCannotProve) {
    hears(Direction::kToServer, "GET away\r\n\r\n");

    EXPECT_EQ(session_.protocol, id("greedy"));
}

/// The start of an HTTP request, for all anybody knows before the answer.
TEST_F(IdentifierTest, NamesAnOwnProtocolOnceItsDoubtfulStartIsAnswered) {
    hears(Direction::kToServer, "ACME hello");
    EXPECT_EQ(session_.protocol, ProtocolId::kUnknown);

    hears(Direction::kToClient, "OKAY", "ACME hello");
    EXPECT_EQ(session_.protocol, id("acme"));
    EXPECT_EQ(session_.confirmed(), Confirmed::kBoth);
}

TEST_F(IdentifierTest, LetsAnOwnSignatureWaitWhileAValidatorDoes) {
    hears(Direction::kToServer, "SSH-2.0-Open");
    EXPECT_EQ(session_.protocol, ProtocolId::kUnknown);

    hears(Direction::kToServer, "SSH-2.0-OpenSSH_9.2\r\n");
    EXPECT_EQ(session_.protocol, id("ssh"));
}

TEST_F(IdentifierTest, TriesEveryAlternativeOfAnOwnSignatureAtTheFirstByteOnly) {
    hears(Direction::kToServer, "xx SSH");

    EXPECT_EQ(session_.protocol, ProtocolId::kUnknown);
    EXPECT_EQ(identifier_.counters()[IdentifyCounter::kRecognised], 0U);
}

TEST_F(IdentifierTest, TriesASignatureOnItsDirectionOnly) {
    hears(Direction::kToServer, "OKAY");

    EXPECT_EQ(session_.protocol, ProtocolId::kUnknown);
}

TEST_F(IdentifierTest, GivesUpOnALongPayloadThatNothingFits) {
    const std::string noise(100, '\x99');
    hears(Direction::kToServer, noise);
    EXPECT_TRUE(session_.is_exhausted(Direction::kToServer));
    EXPECT_FALSE(session_.has(kIdentified));

    hears(Direction::kToClient, noise);
    EXPECT_TRUE(session_.has(kIdentified));
    EXPECT_EQ(session_.protocol, ProtocolId::kUnknown);
    EXPECT_EQ(identifier_.counters()[IdentifyCounter::kUndecided], 1U);
}

TEST_F(IdentifierTest, WaitsForMoreOfAShortPayload) {
    hears(Direction::kToServer, "SSH-2.0-Open");
    EXPECT_FALSE(session_.is_exhausted(Direction::kToServer));

    hears(Direction::kToServer, "SSH-2.0-OpenSSH_9.2\r\n");
    EXPECT_EQ(session_.protocol, id("ssh"));
}

TEST_F(IdentifierTest, LooksAgainAtAGreetingOnceTheOtherSideHasSpoken) {
    const std::string greeting = "220 mail.example.org ready\r\n";
    hears(Direction::kToClient, greeting);
    EXPECT_EQ(session_.protocol, ProtocolId::kUnknown);

    hears(Direction::kToServer, "EHLO phone.example.org\r\n", greeting);
    EXPECT_EQ(session_.protocol, id("smtp"));
    EXPECT_EQ(session_.confirmed(), Confirmed::kBoth);
}

TEST_F(IdentifierTest, TurnsRoundASessionWhoseOpeningWasNotSeen) {
    session_.clear(kDirectionKnown);
    session_.packets = {1, 5};
    const std::string request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    hears(Direction::kToClient, request);

    EXPECT_TRUE(session_.has(kDirectionKnown));
    EXPECT_FALSE(session_.has(kClientIsLow));
    EXPECT_EQ(session_.packets, (std::array<std::uint32_t, 2>{5, 1}));
    EXPECT_EQ(session_.spoken[0], id("http"));
    ASSERT_EQ(burst_->recognised[0].count, 1U);
    EXPECT_EQ(burst_->recognised[0].parts[0].said.size(), request.size());
    EXPECT_EQ(burst_->recognised[0].parts[0].direction, Direction::kToServer);
}

TEST_F(IdentifierTest, ScansNothingOnceASessionIsIdentified) {
    session_.set(kIdentified);
    hears(Direction::kToServer, "ACME hello");

    EXPECT_EQ(identifier_.counters()[IdentifyCounter::kScans], 0U);
}

TEST(Signatures, NamesOwnProtocolsAfterTheCatalog) {
    EXPECT_EQ(signatures().names()[kCatalog.size() + 1], "acme");
    EXPECT_EQ(Signatures::row_of(id("acme")), nullptr);
    EXPECT_EQ(Signatures::row_of(id("ssh"))->name, "ssh");
    EXPECT_EQ(Signatures::row_of(ProtocolId::kUnknown), nullptr);
}

TEST(Signatures, RefinesOnlyItsBase) {
    EXPECT_TRUE(Signatures::refines(id("websocket"), id("http")));
    EXPECT_FALSE(Signatures::refines(id("http"), id("websocket")));
    EXPECT_FALSE(Signatures::refines(id("ssh"), ProtocolId::kUnknown));
}

TEST(Signatures, ARefinementMayShowOnOneSideOnly) {
    EXPECT_TRUE(Signatures::shows_in(Direction::kToClient, id("tor")));
    EXPECT_FALSE(Signatures::shows_in(Direction::kToServer, id("tor")));
    EXPECT_FALSE(Signatures::shows_in(Direction::kToServer, id("anydesk")));
    EXPECT_TRUE(Signatures::shows_in(Direction::kToServer, id("websocket")));
    EXPECT_TRUE(Signatures::shows_in(Direction::kToClient, id("websocket")));
}

TEST(Signatures, AnErrorNamesThePattern) {
    const auto broken = Signatures::compile({{.name = "x", .client = {"^A("}, .server = {}}});
    ASSERT_FALSE(broken);
    EXPECT_NE(broken.error().message.find("^A("), std::string::npos);
    EXPECT_TRUE(Signatures::check_pattern("^A(").has_value());
    EXPECT_FALSE(Signatures::check_pattern("^A").has_value());
}

}  // namespace
}  // namespace sensor::identify
