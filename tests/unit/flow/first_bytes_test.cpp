#include "sensor/flow/first_bytes.h"

#include <algorithm>
#include <memory>
#include <random>
#include <string>

#include <gtest/gtest.h>

namespace sensor::flow {
namespace {

using Outcome = StreamStart::Outcome;

class FirstBytes : public testing::Test {
  protected:
    FirstBytes() { stream_->start(kFirst); }
    Outcome add(std::uint32_t offset, std::string_view text) {
        return stream_->add(kFirst + offset, bytes::view_of(text));
    }
    [[nodiscard]] std::string_view prefix() const { return bytes::text_of(stream_->prefix()); }

    static constexpr std::uint32_t kFirst = 0xfffffffa;  // wraps after six bytes
    std::unique_ptr<StreamStart> stream_ = std::make_unique<StreamStart>();
};

TEST_F(FirstBytes, InOrderAreThePrefix) {
    EXPECT_EQ(add(0, "GET / "), Outcome::kStored);
    EXPECT_EQ(add(6, "HTTP/1.1"), Outcome::kStored);

    EXPECT_EQ(prefix(), "GET / HTTP/1.1");
    EXPECT_FALSE(stream_->has_hole());
}

TEST_F(FirstBytes, WaitForTheHoleToClose) {
    add(6, "HTTP");
    EXPECT_EQ(prefix(), "");
    EXPECT_TRUE(stream_->has_hole());

    add(0, "GET / ");

    EXPECT_EQ(prefix(), "GET / HTTP");
    EXPECT_FALSE(stream_->has_hole());
}

TEST_F(FirstBytes, MergePiecesThatTouchOrOverlap) {
    add(2, "cd");
    add(6, "gh");
    add(4, "ef");
    add(3, "def");
    add(1, "bc");
    EXPECT_EQ(prefix(), "");
    add(0, "a");

    EXPECT_EQ(prefix(), "abcdefgh");
    EXPECT_FALSE(stream_->has_hole());
}

TEST_F(FirstBytes, ThatArrivedFirstStay) {
    add(0, "abcdef");

    EXPECT_EQ(add(2, "cdef"), Outcome::kStored);
    EXPECT_EQ(add(4, "XXgh"), Outcome::kConflict);

    EXPECT_EQ(prefix(), "abcdefgh");
}

TEST_F(FirstBytes, BeyondAHoleStayTooAndTheRestIsFilledIn) {
    add(4, "efgh");

    EXPECT_EQ(add(0, "abcdXXXXij"), Outcome::kConflict);

    EXPECT_EQ(prefix(), "abcdefghij");
}

TEST_F(FirstBytes, LeaveOutWhatLiesBeforeTheStart) {
    EXPECT_EQ(stream_->add(kFirst - 3, bytes::view_of("xyzabc")), Outcome::kStored);
    EXPECT_EQ(stream_->add(kFirst - 1, bytes::view_of("k")), Outcome::kStored);

    EXPECT_EQ(prefix(), "abc");
    stream_->add(kFirst - 0x80000000U, bytes::view_of("far"));
    EXPECT_EQ(prefix(), "abc");
}

TEST_F(FirstBytes, EndWithTheWindow) {
    const std::string most(kFirstBytes - 1, 'a');
    add(0, most);

    EXPECT_EQ(add(kFirstBytes - 1, "bcd"), Outcome::kStored);
    EXPECT_EQ(add(kFirstBytes, "x"), Outcome::kStored);
    EXPECT_EQ(add(kFirstBytes + 5, "x"), Outcome::kStored);

    EXPECT_EQ(prefix(), most + "b");
    EXPECT_FALSE(stream_->has_hole());
}

TEST_F(FirstBytes, KeepFourPiecesBeyondAHoleAndNoFifth) {
    for (std::uint32_t piece = 0; piece < StreamStart::kMaxIslands; ++piece)
        EXPECT_EQ(add(10 + 10 * piece, "xx"), Outcome::kStored);

    EXPECT_EQ(add(90, "yy"), Outcome::kFull);
    EXPECT_EQ(add(12, "zz"), Outcome::kStored);  // grows one
    EXPECT_EQ(add(0, "aaaaaaaaaa"), Outcome::kStored);
    EXPECT_EQ(prefix(), "aaaaaaaaaaxxzz");
    EXPECT_EQ(add(90, "yy"), Outcome::kStored);
}

TEST_F(FirstBytes, AreGoneAfterForgetting) {
    add(0, "abc");
    add(9, "xyz");

    stream_->forget();
    EXPECT_FALSE(stream_->started());
    stream_->start(100);

    EXPECT_TRUE(stream_->started());
    EXPECT_EQ(prefix(), "");
    EXPECT_FALSE(stream_->has_hole());
}

/// What the rules come to, byte by byte.
struct Reference {
    std::array<int, kFirstBytes> bytes;
    Reference() { bytes.fill(-1); }
    bool add(std::int64_t offset, std::string_view text) {
        bool conflict = false;
        for (const char c : text) {
            const std::int64_t at = offset++;
            if (at < 0 || at >= static_cast<std::int64_t>(kFirstBytes)) continue;
            int& kept = bytes[static_cast<std::size_t>(at)];
            if (kept < 0) kept = c;
            conflict |= kept != c;
        }
        return conflict;
    }
    [[nodiscard]] std::string prefix() const {
        std::string text;
        for (std::size_t i = 0; i < kFirstBytes && bytes[i] >= 0; ++i)
            text += static_cast<char>(bytes[i]);
        return text;
    }
};

TEST_F(FirstBytes, AreThoseOfAByteByByteReference) {
    std::mt19937 random{1};
    for (int round = 0; round < 300; ++round) {
        stream_->start(kFirst);
        Reference reference;
        const unsigned span = round % 3 == 0 ? 4300 : 60;
        for (int segment = 0; segment < 40; ++segment) {
            const auto offset = static_cast<std::int32_t>(random() % span) - 10;
            std::string text(1 + random() % (span / 8), '\0');
            for (char& c : text)
                c = static_cast<char>('a' + random() % 2);
            const Outcome outcome = add(static_cast<std::uint32_t>(offset), text);
            if (outcome == Outcome::kFull) continue;
            ASSERT_EQ(outcome == Outcome::kConflict, reference.add(offset, text));
            ASSERT_EQ(prefix(), reference.prefix());
        }
    }
}

TEST(FirstBytesPool, HandsOutEachPairOnce) {
    FirstBytesPool pool{2};

    const auto first = pool.take();
    const auto second = pool.take();

    EXPECT_EQ(first, 1U);
    EXPECT_EQ(second, 2U);
    EXPECT_EQ(pool.take(), 0U);
    EXPECT_EQ(pool.in_use(), 2U);
    pool[first].streams[0].start(7);
    pool.give_back(first);
    EXPECT_EQ(pool.in_use(), 1U);
    EXPECT_EQ(pool.take(), first);
    EXPECT_FALSE(pool[first].streams[0].started());
}

TEST(FirstBytesPool, MayBeEmpty) {
    FirstBytesPool pool{0};

    EXPECT_EQ(pool.take(), 0U);
    EXPECT_EQ(pool.in_use(), 0U);
}

}  // namespace
}  // namespace sensor::flow
