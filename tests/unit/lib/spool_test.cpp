#include "lib/spool/spool.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "tests/support/temporary_directory.h"

namespace spool {
namespace {

constexpr std::uint64_t kMost = 8192;

class SpoolTest : public testing::Test {
  protected:
    void open(std::uint64_t most_bytes = kMost) {
        spool_.reset();
        auto opened = Spool::open(directory_.path("spool"), most_bytes);
        ASSERT_TRUE(opened) << opened.error().message;
        spool_ = std::move(*opened);
    }
    void append(std::string_view lines) {
        const auto done = spool_->append(lines);
        ASSERT_TRUE(done) << done.error().message;
    }
    /// Everything that waits, taken in pieces of at least a line.
    std::string drain(std::size_t bytes = 10) {
        std::string all;
        for (std::string piece = spool_->read(bytes); !piece.empty(); piece = spool_->read(bytes)) {
            all += piece;
            spool_->take(static_cast<std::uint64_t>(std::ranges::count(piece, '\n')));
        }
        return all;
    }

    test::TemporaryDirectory directory_;
    std::unique_ptr<Spool> spool_;
};

TEST_F(SpoolTest, WhatWentInFirstComesOutFirst) {
    open();
    append("one\ntwo\n");
    append("three\n");
    EXPECT_EQ(spool_->lines(), 3U);
    EXPECT_EQ(spool_->bytes(), 14U);

    EXPECT_EQ(spool_->read(8), "one\ntwo\n");
    EXPECT_EQ(spool_->read(7), "one\n");
    EXPECT_EQ(spool_->read(1), "one\n");  // at least one
    spool_->take(1);
    EXPECT_EQ(drain(), "two\nthree\n");
    EXPECT_TRUE(spool_->empty());
    EXPECT_EQ(spool_->bytes(), 0U);
    EXPECT_EQ(spool_->dropped(), 0U);
}

TEST_F(SpoolTest, WhatIsPutBackComesFirst) {
    open();
    append("two\n");
    ASSERT_TRUE(spool_->prepend("one\n"));
    append("three\n");
    ASSERT_TRUE(spool_->prepend("zero\n"));
    EXPECT_EQ(drain(), "zero\none\ntwo\nthree\n");
}

TEST_F(SpoolTest, WhatWaitsOutlivesTheProcess) {
    open();
    append("one\ntwo\nthree\n");
    ASSERT_FALSE(spool_->read(4).empty());
    spool_->take(1);
    open();
    EXPECT_EQ(spool_->lines(), 2U);
    append("four\n");
    EXPECT_EQ(drain(), "two\nthree\nfour\n");
    open();
    EXPECT_TRUE(spool_->empty());
    append("five\n");  // into a file that has the name of one that was read
    open();
    EXPECT_EQ(drain(), "five\n");
}

TEST_F(SpoolTest, APositionIsNotTakenForThatOfALaterFile) {
    open();
    append("one\ntwo\n");
    ASSERT_FALSE(spool_->read(4).empty());
    spool_->take(1);
    EXPECT_EQ(drain(), "two\n");
    append("a\nb\n");
    ASSERT_TRUE(spool_->prepend("c\nd\n"));
    open();
    EXPECT_EQ(drain(), "c\nd\na\nb\n");
}

TEST_F(SpoolTest, ALineThatAWriterDiedInIsPassedOver) {
    open();
    append("one\n");
    spool_.reset();
    std::filesystem::path file;
    for (const auto& entry : std::filesystem::directory_iterator{directory_.path("spool")}) {
        if (entry.path().extension() == ".spool") file = entry.path();
    }
    std::ofstream{file, std::ios::app} << "tw";
    open();
    append("three\n");
    EXPECT_EQ(drain(), "one\nthree\n");
}

TEST_F(SpoolTest, TheOldestGoWhenThereIsNoRoomAndAreCounted) {
    open();
    const std::string line(99, 'x');
    for (int i = 0; i < 200; ++i)
        append(std::to_string(1000 + i) + line.substr(4) + "\n");

    EXPECT_LE(spool_->bytes(), kMost);
    EXPECT_GE(spool_->bytes(), kMost - kMost / 8 - 200);
    EXPECT_EQ(spool_->lines() + spool_->dropped(), 200U);
    std::uintmax_t on_disk = 0;
    for (const auto& entry : std::filesystem::directory_iterator{directory_.path("spool")})
        on_disk += entry.file_size();
    EXPECT_LE(on_disk, kMost + 100);
    const auto first = 1000 + spool_->dropped();
    EXPECT_TRUE(spool_->read(1).starts_with(std::to_string(first)));
}

TEST_F(SpoolTest, WhatIsBeingDeliveredIsNotDropped) {
    open();
    const std::string line = std::string(99, 'x') + "\n";
    append("first\n");
    for (int i = 0; i < 15; ++i)
        append(line);
    ASSERT_TRUE(spool_->read(6).starts_with("first"));
    for (int i = 0; i < 200; ++i)
        append(line);
    EXPECT_GT(spool_->dropped(), 0U);
    const std::uint64_t before = spool_->lines();
    spool_->take(1);
    EXPECT_EQ(spool_->lines(), before - 1);
    EXPECT_EQ(spool_->lines() + spool_->dropped() + 1, 216U);
}

TEST_F(SpoolTest, AFileThatIsGoneCountsAsDropped) {
    open();
    append("one\ntwo\n");
    for (const auto& entry : std::filesystem::directory_iterator{directory_.path("spool")}) {
        if (entry.path().extension() == ".spool") std::filesystem::remove(entry.path());
    }
    EXPECT_EQ(spool_->read(10), "");
    EXPECT_EQ(spool_->dropped(), 2U);
    EXPECT_TRUE(spool_->empty());
}

TEST_F(SpoolTest, TwoProcessesDoNotShareOne) {
    open();
    const auto second = Spool::open(directory_.path("spool"), kMost);
    ASSERT_FALSE(second);
    EXPECT_NE(second.error().message.find("in use by another process"), std::string::npos);
}

TEST_F(SpoolTest, ADirectoryThatCannotBeMadeIsOneLine) {
    directory_.write("file", std::string_view{"x"});
    const auto opened = Spool::open(directory_.path("file/spool"), kMost);
    ASSERT_FALSE(opened);
    EXPECT_NE(opened.error().message.find("file/spool"), std::string::npos);
}

}  // namespace
}  // namespace spool
