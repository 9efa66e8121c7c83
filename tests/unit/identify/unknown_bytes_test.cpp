#include "sensor/identify/unknown_bytes.h"

#include <numeric>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace sensor::identify {
namespace {

std::string fact_of(bytes::View said, Fact fact, Direction direction = Direction::kToServer) {
    Facts facts;
    describe_unknown(said, direction, facts);
    return std::string{facts.find(fact)};
}

TEST(UnknownBytes, EntropyRunsFromNothingToEightBits) {
    const std::vector<std::uint8_t> same(100, 'a');
    EXPECT_EQ(fact_of(same, Fact::kEntropyToServer), "0.00");
    std::vector<std::uint8_t> all(256);
    std::iota(all.begin(), all.end(), std::uint8_t{0});
    EXPECT_EQ(fact_of(all, Fact::kEntropyToServer), "8.00");
    EXPECT_EQ(fact_of(bytes::view_of("abab"), Fact::kEntropyToServer), "1.00");
    // 3/4 log2(4/3) + 1/4 log2(4)
    EXPECT_EQ(fact_of(bytes::view_of("aaab"), Fact::kEntropyToServer), "0.81");
}

TEST(UnknownBytes, PrintableIsAShare) {
    EXPECT_EQ(fact_of(bytes::view_of("hello\r\n"), Fact::kPrintableToServer), "1.00");
    EXPECT_EQ(fact_of(bytes::view_of("ab\x01\xff"), Fact::kPrintableToServer), "0.50");
    EXPECT_EQ(fact_of(bytes::view_of("\x7f\x80\x1f"), Fact::kPrintableToServer), "0.00");
}

TEST(UnknownBytes, EachDirectionHasItsOwnFacts) {
    Facts facts;
    describe_unknown(bytes::view_of("aa"), Direction::kToClient, facts);
    EXPECT_EQ(facts.find(Fact::kEntropyToClient), "0.00");
    EXPECT_EQ(facts.find(Fact::kPrintableToClient), "1.00");
    EXPECT_EQ(facts.find(Fact::kEntropyToServer), "");
}

TEST(UnknownBytes, OnlyTheFirst512Count) {
    std::vector<std::uint8_t> said(600, 'a');
    std::fill(said.begin() + 512, said.end(), std::uint8_t{0});
    EXPECT_EQ(fact_of(said, Fact::kEntropyToServer), "0.00");
    EXPECT_EQ(fact_of(said, Fact::kPrintableToServer), "1.00");
}

TEST(UnknownBytes, NothingIsSaidOfNothing) {
    Facts facts;
    describe_unknown({}, Direction::kToServer, facts);
    EXPECT_TRUE(facts.empty());
}

}  // namespace
}  // namespace sensor::identify
