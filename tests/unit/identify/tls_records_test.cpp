// Connections that were open before the first packet: runs of records; and the hellos of SSL 2.0.
#include <gtest/gtest.h>

#include "sensor/identify/protocols/tls.h"
#include "sensor/identify/tls_record.h"
#include "tests/support/hex.h"
#include "tests/unit/identify/dialogue.h"

namespace {

using namespace test;

constexpr const Protocol& kTls = tls::kProtocol;

constexpr auto kData = "17 0303 0012 6a42249ef25656b048284eea5a87952718c5"_hex;
constexpr auto kSealedAlert =
    "15 0303 001a a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f607182930"_hex;
constexpr auto kFinished =
    "16 0303 0028 "
    "0000000000000000492a596f6f31ef70bbf988e5ba09ca65d6a1b2c3d4e5f60718293a4b5c6d7e8f"_hex;
constexpr auto kChangeCipherSpec = "14 0303 0001 01"_hex;
constexpr auto kPlainAlert = "15 0301 0002 0230"_hex;

Exchange midway(bytes::View said, std::uint32_t token = 0,
                Direction direction = Direction::kToServer) {
    return {.said = said,
            .direction = direction,
            .transport = Transport::kTcp,
            .direction_known = false,
            .token = token};
}
Match match_of(const Payload& said) {
    return ask(kTls.validate, midway(said)).match;
}

TEST(TlsRecords, NameAConnectionWhoseOpeningWasNotSeen) {
    for (const bytes::View said :
         {bytes::View{kData}, bytes::View{kSealedAlert}, bytes::View{kFinished},
          bytes::View{kChangeCipherSpec}, bytes::View{kPlainAlert}}) {
        EXPECT_EQ(recognised_as(midway(said)), "tls");
        EXPECT_EQ(recognised_as(stream(said)), "unknown") << "a session begins with a hello";
    }
    EXPECT_EQ(ask(kTls.validate, midway(kData)).role, Role::kEither);
}

TEST(TlsRecords, LeadToARecordsEndOrToTheNextHeader) {
    const Payload three = concatenated({kChangeCipherSpec, kFinished, kData});

    EXPECT_EQ(match_of(three), Match::kYes);
    // The end of each, and from the second header on.
    const std::vector<std::size_t> cuts = accepted_cuts(kTls.validate, midway(three));
    std::vector<std::size_t> expected{6};
    for (std::size_t size = 11; size < three.size(); ++size)
        expected.push_back(size);
    EXPECT_EQ(cuts, expected);
    for (std::size_t size = 0; size < kData.size(); ++size) {
        EXPECT_EQ(ask(kTls.validate, midway(bytes::View{kData}.first(size))).match,
                  Match::kNeedMore);
    }
}

TEST(TlsRecords, NameBothDirectionsOfOneVersion) {
    const std::uint32_t token = ask(kTls.validate, midway(kData)).token;
    const Payload older = changed(kData, 2, {0x01});
    const Payload begun = concatenated({"17 0303 4000"_hex, Payload(100, 0x5a)});

    EXPECT_EQ(ask(kTls.validate, midway(kSealedAlert, token)).match, Match::kYes);
    EXPECT_EQ(ask(kTls.validate, midway(older, token)).match, Match::kNo);
    EXPECT_EQ(match_of(begun), Match::kNeedMore);
    EXPECT_EQ(ask(kTls.validate, midway(begun, token)).match, Match::kYes)
        << "one header, beside a direction that is TLS";

    Dialogue dialogue{Transport::kTcp, Dialogue::Opening::kMissed};
    EXPECT_EQ(dialogue.client(kData).protocol(), "tls");
    EXPECT_EQ(dialogue.server(begun).confirmed(), Confirmed::kBoth);
}

TEST(TlsRecords, RefuseNearMisses) {
    const auto changed_data = [](std::size_t at, std::uint8_t value) {
        return match_of(changed(kData, at, {value}));
    };

    EXPECT_EQ(changed_data(0, 0x13), Match::kNo) << "type";
    EXPECT_EQ(changed_data(0, 0x19), Match::kNo) << "type";
    EXPECT_EQ(changed_data(1, 0x04), Match::kNo) << "version";
    EXPECT_EQ(changed_data(2, 0x04), Match::kNo) << "version";
    EXPECT_EQ(changed_data(3, 0x49), Match::kNo) << "longer than a record may be";
    EXPECT_EQ(changed_data(4, 0x13), Match::kNeedMore) << "a byte is missing";
    EXPECT_EQ(changed_data(4, 0x08), Match::kNo) << "too short to be sealed";
    EXPECT_EQ(match_of(concatenated({kData, "18 0304 0020"_hex})), Match::kNo) << "next version";
    EXPECT_EQ(match_of(concatenated({kData, "47 4554 202f"_hex})), Match::kNo) << "next type";
    EXPECT_EQ(match_of(changed(kChangeCipherSpec, 5, {2})), Match::kNo);
    EXPECT_EQ(match_of(changed(kPlainAlert, 5, {3})), Match::kNo) << "alert level";
    EXPECT_EQ(match_of(changed(kPlainAlert, 6, {1})), Match::kNo) << "alert description";
    EXPECT_EQ(match_of(changed(kFinished, 4, {3})), Match::kNo) << "no handshake message fits";
}

TEST(TlsRecords, AreNotSeenInNoise) {
    Noise noise{7};
    for (unsigned i = 0; i < 50'000; ++i) {
        Payload said = noise.next(5 + i % 100);
        said[0] = static_cast<std::uint8_t>(0x14 + i % 4);
        EXPECT_NE(ask(kTls.validate, midway(said)).match, Match::kYes) << i;
    }
}

/// Offers RC4 and 3DES with MD5, with a challenge of 16 bytes.
constexpr auto kSsl2Client =
    "801f 01 0002 0006 0000 0010 010080 0700c0 000102030405060708090a0b0c0d0e0f"_hex;
/// A certificate of five bytes, one suite, a connection id of 16 bytes.
constexpr auto kSsl2Server =
    "8023 04 00 01 0002 0005 0003 0010 3003020101 010080 101112131415161718191a1b1c1d1e1f"_hex;

TEST(Ssl2Hello, NamesBothSides) {
    Dialogue dialogue{Transport::kTcp};

    EXPECT_EQ(dialogue.client(kSsl2Client).protocol(), "tls");
    EXPECT_EQ(dialogue.server(kSsl2Server).confirmed(), Confirmed::kBoth);
    EXPECT_EQ(fact_of(kTls, stream(kSsl2Client), Fact::kTlsVersion), "SSL 2.0");
    EXPECT_EQ(fact_of(kTls, stream_back(kSsl2Server), Fact::kTlsVersion), "SSL 2.0");
    EXPECT_TRUE(accepted_cuts(kTls.validate, stream(kSsl2Client)).empty());
    EXPECT_TRUE(accepted_cuts(kTls.validate, stream_back(kSsl2Server)).empty());
}

TEST(Ssl2Hello, RefusesNearMisses) {
    const auto client = [](std::size_t at, std::uint8_t value) {
        return ask(kTls.validate, stream(changed(kSsl2Client, at, {value}))).match;
    };
    const auto server = [](std::size_t at, std::uint8_t value) {
        return ask(kTls.validate, stream_back(changed(kSsl2Server, at, {value}))).match;
    };

    EXPECT_EQ(client(1, 0x1e), Match::kNo) << "length";
    EXPECT_EQ(client(4, 0x01), Match::kNo) << "version";
    EXPECT_EQ(client(6, 0x05), Match::kNo) << "suites of three bytes";
    EXPECT_EQ(client(8, 0x08), Match::kNo) << "session id";
    EXPECT_EQ(client(10, 0x08), Match::kNo) << "challenge";
    EXPECT_EQ(client(11, 0x08), Match::kNo) << "suite";
    EXPECT_EQ(server(1, 0x22), Match::kNo) << "length";
    EXPECT_EQ(server(3, 0x02), Match::kNo) << "session taken up, or not";
    EXPECT_EQ(server(4, 0x02), Match::kNo) << "kind of certificate";
    EXPECT_EQ(server(6, 0x03), Match::kNo) << "version";
    EXPECT_EQ(server(12, 0x11), Match::kNo) << "connection id";
    EXPECT_EQ(server(18, 0x08), Match::kNo) << "suite";
}

}  // namespace
