#include "sensor/identify/protocols/tor.h"

#include <gtest/gtest.h>

#include "tests/support/hex.h"
#include "tests/unit/identify/dialogue.h"

namespace sensor::identify {
namespace {

using namespace test;

constexpr std::string_view kIssuer = "www.o4ksvfgh2abcd.com";
constexpr std::string_view kSubject = "www.p5lt7wqxyz.net";

/// A DER element.
Payload element(std::uint8_t tag, std::initializer_list<bytes::View> parts) {
    const Payload content = concatenated(parts);
    if (content.size() < 0x80) {
        return concatenated({Payload{tag, static_cast<std::uint8_t>(content.size())}, content});
    }
    return concatenated({Payload{tag, 0x82, static_cast<std::uint8_t>(content.size() >> 8U),
                                 static_cast<std::uint8_t>(content.size())},
                         content});
}
Payload attribute(std::string_view value, bytes::View type, std::uint8_t tag = 0x0c) {
    return element(0x31, {element(0x30, {type, element(tag, {bytes::view_of(value)})})});
}
constexpr auto kCommonName = "0603550403"_hex;
Payload name(std::string_view common) {
    return element(0x30, {attribute(common, kCommonName)});
}

Payload certificate(const Payload& issuer, const Payload& subject) {
    const Payload validity =
        element(0x30, {element(0x17, {Payload(13, '0')}), element(0x17, {Payload(13, '9')})});
    const Payload signed_part =
        element(0x30, {"a003020102"_hex, "0204 01020304"_hex, element(0x30, {"0601 2a"_hex}),
                       issuer, validity, subject, element(0x30, {Payload(200, 0x5a)})});
    return element(0x30, {signed_part, element(0x03, {Payload(64, 0x5a)})});
}
Payload counted(std::uint8_t type, bytes::View content) {
    return concatenated({Payload{type, 0, static_cast<std::uint8_t>(content.size() >> 8U),
                                 static_cast<std::uint8_t>(content.size())},
                         content});
}
Payload record(bytes::View content) {
    return concatenated({"16 0303"_hex,
                         Payload{static_cast<std::uint8_t>(content.size() >> 8U),
                                 static_cast<std::uint8_t>(content.size())},
                         content});
}
Payload hello() {
    return counted(2, concatenated({"0303"_hex, Noise{1}.next(32), "00 c02f 00"_hex}));
}
Payload certificates(const Payload& first) {
    const Payload one = counted(0, first);  // a length of three bytes, behind a zero
    const Payload list = counted(0, bytes::View{one}.subspan(1));
    return counted(11, bytes::View{list}.subspan(1));
}
Payload flight(const Payload& first) {
    return concatenated({record(hello()), record(certificates(first))});
}
Payload flight_of(std::string_view issuer, std::string_view subject) {
    return flight(certificate(name(issuer), name(subject)));
}

TEST(Tor, RecognisesItsCertificate) {
    const Payload said = flight_of(kIssuer, kSubject);
    EXPECT_EQ(ask(tor::validate, stream_back(said)).role, Role::kServer);
    EXPECT_EQ(recognised_as(stream_back(said)), "tor");
    const Payload both =
        record(concatenated({hello(), certificates(certificate(name(kIssuer), name(kSubject)))}));
    EXPECT_EQ(recognised_as(stream_back(both)), "tor") << "in one record";
    const auto printable = element(0x30, {attribute(kSubject, kCommonName, 0x13)});
    EXPECT_EQ(recognised_as(stream_back(flight(certificate(name(kIssuer), printable)))), "tor");
}

TEST(Tor, NotesTheFactsOfTls) {
    const Payload said = flight_of(kIssuer, kSubject);
    EXPECT_EQ(fact_of(tor::kProtocol, stream_back(said), Fact::kTlsVersion), "TLS 1.2");
}

TEST(Tor, LeavesEveryOtherCertificateToTls) {
    const std::vector<std::pair<const char*, Payload>> others{
        {"both .net", flight_of("www.o4ksvfgh2abcd.net", kSubject)},
        {"both .com", flight_of(kIssuer, "www.p5lt7wqxyz.com")},
        {"no www", flight_of(kIssuer, "web.p5lt7wqxyz.net")},
        {"7 characters", flight_of(kIssuer, "www.p5lt7wq.net")},
        {"21 characters", flight_of(kIssuer, "www.abcdefghijklmnopqrstu.net")},
        {"a digit that Base32 has not", flight_of(kIssuer, "www.p5lt8wqxyz.net")},
        {"a hyphen", flight_of(kIssuer, "www.p5lt-wqxyz.net")},
        {"an organisation",
         flight(
             certificate(name(kIssuer), element(0x30, {attribute(kSubject, "060355040a"_hex)})))},
        {"more than a name",
         flight(
             certificate(name(kIssuer), element(0x30, {attribute(kSubject, kCommonName),
                                                       attribute("XX", "0603550406"_hex, 0x13)})))},
        {"another kind of text",
         flight(
             certificate(name(kIssuer), element(0x30, {attribute(kSubject, kCommonName, 0x1e)})))},
    };
    for (const auto& [what, said] : others) {
        EXPECT_EQ(ask(tor::validate, stream_back(said)).match, Match::kNo) << what;
        EXPECT_EQ(recognised_as(stream_back(said)), "tls") << what;
    }
}

TEST(Tor, LetsNoSessionWaitForACertificate) {
    const Payload said = flight_of(kIssuer, kSubject);
    for (std::size_t size = 0; size < said.size(); ++size) {
        const auto cut = stream_back(bytes::View{said}.first(size));
        EXPECT_EQ(ask(tor::validate, cut).match, Match::kNo) << size;
    }
    EXPECT_EQ(recognised_as(stream_back(bytes::View{said}.first(said.size() - 1))), "tls");
}

}  // namespace
}  // namespace sensor::identify
