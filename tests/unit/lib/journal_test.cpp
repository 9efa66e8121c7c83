#include "lib/journal/journal.h"

#include <atomic>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

namespace {

namespace fs = std::filesystem;
using Lines = std::vector<std::string>;

class JournalTest : public testing::Test {
  protected:
    void SetUp() override {
        std::string name = (fs::temp_directory_path() / "journal-XXXXXX").string();
        ASSERT_NE(::mkdtemp(name.data()), nullptr);
        directory = name + "/j";
    }
    void TearDown() override { fs::remove_all(fs::path{directory}.parent_path()); }

    [[nodiscard]] journal::Journal open(const journal::Options& options = {}) const {
        auto opened = journal::Journal::open(directory, options);
        EXPECT_TRUE(opened) << opened.error().message;
        return std::move(*opened);
    }
    [[nodiscard]] Lines lines() const {
        Lines all;
        const auto done = open().read([&](std::string_view line) { all.emplace_back(line); });
        EXPECT_TRUE(done);
        return all;
    }
    /// The newest file that has anything in it.
    [[nodiscard]] fs::path newest() const {
        fs::path found;
        for (const auto& entry : fs::directory_iterator{directory}) {
            if (entry.path().extension() == ".journal" && fs::file_size(entry.path()) != 0)
                found = std::max(found, entry.path());
        }
        return found;
    }

    std::string directory;
};

TEST_F(JournalTest, GivesBackWhatWasAppendedInItsOrder) {
    {
        journal::Journal one = open();
        ASSERT_TRUE(one.append("a\nb\n"));
        ASSERT_TRUE(one.append("c\n"));
    }
    {
        journal::Journal two = open();
        ASSERT_TRUE(two.append("d\n"));
    }
    EXPECT_EQ(lines(), (Lines{"a", "b", "c", "d"}));
}

TEST_F(JournalTest, PassesOverALastLineThatWasCut) {
    {
        journal::Journal one = open();
        ASSERT_TRUE(one.append("whole\n"));
    }
    std::ofstream{newest(), std::ios::app} << "half of a li";
    {
        journal::Journal two = open();
        ASSERT_TRUE(two.append("next\n"));
    }
    EXPECT_EQ(lines(), (Lines{"whole", "next"}));
}

TEST_F(JournalTest, ReadsLinesLongerThanItsPieces) {
    const std::string large(3U << 20U, 'x');
    {
        journal::Journal one = open();
        ASSERT_TRUE(one.append("a\n" + large + "\nb\n"));
    }
    EXPECT_EQ(lines(), (Lines{"a", large, "b"}));
}

TEST_F(JournalTest, IsOneProcesssAtATime) {
    const journal::Journal mine = open();
    const auto other = journal::Journal::open(directory);
    ASSERT_FALSE(other);
    EXPECT_EQ(other.error().message,
              directory + " is in use by another process; give each its own");
}

TEST_F(JournalTest, SaysWhatItCannotMake) {
    std::ofstream{fs::path{directory}.parent_path() / "file"} << "x";
    const auto opened =
        journal::Journal::open((fs::path{directory}.parent_path() / "file/j").string());
    ASSERT_FALSE(opened);
    EXPECT_NE(opened.error().message.find("cannot make "), std::string::npos);
}

TEST_F(JournalTest, BeginsAFileWhenOneIsFull) {
    journal::Journal one = open({.file_bytes = 8});
    for (const char* line : {"12345\n", "12345\n", "12345\n", "12345\n"})
        ASSERT_TRUE(one.append(line));

    EXPECT_EQ(one.closed_files().size(), 1U);
    EXPECT_EQ(one.closed_bytes(), 12U);
}

TEST_F(JournalTest, ReplacesClosedFilesByOne) {
    {
        journal::Journal one = open({.file_bytes = 1});
        for (const char* line : {"a\n", "b\n", "c\n", "d\n"})
            ASSERT_TRUE(one.append(line));
        ASSERT_EQ(one.closed_files().size(), 3U);

        ASSERT_TRUE(one.replace(3, [](const auto& write) { write("abc\n"); }));

        EXPECT_EQ(one.closed_files().size(), 1U);
        EXPECT_EQ(one.closed_bytes(), 4U);
    }
    EXPECT_EQ(lines(), (Lines{"abc", "d"}));
}

TEST_F(JournalTest, ManyThreadsLoseNothing) {
    constexpr int kThreads = 4;
    constexpr int kLines = 200;
    {
        journal::Journal one = open({.file_bytes = 1000});
        std::vector<std::jthread> threads;
        std::atomic<int> failures = 0;
        for (int thread = 0; thread < kThreads; ++thread) {
            threads.emplace_back([&, thread] {
                for (int i = 0; i < kLines; ++i) {
                    const auto text = std::to_string(thread) + " " + std::to_string(i) + "\n";
                    if (!one.append(text)) ++failures;
                }
            });
        }
        threads.clear();
        EXPECT_EQ(failures, 0);
        EXPECT_GT(one.closed_files().size(), 2U);
    }
    std::vector<int> next(kThreads);
    for (const std::string& line : lines()) {
        const std::size_t thread = static_cast<std::size_t>(line.front() - '0');
        ASSERT_EQ(line, std::to_string(thread) + " " + std::to_string(next.at(thread)));
        ++next[thread];
    }
    EXPECT_EQ(next, std::vector<int>(kThreads, kLines));
}

TEST_F(JournalTest, IsItsOwnersAlone) {
    const mode_t before = ::umask(0);
    const journal::Journal one = open();
    ::umask(before);
    EXPECT_EQ(fs::status(directory).permissions(), fs::perms::owner_all);
}

TEST_F(JournalTest, AFileThatCouldNotBeBegunIsBegunLater) {
    journal::Journal one = open({.file_bytes = 1});
    ASSERT_TRUE(one.append("a\n"));
    rlimit usual{};
    ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &usual), 0);
    const int next = ::dup(0);  // the descriptor that comes next
    ::close(next);
    // Room for the file's descriptor, and none for the directory's.
    const rlimit tight{.rlim_cur = static_cast<rlim_t>(next) + 1, .rlim_max = usual.rlim_max};
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &tight), 0);
    const bool is_taken = one.append("b\n").has_value();
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &usual), 0);
    EXPECT_TRUE(is_taken) << "the file before goes on";
    EXPECT_TRUE(one.closed_files().empty());

    ASSERT_TRUE(one.append("c\n"));
    EXPECT_EQ(one.closed_files().size(), 1U);
}

