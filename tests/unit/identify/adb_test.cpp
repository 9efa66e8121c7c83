#include "sensor/identify/protocols/adb.h"

#include <gtest/gtest.h>

#include "tests/support/hex.h"
#include "tests/unit/identify/dialogue.h"

namespace sensor::identify {
namespace {

using namespace test;

// "host::", version 1, 1 MiB, with the sum of its bytes.
constexpr auto kHost = "434e584e 01000001 00001000 06000000 32020000 bcb1a7b1 686f73743a3a"_hex;
// "device::ro=1", without a sum.
constexpr auto kDevice =
    "434e584e 01000001 00001000 0c000000 00000000 bcb1a7b1 6465766963653a3a726f3d31"_hex;
// A token of four bytes, for brevity.
constexpr auto kAuth = "41555448 01000000 00000000 04000000 0a000000 beaaabb7 01020304"_hex;
constexpr auto kStartTls = "53544c53 00000001 00000000 00000000 00000000 acabb3ac"_hex;
constexpr auto kOpen = "4f50454e 01000000 00000000 07000000 00000000 b0afbab1 7368656c6c3a00"_hex;
constexpr auto kOkay = "4f4b4159 01000000 02000000 00000000 00000000 b0b4bea6"_hex;
constexpr auto kWrite = "57525445 01000000 02000000 01000000 00000000 a8adabba 78"_hex;
constexpr auto kClose = "434c5345 00000000 02000000 00000000 00000000 bcb3acba"_hex;

Match says(bytes::View said) {
    return ask(adb::validate, stream(said)).match;
}

TEST(Adb, NamesEveryMessage) {
    for (const bytes::View said :
         {bytes::View{kHost}, bytes::View{kAuth}, bytes::View{kStartTls}, bytes::View{kOpen},
          bytes::View{kOkay}, bytes::View{kWrite}, bytes::View{kClose}}) {
        EXPECT_EQ(recognised_as(stream(said)), "adb") << bytes::text_of(said.first(4));
        for (std::size_t size = 0; size < 24; ++size)
            EXPECT_EQ(says(said.first(size)), Match::kNeedMore) << size;
    }
    EXPECT_EQ(recognised_as(stream_back(kDevice)), "adb");
}

TEST(Adb, KnowsWhoIsTheHost) {
    EXPECT_EQ(ask(adb::validate, stream(kHost)).role, Role::kClient);
    EXPECT_EQ(ask(adb::validate, stream(kDevice)).role, Role::kServer);
    Dialogue dialogue{Transport::kTcp, Dialogue::Opening::kMissed};
    dialogue.client(kDevice).server(kHost);
    EXPECT_EQ(dialogue.protocol(), "adb");
    EXPECT_TRUE(dialogue.is_turned_round());
}

TEST(Adb, ConfirmsBothSides) {
    Dialogue dialogue{Transport::kTcp};
    dialogue.client(kHost).server(kAuth);
    EXPECT_EQ(dialogue.protocol(), "adb");
    EXPECT_EQ(dialogue.confirmed(), Confirmed::kBoth);
}

TEST(Adb, ChecksEveryField) {
    const std::vector<std::pair<const char*, Payload>> near_misses{
        {"magic", changed(kHost, 20, {0xbd})},
        {"version", changed(kHost, 4, {2})},
        {"longest message", changed(kHost, 8, {0, 0, 0})},
        {"no identity", changed(kHost, 12, {0})},
        {"too much data", changed(kHost, 15, {1})},
        {"sum", changed(kHost, 16, {0x33})},
        {"identity", changed(kDevice, 24, {'X'})},
        {"kind of authentication", changed(kAuth, 4, {4})},
        {"authentication's second argument", changed(kAuth, 8, {1})},
        {"STLS with data", changed(kStartTls, 12, {1})},
        {"STLS's version", changed(kStartTls, 4, {1})},
        {"opened by nobody", changed(kOpen, 4, {0})},
        {"written to nobody", changed(kWrite, 8, {0})},
        {"closed for nobody", changed(kClose, 8, {0})},
        {"another command", changed(changed(kOkay, 0, {'X'}), 20, {0xa7})},
    };
    for (const auto& [what, said] : near_misses)
        EXPECT_EQ(says(said), Match::kNo) << what;
}

TEST(Adb, GoesOnAsTls) {
    using State = Upgrade::State;
    const auto client = concatenated({kHost, kStartTls, "160301"_hex});
    EXPECT_EQ(adb::upgrade(client, kStartTls).state, State::kDone);
    EXPECT_EQ(adb::upgrade(client, kStartTls).client_at, kHost.size() + kStartTls.size());
    EXPECT_EQ(adb::upgrade(client, kStartTls).server_at, kStartTls.size());
    EXPECT_EQ(adb::upgrade(kHost, kStartTls).state, State::kPending);
    EXPECT_EQ(adb::upgrade(kHost, {}).state, State::kPending);
    EXPECT_EQ(adb::upgrade({}, {}).state, State::kPending);
    EXPECT_EQ(adb::upgrade(kHost, kAuth).state, State::kNever);
    EXPECT_EQ(adb::upgrade(kOpen, kStartTls).state, State::kNever);
    EXPECT_EQ(adb::upgrade(concatenated({kHost, kAuth}), kStartTls).state, State::kNever);
}

TEST(Adb, NotesTheDevice) {
    EXPECT_EQ(fact_of(adb::kProtocol, stream_back(kDevice), Fact::kSoftware), "device::ro=1");
    EXPECT_EQ(fact_of(adb::kProtocol, stream(kHost), Fact::kSoftware), "");
}

}  // namespace
}  // namespace sensor::identify
