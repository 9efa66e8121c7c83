#include "sensor/report/file_sink.h"

#include <algorithm>
#include <chrono>
#include <vector>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/report/files.h"

namespace sensor::report {
namespace {

std::unique_ptr<FileSink> opened(FileSinkOptions options) {
    auto sink = FileSink::open(std::move(options));
    EXPECT_TRUE(sink) << sink.error().message;
    return *std::move(sink);
}

/// Every line of the file is one that was written: "<number>" and a tail of x.
void expect_whole_lines(const std::string& text, std::size_t length) {
    EXPECT_TRUE(text.empty() || text.ends_with('\n'));
    for (std::size_t start = 0; start < text.size();) {
        const std::size_t end = text.find('\n', start);
        ASSERT_EQ(end - start, length);
        start = end + 1;
    }
}

TEST(FileSink, WritesEveryRecordInOrder) {
    const test::TemporaryFolder folder;
    const auto path = folder.path("eve.json");
    const auto sink = opened({.path = path, .when_full = WhenFull::kWait, .queue_bytes = 64});
    std::string expected;

    for (int i = 0; i < 5000; ++i) {
        EXPECT_TRUE(sink->write(std::to_string(i)));
        expected += std::to_string(i) + "\n";
    }

    EXPECT_TRUE(sink->close());
    EXPECT_EQ(test::read_file(path), expected);
    EXPECT_EQ(sink->counts(), (SinkCounts{.written = 5000}));
}

TEST(FileSink, WritesRecordsOfAllLengthsInOrder) {
    const test::TemporaryFolder folder;
    const auto path = folder.path("eve.json");
    const auto sink = opened({.path = path, .when_full = WhenFull::kWait});
    std::string expected;

    for (std::size_t i = 0; i < 2000; ++i) {
        const std::string record(i * i % 3001 + (i % 500 == 0 ? 300'000 : 0), 'x');
        sink->write(record);
        expected += record + "\n";
    }

    EXPECT_TRUE(sink->close());
    EXPECT_EQ(test::read_file(path) == expected, true);
    EXPECT_EQ(sink->counts(), (SinkCounts{.written = 2000}));
}

TEST(FileSink, KeepsRecordsOfSeveralThreadsWhole) {
    const test::TemporaryFolder folder;
    const auto path = folder.path("eve.json");
    const auto sink = opened({.path = path, .when_full = WhenFull::kWait, .queue_bytes = 20'000});
    {
        std::vector<std::jthread> producers;
        for (int i = 0; i < 4; ++i) {
            producers.emplace_back([&] {
                for (int j = 0; j < 2000; ++j)
                    sink->write(std::string(99, 'x'));
            });
        }
    }

    EXPECT_TRUE(sink->close());
    EXPECT_EQ(test::read_file(path).size(), 800'000U);
    expect_whole_lines(test::read_file(path), 99);
    EXPECT_EQ(sink->counts(), (SinkCounts{.written = 8000}));
}

/// Nobody has to ask: twice, as the thread has slept in between.
TEST(FileSink, WritesALoneRecordSoon) {
    const test::TemporaryFolder folder;
    const auto path = folder.path("eve.json");
    const auto sink = opened({.path = path});
    const auto appears = [&](std::size_t bytes) {
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{20};
        while (test::read_file(path).size() < bytes) {
            if (std::chrono::steady_clock::now() > deadline) return false;
            std::this_thread::sleep_for(std::chrono::milliseconds{1});
        }
        return true;
    };

    sink->write("{}");
    EXPECT_TRUE(appears(3));
    std::this_thread::sleep_for(std::chrono::milliseconds{50});
    sink->write("{}");
    EXPECT_TRUE(appears(6));
}

TEST(FileSink, TakesARecordLargerThanTheQueue) {
    const test::TemporaryFolder folder;
    const auto path = folder.path("eve.json");
    const auto sink = opened({.path = path, .when_full = WhenFull::kWait, .queue_bytes = 10});

    for (int i = 0; i < 3; ++i)
        EXPECT_TRUE(sink->write(std::string(99, 'x')));

    EXPECT_TRUE(sink->close());
    EXPECT_EQ(test::read_file(path).size(), 300U);
}

TEST(FileSink, FlushWaitsForWhatWasWrittenBefore) {
    const test::TemporaryFolder folder;
    const auto sink = opened({.path = folder.path("eve.json")});

    sink->write("{}");
    sink->flush();

    EXPECT_EQ(test::read_file(folder.path("eve.json")), "{}\n");
}

TEST(FileSink, CountsRecordsAfterCloseAsDropped) {
    const test::TemporaryFolder folder;
    const auto sink = opened({.path = folder.path("eve.json")});
    ASSERT_TRUE(sink->close());

    EXPECT_FALSE(sink->write("{}"));

    EXPECT_EQ(sink->counts(), (SinkCounts{.dropped = 1}));
    sink->reopen();
    sink->flush();
}

TEST(FileSink, ReopensAfterWhatWasQueued) {
    const test::TemporaryFolder folder;
    const auto path = folder.path("eve.json");
    const auto sink = opened({.path = path});
    sink->write("before");
    sink->flush();
    std::filesystem::rename(path, path + ".1");

    sink->write("queued");
    sink->reopen();
    sink->write("after");

    EXPECT_TRUE(sink->close());
    EXPECT_EQ(test::read_file(path + ".1"), "before\nqueued\n");
    EXPECT_EQ(test::read_file(path), "after\n");
}

TEST(FileSink, LosesNothingWhenRotatedAllTheTime) {
    const test::TemporaryFolder folder;
    const auto path = folder.path("eve.json");
    const auto sink = opened({.path = path});

    for (int i = 0; i < 50; ++i) {
        sink->write(std::to_string(2 * i));
        std::filesystem::rename(path, path + "." + std::to_string(i));
        sink->reopen();
        sink->write(std::to_string(2 * i + 1));
        sink->flush();
    }

    EXPECT_TRUE(sink->close());
    std::string all;
    std::string expected;
    for (int i = 0; i < 50; ++i) {
        all += test::read_file(path + "." + std::to_string(i));
        expected += std::to_string(2 * i) + "\n" + std::to_string(2 * i + 1) + "\n";
    }
    EXPECT_EQ(all + test::read_file(path), expected);
}

TEST(FileSink, KeepsTheOldFileIfThePathCannotBeReopened) {
    const test::TemporaryFolder folder;
    std::filesystem::create_directory(folder.path("log"));
    const auto path = folder.path("log/eve.json");
    std::vector<std::string> notices;
    const auto sink =
        opened({.path = path, .notice = [&](auto line) { notices.emplace_back(line); }});
    std::filesystem::rename(folder.path("log"), folder.path("moved"));

    sink->reopen();
    sink->write("still here");

    EXPECT_TRUE(sink->close());
    EXPECT_EQ(test::read_file(folder.path("moved/eve.json")), "still here\n");
    EXPECT_EQ(notices,
              std::vector<std::string>{path + ": cannot write records here: No such file or "
                                              "directory; the file opened before stays in use"});
}

TEST(FileSink, CountsWhatAFullDiskRefuses) {
    std::vector<std::string> notices;
    const auto sink =
        opened({.path = "/dev/full", .notice = [&](auto line) { notices.emplace_back(line); }});

    for (int i = 0; i < 3; ++i) {
        sink->write("{}");
        sink->flush();
    }

    const auto status = sink->close();
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().message,
              "/dev/full: 3 of 3 records were lost: No space left on device");
    EXPECT_EQ(sink->counts(), (SinkCounts{.failed = 3}));
    EXPECT_EQ(notices, std::vector<std::string>{
                           "/dev/full: cannot write records: No space left on device; they are "
                           "lost and counted until it can"});
}

TEST(FileSink, LeavesWholeLinesOnlyAndRecovers) {
    const test::TemporaryFolder folder;
    const auto path = folder.path("eve.json");
    std::vector<std::string> notices;
    const auto sink =
        opened({.path = path, .notice = [&](auto line) { notices.emplace_back(line); }});
    const std::string record(99, 'x');

    {
        const test::FileSizeLimit limit{1050};
        for (int i = 0; i < 30; ++i)
            sink->write(record);
        sink->flush();
        EXPECT_EQ(test::read_file(path).size(), 1000U);
        expect_whole_lines(test::read_file(path), 99);
    }
    sink->write(record);

    EXPECT_FALSE(sink->close());
    EXPECT_EQ(test::read_file(path).size(), 1100U);
    expect_whole_lines(test::read_file(path), 99);
    EXPECT_EQ(sink->counts(), (SinkCounts{.written = 11, .failed = 20}));
    EXPECT_EQ(notices, (std::vector<std::string>{
                           path + ": cannot write records: File too large; they are lost and "
                                  "counted until it can",
                           path + ": writing again; 20 records were lost"}));
}

/// A pipe that nobody reads yet: the sink's thread blocks on it.
class FileSinkOnAPipe : public ::testing::Test {
  protected:
    void SetUp() override {
        ASSERT_EQ(::mkfifo(path_.c_str(), 0600), 0);
        reader_ = ::open(path_.c_str(), O_RDONLY | O_NONBLOCK);
        ASSERT_GE(reader_, 0);
    }
    void TearDown() override { hang_up(); }
    void hang_up() {
        if (reader_ >= 0) ::close(reader_);
        reader_ = -1;
    }
    /// Reads until `lines` line feeds have come.
    void drain(std::uint64_t lines) {
        std::array<char, 4096> buffer{};
        for (std::uint64_t seen = 0; seen < lines;) {
            const ssize_t size = ::read(reader_, buffer.data(), buffer.size());
            if (size > 0)
                seen += static_cast<std::uint64_t>(
                    std::count(buffer.begin(), buffer.begin() + size, '\n'));
            else
                std::this_thread::yield();
        }
    }

    const test::TemporaryFolder folder_;
    const std::string path_ = folder_.path("pipe");
    int reader_ = -1;
};

TEST_F(FileSinkOnAPipe, DropsAndCountsWhenTheQueueIsFull) {
    const auto sink = opened({.path = path_, .when_full = WhenFull::kDrop, .queue_bytes = 10'000});
    std::uint64_t taken = 0;
    for (int i = 0; i < 5000; ++i) {
        if (sink->write(std::string(999, 'x'))) ++taken;
    }

    drain(taken);

    const auto status = sink->close();
    ASSERT_FALSE(status);
    EXPECT_EQ(sink->counts(), (SinkCounts{.written = taken, .dropped = 5000 - taken}));
    EXPECT_GT(sink->counts().dropped, 0U);
    EXPECT_EQ(status.error().message,
              path_ + ": " + std::to_string(5000 - taken) + " of 5000 records were lost (" +
                  std::to_string(5000 - taken) + " because the queue was full)");
}

TEST_F(FileSinkOnAPipe, WaitsForRoomAndLosesNothing) {
    const auto sink = opened({.path = path_, .when_full = WhenFull::kWait, .queue_bytes = 10'000});
    std::jthread producer{[&] {
        for (int i = 0; i < 1000; ++i)
            sink->write(std::string(999, 'x'));
    }};

    drain(1000);
    producer.join();

    EXPECT_TRUE(sink->close());
    EXPECT_EQ(sink->counts(), (SinkCounts{.written = 1000}));
}

TEST_F(FileSinkOnAPipe, SurvivesAReaderThatGoesAway) {
    const auto sink = opened({.path = path_, .notice = [](auto) {}});
    hang_up();

    sink->write("{}");

    const auto status = sink->close();
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().message, path_ + ": 1 of 1 records were lost: Broken pipe");
}

TEST(FileSink, WritesToStandardOutput) {
    ::testing::internal::CaptureStdout();
    const auto sink = opened({.path = "-"});

    sink->write("{}");
    sink->reopen();
    sink->write("[]");

    EXPECT_TRUE(sink->close());
    EXPECT_EQ(::testing::internal::GetCapturedStdout(), "{}\n[]\n");
    EXPECT_EQ(::fcntl(STDOUT_FILENO, F_GETFD) == -1, false);
}

}  // namespace
}  // namespace sensor::report