TEST_F(JournalTest, LeavesWhatThereWasWhenItIsToStop) {
    journal::Journal one = open({.file_bytes = 1});
    for (const char* line : {"a\n", "b\n", "c\n"})
        ASSERT_TRUE(one.append(line));
    std::stop_source stop;
    stop.request_stop();

    EXPECT_FALSE(one.replace(
        2, [](const auto& write) { write("ab\n"); }, stop.get_token()));
    EXPECT_EQ(one.closed_files().size(), 2U);
    EXPECT_EQ(one.closed_bytes(), 4U);
    for (const auto& entry : fs::directory_iterator{directory})
        EXPECT_NE(entry.path().extension(), ".new");
}

TEST_F(JournalTest, WhatNobodyWaitsForIsThereAllTheSame) {
    {
        journal::Journal one = open({.file_bytes = 8});
        for (const char* line : {"12345\n", "12346\n", "12347\n"})
            ASSERT_TRUE(one.append(line, journal::Journal::Safety::kSoon));
        EXPECT_TRUE(one.closed_files().empty()) << "nobody waits for another file either";
        ASSERT_TRUE(one.sync());
        EXPECT_EQ(one.closed_files().size(), 1U);
        ASSERT_TRUE(one.append("12348\n", journal::Journal::Safety::kSoon));
        ASSERT_TRUE(one.append("12349\n"));
    }
    EXPECT_EQ(lines(), (Lines{"12345", "12346", "12347", "12348", "12349"}));
}

TEST_F(JournalTest, WhatDoesNotFitIsRefusedWhole) {
    // The kernel refuses to let a file grow beyond this: a full disk, without one.
    const auto before = std::signal(SIGXFSZ, SIG_IGN);
    rlimit usual{};
    ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &usual), 0);
    {
        journal::Journal one = open();
        ASSERT_TRUE(one.append("fits\n"));
        const rlimit tight{.rlim_cur = 8, .rlim_max = usual.rlim_max};
        ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &tight), 0);
        const auto refused = one.append("does not\n");
        ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &usual), 0);
        ASSERT_FALSE(refused);
        EXPECT_NE(refused.error().message.find("File too large"), std::string::npos);
        ASSERT_TRUE(one.append("again\n"));
    }
    std::signal(SIGXFSZ, before);
    EXPECT_EQ(lines(), (Lines{"fits", "again"}));
}

}  // namespace
