#include "sensor/flow/flow_index.h"

#include <algorithm>
#include <random>
#include <unordered_map>
#include <vector>

#include <gtest/gtest.h>

namespace sensor::flow {
namespace {

using Hash = std::uint64_t;

std::uint32_t look_up(const FlowIndex& index, Hash hash, std::uint32_t entry) {
    return index.find(hash, [&](std::uint32_t candidate) { return candidate == entry; });
}

TEST(FlowIndex, FindsWhatWasInserted) {
    FlowIndex index{100};
    index.insert(7, 1);
    index.insert(7, 2);  // the same hash

    EXPECT_EQ(look_up(index, 7, 1), 1U);
    EXPECT_EQ(look_up(index, 7, 2), 2U);
    EXPECT_EQ(look_up(index, 7, 3), kNoEntry);
    EXPECT_EQ(look_up(index, 8, 1), kNoEntry);
    EXPECT_NE(index.candidate(7), kNoEntry);
    index.erase(7, 1);
    EXPECT_EQ(look_up(index, 7, 1), kNoEntry);
    EXPECT_EQ(look_up(index, 7, 2), 2U);
}

TEST(FlowIndex, HoldsAHashOfZero) {
    FlowIndex index{4};
    EXPECT_EQ(index.candidate(0), kNoEntry);

    index.insert(0, 1);

    EXPECT_EQ(index.candidate(0), 1U);
    EXPECT_EQ(look_up(index, 0, 1), 1U);
}

TEST(FlowIndex, HasRoomForAsManyAsItWasMadeForWhateverTheirHashes) {
    for (const std::size_t entries : {1U, 2U, 5U, 6U, 7U, 8U, 48U, 1000U, 4096U}) {
        for (const Hash stride : {Hash{0}, Hash{1}, Hash{1} << 40U, Hash{1} << 48U}) {
            FlowIndex index{entries};
            for (std::uint32_t entry = 1; entry <= entries; ++entry)
                index.insert(entry * stride, entry);
            for (std::uint32_t entry = 1; entry <= entries; ++entry)
                ASSERT_EQ(look_up(index, entry * stride, entry), entry);
            for (std::uint32_t entry = 1; entry <= entries; ++entry)
                index.erase(entry * stride, entry);
            for (std::uint32_t entry = 1; entry <= entries; ++entry)
                ASSERT_EQ(look_up(index, entry * stride, entry), kNoEntry);
        }
    }
}

/// Random operations, next to a map that is known to be right.
class AgainstReference {
  public:
    AgainstReference(std::size_t entries, Hash distinct)
        : index_{entries}, distinct_{distinct}, hashes_(entries + 1) {
        for (std::uint32_t entry = 1; entry <= entries; ++entry)
            free_.push_back(entry);
    }
    void step() {
        // Fills up, stays full for a while, empties, and so on.
        if (random_() % 1000 == 0) growing_ = !growing_;
        const bool inserts = random_() % 10 < (growing_ ? 9U : 1U);
        inserts ? insert() : erase();
    }
    void check() {
        for (const auto& [entry, hash] : reference_)
            ASSERT_EQ(look_up(index_, hash, entry), entry);
        for (const std::uint32_t entry : free_)
            ASSERT_EQ(look_up(index_, hashes_[entry], entry), kNoEntry);
    }
    [[nodiscard]] std::size_t most() const { return most_; }

  private:
    void insert() {
        if (free_.empty()) return;
        const std::uint32_t entry = free_.back();
        free_.pop_back();
        hashes_[entry] = distinct_ == 0 ? random_() : (random_() % distinct_) * 0x100000000000001U;
        index_.insert(hashes_[entry], entry);
        reference_[entry] = hashes_[entry];
        most_ = std::max(most_, reference_.size());
    }
    void erase() {
        if (reference_.empty()) return;
        const auto [entry, hash] = *reference_.begin();
        index_.erase(hash, entry);
        reference_.erase(entry);
        free_.insert(free_.begin() + static_cast<std::ptrdiff_t>(random_() % (free_.size() + 1)),
                     entry);
    }

    FlowIndex index_;
    Hash distinct_;
    std::vector<Hash> hashes_;  // by entry, its last one
    std::vector<std::uint32_t> free_;
    std::unordered_map<std::uint32_t, Hash> reference_;
    std::mt19937_64 random_{1};
    bool growing_ = true;
    std::size_t most_ = 0;
};

TEST(FlowIndex, AgreesWithAReferenceUnderRandomOperations) {
    for (const std::size_t entries : {5U, 96U, 1500U}) {
        for (const Hash distinct : {Hash{0}, Hash{3}, Hash{200}}) {
            AgainstReference both{entries, distinct};
            for (int step = 0; step < 20'000; ++step) {
                both.step();
                if (step % 500 == 0) both.check();
                if (testing::Test::HasFatalFailure()) return;
            }
            both.check();
            EXPECT_EQ(both.most(), entries) << "it was full at times";
        }
    }
}

}  // namespace
}  // namespace sensor::flow
