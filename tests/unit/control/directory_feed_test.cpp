#include "sensor/control/feeds/directory_feed.h"

#include <filesystem>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/support/temporary_directory.h"
#include "tests/unit/control/feed_clients.h"

namespace sensor::control {
namespace {

namespace fs = std::filesystem;
using namespace test;

const std::string kGood = "serial,managed\nR5CT1,true\n";
const std::string kBad = "serial,managed\nR5CT1,perhaps\n";

class DirectoryFeedTest : public testing::Test {
  protected:
    void start(Intake& intake) {
        DirectoryFeedConfig config;
        config.path = directory.path();
        auto started = DirectoryFeed::start(config, intake);
        ASSERT_TRUE(started) << started.error().message;
        feed = std::move(*started);
    }
    /// Whole, at once.
    void put(const std::string& name, const std::string& text) const {
        directory.write(".hidden", text);
        fs::rename(directory.path(".hidden"), directory.path(name));
    }
    [[nodiscard]] bool appears(const std::string& name) const {
        return wait_until([&] { return fs::exists(directory.path(name)); });
    }
    [[nodiscard]] std::string text_of(const std::string& name) const {
        std::ifstream file{directory.path(name)};
        return {std::istreambuf_iterator<char>{file}, {}};
    }
    [[nodiscard]] std::string news() const {
        std::string all;
        static_cast<void>(wait_until([&] {
            for (const std::string& line : feed->news())
                all += line + "\n";
            return !all.empty();
        }));
        return all;
    }

    TemporaryDirectory directory;
    std::unique_ptr<DirectoryFeed> feed;
};

TEST_F(DirectoryFeedTest, OfAFailedFileNothingIsOverwritten) {
    Intake intake{100};
    start(intake);
    put("a.csv", kBad);
    ASSERT_TRUE(appears("failed/a.csv.reason"));
    put("a.csv", "serial\n\"x\n");
    ASSERT_TRUE(appears("failed/a.csv.2.reason"));
    EXPECT_EQ(text_of("failed/a.csv"), kBad);
    EXPECT_EQ(text_of("failed/a.csv.2"), "serial\n\"x\n");
    EXPECT_NE(text_of("failed/a.csv.reason"), text_of("failed/a.csv.2.reason"));
}

TEST_F(DirectoryFeedTest, OfATakenFileNothingIsOverwritten) {
    Intake intake{100};
    start(intake);
    put("a.csv", kGood);
    ASSERT_TRUE(appears("done/a.csv"));
    put("a.csv", "serial\nR5CT2\n");
    ASSERT_TRUE(appears("done/a.csv.2"));
    EXPECT_EQ(text_of("done/a.csv"), kGood);
    EXPECT_EQ(text_of("done/a.csv.2"), "serial\nR5CT2\n");
}

TEST_F(DirectoryFeedTest, ALongNameIsShortenedAndNothingIsLost) {
    fs::create_directory(directory.path("android-management"));
    Intake intake{100};
    start(intake);
    const std::string name = "android-management/" + std::string(255, 'n');
    put(name, "no JSON");
    const std::string moved =
        "failed/" + ("android-management." + std::string(255, 'n')).substr(0, 240);
    ASSERT_TRUE(appears(moved + ".reason"));
    EXPECT_EQ(text_of(moved), "no JSON");
    EXPECT_FALSE(fs::exists(directory.path(name)));
}

TEST_F(DirectoryFeedTest, AFailedFileThatCannotBeMovedStays) {
    Intake intake{100};
    start(intake);
    fs::remove_all(directory.path("failed"));
    put("a.csv", kBad);
    const std::string told = news();
    EXPECT_NE(told.find("a.csv: was not taken, and cannot be moved to failed: No such file or "
                        "directory; its first fault: 2: expected 'managed' as"),
              std::string::npos)
        << told;
    EXPECT_EQ(text_of("a.csv"), kBad);
    fs::create_directory(directory.path("failed"));
    put("a.csv", kBad);  // another one of that name is looked at
    EXPECT_TRUE(appears("failed/a.csv"));
}

TEST_F(DirectoryFeedTest, AnAcceptedFileThatCannotBeMovedIsDeleted) {
    Intake intake{100};
    start(intake);
    fs::remove_all(directory.path("done"));
    put("a.csv", kGood);
    EXPECT_EQ(taken(intake, 1).size(), 1U);
    EXPECT_TRUE(wait_until([&] { return !fs::exists(directory.path("a.csv")); }));
}

TEST_F(DirectoryFeedTest, AReasonThatCannotBeWrittenIsTold) {
    Intake intake{100};
    start(intake);
    fs::create_directory(directory.path("failed/a.csv.reason"));
    put("a.csv", kBad);
    EXPECT_NE(news().find("failed/a.csv.reason: cannot be written: Is a directory"),
              std::string::npos);
    EXPECT_EQ(text_of("failed/a.csv"), kBad);
}

TEST_F(DirectoryFeedTest, AFileOfMoreThanThereIsRoomForIsTakenAllTheSame) {
    constexpr std::size_t kRows = 20'000;
    Intake intake{5000};
    start(intake);
    std::string table = "serial,managed\n";
    for (std::size_t i = 0; i < kRows; ++i)
        table += "R" + std::to_string(i) + ",true\n";
    put("fleet.csv", table);
    EXPECT_EQ(taken(intake, kRows).size(), kRows);
    EXPECT_TRUE(appears("done/fleet.csv"));
    EXPECT_EQ(intake.counts().at("csv").accepted, kRows);
    EXPECT_LE(intake.counts().at("csv").refused, kRows);
}

TEST_F(DirectoryFeedTest, EndsWhileAFileWaitsForRoom) {
    Intake intake{1};
    ASSERT_TRUE(intake.accept("other", std::vector<IdentityEvent>(1)));
    start(intake);
    put("a.csv", kGood);
    ASSERT_TRUE(wait_until([&] { return intake.counts()["csv"].refused == 1; }));
    feed.reset();
    EXPECT_EQ(text_of("a.csv"), kGood);
    EXPECT_EQ(intake.counts()["csv"].refused, 1U);
}

TEST_F(DirectoryFeedTest, SaysWhatItDoesNotKnow) {
    Intake intake{100};
    start(intake);
    put("a.csv", "serial,platform\nA1,windows\nA2,windows\n");
    EXPECT_EQ(news(),
              directory.path("a.csv") + ":2: the sensor knows no platform 'windows'; 2 in all\n");
}

}  // namespace
}  // namespace sensor::control
