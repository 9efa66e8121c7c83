#include "sensor/identify/protocols/mysql.h"

#include <gtest/gtest.h>

#include "tests/support/hex.h"
#include "tests/unit/identify/dialogue.h"

namespace sensor::identify {
namespace {

using namespace test;

// Version 10, "8.0.28", thread 19, challenge in two parts, mysql_native_password.
constexpr auto kGreeting =
    "4a 00 00 00 0a 382e302e3238 00 13000000 3b2f33503e522232 00 ffff ff 0200 ffdf 15"
    "00000000000000000000 3d695e714d035f3a61741067 00"
    "6d7973716c5f6e61746976655f70617373776f7264 00"_hex;
// MariaDB: without the first capability, with its own four bytes among the reserved.
constexpr auto kMariaGreeting =
    "4a 00 00 00 0a 31302e362e31312d4d61726961444200 01000000 3b2f33503e522232 00"
    "fef7 21 0200 ff81 15 000000000000 1d000000 3d695e714d035f3a61741067 00"
    "6d7973716c5f6e617469766500"_hex;
// 4.1: no plugin. 3.23: ends after the status, with padding.
constexpr auto kSecureGreeting =
    "34 00 00 00 0a 342e312e3232 00 01000000 3b2f33503e522232 00 2ca2 08 0200 0000 00"
    "00000000000000000000 3d695e714d035f3a61741067 00 "_hex;
constexpr auto kOldestGreeting =
    "28 00 00 00 0a 332e32332e3538 00 01000000 3b2f33503e522232 00 2c00 08 0200"
    "00000000000000000000000000"_hex;
// Version 9, "3.20".
constexpr auto kVersion9 = "13 00 00 00 09 332e3230 00 01000000 3b2f33503e522232 00"_hex;

// "Too many connections", bare and with SQL state 08004.
constexpr auto kRefusal = "17 00 00 00 ff 1004 546f6f206d616e7920636f6e6e656374696f6e73"_hex;
constexpr auto kNewRefusal =
    "1d 00 00 00 ff 1004 233038303034 546f6f206d616e7920636f6e6e656374696f6e73"_hex;

// User "bob", 20 bytes of scramble, plugin "m".
constexpr auto kResponse =
    "3b 00 00 01 85a60800 00000001 21 00000000000000000000000000000000000000 00000000"
    "626f6200 14 38cdd4bab7b4e4a7cd36948af0a71b3290ac56a4 6d00"_hex;
constexpr auto kSslRequest =
    "20 00 00 01 85aeff20 00000001 21 00000000000000000000000000000000000000 00000000"_hex;
// Before 4.1: user "bob", scramble of 8.
constexpr auto kOldResponse = "11 00 00 01 0524 000001 626f6200 4142434445464748"_hex;
constexpr auto kOldSslRequest = "05 00 00 01 0d2c 000001"_hex;
constexpr auto kTlsStart = "1603010200010001fc0303"_hex;

Match server(bytes::View said) {
    return ask(mysql::validate, stream_back(said)).match;
}
Match client(bytes::View said, std::uint32_t token = 0) {
    return ask(mysql::validate, stream(said, token)).match;
}

TEST(Mysql, NamesEveryGreeting) {
    for (const bytes::View said :
         {bytes::View{kGreeting}, bytes::View{kMariaGreeting}, bytes::View{kSecureGreeting},
          bytes::View{kOldestGreeting}, bytes::View{kVersion9}, bytes::View{kRefusal},
          bytes::View{kNewRefusal}}) {
        EXPECT_EQ(server(said), Match::kYes) << bytes::text_of(said);
        EXPECT_EQ(recognised_as(stream_back(said)), "mysql");
        EXPECT_TRUE(accepted_cuts(mysql::validate, stream_back(said)).empty());
    }
}

TEST(Mysql, NamesTheClient) {
    EXPECT_EQ(recognised_as(stream(kResponse)), "mysql");
    EXPECT_EQ(recognised_as(stream(kSslRequest)), "mysql");
    EXPECT_EQ(recognised_as(stream(concatenated({kSslRequest, kTlsStart}))), "mysql");
    EXPECT_EQ(client(concatenated({kSslRequest, kResponse})), Match::kNo);
    for (std::size_t size = 0; size < 61; ++size)
        EXPECT_EQ(client(bytes::View{kResponse}.first(size)), Match::kNeedMore) << size;
}

TEST(Mysql, TakesTheOldFormsOnlyAsAnswers) {
    EXPECT_NE(client(kOldResponse), Match::kYes);
    EXPECT_NE(client(kOldSslRequest), Match::kYes);
    EXPECT_EQ(client(kOldResponse, 1), Match::kYes);
    EXPECT_EQ(client(kOldSslRequest, 1), Match::kYes);
    Dialogue dialogue{Transport::kTcp};
    dialogue.server(kOldestGreeting).client(kOldResponse);
    EXPECT_EQ(dialogue.protocol(), "mysql");
    EXPECT_EQ(dialogue.confirmed(), Confirmed::kBoth);
}

TEST(Mysql, ConfirmsBothSides) {
    Dialogue dialogue{Transport::kTcp};
    dialogue.server(kGreeting).client(kResponse);
    EXPECT_EQ(dialogue.protocol(), "mysql");
    EXPECT_EQ(dialogue.confirmed(), Confirmed::kBoth);
}

TEST(Mysql, ChecksEveryFieldOfTheServer) {
    const std::vector<std::pair<const char*, Payload>> near_misses{
        {"sequence", changed(kGreeting, 3, {2})},
        {"protocol 11", changed(kGreeting, 4, {11})},
        {"version with a control character", changed(kGreeting, 6, {7})},
        {"filler", changed(kGreeting, 24, {1})},
        {"a challenge that no NUL ends", changed(kGreeting, 55, {1})},
        {"reserved", changed(kGreeting, 36, {1})},
        {"reserved, not MariaDB", changed(kGreeting, 42, {1})},
        {"reserved of MariaDB", changed(kMariaGreeting, 43, {1})},
        {"plugin's name", changed(kGreeting, 60, {1})},
        {"challenge length without plugin", changed(kSecureGreeting, 32, {21})},
        {"shorter than it says", changed(kSecureGreeting, 0, {0x33})},
        {"challenge of version 9", changed(kVersion9, 14, {7})},
        {"another error", changed(kRefusal, 5, {0x11})},
        {"error text", changed(kRefusal, 9, {7})},
        {"SQL state", changed(kNewRefusal, 9, {'!'})},
        {"a greeting of 70 KB", changed(kGreeting, 2, {1})},
    };
    for (const auto& [what, said] : near_misses)
        EXPECT_EQ(server(said), Match::kNo) << what;
}

TEST(Mysql, ChecksEveryFieldOfTheClient) {
    const std::vector<std::pair<const char*, Payload>> near_misses{
        {"sequence", changed(kResponse, 3, {2})},
        {"not 4.1", changed(kResponse, 5, {0xa4})},
        {"reserved", changed(kResponse, 13, {1})},
        {"reserved, not MariaDB", changed(kResponse, 35, {1})},
        {"user", changed(kResponse, 37, {1})},
        {"scramble longer than the packet", changed(kResponse, 40, {0x20})},
        {"SSLRequest without TLS", changed(kSslRequest, 5, {0xa6})},
    };
    for (const auto& [what, said] : near_misses)
        EXPECT_EQ(client(said), Match::kNo) << what;
    EXPECT_EQ(client(changed(kOldResponse, 5, {0x26}), 1), Match::kNo) << "says 4.1";
}

TEST(Mysql, GoesOnAsTls) {
    const auto asked = concatenated({kSslRequest, kTlsStart});
    const Upgrade done = mysql::upgrade(asked, kGreeting);
    EXPECT_EQ(done.state, Upgrade::State::kDone);
    EXPECT_EQ(done.client_at, 36U);
    EXPECT_EQ(done.server_at, kGreeting.size());
    EXPECT_EQ(mysql::upgrade(kOldSslRequest, kOldestGreeting).client_at, 9U);
    EXPECT_EQ(mysql::upgrade({}, kGreeting).state, Upgrade::State::kPending);
    EXPECT_EQ(mysql::upgrade(bytes::View{kSslRequest}.first(20), kGreeting).state,
              Upgrade::State::kPending);
    EXPECT_EQ(mysql::upgrade(kResponse, kGreeting).state, Upgrade::State::kNever);
    EXPECT_EQ(mysql::upgrade(kOldResponse, kOldestGreeting).state, Upgrade::State::kNever);
    EXPECT_EQ(mysql::upgrade({}, kRefusal).state, Upgrade::State::kNever);
}

TEST(Mysql, NotesTheServersVersion) {
    EXPECT_EQ(fact_of(mysql::kProtocol, stream_back(kGreeting), Fact::kSoftware), "8.0.28");
    EXPECT_EQ(fact_of(mysql::kProtocol, stream_back(kRefusal), Fact::kSoftware), "");
    EXPECT_EQ(fact_of(mysql::kProtocol, stream(kResponse), Fact::kSoftware), "");
}

}  // namespace
}  // namespace sensor::identify
