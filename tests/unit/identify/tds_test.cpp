#include "sensor/identify/protocols/tds.h"

#include <gtest/gtest.h>

#include "tests/support/hex.h"
#include "tests/unit/identify/dialogue.h"

namespace sensor::identify {
namespace {

using namespace test;

// Pre-login of the client: version, encryption, an empty instance, thread, MARS; the answer.
constexpr auto kPreLogin =
    "12 01 002f 0000 00 00 00 001a 0006 01 0020 0001 02 0021 0001 03 0022 0004 04 0026 0001 ff"
    "0b0000000000 00 00 00000001 00"_hex;
constexpr auto kPreLoginAnswer =
    "04 01 002b 0000 01 00 00 001a 0006 01 0020 0001 02 0021 0001 03 0022 0000 04 0022 0001 ff"
    "0f0007d00000 02 00 00"_hex;
// Login 7.4 of 94 bytes whose texts are all empty.
constexpr auto kLoginStart =
    "10 01 0066 0000 01 00 5e000000 04000074 00100000 00000006 01000000 00000000 e0 03 00 00"
    "00000000 09040000 5e00 0000"_hex;
// "sel" with a transaction's header, and "select 1" without; calls by name and by number.
constexpr auto kBatch =
    "01 01 0024 0000 01 00 16000000 12000000 0200 0000000000000000 01000000 730065006c00"_hex;
constexpr auto kOldBatch = "01 01 0018 0000 01 00 73006500 6c006500 63007400 20003100"_hex;
constexpr auto kCall =
    "03 01 0024 0000 01 00 16000000 12000000 0200 0000000000000000 01000000 ffff 0a00 0000"_hex;
constexpr auto kNamedCall =
    "03 09 0028 0000 01 00 16000000 12000000 0200 0000000000000000 01000000 0300 700061006200 0000"_hex;
constexpr auto kOldCall = "03 01 0014 0000 01 00 0400 7000 5f00 6100 6200 0000"_hex;
constexpr auto kTransaction =
    "0e 01 0022 0000 01 00 16000000 12000000 0200 0000000000000000 01000000 0500 0000"_hex;
// A change of the environment and the end; only the end.
constexpr auto kResult =
    "04 01 0023 0033 01 00 e3 0b00 08 08 0100000000000000 00 fd 0000 0000 0000000000000000"_hex;
constexpr auto kDone = "04 01 0015 0033 01 00 fd 0000 f900 0000000000000000"_hex;

Payload login() {
    return concatenated({kLoginStart, Payload(0x66 - kLoginStart.size(), 0)});
}
Match match_of(bytes::View said) {
    return ask(tds::validate, stream(said)).match;
}
Confirmed confirmed_by(bytes::View request, bytes::View answer) {
    Dialogue dialogue{Transport::kTcp};
    dialogue.client(request).server(answer);
    EXPECT_EQ(dialogue.protocol(), "tds");
    return dialogue.confirmed();
}

TEST(Tds, RecognisesWhatClientsSay) {
    for (const bytes::View said :
         {bytes::View{kPreLogin}, bytes::View{kBatch}, bytes::View{kOldBatch}, bytes::View{kCall},
          bytes::View{kNamedCall}, bytes::View{kTransaction}}) {
        EXPECT_EQ(recognised_as(stream(said)), "tds") << said.size();
        EXPECT_EQ(ask(tds::validate, stream(said)).role, Role::kClient) << said.size();
    }
    EXPECT_EQ(recognised_as(stream(login())), "tds");
    EXPECT_EQ(match_of(kOldCall), Match::kYes);
    EXPECT_EQ(match_of(changed(kOldCall, 3, {0x12})), Match::kNo) << "no flags";
}

TEST(Tds, ConfirmsAnswers) {
    EXPECT_EQ(recognised_as(stream_back(kPreLoginAnswer)), "tds");
    EXPECT_EQ(confirmed_by(kPreLogin, kPreLoginAnswer), Confirmed::kBoth);
    EXPECT_EQ(confirmed_by(login(), kResult), Confirmed::kBoth);
    EXPECT_EQ(confirmed_by(kBatch, kResult), Confirmed::kBoth);
    EXPECT_EQ(confirmed_by(kBatch, kDone), Confirmed::kBoth);
    EXPECT_EQ(confirmed_by(kPreLogin, kDone), Confirmed::kClient);
    EXPECT_EQ(confirmed_by(kBatch, kBatch), Confirmed::kClient) << "echo";
}

TEST(Tds, BelievesAResultOnlyAfterItsRequest) {
    EXPECT_EQ(ask(tds::validate, stream_back(kResult)).match, Match::kNeedMore);
    EXPECT_EQ(ask(tds::validate, stream_back(kDone)).match, Match::kNeedMore);
}

TEST(Tds, ChecksEveryField) {
    const std::vector<std::pair<const char*, Payload>> near_misses{
        {"type", changed(kPreLogin, 0, {0x13})},
        {"unknown status", changed(kPreLogin, 1, {0x05})},
        {"both resets", changed(kPreLogin, 1, {0x19})},
        {"length of the header alone", changed(kPreLogin, 3, {8})},
        {"length past the largest packet", changed(kPreLogin, 2, {0x80})},
        {"window", changed(kPreLogin, 7, {1})},
        {"first option", changed(kPreLogin, 8, {1})},
        {"size of the version", changed(kPreLogin, 12, {5})},
        {"version twice", changed(kPreLogin, 13, {0})},
        {"unknown option", changed(kPreLogin, 13, {8})},
        {"value in the table", changed(kPreLogin, 10, {0x19})},
        {"value past the end", changed(kPreLogin, 30, {0x27})},
        {"length of a login", changed(login(), 8, {0x5f})},
        {"version of a login", changed(login(), 15, {0x75})},
        {"host's name in the fixed part", changed(login(), 44, {0x24})},
        {"length of all headers", changed(kTransaction, 8, {0x17})},
        {"length of a header", changed(kTransaction, 12, {0x13})},
        {"kind of a header", changed(kTransaction, 16, {4})},
        {"unknown request", changed(kTransaction, 30, {2})},
        {"SQL that is no text", changed(kOldBatch, 9, {1})},
        {"half a character", changed(kOldBatch, 3, {0x17})},
        {"procedure 16", changed(kCall, 32, {16})},
        {"flags of a call", changed(kCall, 34, {8})},
        {"name past the packet", changed(kNamedCall, 30, {0x20})},
        {"unknown token", changed(kDone, 8, {0x20})},
        {"change past the packet", changed(kResult, 9, {0x40})},
        {"unknown change", changed(kResult, 11, {22})},
    };
    for (const auto& [what, payload] : near_misses) {
        EXPECT_EQ(match_of(payload), Match::kNo) << what;
    }
}

TEST(Tds, NeedsMoreAtEveryLength) {
    for (std::size_t size = 0; size < 34; ++size) {
        EXPECT_EQ(match_of(bytes::View{kPreLogin}.first(size)), Match::kNeedMore) << size;
    }
    const auto whole = login();
    for (std::size_t size = 0; size < 46; ++size) {
        EXPECT_EQ(match_of(bytes::View{whole}.first(size)), Match::kNeedMore) << size;
    }
    EXPECT_EQ(match_of(bytes::View{whole}.first(46)), Match::kYes);
    for (std::size_t size = 0; size < 30; ++size) {
        EXPECT_EQ(match_of(bytes::View{kBatch}.first(size)), Match::kNeedMore) << size;
    }
}

}  // namespace
}  // namespace sensor::identify
