#include <algorithm>
#include <string>

#include <gtest/gtest.h>

#include "tests/support/hex.h"
#include "tests/support/traffic/messages/dns.h"
#include "tests/support/traffic/messages/http.h"
#include "tests/support/traffic/messages/mqtt.h"
#include "tests/support/traffic/messages/ntp.h"
#include "tests/support/traffic/messages/ssh.h"
#include "tests/support/traffic/messages/stun.h"
#include "tests/support/traffic/messages/tls.h"
#include "tests/support/traffic/random.h"

namespace traffic {
namespace {

using test::operator""_hex;

/// Lengths of the TLS records in `stream`; empty if they do not fill it exactly.
std::vector<std::size_t> records_in(bytes::View stream) {
    std::vector<std::size_t> lengths;
    bytes::ByteCursor in{stream};
    while (!in.empty()) {
        in.skip(3);
        lengths.push_back(in.read<std::uint16_t>());
        in.skip(lengths.back());
    }
    return in.ok() ? lengths : std::vector<std::size_t>{};
}

TEST(Random, IsSplitMix64) {
    Random random{1234567};
    EXPECT_EQ(random.next(), 6457827717110365317U);  // the reference generator's first value
    EXPECT_EQ(random.next(), 3203168211198807973U);
}

TEST(Tls, HelloIsOneRecordThatNamesItsServer) {
    for (const auto style : {tls::Style::kBrowser, tls::Style::kLibrary}) {
        const Bytes hello =
            tls::client_hello({.server_name = "www.example.com", .alpn = {"h2"}, .style = style});
        EXPECT_EQ(records_in(hello).size(), 1U);
        EXPECT_EQ(hello[5], 1);  // client_hello
        EXPECT_NE(bytes::text_of(hello).find("www.example.com"), std::string_view::npos);
    }
}

TEST(Tls, OnlyABrowserGreasesItsSuites) {
    const auto first_suite = [](tls::Style style) {
        const Bytes hello = tls::client_hello({.style = style});
        return hello[5 + 4 + 2 + 32 + 33 + 2];  // record, handshake, version, random, id, length
    };
    EXPECT_EQ(first_suite(tls::Style::kBrowser) & 0x0f, 0x0a);
    EXPECT_EQ(first_suite(tls::Style::kLibrary), 0x13);
}

TEST(Tls, ServerFlightIsFiveRecordsAndDataIsCutAtTheLargest) {
    EXPECT_EQ(records_in(tls::server_flight(1)).size(), 5U);
    EXPECT_EQ(records_in(tls::application_data(16385, 1)),
              (std::vector<std::size_t>{16384 + 17, 1 + 17}));
}

TEST(WebSocket, AcceptsTheKeyOfRfc6455) {
    EXPECT_EQ(websocket::accept_for("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

TEST(WebSocket, MasksWhatTheClientSays) {
    const Bytes frame = websocket::client_frame(bytes::view_of("Hello"), 3);

    ASSERT_EQ(frame.size(), 11U);
    EXPECT_EQ(frame[1], 0x85);
    EXPECT_EQ(frame[6] ^ frame[2], 'H');
    EXPECT_TRUE(std::ranges::equal(websocket::server_frame(bytes::view_of("Hello")),
                                   "81 05 48656c6c6f"_hex));  // RFC 6455 §5.7
}

TEST(Http, CountsTheBody) {
    EXPECT_EQ(http::request("POST", "a.example", "/", {}, "xyz"),
              "POST / HTTP/1.1\r\nHost: a.example\r\nContent-Length: 3\r\n\r\nxyz");
    EXPECT_EQ(http::response("204 No Content"), "HTTP/1.1 204 No Content\r\n\r\n");
}

TEST(Http2, AnswersWithHeadersAndData) {
    EXPECT_TRUE(std::ranges::equal(http2::answer(1, bytes::view_of("ok")),
                                   "000001 01 04 00000001 88 000002 00 01 00000001 6f6b"_hex));
}

TEST(Dns, AsksAndAnswersOneQuestion) {
    const dns::Question question{.id = 0x1234, .name = "a.example"};

    EXPECT_TRUE(
        std::ranges::equal(dns::query(question),
                           "1234 0100 0001 0000 0000 0000 0161 076578616d706c65 00 0001 0001"_hex));
    EXPECT_TRUE(
        std::ranges::equal(dns::address_response(question, {sensor::ipv4_address(0xcb007150)}),
                           "1234 8180 0001 0001 0000 0000 0161 076578616d706c65 00 0001 0001"
                           "c00c 0001 0001 0000012c 0004 cb007150"_hex));
}

TEST(Stun, HidesTheMappedAddressUnderTheMagicCookie) {
    const Bytes response = stun::binding_response(
        9, {sensor::ipv4_address(0xc0000201), sensor::PortNumber{32853}});  // RFC 5769 §2.2

    EXPECT_TRUE(std::ranges::equal(bytes::View{response}.first(4), "0101 0014"_hex));
    EXPECT_TRUE(std::ranges::equal(bytes::View{response}.subspan(20, 12),
                                   "0020 0008 0001 a147 e112a643"_hex));
}

TEST(Stun, AnswersTheTransactionThatWasAsked) {
    const Bytes request = stun::binding_request(9);
    const Bytes response = stun::binding_response(9, {sensor::ipv4_address(1), {}});

    EXPECT_TRUE(std::ranges::equal(bytes::View{request}.subspan(4, 16),
                                   bytes::View{response}.subspan(4, 16)));
}

TEST(Ntp, GivesTheTransmitTimeBackAsTheOrigin) {
    const auto asked = sensor::timestamp_of(1'500'000'000);
    const Bytes request = ntp::client_request(asked);
    const Bytes response = ntp::server_response(asked, asked);

    ASSERT_EQ(request.size(), 48U);
    ASSERT_EQ(response.size(), 48U);
    EXPECT_TRUE(std::ranges::equal(bytes::View{request}.last(8), "83aa7e81 80000000"_hex));
    EXPECT_TRUE(
        std::ranges::equal(bytes::View{response}.subspan(24, 8), bytes::View{request}.last(8)));
}

TEST(Mqtt, Connects) {
    EXPECT_TRUE(
        std::ranges::equal(mqtt::connect("d1"), "10 0e 0004 4d515454 04 02 003c 0002 6431"_hex));
}

TEST(Ssh, PadsPacketsToWholeBlocks) {
    EXPECT_EQ(ssh::identification("OpenSSH_9.6"), "SSH-2.0-OpenSSH_9.6\r\n");
    EXPECT_EQ(ssh::key_exchange_init(1).size() % 8, 0U);
    EXPECT_EQ(ssh::ecdh_init(1).size() % 8, 0U);
}

}  // namespace
}  // namespace traffic
