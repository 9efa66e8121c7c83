#include "sensor/commands/configuration_option.h"

#include <gtest/gtest.h>

#include "tests/support/temporary_directory.h"

namespace sensor::commands {
namespace {

struct Loaded {
    bool has_value;
    std::string said;  ///< on standard error
};

Loaded load(const Words& words) {
    const auto line = CommandLine::read(words, {{"-c"}});
    testing::internal::CaptureStderr();
    const auto configuration = configuration_of(*line);
    return {.has_value = configuration.has_value(), .said = testing::internal::GetCapturedStderr()};
}

TEST(ConfigurationOption, WithoutItTheShippedConfigurationApplies) {
    const Loaded shipped = load({});

    EXPECT_TRUE(shipped.has_value);
    EXPECT_EQ(shipped.said, "");
}

TEST(ConfigurationOption, PrintsEveryProblemOnALineOfItsOwn) {
    const test::TemporaryDirectory directory;
    const std::string path = directory.write("policy.yaml", "TimeWindow: x\nJobWindow: y\n");

    const Loaded broken = load({"-c", directory.path()});

    EXPECT_FALSE(broken.has_value);
    EXPECT_EQ(broken.said,
              path + ":1:13: error: expected a duration such as 90s, 10m, 2h or 7d, got 'x'\n" +
                  path + ":2:12: error: expected a duration such as 90s, 10m, 2h or 7d, got 'y'\n");
}

TEST(ConfigurationOption, WarningsAreSaidAndStopNothing) {
    const test::TemporaryDirectory directory;
    const std::string path = directory.write("policy.yaml", "");

    const Loaded empty = load({"-c", directory.path()});

    EXPECT_TRUE(empty.has_value);
    EXPECT_NE(empty.said.find(":1:1: warning: the policy approves nothing"), std::string::npos);
}

TEST(ConfigurationOption, SaysThatADirectoryIsNotThere) {
    const test::TemporaryDirectory directory;
    const std::string absent = directory.path("absent");

    const Loaded loaded = load({"-c", absent});

    EXPECT_FALSE(loaded.has_value);
    EXPECT_EQ(loaded.said, absent + ": there is no such directory\n");
}

}  // namespace
}  // namespace sensor::commands
