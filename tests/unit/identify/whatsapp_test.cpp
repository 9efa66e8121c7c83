#include "sensor/identify/protocols/whatsapp.h"

#include <gtest/gtest.h>

#include "tests/support/hex.h"
#include "tests/unit/identify/dialogue.h"

namespace sensor::identify {
namespace {

using namespace test;

constexpr auto kKey = "a1b2c3d4e5f60718293a4b5c6d7e8f90 0102030405060708090a0b0c0d0e0f10"_hex;
constexpr auto kTag = "e1e2e3e4e5e6e7e8e9eaebecedeeeff0"_hex;
constexpr auto kRouting = "45440001 000004 08090802"_hex;

// Pattern XX: the ephemeral key alone.
Payload short_hello() {
    return concatenated({"574106 03 000024 12 22 0a20"_hex, kKey});
}
// Pattern IK, after routing: ephemeral and static key, and a payload.
Payload full_hello() {
    return concatenated({kRouting, "57410502 000069 12 67 0a20"_hex, kKey, "12 30"_hex, kKey, kTag,
                         "1a 11 55"_hex, kTag});
}
// Answers: to XX with the static key, to IK without.
Payload full_answer() {
    return concatenated(
        {"000068 1a 66 0a20"_hex, kKey, "12 30"_hex, kKey, kTag, "1a 10"_hex, kTag});
}
Payload short_answer() {
    return concatenated({"000036 1a 34 0a20"_hex, kKey, "1a 10"_hex, kTag});
}
// FunXMPP: to, resource "Android" and its answer, each followed by another frame.
constexpr auto kOldStart =
    "57410105 00000f f805 01 a591 89 fc07 416e64726f6964 000004 f802 9cf8"_hex;
constexpr auto kOldAnswer = "000005 f803 01 3a91 000003 f8019c"_hex;

Match client(bytes::View said) {
    return ask(whatsapp::validate, stream(said)).match;
}
Match server(bytes::View said, std::uint32_t token = 0) {
    return ask(whatsapp::validate, stream_back(said, token)).match;
}

TEST(Whatsapp, RecognisesEveryHandshake) {
    for (const Payload& said : {short_hello(), full_hello(), concatenated({kOldStart})}) {
        EXPECT_EQ(client(said), Match::kYes);
        EXPECT_EQ(recognised_as(stream(said)), "whatsapp");
    }
    for (const Payload& said : {short_answer(), full_answer(), concatenated({kOldAnswer})}) {
        EXPECT_EQ(server(said), Match::kYes);
        EXPECT_EQ(recognised_as(stream_back(said)), "whatsapp");
    }
}

TEST(Whatsapp, ConfirmsWithTheAnswerOfTheSameKind) {
    const auto confirmed = [](const Payload& question, const Payload& answer) {
        Dialogue dialogue{Transport::kTcp};
        dialogue.client(question).server(answer);
        EXPECT_EQ(dialogue.protocol(), "whatsapp");
        return dialogue.confirmed();
    };
    const Payload old_start = concatenated({kOldStart});
    const Payload old_answer = concatenated({kOldAnswer});
    EXPECT_EQ(confirmed(short_hello(), full_answer()), Confirmed::kBoth);
    EXPECT_EQ(confirmed(full_hello(), short_answer()), Confirmed::kBoth);
    EXPECT_EQ(confirmed(old_start, old_answer), Confirmed::kBoth);
    EXPECT_EQ(confirmed(short_hello(), old_answer), Confirmed::kClient);
    EXPECT_EQ(confirmed(old_start, full_answer()), Confirmed::kClient);
}

TEST(Whatsapp, NeedsMoreUntilTheEphemeralKeyIsThere) {
    const Payload hello = full_hello();
    constexpr std::size_t kEnough = 11 + 4 + 3 + 4 + 32;  // bytes
    for (std::size_t size = 1; size < hello.size(); ++size) {
        const Match expected = size < kEnough ? Match::kNeedMore : Match::kYes;
        EXPECT_EQ(client(bytes::View{hello}.first(size)), expected) << size;
    }
    const Payload answer = full_answer();
    for (std::size_t size = 1; size < answer.size(); ++size) {
        const Match expected = size < 3 + 4 + 32 ? Match::kNeedMore : Match::kYes;
        EXPECT_EQ(server(bytes::View{answer}.first(size)), expected) << size;
    }
    for (std::size_t size = 1; size < 4 + 3 + 15; ++size)
        EXPECT_EQ(client(bytes::View{kOldStart}.first(size)), Match::kNeedMore) << size;
}

TEST(Whatsapp, IsFoundInSegments) {
    const Payload hello = full_hello();
    const bytes::View said{hello};
    Dialogue dialogue{Transport::kTcp};
    dialogue.client(said.first(4)).client(said.subspan(4, 7)).client(said.subspan(11, 4));
    dialogue.client(said.subspan(15, 3)).client(said.subspan(18));
    EXPECT_EQ(dialogue.protocol(), "whatsapp");
}

TEST(Whatsapp, AcceptsWhatLaterVersionsAdd) {
    // A flag of number 4, and bytes of number 10.
    const auto hello = concatenated(
        {"57410603 00002a 12 28 0a20"_hex, kKey, "20 01 52 02 abcd"_hex, "000001"_hex});
    EXPECT_EQ(client(hello), Match::kYes);
    // More than a segment of them.
    const auto large = concatenated({"57410603 000c24 12 a118 0a20"_hex, kKey, "52 fb17 00"_hex});
    EXPECT_EQ(client(large), Match::kYes);
}

TEST(Whatsapp, ChecksEveryFieldOfTheClient) {
    const Payload hello = full_hello();
    const std::vector<std::pair<const char*, Payload>> near_misses{
        {"routing too long", changed(hello, 4, {1})},
        {"routing shorter than told", changed(hello, 6, {3})},
        {"prologue", changed(hello, 12, {'B'})},
        {"major version 0", changed(hello, 13, {0})},
        {"major version 16", changed(hello, 13, {16})},
        {"minor version 16", changed(hello, 14, {16})},
        {"frame length", changed(hello, 17, {0x68})},
        {"server hello", changed(hello, 18, {0x1a})},
        {"message length", changed(hello, 19, {0x66})},
        {"field 0", changed(hello, 20, {0x02})},
        {"key as a number", changed(hello, 20, {0x08})},
        {"key of 31 bytes", changed(hello, 21, {0x1f})},
        {"static key of 49 bytes", changed(hello, 55, {0x31})},
        {"payload without its tag", changed(hello, 105, {0x0f})},
        {"payload past the end", changed(hello, 105, {0x12})},
    };
    for (const auto& [what, payload] : near_misses)
        EXPECT_EQ(client(payload), Match::kNo) << what;
}

TEST(Whatsapp, ChecksEveryFieldOfTheServer) {
    const Payload answer = full_answer();
    const std::vector<std::pair<const char*, Payload>> near_misses{
        {"frame length", changed(answer, 2, {0x67})},
        {"client hello", changed(answer, 3, {0x12})},
        {"message length", changed(answer, 4, {0x65})},
        {"key of 33 bytes", changed(answer, 6, {0x21})},
        {"no key", concatenated({"000006 1a 04 5202abcd"_hex})},
        {"short payload", changed(answer, 90, {0x0f})},
    };
    for (const auto& [what, payload] : near_misses)
        EXPECT_EQ(server(payload), Match::kNo) << what;
}

TEST(Whatsapp, ChecksTheOldStream) {
    const std::vector<std::pair<const char*, Payload>> near_misses{
        {"frame shorter", changed(kOldStart, 6, {0x0e})},
        {"frame longer", changed(kOldStart, 6, {0x10})},
        {"no list", changed(kOldStart, 7, {0xf7})},
        {"even list", changed(kOldStart, 8, {6})},
        {"not a stream start", changed(kOldStart, 9, {2})},
        {"string too long", changed(kOldStart, 14, {8})},
        {"a list for a string", changed(kOldStart, 12, {0xf8})},
        {"noise in version 1", changed(short_hello(), 2, {1})},
    };
    for (const auto& [what, payload] : near_misses)
        EXPECT_EQ(client(payload), Match::kNo) << what;
    EXPECT_EQ(server(changed(kOldAnswer, 5, {2})), Match::kNo);
    EXPECT_EQ(server(changed(kOldAnswer, 4, {4})), Match::kNo);
}

}  // namespace
}  // namespace sensor::identify
