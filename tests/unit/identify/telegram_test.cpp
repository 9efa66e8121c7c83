#include "sensor/identify/protocols/telegram.h"

#include <gtest/gtest.h>

#include "tests/support/hex.h"
#include "tests/unit/identify/dialogue.h"

namespace sensor::identify {
namespace {

using namespace test;

// No key, message id, 20 bytes: req_pq_multi.
constexpr auto kRequest =
    "0000000000000000 4c7fe0a15a86c965 14000000 f18e7ebe 3e0549828cca27e966b301a48fece2fc"_hex;
// 64 bytes: resPQ with one key.
constexpr auto kResponse =
    "0000000000000000 01c8831ec97ae551 40000000 63241605 3e0549828cca27e966b301a48fece2fc"
    "a5cf4d33f4a11ea877ba4aa573907330 08 17ed48941a08f981 000000 15c4b51c 01000000"
    "216be86c022bb4c3"_hex;
constexpr auto kIntermediate = "eeeeeeee"_hex;
constexpr auto kPadded = "dddddddd"_hex;

Payload abridged(bytes::View message) {
    return concatenated({Payload{static_cast<std::uint8_t>(message.size() / 4)}, message});
}
Payload with_length(bytes::View message, std::size_t padding = 0) {
    const auto size = static_cast<std::uint8_t>(message.size() + padding);
    return concatenated({Payload{size, 0, 0, 0}, message, Payload(padding, 0x5a)});
}
/// Length, number 0, message, CRC-32.
Payload full(bytes::View message, bytes::View checksum) {
    const auto size = static_cast<std::uint8_t>(message.size() + 12);
    return concatenated({Payload{size, 0, 0, 0, 0, 0, 0, 0}, message, checksum});
}
constexpr auto kRequestChecksum = "b4906bc8"_hex;
constexpr auto kResponseChecksum = "b3f8fbdf"_hex;

std::vector<Payload> requests() {
    return {concatenated({"ef"_hex, abridged(kRequest)}),
            concatenated({kIntermediate, with_length(kRequest)}),
            concatenated({kPadded, with_length(kRequest, 7)}), full(kRequest, kRequestChecksum)};
}
std::vector<Payload> responses() {
    return {abridged(kResponse), with_length(kResponse), with_length(kResponse, 15),
            full(kResponse, kResponseChecksum)};
}

TEST(Telegram, RecognisesEveryTransport) {
    for (const Payload& request : requests()) {
        EXPECT_EQ(ask(telegram::validate, stream(request)).role, Role::kClient);
        EXPECT_EQ(recognised_as(stream(request)), "telegram") << int{request[0]};
    }
    for (const Payload& response : responses()) {
        EXPECT_EQ(ask(telegram::validate, stream_back(response)).role, Role::kServer);
        EXPECT_EQ(recognised_as(stream_back(response)), "telegram") << response.size();
    }
    const auto old = changed(requests()[0], 22, {0x78, 0x97, 0x46, 0x60});  // req_pq
    EXPECT_EQ(recognised_as(stream(old)), "telegram");
}

TEST(Telegram, ConfirmsByTheNonce) {
    for (std::size_t i = 0; i < requests().size(); ++i) {
        Dialogue dialogue{Transport::kTcp};
        dialogue.client(requests()[i]).server(responses()[i]);
        EXPECT_EQ(dialogue.confirmed(), Confirmed::kBoth) << i;
    }
    Dialogue other{Transport::kTcp};
    other.client(requests()[0]).server(changed(responses()[0], 25, {0x3f}));
    EXPECT_NE(other.confirmed(), Confirmed::kBoth);
}

TEST(Telegram, NeedsMoreAtEveryLength) {
    for (const Payload& said : requests()) {
        const std::size_t padding = said[0] == 0xdd ? 7 : 0;  // may be missing
        for (std::size_t size = 0; size < said.size() - padding; ++size) {
            const auto cut = stream(bytes::View{said}.first(size));
            EXPECT_EQ(ask(telegram::validate, cut).match, Match::kNeedMore) << size;
        }
    }
    for (const Payload& said : responses()) {
        const auto cuts = accepted_cuts(telegram::validate, stream_back(said));
        for (const std::size_t cut : cuts)
            EXPECT_GE(cut, with_length(kResponse).size()) << "only padding may be missing";
    }
}

TEST(Telegram, ChecksEveryField) {
    const Payload first = requests()[0];
    const Payload answer = responses()[0];
    const std::vector<std::pair<const char*, Payload>> near_misses{
        {"another transport", changed(first, 0, {0xec})},
        {"a frame too long", changed(first, 1, {0x0b})},
        {"a frame too short", changed(first, 1, {0x09})},
        {"a key", changed(first, 2, {1})},
        {"a message id of a server", changed(first, 10, {0x4d})},
        {"length", changed(first, 18, {0x18})},
        {"another constructor", changed(first, 22, {0xf2})},
        {"half a prefix", changed(requests()[1], 3, {0xdd})},
        {"padding where none may be", concatenated({kIntermediate, with_length(kRequest, 4)})},
        {"too much padding", concatenated({kPadded, with_length(kRequest, 16)})},
        {"frame number 1", changed(requests()[3], 4, {1})},
        {"a wrong checksum", changed(requests()[3], 51, {0x7f})},
        {"a message id of a client", changed(answer, 9, {0})},
        {"another answer", changed(answer, 21, {0x64})},
        {"a product of 9 bytes", changed(answer, 57, {9})},
        {"no vector", changed(answer, 69, {0x16})},
        {"two keys", changed(answer, 73, {2})},
        {"no keys", changed(answer, 73, {0})},
    };
    for (const auto& [what, payload] : near_misses) {
        EXPECT_NE(ask(telegram::validate, stream(payload)).match, Match::kYes) << what;
        EXPECT_NE(ask(telegram::validate, stream_back(payload)).match, Match::kYes) << what;
    }
}

TEST(Telegram, StaysUnknownWhenItIsObfuscated) {
    EXPECT_EQ(recognised_as(stream(Noise{4}.next(105))), "unknown");
}

}  // namespace
}  // namespace sensor::identify
