#include "sensor/identify/protocols/anydesk.h"

#include <string>

#include <gtest/gtest.h>

#include "tests/support/hex.h"
#include "tests/unit/identify/dialogue.h"

namespace sensor::identify {
namespace {

using namespace test;

/// TLS 1.2 without session id and extensions.
constexpr auto kServerHello =
    "02 000026 0303 606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f 00 c02f 00"_hex;
/// TLS 1.3: the certificate that follows is encrypted.
constexpr auto kServerHello13 =
    "02 00002e 0303 606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f 00 1301 00"
    "0006 002b 0002 0304"_hex;

Payload element(std::uint8_t tag, bytes::View value) {
    Payload whole{tag};
    if (value.size() >= 0x80) whole.push_back(0x81);
    whole.push_back(static_cast<std::uint8_t>(value.size()));
    whole.insert(whole.end(), value.begin(), value.end());
    return whole;
}

/// A name of two parts: country and common name.
Payload name(std::string_view common) {
    const auto country =
        element(0x31, element(0x30, concatenated({"0603 550406"_hex, element(0x13, "4445"_hex)})));
    const auto last =
        element(0x31, element(0x30, concatenated({"0603 550403"_hex,  //
                                                  element(0x0c, bytes::view_of(common))})));
    return element(0x30, concatenated({country, last}));
}

/// As much of a certificate as RFC 5280 requires, without key and signature.
Payload certificate(std::string_view issuer, std::string_view subject) {
    const auto tbs = element(
        0x30, concatenated({"a003 020102"_hex, "0201 07"_hex, "3003 0601 2a"_hex, name(issuer),
                            "3004 1700 1700"_hex, name(subject), "3000"_hex}));
    return element(0x30, tbs);
}

Payload with_length(bytes::View content) {
    const std::size_t size = content.size();
    return concatenated(
        {Payload{0, static_cast<std::uint8_t>(size >> 8U), static_cast<std::uint8_t>(size & 0xffU)},
         content});
}
Payload certificate_message(bytes::View der) {
    return concatenated({"0b"_hex, with_length(with_length(with_length(der)))});
}
Payload record(bytes::View content) {
    return concatenated({"160303"_hex,
                         Payload{static_cast<std::uint8_t>(content.size() >> 8U),
                                 static_cast<std::uint8_t>(content.size() & 0xffU)},
                         content});
}
Payload flight(std::string_view subject, std::string_view issuer = "AnyNet Root CA") {
    return concatenated({record(kServerHello),  //
                         record(certificate_message(certificate(issuer, subject)))});
}

Match server(bytes::View said) {
    return ask(anydesk::validate, stream_back(said)).match;
}

TEST(Anydesk, NamesItsCertificates) {
    for (const std::string_view subject : {"AnyNet Relay", "AnyDesk Client"}) {
        EXPECT_EQ(recognised_as(stream_back(flight(subject))), "anydesk") << subject;
        const auto together =
            record(concatenated({kServerHello, certificate_message(certificate("x", subject))}));
        EXPECT_EQ(recognised_as(stream_back(together)), "anydesk") << subject;
    }
}

TEST(Anydesk, LeavesOtherCertificatesToTls) {
    for (const std::string_view subject :
         {"example.com", "AnyNet Relay 2", "AnyDesk", "anynet relay", ""}) {
        EXPECT_EQ(recognised_as(stream_back(flight(subject))), "tls") << subject;
    }
    EXPECT_EQ(recognised_as(stream_back(flight("example.com", "AnyNet Relay"))), "tls")
        << "the issuer is not the subject";
}

TEST(Anydesk, LeavesTlsAloneWithoutACertificateInSight) {
    const auto hello = record(kServerHello);
    const auto resumed = concatenated({hello, "14030300 0101"_hex});
    const auto newer = concatenated({record(kServerHello13), "1403030001 01"_hex});
    EXPECT_EQ(recognised_as(stream_back(hello)), "tls");
    EXPECT_EQ(recognised_as(stream_back(resumed)), "tls");
    EXPECT_EQ(recognised_as(stream_back(newer)), "tls");
    EXPECT_EQ(recognised_as(stream_back(concatenated({hello, "160303"_hex}))), "tls");
}

TEST(Anydesk, WaitsForTheSubject) {
    const auto said = flight("AnyNet Relay");
    const std::size_t hello = record(kServerHello).size() + 5;
    const std::size_t subject = said.size() - 2;  // the empty key ends it
    for (std::size_t size = 0; size <= hello; ++size)
        EXPECT_EQ(server(bytes::View{said}.first(size)), Match::kNo) << size;
    for (std::size_t size = hello + 1; size < subject; ++size)
        EXPECT_EQ(server(bytes::View{said}.first(size)), Match::kNeedMore) << size;
    EXPECT_EQ(server(bytes::View{said}.first(subject)), Match::kYes);
}

TEST(Anydesk, RefusesLengthsThatDoNotNest) {
    const auto said = flight("AnyNet Relay");
    const std::size_t message = record(kServerHello).size() + 5;
    EXPECT_EQ(server(changed(said, message, {12})), Match::kNo) << "another message";
    EXPECT_EQ(server(changed(said, message + 3, {0})), Match::kNo) << "message";
    EXPECT_EQ(server(changed(said, message + 6, {0})), Match::kNo) << "list";
    EXPECT_EQ(server(changed(said, message + 9, {0xff})), Match::kNo) << "certificate";
    EXPECT_EQ(server(changed(said, message + 10, {0x31})), Match::kNo) << "no sequence";
    EXPECT_EQ(server(changed(said, message + 19, {0x04})), Match::kNo) << "no serial number";
}

}  // namespace
}  // namespace sensor::identify
