#include "sensor/identify/protocols/socks4.h"

#include <gtest/gtest.h>

#include "tests/support/hex.h"
#include "tests/unit/identify/dialogue.h"

namespace sensor::identify {
namespace {

using namespace test;

constexpr auto kConnect = "04 01 0050 5db8d877 00"_hex;                         // 93.184.216.119:80
constexpr auto kWithUser = "04 01 01bb c0000207 6d6172696100"_hex;              // as "maria"
constexpr auto kNamed = "04 01 0050 00000001 00 6578616d706c652e6f726700"_hex;  // example.org
constexpr auto kBind = "04 02 0400 c0000207 00"_hex;
constexpr auto kGranted = "00 5a 0000 00000000"_hex;
constexpr auto kRefused = "00 5b 0000 00000000"_hex;
constexpr auto kInner = "474554202f20485454502f312e310d0a"_hex;

std::string destination_of(bytes::View request) {
    Facts facts;
    socks4::extract_upgrade(request, kGranted, facts);
    return std::string{facts.find(Fact::kDestinationRequested)};
}

TEST(Socks4, RecognisesRequests) {
    for (const bytes::View request :
         {bytes::View{kConnect}, bytes::View{kWithUser}, bytes::View{kNamed}, bytes::View{kBind}}) {
        EXPECT_EQ(ask(socks4::validate, stream(request)).role, Role::kClient);
        EXPECT_EQ(recognised_as(stream(request)), "socks4") << request.size();
    }
}

TEST(Socks4, ConfirmsEveryAnswer) {
    for (std::uint8_t code = 0x5a; code <= 0x5d; ++code) {
        Dialogue dialogue{Transport::kTcp};
        dialogue.client(kConnect).server(changed(kGranted, 1, {code}));
        EXPECT_EQ(dialogue.protocol(), "socks4");
        EXPECT_EQ(dialogue.confirmed(), Confirmed::kBoth) << int{code};
    }
    Dialogue at_once{Transport::kTcp};
    at_once.client(kNamed).server(concatenated({kGranted, kInner}));
    EXPECT_EQ(at_once.confirmed(), Confirmed::kBoth);
}

TEST(Socks4, DoesNotConfirmOtherAnswers) {
    for (const Payload& answer : {changed(kGranted, 0, {4}), changed(kGranted, 1, {0x59}),
                                  changed(kGranted, 1, {0x5e}), concatenated({kRefused, kInner})}) {
        Dialogue dialogue{Transport::kTcp};
        dialogue.client(kConnect).server(answer);
        EXPECT_NE(dialogue.confirmed(), Confirmed::kBoth);
    }
}

TEST(Socks4, BelievesAClientThatDoesNotWaitOnlyIfItNamesSomebody) {
    const auto match = [](bytes::View request) {
        return ask(socks4::validate, stream(concatenated({request, kInner}))).match;
    };
    EXPECT_EQ(match(kNamed), Match::kYes);
    EXPECT_EQ(match(kWithUser), Match::kYes);
    EXPECT_EQ(match(kConnect), Match::kNo);
}

TEST(Socks4, BelievesAReplyOnlyAfterARequest) {
    EXPECT_EQ(ask(socks4::validate, stream_back(kGranted)).match, Match::kNeedMore);
    EXPECT_EQ(ask(socks4::validate, stream_back(kGranted, 1)).match, Match::kYes);
    EXPECT_EQ(ask(socks4::validate, stream_back(kConnect, 1)).match, Match::kNo);
}

TEST(Socks4, ChecksEveryField) {
    const std::vector<std::pair<const char*, Payload>> near_misses{
        {"version 5", changed(kConnect, 0, {5})},
        {"command 0", changed(kConnect, 1, {0})},
        {"command 3", changed(kConnect, 1, {3})},
        {"port 0", changed(kConnect, 2, {0, 0})},
        {"address 0.0.0.0", changed(kConnect, 4, {0, 0, 0, 0})},
        {"a multicast address", changed(kConnect, 4, {0xe0})},
        {"a control character in the user", changed(kWithUser, 9, {0x07})},
        {"a space in the name", changed(kNamed, 10, {' '})},
        {"no name", Payload{4, 1, 0, 80, 0, 0, 0, 1, 0, 0}},
        {"an endless user", concatenated({bytes::View{kConnect}.first(8), Payload(300, 'a')})},
    };
    for (const auto& [what, payload] : near_misses) {
        EXPECT_EQ(ask(socks4::validate, stream(payload)).match, Match::kNo) << what;
    }
}

TEST(Socks4, NeedsMoreAtEveryLength) {
    for (const bytes::View said : {bytes::View{kConnect}, bytes::View{kNamed}}) {
        for (std::size_t size = 0; size < said.size(); ++size) {
            EXPECT_EQ(ask(socks4::validate, stream(said.first(size))).match, Match::kNeedMore)
                << size;
        }
    }
    for (std::size_t size = 0; size < kGranted.size(); ++size) {
        const auto cut = stream_back(bytes::View{kGranted}.first(size), 1);
        EXPECT_EQ(ask(socks4::validate, cut).match, Match::kNeedMore) << size;
    }
}

TEST(Socks4, GoesOnAsSomethingElseOnceConnected) {
    const auto done = socks4::upgrade(concatenated({kNamed, kInner}), kGranted);
    EXPECT_EQ(done.state, Upgrade::State::kDone);
    EXPECT_EQ(done.client_at, kNamed.size());
    EXPECT_EQ(done.server_at, 8);
    EXPECT_EQ(done.requested_port, 80);
}

TEST(Socks4, WaitsUntilBothHaveSpoken) {
    EXPECT_EQ(socks4::upgrade({}, {}).state, Upgrade::State::kPending);
    EXPECT_EQ(socks4::upgrade(kConnect, {}).state, Upgrade::State::kPending);
    EXPECT_EQ(socks4::upgrade({}, kGranted).state, Upgrade::State::kPending);
    const auto half = bytes::View{kGranted}.first(3);
    EXPECT_EQ(socks4::upgrade(kConnect, half).state, Upgrade::State::kPending);
    EXPECT_EQ(socks4::upgrade(bytes::View{kConnect}.first(5), kGranted).state,
              Upgrade::State::kPending);
}

TEST(Socks4, StaysIfRefusedOrBound) {
    EXPECT_EQ(socks4::upgrade(kConnect, kRefused).state, Upgrade::State::kNever);
    EXPECT_EQ(socks4::upgrade(kConnect, kInner).state, Upgrade::State::kNever);
    EXPECT_EQ(socks4::upgrade(kBind, kGranted).state, Upgrade::State::kNever);
    EXPECT_EQ(socks4::upgrade(kInner, kGranted).state, Upgrade::State::kNever);
}

TEST(Socks4, NotesTheDestination) {
    EXPECT_EQ(destination_of(kConnect), "93.184.216.119:80");
    EXPECT_EQ(destination_of(kWithUser), "192.0.2.7:443");
    EXPECT_EQ(destination_of(kNamed), "example.org:80");
    EXPECT_EQ(destination_of(kBind), "");
}

}  // namespace
}  // namespace sensor::identify
