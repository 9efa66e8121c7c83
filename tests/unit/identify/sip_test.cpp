#include "tests/unit/identify/text_dialogue.h"

using namespace test;

namespace {

constexpr std::string_view kInvite =
    "INVITE sip:bob@example.org SIP/2.0\r\n"
    "Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK776\r\n"
    "Max-Forwards: 70\r\n"
    "Call-ID: a84b4c76e66710@192.0.2.1\r\n"
    "CSeq: 1 INVITE\r\n"
    "User-Agent: desk phone/2.1\r\n"
    "Content-Length: 0\r\n\r\n";
constexpr std::string_view kRinging =
    "SIP/2.0 180 Ringing\r\n"
    "v: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK776\r\n"
    "i: a84b4c76e66710@192.0.2.1\r\n"
    "Server: exchange 7\r\n\r\n";

std::string with(std::string_view start, std::string_view headers) {
    return std::string{start} + std::string{headers};
}

}  // namespace

TEST(Sip, RequestsAndResponsesAreRecognisedOverBothTransports) {
    EXPECT_EQ(datagram_says(kInvite), "sip");
    EXPECT_EQ(datagram_says(kRinging), "sip");
    EXPECT_EQ(client_says(kInvite), "sip");
    EXPECT_EQ(server_says(kInvite), "sip");
    EXPECT_EQ(server_says(kRinging), "sip");
    EXPECT_EQ(datagram_says(with("\r\n\r\n", kInvite)), "sip");
}

TEST(Sip, EachSchemeIsRecognised) {
    constexpr std::string_view kHeaders = "Via: SIP/2.0/TCP a\r\nCall-ID: 1\r\n";
    for (const std::string_view uri : {"sip:a", "SIPS:a@example.org", "tel:+4930123"}) {
        EXPECT_EQ(client_says(with("REGISTER " + std::string{uri} + " SIP/2.0\r\n", kHeaders)),
                  "sip")
            << uri;
    }
}

TEST(Sip, WaitsForViaAndCallId) {
    EXPECT_EQ(client_says("OPTIONS sip:a@example.org SIP/2.0\r\n"), "undecided");
    EXPECT_EQ(client_says("OPTIONS sip:a@example.org SIP/2.0\r\nVia: a\r\n"), "undecided");
    EXPECT_EQ(client_says("OPTIONS sip:a@example.org SIP/2.0\r\nVia: a\r\n\r\n"), "unknown");
}

TEST(Sip, NearMissesAreUnknown) {
    constexpr std::string_view kHeaders = "Via: SIP/2.0/TCP a\r\nCall-ID: 1\r\n\r\n";
    for (const std::string_view start :
         {"INVITE sip:bob SIP/3.0\r\n", "INVITE http://bob SIP/2.0\r\n",
          "invite sip:bob SIP/2.0\r\n", "INVITE sip: SIP/2.0\r\n", "INVITED sip:bob SIP/2.0\r\n",
          "INVITE sip:bob HTTP/1.1\r\n", "SIP/2.0 180\r\n", "SIP/2.0 799 Odd\r\n",
          "SIP/2.0 18 Odd\r\n", "INVITE sip:bob  SIP/2.0\r\n", "HTTP/1.1 200 OK\r\n"}) {
        EXPECT_EQ(datagram_says(with(start, kHeaders)), "unknown") << start;
    }
    EXPECT_EQ(datagram_says("SIP/2.0 180 Ringing\r\nnot a header\r\n\r\n"), "unknown");
}

TEST(Sip, CutsAreNothingElse) {
    for (const auto transport : {Transport::kTcp, Transport::kUdp}) {
        expect_cuts_are_only("sip", kInvite, transport);
        expect_cuts_are_only("sip", kRinging, transport);
    }
}

TEST(Sip, NoiseIsUnknown) {
    expect_noise_is_unknown({"SIP/2.0 200 ", "INVITE sip:", "INVITE sip:a SIP/2.0\r\nVia: ",
                             "SIP/2.0 200 OK\r\nVia: a\r\nCall-ID"});
}

TEST(Sip, RequestAndResponseAgree) {
    TextDialogue dialogue{Transport::kUdp, false};

    dialogue.client(kInvite).server(kRinging);

    EXPECT_EQ(dialogue.verdict(), "sip, both");
    EXPECT_EQ(dialogue.fact(sensor::Fact::kSipMethod), "INVITE");
    EXPECT_EQ(dialogue.fact(sensor::Fact::kUserAgent), "desk phone/2.1");
    EXPECT_EQ(dialogue.fact(sensor::Fact::kSoftware), "exchange 7");
}

TEST(Sip, IsConvincedByTheStartOfAnOutsizedMessage) {
    std::string said = "OPTIONS sip:bob@example.org SIP/2.0\r\n";
    for (unsigned hop = 0; hop < 5; ++hop)
        said += "Via: SIP/2.0/UDP " + std::string(900, 'a') + "\r\n";
    EXPECT_EQ(datagram_says(said.substr(0, 4096)), "sip");
    EXPECT_NE(datagram_says(said.substr(0, 4000)), "sip");
}
