#include "sensor/identify/protocols/bittorrent.h"

#include <gtest/gtest.h>

#include "tests/support/hex.h"
#include "tests/unit/identify/dialogue.h"

namespace sensor::identify {
namespace {

using namespace test;

// Text, reserved bytes, the torrent's hash, a peer id.
constexpr auto kHandshake =
    "13 426974546f7272656e742070726f746f636f6c 0000000000100005"
    "0102030405060708090a0b0c0d0e0f1011121314 2d5554333535302d0102030405060708090a0b0c"_hex;
constexpr std::string_view kPing = "d1:ad2:id20:abcdefghij0123456789e1:q4:ping1:t2:aa1:y1:qe";
constexpr std::string_view kPong = "d1:rd2:id20:mnopqrstuvwxyz123456e1:t2:aa1:y1:re";
constexpr std::string_view kError = "d1:eli201e5:Errore1:t2:aa1:v4:UT011:y1:ee";
constexpr std::string_view kGetPeers =
    "d1:ad2:id20:abcdefghij01234567895:nodesld1:xi-5eee9:info_hash20:mnopqrstuvwxyz123456e"
    "1:q9:get_peers2:roi1e1:t2:ab1:y1:qe";
// Transaction 0a0b0c0d.
constexpr auto kConnect = "00000417 27101980 00000000 0a0b0c0d"_hex;
constexpr auto kConnected = "00000000 0a0b0c0d 1122334455667788"_hex;
constexpr auto kAnnounced = "00000001 0a0b0c0d 00000708 00000001 00000002 c0000201 1ae1"_hex;
constexpr auto kRefused = "00000003 0a0b0c0d 6e6f"_hex;
constexpr std::string_view kSearch =
    "BT-SEARCH * HTTP/1.1\r\nHost: 239.192.152.143:6771\r\nPort: 6881\r\n"
    "Infohash: ED4F1085E885F98F9A69B70EE89EB988B8FD9115\r\n\r\n\r\n";
// Connection acd2, sequence 1; its answer.
constexpr auto kSyn = "41 00 acd2 f82a43d2 00000000 00100000 0001 0000"_hex;
constexpr auto kState = "21 00 acd2 f82a483d baf0ee42 00100000 4c42 0001"_hex;
constexpr auto kDataHeader = "01 01 acd3 f82a483d baf0ee42 00100000 4c43 0002 00 04 01000000"_hex;

Payload announce() {
    return concatenated({"1122334455667788 00000001 0a0b0c0d"_hex, Payload(64, 0x55),
                         "00000002 00000000 01020304 ffffffff 1ae1"_hex});
}
Match match_of(bytes::View said) {
    return ask(bittorrent::validate, datagram(said)).match;
}
Match match_of(std::string_view said) {
    return match_of(bytes::view_of(said));
}
Confirmed confirmed_by(bytes::View question, bytes::View answer) {
    Dialogue dialogue{Transport::kUdp};
    dialogue.client(question).server(answer);
    EXPECT_EQ(dialogue.protocol(), "bittorrent");
    return dialogue.confirmed();
}
Confirmed confirmed_by(std::string_view question, std::string_view answer) {
    return confirmed_by(bytes::view_of(question), bytes::view_of(answer));
}

TEST(Bittorrent, RecognisesThePeersHandshake) {
    EXPECT_EQ(recognised_as(stream(kHandshake)), "bittorrent");
    for (std::size_t size = 1; size < 48; ++size) {
        const auto cut = bytes::View{kHandshake}.first(size);
        EXPECT_EQ(ask(bittorrent::validate, stream(cut)).match, Match::kNeedMore) << size;
    }
    EXPECT_EQ(ask(bittorrent::validate, stream(changed(kHandshake, 19, {'L'}))).match, Match::kNo);

    Dialogue right{Transport::kTcp};
    Dialogue wrong{Transport::kTcp};
    right.client(kHandshake).server(changed(kHandshake, 50, {'A'}));
    wrong.client(kHandshake).server(changed(kHandshake, 28, {'A'}));
    EXPECT_EQ(right.confirmed(), Confirmed::kBoth);
    EXPECT_EQ(wrong.confirmed(), Confirmed::kClient) << "another torrent";
}

TEST(Bittorrent, RecognisesTheHashTable) {
    for (const std::string_view said : {kPing, kPong, kError, kGetPeers}) {
        EXPECT_EQ(recognised_as(datagram(bytes::view_of(said))), "bittorrent") << said;
        EXPECT_TRUE(accepted_cuts(bittorrent::validate, datagram(bytes::view_of(said))).empty());
    }
    EXPECT_EQ(confirmed_by(kPing, kPong), Confirmed::kBoth);
    EXPECT_EQ(confirmed_by(kPing, kError), Confirmed::kBoth);
    EXPECT_EQ(confirmed_by(kPing, kGetPeers), Confirmed::kBoth) << "both sides ask";
    EXPECT_EQ(confirmed_by(kGetPeers, kPong), Confirmed::kClient) << "transaction";
}

TEST(Bittorrent, ChecksEveryKeyOfTheHashTable) {
    for (const std::string_view said :
         {"d1:ad2:id19:abcdefghij012345678e1:q4:ping1:t2:aa1:y1:qe",
          "d1:ad2:xx20:abcdefghij0123456789e1:q4:ping1:t2:aa1:y1:qe", "d1:q4:ping1:t2:aa1:y1:qe",
          "d1:ad2:id20:abcdefghij0123456789e1:t2:aa1:y1:qe",
          "d1:ad2:id20:abcdefghij0123456789e1:q4:pi g1:t2:aa1:y1:qe",
          "d1:ad2:id20:abcdefghij0123456789e1:q4:ping1:t0:1:y1:qe",
          "d1:ad2:id20:abcdefghij0123456789e1:q4:ping1:t2:aa1:y1:xe",
          "d1:ad2:id20:abcdefghij0123456789e1:q4:ping1:t2:aa1:y1:re",
          "d1:ad2:id20:abcdefghij0123456789e1:q4:ping1:t2:aa1:y1:qex",
          "d1:ad2:id20:abcdefghij0123456789e1:q4:ping2:roi1x1:t2:aa1:y1:qe",
          "d1:ei201e1:t2:aa1:y1:ee", "d1:t2:aa1:y1:ee", "de"}) {
        EXPECT_EQ(match_of(said), Match::kNo) << said;
    }
    EXPECT_EQ(match_of("d1:x" + std::string(40, 'l') + std::string(40, 'e') +
                       std::string{kPing.substr(1)}),
              Match::kNo)
        << "too deep";
}

TEST(Bittorrent, RecognisesTrackers) {
    EXPECT_EQ(recognised_as(datagram(kConnect)), "bittorrent");
    EXPECT_EQ(recognised_as(datagram(announce())), "bittorrent");
    EXPECT_EQ(confirmed_by(kConnect, kConnected), Confirmed::kBoth);
    EXPECT_EQ(confirmed_by(kConnect, kRefused), Confirmed::kBoth);
    EXPECT_EQ(confirmed_by(announce(), kAnnounced), Confirmed::kBoth);
    EXPECT_EQ(confirmed_by(kConnect, changed(kConnected, 7, {0x0e})), Confirmed::kClient);
    EXPECT_EQ(confirmed_by(kConnect, changed(kConnected, 3, {4})), Confirmed::kClient);
    EXPECT_EQ(confirmed_by(announce(), bytes::View{kAnnounced}.first(25)), Confirmed::kClient);
    EXPECT_EQ(match_of(kConnected), Match::kNo) << "unasked";
}

TEST(Bittorrent, ChecksEveryFieldOfATracker) {
    const Payload announced = announce();
    EXPECT_EQ(match_of(changed(kConnect, 7, {0x81})), Match::kNo) << "protocol id";
    EXPECT_EQ(match_of(changed(kConnect, 11, {2})), Match::kNo) << "action";
    EXPECT_EQ(match_of(concatenated({kConnect, "00"_hex})), Match::kNo) << "size";
    EXPECT_EQ(match_of(changed(announced, 83, {4})), Match::kNo) << "event";
    EXPECT_EQ(match_of(bytes::View{announced}.first(97)), Match::kNo) << "size";
}

TEST(Bittorrent, RecognisesLocalDiscovery) {
    const auto said = bytes::view_of(kSearch);
    EXPECT_EQ(recognised_as(multicast(said)), "bittorrent");
    EXPECT_EQ(match_of(kSearch.substr(0, 60)), Match::kNo);
    EXPECT_EQ(match_of(changed(said, 3, {'s'})), Match::kNo);
}

TEST(Bittorrent, RecognisesUtp) {
    EXPECT_EQ(recognised_as(datagram(kSyn)), "bittorrent");
    EXPECT_EQ(confirmed_by(kSyn, kState), Confirmed::kBoth);
    EXPECT_EQ(confirmed_by(kSyn, changed(kState, 3, {0xd3})), Confirmed::kClient) << "connection";
    EXPECT_EQ(confirmed_by(kSyn, changed(kState, 19, {2})), Confirmed::kClient) << "sequence";
    EXPECT_EQ(match_of(kState), Match::kNo) << "unasked";
    EXPECT_EQ(match_of(concatenated({kDataHeader, kHandshake})), Match::kYes);
    EXPECT_EQ(match_of(concatenated({kDataHeader, "0000000d06"_hex})), Match::kNo);
    EXPECT_EQ(match_of(changed(kSyn, 0, {0x42})), Match::kNo) << "version";
    EXPECT_EQ(match_of(changed(kSyn, 0, {0x51})), Match::kNo) << "type";
    EXPECT_EQ(match_of(changed(kSyn, 1, {1})), Match::kNo) << "extension";
    EXPECT_EQ(match_of(changed(kSyn, 11, {1})), Match::kNo) << "delay";
    EXPECT_EQ(match_of(changed(kSyn, 19, {1})), Match::kNo) << "acknowledgement";
    EXPECT_EQ(match_of(concatenated({kSyn, "00"_hex})), Match::kNo) << "size";
    EXPECT_TRUE(accepted_cuts(bittorrent::validate, datagram(kSyn)).empty());
}

}  // namespace
}  // namespace sensor::identify
