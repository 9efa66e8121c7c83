#include "lib/dpdk/message_ring.h"

#include <array>
#include <cstring>
#include <thread>

#include <gtest/gtest.h>

namespace dpdk {
namespace {

constexpr std::uint32_t kMostUnits = 5;

struct Message {
    MessageHeader header;
    std::uint64_t number = 0;
    std::array<std::uint64_t, 2 * kMostUnits - 2> content{};
};

/// Message `number` has a length of its own, and every word of it says which it is.
Message message(std::uint64_t number) {
    Message made;
    made.header = {.units = static_cast<std::uint32_t>(1 + number % kMostUnits), .kind = 7};
    made.number = number;
    made.content.fill(number);
    return made;
}

void expect_message(const MessageHeader* seen, std::uint64_t number) {
    ASSERT_NE(seen, nullptr);
    const Message expected = message(number);
    EXPECT_EQ(std::memcmp(seen, &expected, expected.header.units * sizeof(MessageUnit)), 0)
        << number;
}

TEST(MessageRing, TakesAMessageAsAWholeOrNotAtAll) {
    MessageRing ring{7 * sizeof(MessageUnit)};
    EXPECT_EQ(ring.capacity_bytes(), 7 * sizeof(MessageUnit));

    EXPECT_TRUE(ring.push(message(4).header));   // 5 units
    EXPECT_FALSE(ring.push(message(2).header));  // 3 where 2 are free
    EXPECT_TRUE(ring.push(message(1).header));   // 2
    EXPECT_EQ(ring.used_bytes(), 7 * sizeof(MessageUnit));

    MessageReader reader{ring, sizeof(Message)};
    expect_message(reader.next(), 4);
    expect_message(reader.next(), 1);
    EXPECT_EQ(reader.next(), nullptr);
    EXPECT_EQ(ring.used_bytes(), 0U);
}

TEST(MessageRing, KeepsOrderAndContentWhereverItsEndAndTheReadersCutThem) {
    MessageRing ring{63 * sizeof(MessageUnit)};
    MessageReader reader{ring, sizeof(Message)};
    constexpr std::uint64_t kMessages = 100'000;
    std::jthread sender{[&] {
        for (std::uint64_t number = 0; number < kMessages;) {
            if (ring.push(message(number).header)) {
                ++number;
            } else {
                std::this_thread::yield();
            }
        }
    }};
    for (std::uint64_t number = 0; number < kMessages;) {
        const MessageHeader* seen = reader.next();
        if (seen == nullptr) {
            std::this_thread::yield();
            continue;
        }
        expect_message(seen, number++);
        ASSERT_FALSE(HasFailure());
    }
}

TEST(MessageRing, AReaderCarriesAMessageOverThatItsRoomCut) {
    constexpr std::size_t kMoreThanARead = 100'000;  // units
    MessageRing ring{kMoreThanARead * sizeof(MessageUnit)};
    std::uint64_t sent = 0;
    while (ring.push(message(sent).header))
        ++sent;

    MessageReader reader{ring, sizeof(Message)};
    for (std::uint64_t number = 0; number < sent; ++number)
        expect_message(reader.next(), number);
    EXPECT_EQ(reader.next(), nullptr);
}

}  // namespace
}  // namespace dpdk
