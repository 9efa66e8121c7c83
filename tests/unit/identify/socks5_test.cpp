#include "sensor/identify/protocols/socks5.h"

#include <gtest/gtest.h>

#include "tests/support/hex.h"
#include "tests/unit/identify/dialogue.h"

namespace sensor::identify {
namespace {

using namespace test;

constexpr auto kGreeting = "05 02 00 02"_hex;
constexpr auto kChosenNone = "05 00"_hex;
constexpr auto kChosenPassword = "05 02"_hex;
// RFC 1929: "user", "secret".
constexpr auto kPassword = "01 04 75736572 06 736563726574"_hex;
// CONNECT to example.org:443.
constexpr auto kRequest = "05 01 00 03 0b 6578616d706c652e6f7267 01bb"_hex;
constexpr auto kReply = "05 00 00 01 c0000201 c001"_hex;

std::string destination_of(bytes::View request) {
    Facts facts;
    socks5::extract_upgrade(concatenated({"05 01 00"_hex, request}),
                            concatenated({kChosenNone, kReply}), facts);
    return std::string{facts.find(Fact::kDestinationRequested)};
}

TEST(Socks5, WaitsForTheRequestAfterAGreeting) {
    EXPECT_EQ(ask(socks5::validate, stream(kGreeting)).match, Match::kNeedMore);
    const auto said = concatenated({kGreeting, kRequest});
    const Verdict verdict = ask(socks5::validate, stream(said));

    EXPECT_EQ(verdict.match, Match::kYes);
    EXPECT_EQ(verdict.role, Role::kClient);
    EXPECT_EQ(recognised_as(stream(said)), "socks5");
}

TEST(Socks5, ConfirmsAnOpenProxy) {
    Dialogue dialogue{Transport::kTcp};
    dialogue.client(kGreeting).server(kChosenNone).client(kRequest);

    EXPECT_EQ(dialogue.protocol(), "socks5");
    EXPECT_EQ(dialogue.confirmed(), Confirmed::kBoth);
}

TEST(Socks5, ConfirmsAProxyWithPasswords) {
    Dialogue dialogue{Transport::kTcp};
    dialogue.client(kGreeting).server(kChosenPassword).client(kPassword);
    EXPECT_EQ(dialogue.protocol(), "unknown");
    dialogue.server("01 00"_hex).client(kRequest);

    EXPECT_EQ(dialogue.protocol(), "socks5");
    EXPECT_EQ(dialogue.confirmed(), Confirmed::kBoth);
}

TEST(Socks5, ConfirmsWhenTheClientDoesNotWait) {
    Dialogue dialogue{Transport::kTcp};
    dialogue.client(concatenated({kGreeting, kRequest})).server(kChosenNone);
    EXPECT_EQ(dialogue.confirmed(), Confirmed::kBoth);
}

TEST(Socks5, DoesNotConfirmAMethodThatWasNotOffered) {
    Dialogue dialogue{Transport::kTcp};
    dialogue.client(concatenated({"05 01 00"_hex, kRequest})).server(kChosenPassword);
    EXPECT_NE(dialogue.confirmed(), Confirmed::kBoth);
}

TEST(Socks5, IsNotSureOfTwoBytesFromAServer) {
    EXPECT_EQ(ask(socks5::validate, stream_back(kChosenNone)).match, Match::kNeedMore);
    EXPECT_EQ(ask(socks5::validate, stream_back("05"_hex)).match, Match::kNeedMore);
    EXPECT_EQ(ask(socks5::validate, stream_back("05 0a"_hex)).match, Match::kNo);
}

TEST(Socks5, ChecksWhatFollowsTheChoice) {
    constexpr std::uint32_t kOffered = 0b101;
    const auto match = [](bytes::View said) {
        return ask(socks5::validate, stream_back(said, kOffered)).match;
    };
    EXPECT_EQ(match(concatenated({kChosenNone, kReply})), Match::kYes);
    EXPECT_EQ(match(concatenated({kChosenPassword, "01 00"_hex})), Match::kYes);
    EXPECT_EQ(match("05 ff"_hex), Match::kYes);
    EXPECT_EQ(match("05 ff 00"_hex), Match::kNo);
    EXPECT_EQ(match("05 01"_hex), Match::kNo);
    EXPECT_EQ(match(concatenated({kChosenNone, "01 00"_hex})), Match::kNo);
    EXPECT_EQ(match("04 00"_hex), Match::kNo);
}

TEST(Socks5, ChecksEveryFieldOfAClient) {
    const std::vector<std::pair<const char*, Payload>> near_misses{
        {"version 4", concatenated({"04 02 00 02"_hex, kRequest})},
        {"no methods", concatenated({"05 00"_hex, kRequest})},
        {"a method twice", concatenated({"05 02 00 00"_hex, kRequest})},
        {"method 10", concatenated({"05 02 00 0a"_hex, kRequest})},
        {"method 255", concatenated({"05 02 00 ff"_hex, kRequest})},
        {"request version", concatenated({kGreeting, changed(kRequest, 0, {6})})},
        {"command 0", concatenated({kGreeting, changed(kRequest, 1, {0})})},
        {"command 4", concatenated({kGreeting, changed(kRequest, 1, {4})})},
        {"reserved", concatenated({kGreeting, changed(kRequest, 2, {1})})},
        {"address type 2", concatenated({kGreeting, changed(kRequest, 3, {2})})},
        {"no name", concatenated({kGreeting, changed(kRequest, 4, {0})})},
        {"a space in the name", concatenated({kGreeting, changed(kRequest, 7, {' '})})},
    };
    for (const auto& [what, payload] : near_misses) {
        EXPECT_EQ(ask(socks5::validate, stream(payload)).match, Match::kNo) << what;
    }
}

TEST(Socks5, NeedsMoreAtEveryLength) {
    for (const auto& said :
         {concatenated({kGreeting, kRequest}), concatenated({kGreeting, kPassword, kRequest})}) {
        for (std::size_t size = 0; size < said.size(); ++size) {
            const auto cut = bytes::View{said}.first(size);
            EXPECT_NE(ask(socks5::validate, stream(cut)).match, Match::kYes) << size;
            EXPECT_EQ(size != 0 && ask(socks5::validate, stream(cut)).match == Match::kNo, false)
                << size;
        }
    }
}

TEST(Socks5, AcceptsTheStartOfGssapi) {
    EXPECT_EQ(ask(socks5::validate, stream("05 01 01  01 01 0004 60010203"_hex)).match,
              Match::kYes);
    EXPECT_EQ(ask(socks5::validate, stream("05 01 01  01 02 0004 60010203"_hex)).match, Match::kNo);
}

TEST(Socks5, NotesTheDestination) {
    EXPECT_EQ(destination_of(kRequest), "example.org:443");
    EXPECT_EQ(destination_of("05 01 00 01 c0000207 1f90"_hex), "192.0.2.7:8080");
    EXPECT_EQ(destination_of("05 01 00 04 20010db8000000000000000000000001 0016"_hex),
              "[2001:db8:0:0:0:0:0:1]:22");
    const auto longest = concatenated({"05 01 00 03 ff"_hex, Payload(255, 'a'), "ffff"_hex});
    EXPECT_EQ(destination_of(longest).size(), Facts::kMaxValue);
}

TEST(Socks5, GoesOnAsSomethingElseOnceConnected) {
    const auto client = concatenated({kGreeting, kRequest, "474554"_hex});
    const auto server = concatenated({kChosenNone, kReply, "485454"_hex});
    const auto done = socks5::upgrade(client, server);
    EXPECT_EQ(done.state, Upgrade::State::kDone);
    EXPECT_EQ(done.client_at, client.size() - 3);
    EXPECT_EQ(done.server_at, server.size() - 3);
    EXPECT_EQ(done.requested_port, 443);
}

TEST(Socks5, GoesOnBehindAPassword) {
    const auto client = concatenated({kGreeting, kPassword, kRequest});
    const auto named = "05 00 00 03 04 686f7374 c001"_hex;  // bound to a name
    const auto server = concatenated({kChosenPassword, "01 00"_hex, named});
    const auto done = socks5::upgrade(client, server);
    EXPECT_EQ(done.state, Upgrade::State::kDone);
    EXPECT_EQ(done.client_at, client.size());
    EXPECT_EQ(done.server_at, server.size());
    const auto refused = concatenated({kChosenPassword, "01 01"_hex});
    EXPECT_EQ(socks5::upgrade(client, refused).state, Upgrade::State::kNever);
}

TEST(Socks5, WaitsUntilBothHaveSpoken) {
    const auto client = concatenated({kGreeting, kPassword, kRequest});
    const auto server = concatenated({kChosenPassword, "01 00"_hex, kReply});
    for (std::size_t said = 0; said <= client.size(); ++said) {
        for (std::size_t heard = 0; heard <= server.size(); ++heard) {
            const bool is_whole = said == client.size() && heard == server.size();
            const auto stand =
                socks5::upgrade(bytes::View{client}.first(said), bytes::View{server}.first(heard));
            EXPECT_EQ(stand.state, is_whole ? Upgrade::State::kDone : Upgrade::State::kPending)
                << said << " and " << heard;
        }
    }
}

TEST(Socks5, StaysIfThereIsNothingToGoOnAs) {
    const auto never = [](const Payload& client, const Payload& server) {
        return socks5::upgrade(client, server).state == Upgrade::State::kNever;
    };
    const auto asked = concatenated({kGreeting, kRequest});
    EXPECT_TRUE(never(asked, concatenated({kChosenNone, changed(kReply, 1, {5})}))) << "refused";
    EXPECT_TRUE(never(asked, {5, 0xff})) << "no method";
    EXPECT_TRUE(never({5, 1, 1}, {5, 1})) << "GSSAPI";
    EXPECT_TRUE(never({4, 1, 1}, {5, 0})) << "no greeting";
    EXPECT_TRUE(never(asked, {4, 0})) << "no answer";
    EXPECT_TRUE(never(asked, concatenated({kChosenNone, changed(kReply, 1, {9})}))) << "no reply";
    const auto bind = concatenated({kGreeting, changed(kRequest, 1, {2})});
    EXPECT_TRUE(never(bind, concatenated({kChosenNone, kReply}))) << "BIND";
    const auto associate = concatenated({kGreeting, changed(kRequest, 1, {3})});
    EXPECT_TRUE(never(associate, concatenated({kChosenNone, kReply}))) << "UDP ASSOCIATE";
}

}  // namespace
}  // namespace sensor::identify
