#include "lib/result/result.h"

#include <memory>

#include <gtest/gtest.h>

namespace result {
namespace {

TEST(Result, HoldsAValue) {
    Result<std::string> found{std::string{"value"}};

    ASSERT_TRUE(found.has_value());
    EXPECT_TRUE(static_cast<bool>(found));
    EXPECT_EQ(*found, "value");
    EXPECT_EQ(found->size(), 5U);
}

TEST(Result, HoldsAnError) {
    const Result<std::string> failed{Error{"policy.yaml: cannot be read"}};

    EXPECT_FALSE(failed);
    EXPECT_EQ(failed.error().message, "policy.yaml: cannot be read");
}

TEST(Result, GivesAMoveOnlyValueAway) {
    Result<std::unique_ptr<int>> found{std::make_unique<int>(7)};

    const std::unique_ptr<int> taken = *std::move(found);

    EXPECT_EQ(*taken, 7);
}

TEST(Status, IsSuccessWithoutAValue) {
    EXPECT_TRUE(Status{Done{}}.has_value());
    EXPECT_FALSE(Status{Error{"no"}}.has_value());
}

}  // namespace
}  // namespace result
